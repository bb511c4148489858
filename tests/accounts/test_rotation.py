"""A new key takes the old one's place, however often it is interrupted (docs/security.md, R45 and R46)."""

import base64
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from accounts.checks import keys_open_this_database
from accounts.management.commands.rotate_keys import COLUMNS
from accounts.models import Account
from accounts.signin import two_step
from accounts.signin.allauth_bridge import generate_totp_secret
from accounts.vault import key_rotation, sealing
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from tests.accounts.test_twostep import shown
from tests.checkins.days import write
from tests.conftest import PASSPHRASE, make_account
from tests.serving import environment

OLD = b"o" * 32
NEW = b"n" * 32
OTHER = b"x" * 32
NOON = datetime(2026, 3, 10, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def old_key(settings) -> None:
    settings.SEALING_KEYS = [OLD]


def elsewhere() -> dict[str, str]:
    """What another process needs to work on the database of this test, with the new key before the old."""
    database = connection.settings_dict
    query = urlencode({name: database[name.upper()] for name in ("host", "port", "password") if database.get(name.upper())})
    return {
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?{query}",
        "SECRET_KEY": settings.SECRET_KEY,
        "SEALING_KEYS": ",".join(base64.b64encode(key).decode() for key in (NEW, OLD)),
    }


def wait_until_a_process_waits_for_us() -> None:
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone():
                return
            time.sleep(0.05)
    pytest.fail("No process waits for the locked row.")


def rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def under(secret: bytes) -> int:
    """How many values in all places are sealed with that key."""
    head = sealing.VERSION + sealing.SealingKey(secret).id
    values = [column.unpack(getattr(row, column.field)) for column in COLUMNS for row in column.rows.all()]
    return sum(value.startswith(head) for value in values)


def test_everything_that_was_sealed_with_the_old_key_is_sealed_with_the_new(db: None, settings, client: Client, monkeypatch) -> None:
    monkeypatch.setattr(key_rotation, "_BATCH", 2)
    partner, *_ = [make_account(name, time_zone="Europe/London") for name in ("partner", "b", "c", "d", "e")]
    write(partner, gratitude_1="Jo rang back")
    secret = generate_totp_secret()
    codes = two_step.turn_on(partner, secret, shown(secret, NOON), at=NOON)
    client.force_login(partner)
    assert under(OLD) == 5 + 2 + 1

    settings.SEALING_KEYS = [NEW, OLD]
    said = rotate()

    assert (under(OLD), under(NEW)) == (0, 8)
    assert "5 under the first key, 5 of them newly" in said and "Leave only the first" in said
    settings.SEALING_KEYS = [NEW]
    partner.refresh_from_db()
    with acting_for(partner):
        assert CheckIn.objects.get().gratitude_1 == "Jo rang back"
    assert two_step.take(partner, codes[0], at=NOON)
    assert client.get("/roadmap/").status_code == 200, "no one was signed out"
    assert keys_open_this_database(databases=["default"]) == []


def test_a_second_run_changes_nothing(partner: Account, settings) -> None:
    settings.SEALING_KEYS = [NEW, OLD]
    rotate()
    before = bytes(Account.objects.get().data_key)

    assert "1 under the first key, 0 of them newly" in rotate()
    assert bytes(Account.objects.get().data_key) == before


def test_what_no_key_opens_is_left_as_it_is_and_said(partner: Account, settings) -> None:
    settings.SEALING_KEYS = [NEW, OTHER]
    before = bytes(partner.data_key)

    with pytest.raises(CommandError, match="None of SEALING_KEYS opens 1 of them"):
        rotate()
    assert bytes(Account.objects.get().data_key) == before


def test_passkeys_are_left_alone(partner: Account, settings) -> None:
    Authenticator.objects.create(user=partner, type=Authenticator.Type.WEBAUTHN, data={"credential": {}})
    settings.SEALING_KEYS = [NEW, OLD]

    rotate()

    assert Authenticator.objects.get().data == {"credential": {}}


def test_a_key_taken_out_too_early_is_missed_at_the_start(db: None, settings) -> None:
    make_account("partner")
    settings.SEALING_KEYS = [NEW, OLD]
    make_account("stranger")

    for keys, missed in (([OLD, NEW], None), ([NEW], "A key that part of this database"), ([OTHER], "None of the sealing keys")):
        settings.SEALING_KEYS = keys
        errors = keys_open_this_database(databases=["default"])
        assert [error.msg[: len(missed or "")] for error in errors] == ([missed] if missed else [])


@pytest.mark.django_db(transaction=True)
def test_a_process_that_was_not_given_the_new_key_says_so_and_fails_nobody(partner: Account, settings, caplog) -> None:
    """rotate_keys has run with a key that this process was not started with."""
    signed_in = Client()
    signed_in.force_login(partner)
    stranger = make_account("stranger")
    assert Client().get("/health/ready").status_code == 200
    settings.SEALING_KEYS = [NEW, OLD]
    call_command("rotate_keys", stdout=StringIO())
    settings.SEALING_KEYS = [OLD]

    client = Client()
    answer = client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    page = answer.content.decode()
    assert "Signing in does not work just now" in page and "safe" in page and "Leave" in page
    assert client.session.get("_auth_user_id") is None
    ready = Client().get("/health/ready")
    assert (ready.status_code, ready.content) == (503, b"down")
    assert Client().get("/health/live").status_code == Client().get("/help/").status_code == 200
    # Its session is sealed with the new key too, so it is a stranger's; one that was not yet rotated meets the account's key.
    assert signed_in.get("/checkins/").status_code == 302
    assert [record.getMessage() for record in caplog.records if record.name == "config.middleware.outage"] == [
        "An account is sealed with a key that this process does not have. Restart it with every key in SEALING_KEYS."
    ]
    settings.SEALING_KEYS = [NEW, OLD]
    assert client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE}).status_code == 302
    assert Client().get("/health/ready").status_code == 200
    assert stranger.checkins.model.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_words_sent_while_the_account_has_another_key_come_back(owner: Client, partner: Account, settings) -> None:
    settings.SEALING_KEYS = [NEW, OLD]
    Account.objects.filter(pk=partner.pk).update(data_key=sealing.under_first_key(bytes(partner.data_key), sealing.WRAPPING))
    settings.SEALING_KEYS = [OLD]

    read, saved = owner.get("/checkins/"), owner.post("/checkins/", {"gratitude_1": "Jo rang back", "version": "0"})

    assert (read.status_code, saved.status_code) == (503, 503)
    assert "Jo rang back" in saved.content.decode() and "Everything saved before is safe" in saved.content.decode()
    settings.SEALING_KEYS = [NEW, OLD]
    assert owner.post("/checkins/", {"gratitude_1": "Jo rang back", "version": "0"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_killed_midway_it_goes_on_where_it_was(tmp_path: Path, settings) -> None:
    """A process of its own, killed with SIGKILL while it waits for a row that another process has locked."""
    batches, size = 4, key_rotation._BATCH
    accounts = [Account(name=f"account-{number}") for number in range(batches * size)]
    Account.objects.bulk_create(accounts)
    held = Account.objects.order_by("pk")[2 * size + size // 2]
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=held.pk)
        running = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "rotate_keys"],
            env=environment(tmp_path, **elsewhere()),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2):
            assert running.stdout.readline().startswith("accounts")
        wait_until_a_process_waits_for_us()
        os.kill(running.pid, signal.SIGKILL)
        assert running.wait(10) == -signal.SIGKILL
        running.stdout.close()
    assert (under(OLD), under(NEW)) == (2 * size, 2 * size)

    settings.SEALING_KEYS = [NEW, OLD]
    assert all(sealing.unwrap(account.data_key) for account in Account.objects.all()), "all can be opened meanwhile"
    rotate()

    assert (under(OLD), under(NEW)) == (0, batches * size)
    settings.SEALING_KEYS = [NEW]
    was = {account.pk: account.data_key for account in accounts}
    for account in Account.objects.all():
        now = sealing.unwrap(account.data_key)
        settings.SEALING_KEYS = [OLD]
        assert sealing.unwrap(was[account.pk]).id == now.id, "the data key itself is the same"
        settings.SEALING_KEYS = [NEW]
