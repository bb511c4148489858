"""More requests than can be answered, sent whether earlier ones were answered or not (an open loop), on loopback.

    .venv/bin/python -m tests.load.overload                # what it carries, then five times as much for 20 seconds, then as much as before
    .venv/bin/python -m tests.load.overload --times 3 --seconds 10
    .venv/bin/python -m tests.load.overload sign-ins       # Today with and without four people who sign in without pause

Half of the requests read private pages, a fifth the guide, 20 % save and 10 % ask for help lines. Whoever asks runs on the same cores as
whoever answers. Printed for each kind: how many were answered, shed and not answered at all, and how long that took; and whether each save
that was acknowledged is stored.
"""

import asyncio
import os
import random
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from tests.database import Database
from tests.serving import Serving, Visitor

PEOPLE = 16
PASSPHRASE = "four words nobody guesses"
PRIVATE = ["/", "/checkins/", "/checkins/history/", "/roadmap/"]
GUIDE = ["/guide/", "/guide/talking/", "/guide/options/"]
KINDS = {"private": 50, "guide": 20, "save": 20, "help": 10}
# Connections that are open at once: a bound for this program, not for the server.
MAX_OPEN = 900


class Load:
    """What one phase asked and got."""

    def __init__(self, name: str, port: int, cookies: list[str], days: dict[int, int]) -> None:
        self.name, self.port, self.cookies, self.days = name, port, cookies, days
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.answers: Counter[tuple[str, str]] = Counter()
        self.saved: set[tuple[int, str]] = set()
        self._open = 0

    async def run(self, per_second: float, seconds: float, chance: random.Random) -> None:
        """Send `per_second` requests for so many seconds, at moments that do not depend on the answers."""
        begun, asked, waiting = time.monotonic(), 0, set()
        while (passed := time.monotonic() - begun) < seconds:
            for _ in range(int(passed * per_second) - asked):
                asked += 1
                kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
                waiting.add(task := asyncio.create_task(self.ask(kind, chance)))
                task.add_done_callback(waiting.discard)
            await asyncio.sleep(0.002)
        if waiting:
            await asyncio.wait(waiting, timeout=30)
        self.per_second = asked / seconds

    async def ask(self, kind: str, chance: random.Random) -> None:
        if self._open >= MAX_OPEN:
            self.answers[kind, "not sent"] += 1
            return
        person, body, day = chance.randrange(PEOPLE), b"", ""
        path = {"private": PRIVATE, "guide": GUIDE, "help": ["/help/?country=GB"], "save": [""]}[kind][0 if kind == "save" else -1]
        if kind in ("private", "guide"):
            path = chance.choice(PRIVATE if kind == "private" else GUIDE)
        if kind == "save":
            self.days[person] += 1
            day = (date.today() - timedelta(days=self.days[person])).isoformat()
            path, body = f"/checkins/{day}/", b"gratitude_1=Rain+on+the+skylight&emotion_1=calm&action=Walk+to+the+bridge&version=0"
        self._open += 1
        before = time.monotonic()
        try:
            status, text = await asyncio.wait_for(self._exchange(path, body, "" if kind == "help" else self.cookies[person]), 20)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            status, text = 0, ""
        finally:
            self._open -= 1
        took = time.monotonic() - before
        outcome = "answered" if status in (200, 302) else "shed" if status in (429, 503) else f"{status}" if status else "no answer"
        self.answers[kind, outcome] += 1
        self.seconds[f"{kind}, {outcome}"].append(took)
        if kind == "save" and status == 200 and "Saved " in text:
            self.saved.add((person, day))

    async def _exchange(self, path: str, body: bytes, cookie: str) -> tuple[int, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Accept-Encoding: gzip"]
            if body:
                head += ["HX-Request: true", "Sec-Fetch-Site: same-origin", f"Content-Length: {len(body)}"]
                head += ["Content-Type: application/x-www-form-urlencoded", "Accept-Encoding: identity"]
                head.remove("Accept-Encoding: gzip")
            writer.write(("\r\n".join([*head, f"Cookie: {cookie}", "", ""])).encode() + body)
            await writer.drain()
            answer = await reader.read()
            return int(answer.split(b" ", 2)[1]), answer.decode(errors="replace") if body else ""
        except IndexError as error:
            raise ValueError("no status") from error
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def report(self) -> None:
        print(f"{self.name}: {self.per_second:.0f} requests/s were sent")
        for kind in KINDS:
            counted = {outcome: number for (which, outcome), number in self.answers.items() if which == kind}
            print(
                f"  {kind}: " + ", ".join(f"{number} {outcome}{self._times(kind, outcome)}" for outcome, number in sorted(counted.items()))
            )

    def _times(self, kind: str, outcome: str) -> str:
        times = self.seconds[f"{kind}, {outcome}"]
        if len(times) < 2:
            return ""
        cut = quantiles(times, n=100)
        return f" (p50 {cut[49] * 1000:.0f} ms, p95 {cut[94] * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms)"


def capacity(port: int, cookies: list[str], days: dict[int, int], seconds: float) -> float:
    """Requests a second of the same mix that are answered when eight ask one after the other."""

    async def closed(load: Load) -> None:
        until = time.monotonic() + seconds

        async def one(number: int) -> None:
            chance = random.Random(number)
            while time.monotonic() < until:
                await load.ask(chance.choices(list(KINDS), list(KINDS.values()))[0], chance)

        await asyncio.gather(*(one(number) for number in range(8)))

    load = Load("closed", port, cookies, days)
    asyncio.run(closed(load))
    return load.answers.total() / seconds


def overload(var: Path, times: float, seconds: float) -> None:
    server = Serving(var).wait_until_ready()
    try:
        visitors = [Visitor(server.address).sign_up(f"quiet-harbour-{number + 10}") for number in range(PEOPLE)]
        cookies = ["; ".join(f"{each.name}={each.value}" for each in visitor.jar) for visitor in visitors]
        days: dict[int, int] = defaultdict(int)
        capacity(server.port, cookies, days, 3)
        carried = capacity(server.port, cookies, days, 6)
        print(f"it carries {carried:.0f} requests/s of this mix")
        loads = []
        for name, factor, length in (("before", 0.5, 5), (f"{times:g} times as much", times, seconds), ("after", 0.5, 10)):
            load = Load(name, server.port, cookies, days)
            loads.append(load)
            asyncio.run(load.run(carried * factor, length, random.Random(name)))
            load.report()
        with Database(var).connect() as connection:
            rows = connection.execute("SELECT a.name, c.day::text FROM checkins_checkin c JOIN accounts_account a ON a.id = c.account_id")
            stored = {(int(name.rpartition("-")[2]) - 10, day) for name, day in rows}
        saved = set().union(*(load.saved for load in loads))
        print(f"saves acknowledged: {len(saved)}, of them lost: {len(saved - stored)}")
    finally:
        server.stop()


def sign_ins(var: Path, seconds: float) -> None:
    """How much of Today's throughput is left while four people sign in without pause; both turn and turn about."""
    server = Serving(var, TRUSTED_PROXIES="1").wait_until_ready()
    try:
        reader = Visitor(server.address, None, **{"X-Forwarded-For": "10.0.0.1"}).sign_up("quiet-harbour-10")
        cookie = "; ".join(f"{each.name}={each.value}" for each in reader.jar)
        names = [f"quiet-harbour-{number}" for number in range(11, 15)]
        for number, name in enumerate(names, 2):
            Visitor(server.address, None, **{"X-Forwarded-For": f"10.0.0.{number}"}).sign_up(name)
        loads = {signing_in: Load("Today", server.port, [cookie] * PEOPLE, {}) for signing_in in (False, True)}
        signed_in: Counter[int] = Counter()
        for signing_in in (False, True) * 3:
            asyncio.run(_today(loads[signing_in], names if signing_in else [], signed_in, seconds))
        alone, beside = (loads[each].answers["private", "answered"] / seconds / 3 for each in (False, True))
        print(f"Today: {alone:.0f}/s alone, {beside:.0f}/s beside four who sign in; {beside / alone:.2f} is left")
        print("signing in: " + ", ".join(f"{number / seconds / 3:.1f}/s answered {status}" for status, number in signed_in.items()))
    finally:
        server.stop()


async def _today(load: Load, names: list[str], signed_in: Counter[int], seconds: float) -> None:
    until = time.monotonic() + seconds

    async def read() -> None:
        while time.monotonic() < until:
            before = time.monotonic()
            status, _ = await load._exchange("/", b"", load.cookies[0])
            load.answers["private", "answered" if status == 200 else str(status)] += 1
            load.seconds["private, answered"].append(time.monotonic() - before)

    async def sign_in(number: int, name: str) -> None:
        visitor = Visitor(f"http://127.0.0.1:{load.port}", None, **{"X-Forwarded-For": f"10.0.0.{number}"})
        visitor.jar.clear()
        while time.monotonic() < until:
            form = {"login": name, "password": PASSPHRASE}
            answer = await asyncio.to_thread(visitor.post, "/accounts/login/", form)
            visitor.jar.clear()
            if time.monotonic() < until:
                signed_in[answer.status] += 1

    await asyncio.gather(*(read() for _ in range(8)), *(sign_in(number, name) for number, name in enumerate(names, 2)))


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("what", choices=["overload", "sign-ins"], nargs="?", default="overload")
    parser.add_argument("--times", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103, the database runs as a user of its own
        if options.what == "overload":
            overload(Path(folder, "var"), options.times, options.seconds)
        else:
            sign_ins(Path(folder, "var"), options.seconds / 5)
