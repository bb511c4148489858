"""The dearest requests, as multiples: a stranger's of a page of help lines (docs/security.md, R80), and those of an account that holds as
much as it can of the demo account's (R81).

    .venv/bin/python -m tests.load.dearest               # both, some minutes
    .venv/bin/python -m tests.load.dearest strangers

Counted is the processor's time of this process and of its database connection, the least of three runs. What hashes a passphrase is marked.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

_folder = tempfile.TemporaryDirectory()
os.chmod(_folder.name, 0o755)  # noqa: S103, the database runs as a user of its own
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": f"{_folder.name}/var"}

import django  # noqa: E402

django.setup()

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Account  # noqa: E402
from accounts.portability.models import ImportFile  # noqa: E402
from accounts.portability.parsing import read  # noqa: E402
from accounts.vault.models import private_models  # noqa: E402
from accounts.vault.scope import acting_for  # noqa: E402
from config.ops import demo  # noqa: E402

PASSPHRASE = "four words nobody guesses"
FORM = "application/x-www-form-urlencoded"
# What strangers may send: many fields, long ones, repeated ones, and accents, which take long to put in order.
BODIES = {
    "nothing": [],
    "990 fields with words": [(f"f{number}", "a b") for number in range(990)],
    "990 fields": [(f"f{number}", "x") for number in range(990)],
    "990 times one field": [("q", "a b")] * 990,
    "a long field": [("q", "word " * 40_000), ("login", "x" * 100), ("password", "y" * 100)],
    "a field as long as is read": [("q", "word " * 6_000)],
    "accents": [(name, "e\u0301\u0323" * 30_000) for name in ("q", "login", "username")],
    "what our forms have": [
        (name, "two words and some more") for name in ["q", "login", "password", "username", "password1", "email", "when", "will", "story"]
    ],
}
PUBLIC = [
    "/",
    "/guide/",
    "/guide/talking/",
    "/guide/search/",
    "/guide/story/",
    "/guide/heard/",
    "/guide/card/",
    "/guide/handout/",
    "/guide/sheets/support/",
    "/guide/find-someone/",
    "/guide/sources/",
    "/guide/print/",
    "/guide/talking/print/",
    "/help/",
    "/using-this-safely/",
    "/leave/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/recover/",
    "/accounts/login/passkey/",
    "/accounts/login/code/",
    "/checkins/",
    "/roadmap/",
    "/roadmap/talks/new/",
    "/roadmap/plan/",
    "/search/",
    "/undo/",
    "/nowhere/",
    "/accounts/draft/",
    "/accounts/import/",
    "/health/ready",
]
PRIVATE = [
    "/",
    "/checkins/",
    "/checkins/history/",
    "/checkins/patterns/",
    "/roadmap/",
    "/roadmap/actions/new/",
    "/roadmap/talks/",
    "/roadmap/talks/ladder/",
    "/roadmap/talks/new/",
    "/roadmap/reviews/",
    "/roadmap/reviews/new/",
    "/roadmap/looking-back/",
    "/roadmap/looking-back/?now=1",
    "/roadmap/sheet/",
    "/roadmap/calendar/",
    "/roadmap/calendar.ics",
    "/roadmap/plan/",
    "/guide/",
    "/guide/talking/",
    "/guide/support-map/",
    "/accounts/settings/",
    "/accounts/devices/",
    "/accounts/import/",
    "/accounts/delete/",
    "/search/",
]
HASHES = {"/accounts/login/", "/accounts/signup/", "/accounts/recover/"}


def cost(ask: Callable[[], Any], runs: int = 3) -> float:
    """Milliseconds of the processor, here and in the database."""
    least = float("inf")
    for _ in range(runs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = psutil.Process(cursor.fetchone()[0])
        before, here = sum(backend.cpu_times()[:2]), time.process_time()
        ask()
        least = min(least, time.process_time() - here + (sum(backend.cpu_times()[:2]) - before if backend.is_running() else 0))
    return least * 1000


def strangers() -> None:
    def ask(path: str, body: str | None = None, **headers: str) -> Callable[[], HttpResponse]:
        def send() -> Any:
            client = Client(headers={"Host": "localhost", **headers})
            client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
            return client.get(path) if body is None else client.generic("POST", path, body, FORM)

        return send

    page = cost(ask("/help/?country=GB"), 8)
    print(f"a page of help lines: {page:.1f} ms")
    found = [(cost(ask(path)) / page, f"GET {path}") for path in PUBLIC]
    for path in PUBLIC:
        for name, fields in BODIES.items():
            found.append((cost(ask(path, urlencode(fields), **{"Sec-Fetch-Site": "same-origin"})) / page, f"POST {path}, {name}"))
    for times, what in sorted(found, reverse=True)[:15]:
        print(f"  {times:4.1f} x {what}" + (" (hashes)" if what.split()[1].rstrip(",") in HASHES else ""))


def accounts() -> None:
    usual, full = Account.objects.get(name=demo.NAME), Account.objects.create_user("full", PASSPHRASE, time_zone="Europe/London")
    usual.set_password(PASSPHRASE)
    usual.save(update_fields=["password"])
    _fill(full)
    clients = []
    for account in (usual, full):
        client = Client(headers={"Host": "localhost"})
        client.force_login(account)
        client.post("/accounts/reauthenticate/", {"password": PASSPHRASE})
        clients.append(client)
    print("milliseconds for the demo account, for a full one, and their ratio")
    for path in PRIVATE:
        demo_ms, full_ms = (cost(lambda client=client, path=path: client.get(path)) for client in clients)
        print(f"  {demo_ms:6.1f} {full_ms:7.1f} {full_ms / demo_ms:5.1f}  {path}")
    for path in ("/search/", "/checkins/history/"):
        demo_ms, full_ms = (cost(lambda client=client, path=path: client.post(path, {"q": "words"})) for client in clients)
        print(f"  {demo_ms:6.1f} {full_ms:7.1f} {full_ms / demo_ms:5.1f}  {path}, a search: counted for each account")


def _fill(account: Account) -> None:
    """Import as much as the account can have."""
    today = date.today()

    def day(number: int) -> str:
        return (today - timedelta(days=number)).isoformat()

    def text(number: int, length: int = 300) -> str:
        return (f"Words number {number} " + "and more words of it, " * 100)[:length]

    rows: dict[str, Callable[[int], dict[str, Any]]] = {
        "checkin": lambda at: {"day": day(at), "emotion_1": "torn", "emotion_2": f"own {at % 300}", "action": text(at, 200)}
        | {f"gratitude_{number}": text(at + number) for number in (1, 2, 3)},
        "action": lambda at: {
            "title": text(at, 200), "note": text(at, 2000), "horizon": (7, 30, 180)[at % 3], "position": at, "due_on": day(-at % 200)
        },
        "talk": lambda at: {"state": ("held", "planned", "let-go")[at % 3], "day": day(at), "issue": text(at, 200), "note": text(at, 2000)}
        | {"need": text(at, 200), "smaller_ask": text(at, 200), "response": "listened", "key": str(UUID(int=at))},
        "review": lambda at: {"day": day(at), "finished": True, "note": text(at, 2000)}
        | {"answers": {f"q{number}": 1 + at % 5 for number in range(1, 7)}},
        "safetycheck": lambda at: {"day": day(at), "answers": {}},
        "lookback": lambda at: {"round": at + 1, "since": day(5000 - at * 90), "closed_on": day(4920 - at * 90), "now": text(at, 2000)},
        "supporter": lambda at: {"who": text(at, 100), "kind": "friend", "reach": text(at, 500)},
        "pause": lambda at: {"first": day(9000 - at * 10), "last": day(8998 - at * 10)},
    }  # fmt: skip
    bounds = {str(model._meta.model_name): model.max_rows or 0 for model in private_models()}
    for name, make in rows.items():
        for start in range(0, bounds[name] + 20, 1000):
            entries = [make(at) for at in range(start, min(start + 1000, bounds[name] + 20))]
            content = json.dumps({"format": "even-keel", "version": 1, name: entries}).encode()
            with acting_for(account):
                file = ImportFile.upload(account, read(content, account, at=timezone.now()), at=timezone.now())
                while not file.is_previewed:
                    file.preview(at=timezone.now())
                file.apply(overwrite=False, at=timezone.now())


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    call_command("sync_guide", verbosity=0)
    demo.make()
    for measure in [globals()[name] for name in sys.argv[1:]] or [strangers, accounts]:
        measure()
