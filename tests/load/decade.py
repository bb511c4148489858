"""Ten years of one person's days: how long the pages that look at all of them take, and an export of them.

    .venv/bin/python -m tests.load.decade

Requests go through the whole program except the network. Next to each figure is how much it varied between runs, and the least time
for which the program had the processor, which a busy machine hardly moves. Before and after, one piece of arithmetic is timed:
where that is slow, so are the others.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable

import django

_folder = tempfile.TemporaryDirectory()
os.chmod(_folder.name, 0o755)  # noqa: S103, the database runs as a user of its own
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": f"{_folder.name}/var"}
django.setup()

from django.core.management import call_command  # noqa: E402, once Django is set up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Account  # noqa: E402
from accounts.signin.throttle import TokenBucket  # noqa: E402
from tests.load import invented  # noqa: E402

DAYS = 3652
RUNS = 15
PASSPHRASE = "four words nobody guesses"


def measure(name: str, act: Callable[[], object]) -> None:
    act()
    runs, used = [], []
    for _ in range(RUNS):
        before, used_before = time.perf_counter(), time.process_time()
        act()
        runs.append(1000 * (time.perf_counter() - before))
        used.append(1000 * (time.process_time() - used_before))
    print(
        f"{name:<32} median {statistics.median(runs):7.1f} ms, {min(runs):7.1f} to {max(runs):7.1f}; of the processor {min(used):7.1f} ms"
    )


def arithmetic() -> None:
    sum(number * number for number in range(1_000_000))


def page(client: Client, path: str, words: dict[str, str] | None = None) -> Callable[[], None]:
    def act() -> None:
        if words is None:
            response = client.get(path)
        else:
            # As the page sends it; a plain post would be answered by the address where the page is held. Searches are limited.
            TokenBucket.objects.all().delete()
            response = client.post(path, words, headers={"HX-Request": "true"})
        assert response.status_code == 200, response.status_code

    return act


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("sync_guide", verbosity=0)
    account = Account.objects.create_user("quiet-harbour-42", PASSPHRASE, told_about_leave=True)
    written = invented.fill(account, days=DAYS, dice=random.Random(10))
    print(f"{written} days of {DAYS}")
    client = Client(headers={"Host": "localhost"})
    client.post("/accounts/login/", {"login": account.name, "password": PASSPHRASE})
    year = account.local_day(timezone.now()).year - 1
    measure("arithmetic, before", arithmetic)
    measure("Today", page(client, "/"))
    measure("history: this month and year", page(client, "/checkins/history/"))
    measure("a year in lines", page(client, f"/checkins/calendar/{year}/"))
    measure("search: a word on many days", page(client, "/checkins/history/", {"q": "garden"}))
    measure("search: a slip of the keyboard", page(client, "/checkins/history/", {"q": "tomatos"}))
    measure("search: a feeling", page(client, "/checkins/history/", {"emotion": "calm"}))
    measure("search everything: a word", page(client, "/search/", {"q": "garden"}))
    measure("search everything: a slip", page(client, "/search/", {"q": "tomatos"}))
    for key in ("30", "90", "180", "365", "all"):
        measure(f"patterns: {key}", page(client, f"/checkins/patterns/?range={key}"))
    assert client.post("/accounts/reauthenticate/", {"password": PASSPHRASE}).status_code == 302
    for kind in ("json", "csv", "md", "html"):
        measure(f"export: {kind}", page(client, "/accounts/export/", {"format": kind}))
    measure("arithmetic, after", arithmetic)


if __name__ == "__main__":
    main()
