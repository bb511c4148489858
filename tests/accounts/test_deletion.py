"""Everything gone: an area, or the account with all in it (docs/security.md, R6 and R48)."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.autosave.models import Draft
from accounts.models import Account, Session
from accounts.portability.deletion import row_counts
from accounts.portability.schema import schema_of
from accounts.vault.models import Area, PrivateModel
from accounts.vault.scope import acting_for
from checkins.models import DeletedDays
from guide.models import Supporter
from roadmap.models import Action
from tests.accounts.test_export import full, in_json
from tests.checkins.days import AT, DAY, read, write
from tests.conftest import PASSPHRASE, begun, say_passphrase

__all__ = ["full"]

ADDRESS = "/accounts/delete/"
PRIVATE = [model for model in apps.get_models() if issubclass(model, PrivateModel)]


def rows_with(account_id: object) -> dict[str, int]:
    """How many rows of each table have this id anywhere in them, seen as that account sees them."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.account_id', %s, true)", [str(account_id)])
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS each WHERE each::text LIKE %s', [f"%{account_id}%"])
            found[table] = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('app.account_id', '', true)")
    return {table: count for table, count in found.items() if count}


def delete(client: Client, area: str):
    say_passphrase(client)
    return client.post(ADDRESS, {"area": area, "sure": area})


def test_it_asks_for_the_passphrase_first(owner: Client, full: Account) -> None:
    response = owner.post(ADDRESS, {"area": "all", "sure": "all"})

    assert (response.status_code, response["Location"]) == (302, f"/accounts/reauthenticate/?next={ADDRESS}")
    assert Account.objects.filter(pk=full.pk).exists()


def test_no_row_of_the_account_is_left_in_any_table(owner: Client, full: Account) -> None:
    with acting_for(full):
        Draft.keep(full, "/roadmap/actions/new/", {"title": ["A word"]}, at=AT)
    assert {"accounts_account", "accounts_session", "checkins_checkin", "roadmap_talk", "accounts_draft"} <= rows_with(full.pk).keys()

    response = delete(owner, "all")

    assert response.status_code == 200
    assert "Everything is deleted" in response.content.decode()
    assert rows_with(full.pk) == {}


def test_every_session_is_dead_and_the_cookies_go(owner: Client, full: Account, sign_in) -> None:
    elsewhere = sign_in(full)
    cookie = owner.cookies["__Host-session"].value

    response = delete(owner, "all").redirected_from

    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert response.cookies["__Host-session"].value == ""
    assert elsewhere.get("/roadmap/").status_code == 302
    thief = Client()
    thief.cookies["__Host-session"] = cookie
    assert thief.get("/roadmap/").status_code == 302
    assert not Session.objects.filter(owner=full.pk).exists()


def test_the_last_page_is_a_strangers(owner: Client, full: Account) -> None:
    page = delete(owner, "all").content.decode()

    assert full.name not in page
    assert "Sign in" in page
    assert owner.post("/accounts/login/", {"login": full.name, "password": PASSPHRASE}).status_code == 422


def test_somebody_elses_rows_stay(owner: Client, full: Account, stranger: Account) -> None:
    write(stranger, gratitude_1="The stranger’s")

    delete(owner, "all")

    assert read(stranger).gratitude_1 == "The stranger’s"
    assert Account.objects.filter(pk=stranger.pk).exists()


@pytest.mark.parametrize("area", [area for area in Area if area != Area.OTHER])
def test_an_area_is_emptied_and_all_others_stay(owner: Client, full: Account, area: Area) -> None:
    with acting_for(full):
        full.pauses.create(first=DAY, last=DAY)
        full.supporters.create(who="Jo", version=1, written_at=AT)
        before = row_counts(full)

    assert delete(owner, area.value)["Location"] == ADDRESS

    with acting_for(full):
        after = row_counts(full)
        assert after == before | {area: 0}
        for model in PRIVATE:
            if model.area == area and schema_of(model).exported:
                assert not schema_of(model).count(full)
        assert b"Jo rang back" not in in_json(full) or area != Area.CHECKINS


def test_days_that_were_deleted_before_cannot_be_restored(owner: Client, full: Account) -> None:
    with acting_for(full):
        DeletedDays.delete_days(full, full.checkins.all(), at=AT)

    delete(owner, "checkins")

    with acting_for(full):
        assert not DeletedDays.objects.filter(account=full).exists()


def test_what_was_typed_and_not_sent_goes_too(owner: Client, full: Account) -> None:
    with acting_for(full):
        Draft.keep(full, "/roadmap/actions/new/", {"title": ["A word"]}, at=AT)

    delete(owner, "talks")

    with acting_for(full):
        assert not full.drafts.exists()


def test_after_its_deletion_the_private_plan_has_its_row_as_on_the_first_day(owner: Client, full: Account) -> None:
    with acting_for(full):
        before = bytes(full.privateplans.get().blob)

    delete(owner, "plan")

    with acting_for(full):
        after = bytes(full.privateplans.get().blob)
    assert after != before
    assert len(after) == len(before)


@pytest.mark.parametrize("area", ["all", "checkins"])
def test_it_asks_once_offers_a_file_and_says_what_backups_keep(owner: Client, full: Account, area: str, settings) -> None:
    settings.BACKUP_DAYS = 30
    say_passphrase(owner)

    response = owner.post(ADDRESS, {"area": area})

    page = response.content.decode()
    assert response.status_code == 200
    assert 'href="/accounts/export/"' in page
    assert "Older backups still contain it, encrypted, for 30 days." in page
    assert ("After a week no one can" in page) == (area == "all"), "the key of an account goes, a part of one has none of its own"
    assert f'name="sure" value="{area}"' in page
    assert read(full).gratitude_1 == "Jo rang back"


def test_wherever_something_is_deleted_it_is_said_what_backups_keep(owner: Client, full: Account, settings) -> None:
    say_passphrase(owner)
    with acting_for(full):
        talks = [full.talks.create(issue="Dishes", day=DAY, state=state, version=1, written_at=AT) for state in ("planned", "held")]
        rows = [Action.add(full, title="Rest", horizon=7), Supporter.write(full, uuid4(), {"who": "Jo"}, version=0, at=AT), *talks]
    pages = [row.get_absolute_url() for row in rows]
    day = f"/checkins/{read(full).day}/delete/"
    pages += [day, "/checkins/delete/", "/roadmap/reviews/", "/roadmap/plan/clear/", ADDRESS]

    for days, words in ((30, "encrypted, for 30 days."), (0, "encrypted, for as long as the people who run this server keep them.")):
        settings.BACKUP_DAYS = days
        for page in pages:
            assert words in owner.get(page).content.decode(), page


@pytest.mark.parametrize("posted", [{}, {"area": "everything"}, {"area": "\0"}, {"sure": "all"}])
def test_what_is_to_be_deleted_has_to_be_chosen(owner: Client, full: Account, posted: dict[str, str]) -> None:
    say_passphrase(owner)

    assert owner.post(ADDRESS, posted).status_code == 422
    assert Account.objects.filter(pk=full.pk).exists()


def test_to_be_sure_of_one_thing_is_not_to_be_sure_of_another(owner: Client, full: Account) -> None:
    say_passphrase(owner)

    assert owner.post(ADDRESS, {"area": "all", "sure": "talks"}).status_code == 200
    assert Account.objects.filter(pk=full.pk).exists()


# In the same moment


@pytest.mark.django_db(transaction=True)
def test_words_that_come_while_the_account_is_deleted_are_given_back(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        partner.delete_with_data()
        answer = begun(lambda: owner.post(f"/checkins/{DAY}/", {"gratitude_1": "Jo rang back", "version": "0"}))

    response = answer.result()
    assert response.status_code == 403
    assert "You are signed out" in response.content.decode() and "Jo rang back" in response.content.decode()
    assert response.cookies["__Host-session"].value == ""
    assert rows_with(partner.pk) == {}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_changed_while_the_account_is_deleted_leads_to_sign_in(owner: Client, partner: Account) -> None:
    owner.raise_request_exception = False
    with acting_for(partner):
        partner.delete_with_data()
        answer = begun(lambda: owner.post("/accounts/read-first/"))

    assert (answer.result().status_code, answer.result()["Location"]) == (302, "/accounts/login/?next=/accounts/read-first/")


@pytest.mark.django_db(transaction=True)
def test_what_is_saved_while_the_account_is_deleted_goes_with_it(owner: Client, partner: Account) -> None:
    say_passphrase(owner)
    with acting_for(partner):
        partner.checkins.create(day=DAY, gratitude_1="Jo rang back", written_at=AT, version=1)
        with connection.cursor() as cursor:
            # What the end of a transaction does first.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        answer = begun(lambda: owner.post(ADDRESS, {"area": "all", "sure": "all"}))

    assert answer.result().status_code == 200
    assert "Everything is deleted" in answer.result().content.decode()
    assert rows_with(partner.pk) == {}
