from django.db import connection
from django.test import Client

from accounts.models import Account, Session
from accounts.sessions import SessionStore, digest
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


def test_expired_sessions_are_cleared(owner: Client, time_machine) -> None:
    time_machine.move_to("2099-01-01")

    SessionStore.clear_expired()

    assert not Session.objects.exists()
