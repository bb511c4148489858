"""Many people at once: of what they do 60 % is reading, 30 % saving, 10 % signing in again.

    .venv/bin/python -m tests.load.people                  # 100 people for 10 minutes
    .venv/bin/python -m tests.load.people --people 500 --minutes 2   # too many: some are asked to come back, none is told a save that isn't

Each thinks for one to three seconds between two requests. Who asks runs on the same cores as who answers.
"""

import os
import random
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import quantiles
from threading import Event, Lock, Thread

import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from tests.database import Database
from tests.serving import Serving, Visitor

PASSPHRASE = "four words nobody guesses"
READ = ["/", "/checkins/", "/checkins/history/", "/checkins/patterns/", "/roadmap/", "/guide/", "/guide/talking/", "/help/?country=GB"]


class Crowd:
    def __init__(self, server: Serving) -> None:
        self.server = server
        self.done, self._lock = Event(), Lock()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.answers: Counter[tuple[str, int]] = Counter()
        self.saved = 0

    def ask(self, what: str, visitor: Visitor, *arguments: object) -> int:
        """One timed request by get or send; what it answered. A connection refused or dropped counts as 0."""
        before = time.monotonic()
        try:
            status = (visitor.get if what == "read" else visitor.send)(*arguments).status  # type: ignore[arg-type]
        except OSError:
            status = 0
        with self._lock:
            self.seconds[what].append(time.monotonic() - before)
            self.answers[what, status] += 1
        return status

    def live(self, name: str, visitor: Visitor, chance: random.Random) -> None:
        days = (date.today() - timedelta(days=number) for number in count(1))
        while not self.done.wait(chance.uniform(1, 3)):
            match chance.choices(("read", "save", "sign in"), (60, 30, 10))[0]:
                case "read":
                    self.ask("read", visitor, chance.choice(READ))
                case "save":
                    words = {"gratitude_1": "Rain on the skylight", "emotion_1": "calm", "action": "Walk to the bridge", "version": "0"}
                    if self.ask("save", visitor, f"/checkins/{next(days)}/", words) == 302:
                        with self._lock:
                            self.saved += 1
                case "sign in":
                    visitor.jar.clear(name="session", domain="127.0.0.1", path="/")
                    while not self.done.is_set():
                        status = self.ask("sign in", visitor, "/accounts/login/", {"login": name, "password": PASSPHRASE})
                        if status == 302:
                            break
                        self.done.wait(chance.uniform(1, 3))


def run(var: Path, people: int, minutes: float) -> None:
    server = Serving(var, TRUSTED_PROXIES="1").wait_until_ready()
    try:
        crowd = Crowd(server)
        visitors = {}
        for number in range(people):
            name = f"quiet-harbour-{number + 10}"
            # As the proxy in front tells it: everybody has an address of their own, or the pace of tries would count all as one.
            visitor = Visitor(server.address, **{"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"})
            visitors[name] = visitor.sign_up(name, PASSPHRASE)
        workers = psutil.Process(server.process.pid).children(recursive=True)
        workers = [each for each in workers if "python" in each.name()]
        before = _megabytes(workers)
        with ThreadPoolExecutor(people) as threads:
            for number, (name, visitor) in enumerate(visitors.items()):
                threads.submit(crowd.live, name, visitor, random.Random(number))
            Thread(target=lambda: time.sleep(minutes * 60) or crowd.done.set(), daemon=True).start()
        print(f"{people} people, {minutes:g} minutes: {sum(crowd.answers.values()) / minutes / 60:.0f} requests/s")
        for what, seconds in crowd.seconds.items():
            cut = quantiles(seconds, n=100)
            answers = ", ".join(
                f"{status or 'no answer'}: {number}" for (which, status), number in sorted(crowd.answers.items()) if which == what
            )
            print(f"  {what}: p50 {cut[49] * 1000:.0f} ms, p95 {cut[94] * 1000:.0f} ms, p99 {cut[98] * 1000:.0f} ms; {answers}")
        with Database(var).connect() as connection:
            stored = connection.execute("SELECT count(*) FROM checkins_checkin").fetchone()
        print(f"  saves acknowledged: {crowd.saved}, stored: {stored[0] if stored else 0}")
        print(f"  MB of the processes (their own): {before} before, {_megabytes(workers)} after")
    finally:
        server.stop()


def _megabytes(processes: list[psutil.Process]) -> str:
    """What is in memory for each, and of it what is its own."""
    return ", ".join(f"{each.memory_info().rss >> 20} ({each.memory_full_info().uss >> 20})" for each in processes)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103, the database runs as a user of its own
        run(Path(folder, "var"), options.people, options.minutes)
