import base64
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Account, Session
from accounts.signin.sessions import SessionStore, digest
from accounts.vault.scope import acting_for
from tests.conftest import PASSPHRASE


def test_the_database_holds_a_hash_of_the_key_and_never_the_key(owner: Client) -> None:
    key = owner.cookies["__Host-session"].value

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(accounts_session::text, ' ') FROM accounts_session")
        [table] = cursor.fetchone()

    assert key not in table
    assert digest(key) in table


def test_the_stored_hash_signs_nobody_in(owner: Client, client: Client) -> None:
    client.cookies["__Host-session"] = Session.objects.get().session_key

    assert client.get("/roadmap/").status_code == 302


def test_signing_in_changes_the_key(client: Client, partner: Account) -> None:
    session = SessionStore()
    session["before"] = True
    session.create()
    client.cookies["__Host-session"] = session.session_key

    client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})

    assert client.cookies["__Host-session"].value != session.session_key
    assert not SessionStore().exists(session.session_key)


def test_an_unknown_cookie_is_a_stranger_without_a_row(client: Client, db: None) -> None:
    client.cookies["__Host-session"] = "x" * 32

    assert client.get("/roadmap/").status_code == 302
    assert not Session.objects.exists()


def test_reading_in_public_makes_no_session(client: Client, db: None) -> None:
    for address in ("/", "/guide/", "/guide/talking/", "/help/", "/accounts/login/"):
        client.get(address)

    assert not Session.objects.exists()
    assert "__Host-session" not in client.cookies


def test_a_changed_passphrase_ends_the_sessions_that_knew_the_old_one(owner: Client, partner: Account) -> None:
    partner.set_password("five other words by now")
    partner.save()

    assert owner.get("/roadmap/").status_code == 302


def test_a_new_secret_key_signs_everybody_out(owner: Client, settings) -> None:
    """What an operator can do after a possible intrusion (docs/operating.md, Keys)."""
    assert owner.get("/roadmap/").status_code == 200

    settings.SECRET_KEY = "another one, of fifty characters at the very least, as it must"

    assert owner.get("/roadmap/").status_code == 302


def test_expired_sessions_are_cleared(owner: Client, time_machine) -> None:
    time_machine.move_to("2099-01-01")

    SessionStore.clear_expired()

    assert not Session.objects.exists()


def test_what_a_session_holds_is_sealed(owner: Client) -> None:
    session = owner.session
    session["canary"] = "zephyrcanary"
    session.save()

    stored = Session.objects.get()
    assert stored.get_decoded()["canary"] == "zephyrcanary"
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM accounts_session")
        [data] = cursor.fetchone()
    assert b"zephyrcanary" not in base64.b64decode(data)


def test_a_session_sealed_with_a_key_that_is_gone_has_to_sign_in_again(owner: Client, settings) -> None:
    settings.SEALING_KEYS = [b"other" * 6 + b"!!"]

    assert owner.get("/roadmap/").status_code == 302


@pytest.fixture
def eight(time_machine, partner: Account, sign_in) -> Client:
    """Signed in at eight in the morning."""
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    return sign_in(partner)


@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_a_session_ends_after_as_many_quiet_minutes_as_the_account_has_chosen(eight: Client, partner, time_machine, minutes: int) -> None:
    Account.objects.update(idle_minutes=minutes)
    eight.get("/roadmap/")

    time_machine.shift(timedelta(minutes=minutes, seconds=-1))
    assert eight.get("/roadmap/").status_code == 200
    time_machine.shift(timedelta(minutes=minutes, seconds=-1))
    assert eight.get("/roadmap/").status_code == 200, "each request starts the time again"
    time_machine.shift(timedelta(minutes=minutes))
    assert eight.get("/roadmap/").status_code == 302


def test_a_cookie_that_the_browser_restores_is_refused_after_the_quiet_minutes(eight: Client, time_machine) -> None:
    cookie = eight.cookies["__Host-session"].value
    time_machine.shift(timedelta(minutes=15))

    restored = Client()
    restored.cookies["__Host-session"] = cookie
    assert restored.get("/checkins/")["Location"] == "/accounts/login/?next=/checkins/"


def test_twelve_hours_after_signing_in_it_ends_however_busy(eight: Client, time_machine) -> None:
    for _ in range(12 * 6 - 1):
        time_machine.shift(timedelta(minutes=10))
        assert eight.get("/health/ready").status_code == 200

    assert eight.get("/roadmap/").status_code == 200
    time_machine.shift(timedelta(minutes=10))
    assert eight.get("/roadmap/").status_code == 302


def test_a_page_that_is_being_read_keeps_it_alive(eight: Client, time_machine) -> None:
    for _ in range(3):
        time_machine.shift(timedelta(minutes=14))
        assert eight.post("/accounts/alive/").status_code == 204

    time_machine.shift(timedelta(minutes=15))
    assert eight.post("/accounts/alive/").status_code == 302


def test_its_end_is_moved_once_a_minute_at_most(eight: Client, time_machine, django_assert_num_queries) -> None:
    time_machine.shift(timedelta(seconds=70))
    # The session with its account, a savepoint around each scope with its setting, and the end.
    with django_assert_num_queries(6):
        eight.post("/accounts/alive/")
    time_machine.shift(timedelta(seconds=50))
    with django_assert_num_queries(5):
        eight.post("/accounts/alive/")


def test_moving_its_end_touches_no_index(eight: Client, time_machine) -> None:
    """The row is updated in place (a HOT update), which an index on what is changed would prevent."""

    def updates() -> tuple[int, int]:
        with connection.cursor() as cursor:
            table = "'accounts_session'::regclass"
            cursor.execute(f"SELECT pg_stat_get_xact_tuples_updated({table}), pg_stat_get_xact_tuples_hot_updated({table})")
            return cursor.fetchone()

    before = updates()
    for _ in range(3):
        time_machine.shift(timedelta(minutes=2))
        assert eight.get("/").status_code == 200

    assert [after - earlier for after, earlier in zip(updates(), before, strict=True)] == [3, 3]


def test_who_signs_in_sweeps_away_what_has_ended(eight: Client, time_machine, stranger: Account) -> None:
    time_machine.shift(timedelta(hours=1))

    Client().post("/accounts/login/", {"login": "stranger", "password": PASSPHRASE})

    assert {session.owner for session in Session.objects.all()} == {stranger}


def test_a_session_goes_with_its_account(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        partner.delete()

    assert not Session.objects.exists()
    assert owner.get("/roadmap/").status_code == 302
