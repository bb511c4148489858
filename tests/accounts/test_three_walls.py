"""Three walls around what is private, each tested with the other two taken away (docs/security.md, R37 to R41)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.utils import ProgrammingError

from accounts.checks import keys_open_this_database, role_is_behind_the_wall
from accounts.models import Account, Visit
from accounts.vault.fields import Unreadable
from accounts.vault.models import PrivateModel
from accounts.vault.scope import NotActing, acting_for, current
from checkins.models import CheckIn
from config.ops import embedded_postgres
from roadmap.models import Action, Roadmap
from tests.checkins.days import DAY, write

PRIVATE = [model for model in apps.get_models() if issubclass(model, PrivateModel)]


@pytest.fixture
def no_row_security(db: None) -> Iterator[None]:
    """Row-level security off, as if a migration had forgotten it. The test's transaction puts it back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in PRIVATE:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    yield


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_there_are_private_models() -> None:
    names = {"CheckIn", "Reading", "Roadmap", "Action", "Talk", "Review", "SafetyCheck", "LookBack", "ImportFile", "PrivatePlan"}
    assert {model.__name__ for model in PRIVATE} >= names


# The walls hold


@pytest.mark.parametrize("model", PRIVATE, ids=lambda model: model.__name__)
def test_every_private_table_is_walled_off_also_from_its_owner(db: None, model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True, True, True)
        cursor.execute("SELECT cmd, qual, with_check FROM pg_policies WHERE tablename = %s", [model._meta.db_table])
        [(command, using, check)] = cursor.fetchall()
    assert command == "ALL"
    assert "app.account_id" in using
    assert check is None, "the condition for reading holds for writing too"


def test_every_table_with_an_account_is_a_private_one(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'account_id' AND table_schema = 'public'")
        # Who had a session lately is for the program itself, which seals their rows again (docs/security.md, R86).
        assert {name for (name,) in cursor.fetchall()} - {Visit._meta.db_table} == {model._meta.db_table for model in PRIVATE}


@pytest.mark.parametrize("model", PRIVATE, ids=lambda model: model.__name__)
def test_a_private_table_points_to_the_account_alone_and_its_unique_keys_begin_with_it(model) -> None:
    related = [field.related_model for field in model._meta.get_fields() if field.is_relation]
    unique = [constraint.fields for constraint in model._meta.constraints if hasattr(constraint, "fields")]

    assert related == [Account]
    assert unique
    assert all(fields[0] == "account" for fields in unique)


def test_our_role_is_behind_the_wall(db: None) -> None:
    assert role_is_behind_the_wall(databases=["default"]) == []


def test_a_role_that_passes_by_the_wall_is_refused(db: None) -> None:
    """Against the embedded server's own superuser."""
    superuser = os.environ | {"DATABASE_URL": f"postgres://postgres@/postgres?host={embedded_postgres.start()}"}

    check = subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", "check", "--database=default"], env=superuser, capture_output=True, text=True
    )

    assert check.returncode == 1
    assert "accounts.E001" in check.stderr
    assert '"postgres" is not subject to row-level security' in check.stderr


def test_keys_that_do_not_open_the_database_are_refused(partner: Account, settings) -> None:
    assert keys_open_this_database(databases=["default"]) == []

    settings.SEALING_KEYS = [b"other" * 6 + b"!!"]

    assert [error.id for error in keys_open_this_database(databases=["default"])] == ["accounts.E002"]


# Each alone


def test_row_security_alone_hides_a_strangers_rows(partner: Account, stranger: Account) -> None:
    """No query starts from the account, and the stranger holds the partner's key."""
    write(partner, gratitude_1="Jo rang back")
    stranger.data_key = partner.data_key

    with acting_for(stranger):
        assert list(CheckIn.objects.all()) == []
        assert rows_in("checkins_checkin") == 0
        assert CheckIn.objects.filter(account=partner).update(version=99) == 0
        assert CheckIn.objects.filter(account=partner).delete()[0] == 0
    with acting_for(partner):
        assert CheckIn.objects.get().version == 1


def test_row_security_alone_refuses_to_write_in_anothers_name(partner: Account, stranger: Account) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), acting_for(stranger):
        CheckIn.write(partner, DAY, {"gratitude_1": "forged"}, version=0, at=partner.joined_at)


def test_queries_from_the_account_alone_find_no_strangers_rows(partner: Account, stranger: Account, no_row_security: None) -> None:
    write(partner, gratitude_1="Jo rang back")
    with acting_for(partner):
        Roadmap.of(partner)
        theirs = partner.actions.first()

    with acting_for(stranger):
        assert CheckIn.objects.count() == 1, "the wall is down"
        assert list(stranger.checkins.all()) == []
        assert CheckIn.of(stranger, DAY).version == 0
        assert not stranger.actions.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("address", ["/", "/checkins/", f"/checkins/{DAY}/", "/roadmap/"])
def test_pages_show_nothing_of_others_without_row_security(partner, stranger, sign_in, no_row_security: None, address: str) -> None:
    write(partner, gratitude_1="Jo rang back")
    with acting_for(partner):
        Action.add(partner, title="Learn to sail", horizon=7)

    page = sign_in(stranger).get(address).content.decode()

    assert "Jo rang back" not in page
    assert "Learn to sail" not in page
    assert "cannot be read" not in page, "the row was found, and only the key kept it shut"


def test_an_address_of_somebody_elses_talk_leads_nowhere_without_row_security(partner, stranger, sign_in, no_row_security: None) -> None:
    with acting_for(partner):
        talk = partner.talks.create(issue="Evenings", day=DAY, version=1, written_at=datetime(2026, 11, 3, 12, tzinfo=UTC))

    assert sign_in(partner).get(talk.get_absolute_url()).status_code == 200
    assert sign_in(stranger).get(talk.get_absolute_url()).status_code == 404


def test_the_key_alone_keeps_a_strangers_words_shut(partner: Account, stranger: Account, no_row_security: None) -> None:
    """No row-level security, and a query that forgets to start from the account."""
    write(partner, gratitude_1="Jo rang back", action="Ring the practice")

    with acting_for(stranger):
        seen = CheckIn.objects.get()

    assert all(isinstance(getattr(seen, name), Unreadable) for name in ("gratitude_1", "action"))


# The scope


def test_outside_the_scope_a_private_table_is_empty(partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back")

    assert CheckIn.objects.count() == 0
    assert rows_in("checkins_checkin") == 0
    with pytest.raises(NotActing):
        current()


def test_after_a_signed_in_request_the_same_connection_shows_nothing(partner: Account, owner) -> None:
    write(partner, gratitude_1="Jo rang back")

    assert "Jo rang back" in owner.get(f"/checkins/{DAY}/").content.decode()

    assert CheckIn.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_one_transaction_sets_does_not_outlive_it(partner: Account) -> None:
    """As in life, where the outermost scope really commits and the connection goes back to the pool."""
    write(partner, gratitude_1="Jo rang back")

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.account_id', true)")
        assert not cursor.fetchone()[0]
    assert CheckIn.objects.count() == 0


def test_one_cannot_act_for_two(partner: Account, stranger: Account) -> None:
    with acting_for(partner), pytest.raises(NotActing), acting_for(stranger):
        pass


def test_acting_twice_for_the_same_account_leaves_the_outer_scope_as_it_was(partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back")

    with acting_for(partner):
        with acting_for(partner):
            assert CheckIn.objects.count() == 1
        assert CheckIn.objects.get().gratitude_1 == "Jo rang back"
    assert CheckIn.objects.count() == 0


def test_an_error_in_the_scope_undoes_all_of_it(partner: Account) -> None:
    with pytest.raises(ZeroDivisionError), acting_for(partner):
        write(partner, gratitude_1="Jo rang back")
        raise ZeroDivisionError

    with acting_for(partner):
        assert CheckIn.objects.count() == 0
    assert CheckIn.objects.count() == 0


def test_a_strangers_ids_and_made_up_ids_get_the_same_answer(partner: Account, stranger: Account, sign_in) -> None:
    with acting_for(partner):
        Roadmap.of(partner)
        theirs = partner.actions.first().pk
    client = sign_in(stranger)

    answers = [client.get(f"/roadmap/actions/{pk}/") for pk in (theirs, uuid4())]
    for data in ({"done": "1"}, {"undo": "1"}, {"set-aside": "1"}, {"note": "forged"}):
        answers += [client.post(f"/roadmap/actions/{pk}/", data) for pk in (theirs, uuid4())]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    with acting_for(partner):
        action = partner.actions.get(pk=theirs)
        assert (action.is_open, action.note) == (True, "")
