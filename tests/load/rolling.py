"""Copies of the program are restarted behind Caddy while people read and save: no request may be lost, and none may be carried out twice.

.venv/bin/python -m tests.load.rolling              # one of two is restarted, eight times in turn
.venv/bin/python -m tests.load.rolling --copies 1   # a single one is restarted: requests wait
.venv/bin/python -m tests.load.rolling --without-systemd   # no socket outlives a restart: Caddy waits, which it can from 2.11.2 on
"""

import os
import socket
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from threading import Event

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from tests.postgresql import Server
from tests.proxy import Proxy, in_front_of
from tests.serving import Serving, Visitor, free_port

PEOPLE = 4
KEYS = {"SECRET_KEY": "x" * 50, "SEALING_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}


@dataclass
class Outcome:
    requests: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    """What was answered instead, and how often."""
    saved: Counter[str] = field(default_factory=Counter)
    """Acknowledged saves by table."""
    stored: Counter[str] = field(default_factory=Counter)
    """Rows that were added to each table."""
    slowest: float = 0
    """Seconds."""

    def __str__(self) -> str:
        lost = ", ".join(f"{number} x {what}" for what, number in self.lost.items())
        return (
            f"{self.requests} requests, {self.lost.total()} lost{f' ({lost})' if lost else ''}, slowest {self.slowest:.1f} s; "
            f"saved {dict(self.saved)}, stored {dict(self.stored)}"
        )


def run(folder: Path, *, copies: int, restarts: int, requests: int = 0, without_systemd: bool = False) -> Outcome:
    """Restart `copies` of the program in turn, `restarts` times, and go on until there were `requests`."""
    postgresql = Server(18)
    settings = KEYS | {"DATABASE_URL": postgresql.new_database("evenkeel"), "ALLOWED_HOSTS": "localhost", "DATABASE_POOL": "4"}
    sockets = [] if without_systemd else [socket.create_server(("127.0.0.1", 0), backlog=1024) for _ in range(copies)]
    ports = [each.getsockname()[1] for each in sockets] or [free_port() for _ in range(copies)]
    running: list[Serving] = []
    outcome, done = Outcome(), Event()

    def start(number: int) -> Serving:
        listening = sockets[number] if sockets else None
        return Serving(folder / f"var{number}", "--workers", "2", port=ports[number], listening=listening, **settings)

    try:
        for number in range(copies):
            running.append(start(number).wait_until_ready())
        with in_front_of(folder, *ports, PROGRAM_WAIT="60s" if without_systemd else "0s") as proxy, ThreadPoolExecutor(PEOPLE) as people:
            visitors = [_sign_up(proxy, number) for number in range(PEOPLE)]
            before = _rows(postgresql)
            at_work = [people.submit(_read_and_save, visitor, outcome, done) for visitor in visitors]
            try:
                for turn in range(restarts):
                    time.sleep(1)
                    assert running[turn % copies].stop() == 0
                    running[turn % copies] = start(turn % copies).wait_until_ready()
                until = time.monotonic() + 120
                while outcome.requests < requests and time.monotonic() < until:
                    time.sleep(0.1)
            finally:
                done.set()
            for each in at_work:
                each.result()
        outcome.stored = _rows(postgresql)
        outcome.stored.subtract(before)
    finally:
        for server in running:
            server.stop()
        for each in sockets:
            each.close()
        postgresql.stop()
    return outcome


def _sign_up(proxy: Proxy, number: int) -> Visitor:
    visitor = proxy.visitor().sign_up(f"quiet-harbour-{number + 10}")
    visitor.timeout_s = 120
    # The first steps are made at the first look.
    visitor.get("/roadmap/")
    return visitor


def _rows(postgresql: Server) -> Counter[str]:
    with postgresql.connect("postgres", "evenkeel") as connection:
        tables = {"days": "checkins_checkin", "steps": "roadmap_action"}
        return Counter({name: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for name, table in tables.items()})


def _read_and_save(visitor: Visitor, outcome: Outcome, done: Event) -> None:
    """A day, which a second post would not store twice, a step, which it would, and a page, until `done`."""
    for number in count(1):
        day = f"/checkins/{date.today() - timedelta(days=number)}/"
        posts = {
            "days": (day, {"gratitude_1": f"Rain {number}", "version": "0"}),
            "steps": ("/roadmap/actions/new/", {"title": f"Step {number}", "horizon": "30"}),
        }
        for what, (path, form) in posts.items():
            if done.is_set():
                return
            if _is_answered(outcome, 302, visitor.send, path, form):
                outcome.saved[what] += 1
        _is_answered(outcome, 200, visitor.get, day)


def _is_answered(outcome: Outcome, expected: int, ask, *arguments: object) -> bool:
    started = time.monotonic()
    try:
        said = str(ask(*arguments).status)
    except OSError as error:
        said = type(error).__name__
    outcome.requests += 1
    outcome.slowest = max(outcome.slowest, time.monotonic() - started)
    if said != str(expected):
        outcome.lost[f"{ask.__name__} {said}"] += 1
    return said == str(expected)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=2)
    parser.add_argument("--restarts", type=int, default=8)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--without-systemd", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), **vars(options))
    print(outcome)
    sys.exit(bool(outcome.lost) or outcome.saved != outcome.stored)
