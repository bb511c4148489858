"""Ten years of one person's days: how long the pages that look at all of them take, and an export of them.

    .venv/bin/python -m tests.load.decade

Requests go through the whole program except the network. Beside each figure stands how much it moved from run to run, and the least time
for which the program had the processor, which a busy machine hardly moves. Before and after, one piece of arithmetic is timed:
where that is slow, so are the others.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta

import django

_folder = tempfile.TemporaryDirectory()
os.chmod(_folder.name, 0o755)  # noqa: S103, the database runs as a user of its own
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": f"{_folder.name}/var"}
django.setup()

from django.core.management import call_command  # noqa: E402, once Django is set up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.acting import acting_for  # noqa: E402
from accounts.models import Account  # noqa: E402
from checkins.emotions import BY_KEY  # noqa: E402
from checkins.models import CheckIn, Outcome  # noqa: E402
from config.demo import ACTIONS, GRATITUDES  # noqa: E402

DAYS, RUNS = 3652, 15
PASSPHRASE = "four words nobody guesses"


def fill(account: Account) -> None:
    """A day in every three quarters of ten years, most of them full, and a talk in every third week."""
    dice, now = random.Random(10), timezone.now()
    today = account.local_day(now)
    rows = []
    for ago in range(DAYS):
        if dice.random() < 0.25:
            continue
        words = dict(zip(CheckIn.GRATITUDES, dice.sample(GRATITUDES, 3), strict=True))
        words |= dict(zip(CheckIn.EMOTIONS, dice.sample(list(BY_KEY), 2), strict=True))
        words |= {"action": dice.choice(ACTIONS), "outcome": dice.choice(Outcome.values)}
        rows.append(CheckIn(account=account, day=today - timedelta(days=ago), written_at=now, zone="UTC", version=1, **words))
    with acting_for(account):
        CheckIn.objects.bulk_create(rows, batch_size=500)
        for ago in range(0, DAYS, 21):
            account.talks.create(day=today - timedelta(days=ago), state="held", version=1, written_at=now, issue="Evenings")
    print(f"{len(rows)} days of {DAYS}")


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
        response = client.post(path, words) if words is not None else client.get(path)
        assert response.status_code == 200, response.status_code

    return act


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("sync_guide", verbosity=0)
    account = Account.objects.create_user("quiet-harbour-42", PASSPHRASE, told_about_leave=True)
    fill(account)
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
    for key in ("30", "90", "180", "365", "all"):
        measure(f"patterns: {key}", page(client, f"/checkins/patterns/?range={key}"))
    assert client.post("/accounts/again/", {"password": PASSPHRASE}).status_code == 302
    for kind in ("json", "csv", "md", "html"):
        measure(f"export: {kind}", page(client, "/accounts/export/", {"format": kind}))
    measure("arithmetic, after", arithmetic)


if __name__ == "__main__":
    main()
