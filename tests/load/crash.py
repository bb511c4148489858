"""Kill -9 of PostgreSQL and of the server while people write: whatever was called saved is there afterwards, whole (docs/security.md, R67).

    .venv/bin/python -m tests.load.crash                            # 24 kills, 20,000 saves
    .venv/bin/python -m tests.load.crash --synchronous-commit off   # proves that the test can fail: this one must lose some

A kill leaves what the kernel has taken, so this says nothing about a power failure; that is what fsync and `check --deploy` are for.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from threading import Event, Lock

import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from tests.database import Database
from tests.serving import Serving, Visitor, environment

WRITERS = 8
STORED = """
import json
from accounts.vault.scope import acting_for
from accounts.models import Account
stored = {}
for account in Account.objects.all():
    with acting_for(account):
        days = account.checkins.all()
        stored[account.name] = {day.day.isoformat(): [day.gratitude_1, day.gratitude_3, day.action] for day in days}
print(json.dumps(stored))
"""


@dataclass
class Outcome:
    kills: int = 0
    saved: dict[tuple[str, str], str] = field(default_factory=dict)
    """What each (account, day) was told to be saved."""
    lost: int = 0
    half: int = 0
    recoveries: dict[str, list[float]] = field(default_factory=lambda: {"database": [], "server": []})
    """Seconds without a save: from the moment when the database was started again, and from the kill of the server."""

    def __str__(self) -> str:
        back = "; ".join(
            f"saving again after the {what} was killed within {max(times, default=0):.1f} s, in the middle {median(times or [0]):.1f} s"
            for what, times in self.recoveries.items()
        )
        return f"{self.kills} kills, {len(self.saved)} saves acknowledged, {self.lost} lost, {self.half} half written; {back}"


def run(var: Path, *, saves: int, kills: int, synchronous_commit: str = "on") -> Outcome:
    """Let `WRITERS` people save until `saves` were acknowledged, with `kills` spread over that: two of PostgreSQL, one of the server."""
    outcome, lock, done = Outcome(), Lock(), Event()
    server = Serving(var, DATABASE_POOL="4").wait_until_ready()
    database = Database(var)
    try:
        visitors = {name: Visitor(server.address).sign_up(name) for name in (f"quiet-harbour-{number + 10}" for number in range(WRITERS))}
        with database.connect() as connection:
            connection.execute("CHECKPOINT")
            connection.execute(f"ALTER SYSTEM SET synchronous_commit = {synchronous_commit}")
            # What is not synchronous waits here for as long as PostgreSQL allows.
            connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("SELECT pg_reload_conf()")
        with ThreadPoolExecutor(WRITERS) as people:
            writing = [people.submit(_write, *visitor, outcome, lock, done) for visitor in visitors.items()]
            try:
                for kill in range(1, kills + 1):
                    _wait_for(outcome, saves * kill // (kills + 1))
                    _kill(server, database, outcome, "database" if kill % 3 else "server")
                _wait_for(outcome, saves)
            finally:
                done.set()
            for writer in writing:
                writer.result()
        _compare(outcome, var)
    finally:
        server.stop()
        database.stop()
    return outcome


def _write(name: str, visitor: Visitor, outcome: Outcome, lock: Lock, done: Event) -> None:
    """Write one day after the other until `done`."""
    for number in count(1):
        if done.is_set():
            return
        day = (date.today() - timedelta(days=number)).isoformat()
        words = f"{name} on {day}"
        form = {"gratitude_1": words, "gratitude_3": words, "action": words, "version": "0"}
        with suppress(OSError):
            answer = visitor.send(f"/checkins/{day}/", form)
            if answer.status == 302 and answer.headers["location"].startswith("/checkins/"):
                with lock:
                    outcome.saved[name, day] = words
                continue
        time.sleep(0.05)


def _kill(server: Serving, database: Database, outcome: Outcome, which: str) -> None:
    """Kill one of the two, and wait until the next save."""
    _kill_server(server) if which == "server" else database.kill()
    outcome.kills += 1
    # What was answered before the kill may be noted only now.
    time.sleep(0.1)
    back = time.monotonic()
    if which == "database":
        database.start()
        back = time.monotonic()
    _wait_for(outcome, len(outcome.saved) + 1)
    outcome.recoveries[which].append(time.monotonic() - back)


def _wait_for(outcome: Outcome, saves: int) -> None:
    last, since = -1, time.monotonic()
    while len(outcome.saved) < saves:
        if len(outcome.saved) > last:
            last, since = len(outcome.saved), time.monotonic()
        if time.monotonic() - since > 60:
            raise SystemExit(f"nothing has been saved for a minute; {outcome}")
        time.sleep(0.005)


def _kill_server(server: Serving) -> None:
    """Kill the processes that answer; the one that watches over them starts new ones."""
    for process in psutil.Process(server.process.pid).children():
        if "spawn_main" in " ".join(process.cmdline()):
            process.kill()


def _compare(outcome: Outcome, var: Path) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", STORED]
    stored = json.loads(subprocess.run(command, env=environment(var), capture_output=True, text=True, check=True).stdout)
    for (name, day), words in outcome.saved.items():
        if stored.get(name, {}).get(day) != [words] * 3:
            outcome.lost += 1
    outcome.half = sum(len(set(words)) > 1 for days in stored.values() for words in days.values())


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--saves", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--synchronous-commit", choices=["on", "off"], default="on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103, the database runs as a user of its own
        outcome = run(Path(folder), saves=options.saves, kills=options.kills, synchronous_commit=options.synchronous_commit)
    print(outcome)
    as_it_should_be = outcome.lost == outcome.half == 0 if options.synchronous_commit == "on" else outcome.lost > 0
    sys.exit(not as_it_should_be)
