"""What a copy of the database reveals (docs/security.md, R85 and R86)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Session, Visit
from accounts.vault.fields import KeyedHashField, SealedField
from accounts.vault.models import private_models
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from config.ops.backups import EXPIRING
from guide.models import Reading
from roadmap.models import Action, LookBack, PrivatePlan, Roadmap, Talk
from roadmap.private_plan.contents import PlanEntry
from tests.conftest import PASSPHRASE, begun

AT = datetime(2026, 3, 10, 20, 15, 32, 123456, tzinfo=UTC)
DAY = date(2026, 3, 10)


def shape(value: object, field: models.Field) -> object:
    """What a copy tells of a value: of sealed bytes their length, of a random id or keyed hash that it is there."""
    if isinstance(value, (bytes, memoryview)):
        return len(bytes(value))
    return type(value).__name__ if isinstance(value, UUID) or isinstance(field, KeyedHashField) else value


def in_a_dump(account: Account) -> dict[str, list]:
    """What a dump tells of the account, but for what it is called."""
    told = {}
    for model in [Account, *private_models()]:
        if model in EXPIRING:
            continue
        fields = [
            field for field in model._meta.concrete_fields if field.name not in ("name", "folded_name", "password", "recovery_code_hash")
        ]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        owner = "id" if model is Account else "account_id"
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {owner} = %s', [account.pk])
            rows = [tuple(shape(value, field) for value, field in zip(row, fields, strict=True)) for row in cursor.fetchall()]
        told[model.__name__] = sorted(rows, key=str)
    return told


def write(account: Account, **words: str) -> None:
    CheckIn.write(account, DAY, {"gratitude_1": "Jo rang back"} | words, version=0, at=AT)


def look_back(account: Account, **words: str) -> None:
    LookBack.of(account, DAY).write({"now": "Quieter"} | words, version=0, at=AT)


def read(*slugs: str, position: str = "", at: datetime = AT) -> Callable[[Account], None]:
    def act(account: Account) -> None:
        for slug in slugs:
            Reading.open(account, slug, at=at)
            Reading.stop(account, slug, position)

    return act


def done(key: str) -> Callable[[Account], None]:
    return lambda account: account.actions.named(key).tick(today=DAY)


def put_first(account: Account) -> None:
    account.actions.named("two-people").move_up()


def settings(**values: str) -> Callable[[Account], None]:
    def act(account: Account) -> None:
        for name, value in values.items():
            setattr(account, name, value)
        account.save()

    return act


def talk(at: datetime, **words: str) -> Callable[[Account], None]:
    return lambda account: Talk.write(account, uuid4(), {"issue": "Evenings", "day": DAY} | words, version=0, at=at) and None


# What one account did and the other did not, or did otherwise.
PAIRS: dict[str, tuple[Callable[[Account], None], Callable[[Account], None]]] = {
    "what was read": (read("limits"), read("understanding")),
    "whether anything was read": (read(), read("limits", "talking", "options", position="end")),
    "where reading stopped": (read("limits", position="end"), read("limits")),
    "when it was read": (read("limits"), read("limits", at=AT + timedelta(days=40))),
    "which step was done": (done("soft-start"), done("two-people")),
    "in which order the steps are": (lambda account: None, put_first),
    "which way someone leans": (
        lambda account: look_back(account, need_part="A flat"),
        lambda account: look_back(account, need_stay="Calm"),
    ),
    "whether any way has words": (look_back, lambda account: look_back(account, need_part="A flat", need_stay="Calm", need_effort="Time")),
    "the second of a visit": (talk(AT), talk(AT + timedelta(hours=9, microseconds=7))),
    "whether a talk stayed safe": (talk(AT, state="held"), talk(AT, state="held", safe="no", reason="money", response="refused")),
    "the country": (settings(), settings(country="GB")),
    "where Leave goes": (settings(), settings(leave_address="https://weather.example/")),
    "whether a day was enough": (write, lambda account: write(account, enough="yes")),
    "which feeling": (lambda account: write(account, emotion_1="calm"), lambda account: write(account, emotion_1="afraid")),
}


@pytest.mark.parametrize("fact", PAIRS)
def test_two_accounts_that_differ_in_one_private_fact_look_the_same_in_a_dump(db: None, fact: str) -> None:
    told = []
    for number, act in enumerate(PAIRS[fact]):
        account = Account.objects.create_user(f"person {number}", joined_at=AT + number * timedelta(hours=5))
        with acting_for(account):
            Roadmap.of(account)
            act(account)
            told.append(in_a_dump(account))

    assert told[0] == told[1]


def test_no_private_row_has_a_time_in_the_clear(db: None) -> None:
    for model in [Account, *private_models()]:
        if model not in EXPIRING:
            times = [field.name for field in model._meta.concrete_fields if field.get_internal_type() == "DateTimeField"]
            assert not times, model


def test_the_place_of_a_step_in_the_table_does_not_tell_which_it_is(db: None) -> None:
    orders = set()
    for number in range(6):
        account = Account.objects.create_user(f"person {number}")
        with acting_for(account):
            Action.lay_out(account)
            orders.add(tuple(in_table(account)))
    assert len(orders) > 3, "six times in the same order"


def in_table(account: Account) -> list[str]:
    """The keys of the steps as they lie in the table."""
    keys = {action.pk: action.key for action in account.actions.all()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM roadmap_action WHERE account_id = %s ORDER BY ctid", [account.pk])
        return [keys[pk] for (pk,) in cursor.fetchall()]


def test_a_step_is_known_by_a_hash_that_is_another_in_each_account(partner: Account, stranger: Account) -> None:
    hashes = []
    for account in (partner, stranger):
        with acting_for(account):
            Action.lay_out(account)
            hashes.append(set(account.actions.values_list("key_hash", flat=True)))
            assert account.actions.named("soft-start").key == "soft-start"
    assert len(hashes[0]) == 10 and not hashes[0] & hashes[1]
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in hashes[0])


# Who wrote in a private plan


def sign_in_all(accounts: list[Account]) -> None:
    for account in accounts:
        Visit.objects.note(account)
        Session.objects.create(
            session_key=account.pk.hex, session_data="", owner=account, expire_date=timezone.now() + timedelta(minutes=9)
        )


def places(model: type[models.Model]) -> list[tuple[UUID, int]]:
    """Whose rows there are in the order in which they lie in the table, each with the transaction in which it came there."""
    rows = []
    for account in Account.objects.all():
        with acting_for(account), connection.cursor() as cursor:
            cursor.execute(f"SELECT ctid, account_id, xmin::text::bigint FROM {model._meta.db_table}")
            rows += [(tuple(map(int, ctid.strip("()").split(","))), owner, xmin) for ctid, owner, xmin in cursor.fetchall()]
    return [(owner, xmin) for _ctid, owner, xmin in sorted(rows)]


def transactions() -> dict[UUID, int]:
    return dict(places(PrivatePlan))


@pytest.mark.parametrize("model", [PrivatePlan, Reading])
def test_after_the_clean_up_neither_transaction_nor_place_shows_who_wrote(db: None, model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        # What earlier tests have left in the pages decides where the next row goes.
        cursor.execute(f"TRUNCATE {model._meta.db_table}")
    accounts = [Account.objects.create_user(f"person {number}") for number in range(32)]
    sign_in_all(accounts)
    for account in accounts[::4]:
        with acting_for(account):
            plan = PrivatePlan.of(account, to_write=True)
            key = plan.start("a phrase of one's own")
            plan.write(key, {"own-1": PlanEntry()}, version=plan.read(key).version, at=AT)
            Reading.open(account, "limits", at=AT)
    wrote = {account.pk for account in accounts[::4]}
    latest = sorted(places(model), key=lambda place: place[1])[-8:]
    assert {place[0] for place in latest} == wrote, "without the clean-up it shows"

    call_command("delete_expired")

    by_id = sorted(account.pk for account in accounts)
    assert [owner for owner, _xmin in places(model)] == by_id, "by the id of the account, independent of who wrote"
    assert [owner for owner, _xmin in sorted(places(model), key=lambda place: place[1])] == by_id
    for account in accounts[::4]:
        with acting_for(account):
            assert Reading.of(account).part("limits"), "and all is still there"


def test_the_clean_up_goes_on_while_a_session_lasts_and_ends_with_it(partner: Account, stranger: Account) -> None:
    sign_in_all([partner, stranger])
    Session.objects.filter(owner=stranger).delete()
    before = transactions()

    call_command("delete_expired")
    first = transactions()
    call_command("delete_expired")
    second = transactions()

    assert first[partner.pk] > before[partner.pk] and first[stranger.pk] > before[stranger.pk], "also of a session that has ended since"
    assert second[partner.pk] > first[partner.pk], "who is still signed in may have written"
    assert second[stranger.pk] == first[stranger.pk]


def test_signing_in_notes_the_visit(client: Client, partner: Account) -> None:
    client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})

    assert list(Visit.objects.values_list("account", flat=True)) == [partner.pk]


def test_every_sealed_number_day_and_moment_has_one_size(db: None) -> None:
    """So that the size of a position or a time tells nothing of it."""
    fields = [field for model in private_models() for field in model._meta.concrete_fields if isinstance(field, SealedField)]
    assert {field.step for field in fields} <= {64, 256, 1024, 2048}


@pytest.mark.django_db(transaction=True)
def test_what_is_written_during_the_clean_up_is_kept(partner: Account) -> None:
    def write_both() -> bytes:
        with acting_for(partner):
            Reading.open(partner, "limits", at=AT)
            return PrivatePlan.of(partner, to_write=True).start("a phrase of one's own")

    with transaction.atomic():
        partner.reseal()
        waiting = begun(write_both)

    key = waiting.result()
    with acting_for(partner):
        assert Reading.of(partner).part("limits") and PrivatePlan.of(partner).read(key)
        assert (partner.readings.count(), partner.privateplans.count()) == (1, 1)
