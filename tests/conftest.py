import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.local_day import local_day
from accounts.models import Account
from accounts.signin.passphrases import PassphraseHasher
from accounts.vault.scope import acting_for
from config.ops import db_timeout

# Playwright keeps an event loop in the main thread for the whole run, and Django would take the tests' own queries for asynchronous ones.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A checkout has a temporary folder of its own. pytest closes the shared one to other users each time it starts, and as root our servers run
# as another user: a second run elsewhere on the machine would shut them out of their files.
_temporary = Path(gettempdir()) / f"even-keel-{sha256(__file__.encode()).hexdigest()[:8]}"
_temporary.mkdir(exist_ok=True)
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_temporary))

# A page that answers a plain POST is held at an address of its own, and a browser goes there (config.held). So do the tests, which then see
# the page and its status; `answer.redirected_from` is the 303. Those of the mechanism itself set `client.follows_held = False`.
_ask = Client.request


def _ask_and_follow(self: Client, **environ: object) -> object:
    answer = _ask(self, **environ)
    if answer.status_code != 303 or not answer.headers["Location"].startswith("/held/") or not getattr(self, "follows_held", True):
        return answer
    passed_on = {name: value for name, value in environ.items() if name.startswith(("HTTP_", "REMOTE_")) or name == "wsgi.url_scheme"}
    page = self.get(answer.headers["Location"], **passed_on)
    page.redirected_from, page.context, page.templates = answer, page.context or answer.context, page.templates or answer.templates
    return page


Client.request = _ask_and_follow  # type: ignore[method-assign]

PASSPHRASE = "four words nobody guesses"

# On a busy machine one statement can take longer than a request waits, and for a second all others are then answered 503. What happens
# without a database is tested with the program as it is run.
db_timeout.TIMEOUT_S = 60

# Examples share the rows that a fixture made; each states what it needs.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
settings.load_profile("suite")


def today() -> date:
    """The day it is for who has just signed up: between midnight and three o'clock still the one before."""
    return local_day(datetime.now(UTC), ZoneInfo("UTC"), Account().day_start)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Ends connections that would prevent dropping the tests' database.

    While Playwright's loop runs, Django keeps connections by context and not by thread: those of tests after the first browser test
    are not found any more once it has ended.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")


@cache
def _hash(*cost: int) -> str:
    """PASSPHRASE as it is stored when a hash costs this: at another cost, signing in would hash it again and end the other sessions."""
    return make_password(PASSPHRASE)


def make_account(name: str, **fields: object) -> Account:
    """An account whose passphrase is PASSPHRASE. It is hashed once a run: a hash takes longer than most tests."""
    with transaction.atomic():
        account = Account.objects.create(
            name=Account.normalize_username(name), password=_hash(PassphraseHasher.memory_cost, PassphraseHasher.time_cost), **fields
        )
        account.create_defaults()
    return account


def stored(account: Account, column: str) -> bytes:
    """What PostgreSQL has in a column of the account, as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_account WHERE id = %s", [account.pk])
        return bytes(cursor.fetchone()[0])


def say_passphrase(client: Client) -> None:
    """Answer the question for the passphrase that some pages ask again."""
    assert client.post("/accounts/reauthenticate/", {"password": PASSPHRASE}).status_code == 302


def begun[Result](act: Callable[[], Result]) -> Future[Result]:
    """Begin `act` on a connection of its own; returns once it waits for what the transaction around this call has done."""

    def run() -> Result:
        try:
            return act()
        finally:
            connection.close()

    threads = ThreadPoolExecutor(1)
    future = threads.submit(run)
    threads.shutdown(wait=False)
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
            if cursor.fetchone()[0]:
                return future
        if future.done():
            break
        time.sleep(0.01)
    raise AssertionError("It did not wait.")


@pytest.fixture
def partner(db: None) -> Account:
    """Whose rows they are: the person the product is for."""
    return make_account("partner", time_zone="Europe/London")


@pytest.fixture
def stranger(db: None) -> Account:
    """Another person with an account, who must see nothing of it."""
    return make_account("stranger")


@pytest.fixture
def sign_in() -> Callable[[Account], Client]:
    def signed_in(account: Account) -> Client:
        client = Client()
        client.force_login(account)
        return client

    return signed_in


@pytest.fixture
def owner(partner: Account, sign_in: Callable[[Account], Client]) -> Client:
    """A browser in which `partner` is signed in."""
    return sign_in(partner)


@pytest.fixture
def acting(partner: Account) -> Iterator[Account]:
    """Acting for `partner` during the whole test."""
    with acting_for(partner):
        yield partner
