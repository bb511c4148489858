"""A PostgreSQL cluster as in deploy/cluster/, its primary killed and frozen while people write: what was called saved is there afterwards.

    .venv/bin/python -m tests.load.cluster                # ten kills, one freeze, one switchover; a quarter of an hour
    .venv/bin/python -m tests.load.cluster --kills 2 --freezes 0 --switchovers 0

Two database nodes, etcd, HAProxy and two copies of the program, all on loopback. Needs Debian's patroni, etcd-server, haproxy and
postgresql; PATRONI names another Patroni. With version 3.0.2 the freeze loses what was saved (docs/cluster.md).
Every second kill takes PostgreSQL alone, the others Patroni too, as if the machine had gone.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from pwd import getpwnam
from threading import Event, Lock
from typing import Any

import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from tests.load.crash import STORED
from tests.serving import Serving, Visitor, environment, free_port

DEPLOY = settings.BASE_DIR / "deploy"
CLUSTER = DEPLOY / "cluster"
WRITERS = 4
# A freeze lasts longer than Patroni waits for a sign of life.
FREEZE_S = 45
KEYS = {"SECRET_KEY": "x" * 50, "SEALING_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}


class Node:
    """Patroni and its PostgreSQL on ports of their own."""

    def __init__(self, name: str, folder: Path, etcd: int) -> None:
        self.name, self.folder, self.etcd = name, folder, etcd
        self.port, self.api = free_port(), free_port()
        self.data = folder / name
        self._patroni: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        given = dict(re.findall(r"^(PATRONI_\w+)=(.*)$", (CLUSTER / "node.env").read_text(), re.M))
        database, api = f"127.0.0.1:{self.port}", f"127.0.0.1:{self.api}"
        given |= {
            "PATRONI_NAME": self.name,
            "PATRONI_RESTAPI_LISTEN": api,
            "PATRONI_RESTAPI_CONNECT_ADDRESS": api,
            "PATRONI_POSTGRESQL_LISTEN": database,
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": database,
            "PATRONI_POSTGRESQL_DATA_DIR": str(self.data),
            "PATRONI_POSTGRESQL_PGPASS": str(self.folder / f"{self.name}.pgpass"),
            "PATRONI_ETCD3_HOSTS": f"127.0.0.1:{self.etcd}",
            "PATRONI_SUPERUSER_PASSWORD": "superuser",
            "PATRONI_REPLICATION_PASSWORD": "replicator",
        }
        self._patroni = as_postgres(self.folder, "patroni", os.environ.get("PATRONI", "/usr/bin/patroni"), CLUSTER / "patroni.yml", **given)

    def says(self, path: str) -> tuple[int, Any]:
        """Status and answer of Patroni; status 0 if it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api}{path}", timeout=2) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, None
        except (OSError, ValueError):
            return 0, None

    def processes(self, *, with_patroni: bool) -> list[psutil.Process]:
        found = []
        pid = self.data / "postmaster.pid"
        if pid.exists() and psutil.pid_exists(int(pid.read_text().splitlines()[0])):
            postmaster = psutil.Process(int(pid.read_text().splitlines()[0]))
            found = [postmaster, *postmaster.children(recursive=True)]
        if with_patroni and self._patroni and self._patroni.poll() is None:
            patroni = psutil.Process(self._patroni.pid)
            found = [patroni, *(each for each in patroni.children(recursive=True) if each not in found), *found]
        return found

    def signal(self, how: signal.Signals, *, with_patroni: bool) -> None:
        for process in self.processes(with_patroni=with_patroni):
            try:
                process.send_signal(how)
            except psutil.NoSuchProcess:
                continue

    def kill(self, *, with_patroni: bool) -> None:
        # Stopped first, so that none starts another that would outlive it.
        self.signal(signal.SIGSTOP, with_patroni=with_patroni)
        self.signal(signal.SIGKILL, with_patroni=with_patroni)
        if with_patroni and self._patroni:
            self._patroni.wait(10)

    def stop(self) -> None:
        self.signal(signal.SIGCONT, with_patroni=True)
        self.kill(with_patroni=True)


def as_postgres(folder: Path, name: str, *command: str | Path, **given: str) -> subprocess.Popen[bytes]:
    """Start a command that runs until it is stopped, as the user postgres if this is root."""
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = getpwnam("postgres")
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    log = (folder / f"{name}.log").open("ab")
    return subprocess.Popen(command, env=clean | given, cwd="/", stdout=log, stderr=log, start_new_session=True, **who)


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder, self.etcd_port, self.port = folder, free_port(), free_port()
        peer = free_port()
        etcd = f"http://127.0.0.1:{self.etcd_port}"
        self._others = [
            as_postgres(
                folder,
                "etcd",
                "/usr/bin/etcd",
                f"--data-dir={folder / 'etcd'}",
                f"--listen-client-urls={etcd}",
                f"--advertise-client-urls={etcd}",
                f"--listen-peer-urls=http://127.0.0.1:{peer}",
                f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
                f"--initial-cluster=default=http://127.0.0.1:{peer}",
            )
        ]
        wait_until(lambda: is_open(self.etcd_port), 30, "etcd does not answer")
        self.nodes = [Node(name, folder, self.etcd_port) for name in ("db1", "db2")]
        for node in self.nodes:
            node.start()
        self._others.append(as_postgres(folder, "haproxy", "/usr/sbin/haproxy", "-db", "-f", self._haproxy()))
        self.wait_until_whole()
        secrets = folder / "secrets"
        secrets.mkdir()
        for role in ("evenkeel", "backup", "drill"):
            (secrets / f"{role}_password").write_text(role)
        place = {"SECRETS": str(secrets), "PGHOST": "/var/run/postgresql", "PGPORT": str(self.primary().port)}
        subprocess.run([DEPLOY / "roles.sh"], env=os.environ | place, check=True)
        self.url = f"postgres://evenkeel:evenkeel@127.0.0.1:{self.port}/evenkeel"

    def _haproxy(self) -> Path:
        """The file of deploy/, for these ports."""
        text = (CLUSTER / "haproxy.cfg").read_text().replace("127.0.0.1:5432", f"127.0.0.1:{self.port}")
        for node in self.nodes:
            text = re.sub(
                rf"server {node.name} \S+ check port \d+", f"server {node.name} 127.0.0.1:{node.port} check port {node.api}", text
            )
        path = self.folder / "haproxy.cfg"
        path.write_text(text)
        return path

    def primary(self) -> Node:
        while True:
            for node in self.nodes:
                if node.says("/primary")[0] == 200:
                    return node
            time.sleep(0.2)

    def wait_until_whole(self) -> None:
        """There is a primary, and a standby without which nothing is acknowledged."""
        wait_until(lambda: any(node.says("/sync")[0] == 200 for node in self.nodes) and self.primary(), 180, "no synchronous standby")

    def switch_over(self) -> None:
        primary = self.primary()
        body = json.dumps({"leader": primary.name}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{primary.api}/switchover", body, method="POST")
        urllib.request.urlopen(request, timeout=60).close()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()
        for process in self._others:
            process.kill()
            process.wait(10)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Any, seconds: float, complaint: str) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise SystemExit(complaint)
        time.sleep(0.2)


@dataclass
class Outcome:
    saved: dict[tuple[str, str], str] = field(default_factory=dict)
    """What each (account, day) was told to be saved."""
    saved_at: float = 0
    unavailable: int = 0
    """Saves that were answered with the page that gives back what was typed."""
    wrong: Counter[str] = field(default_factory=Counter)
    """Any other answer, and how often."""
    slowest: float = 0
    """Seconds, of any request."""
    guide: Counter[int] = field(default_factory=Counter)
    """How often a part of the guide was answered with which status."""
    back: dict[str, list[float]] = field(default_factory=dict)
    """Seconds from what happened until something was saved again."""
    lost: int = 0
    half: int = 0

    def __str__(self) -> str:
        back = "; ".join(f"{what}: {', '.join(f'{each:.1f}' for each in times)} s" for what, times in self.back.items())
        return (
            f"{len(self.saved)} saves acknowledged, {self.lost} lost, {self.half} half; {self.unavailable} told to try again, "
            f"wrong {dict(self.wrong)}, slowest answer {self.slowest:.1f} s, guide {dict(self.guide)}\nsaving again after {back}"
        )


def run(folder: Path, *, kills: int, freezes: int, switchovers: int) -> Outcome:
    outcome, lock, done = Outcome(), Lock(), Event()
    cluster = Cluster(folder)
    given = KEYS | {"DATABASE_URL": cluster.url, "ALLOWED_HOSTS": "127.0.0.1", "DATABASE_POOL": "4", "BEHIND_TLS_PROXY": "off"}
    sockets = [socket.create_server(("127.0.0.1", 0), backlog=1024) for _ in range(2)]
    copies: list[Serving] = []

    def start(number: int) -> Serving:
        return Serving(folder / f"var{number}", "--workers", "1", listening=sockets[number], **given)

    try:
        copies += [start(number).wait_until_ready() for number in range(2)]
        names = [f"quiet-harbour-{number + 10}" for number in range(WRITERS)]
        visitors = [Visitor(copies[number % 2].address).sign_up(name) for number, name in enumerate(names)]
        for visitor in visitors:
            visitor.timeout_s = 90
        with ThreadPoolExecutor(WRITERS + 1) as people:
            at_work = [people.submit(_write, name, visitor, outcome, lock, done) for name, visitor in zip(names, visitors, strict=True)]
            at_work.append(people.submit(_read, Visitor(copies[0].address), outcome, done))
            try:
                for number in range(kills):
                    with_patroni = bool(number % 2)
                    _happens(cluster, outcome, "killed with Patroni" if with_patroni else "killed", with_patroni=with_patroni)
                for _ in range(freezes):
                    _freezes(cluster, outcome)
                for _ in range(switchovers):
                    _is_switched(cluster, outcome, copies, start)
                time.sleep(2)
            finally:
                done.set()
            for each in at_work:
                each.result()
        _compare(outcome, folder, given)
    finally:
        for copy in copies:
            copy.stop()
        for each in sockets:
            each.close()
        cluster.stop()
    return outcome


def _happens(cluster: Cluster, outcome: Outcome, what: str, *, with_patroni: bool) -> None:
    cluster.wait_until_whole()
    time.sleep(3)
    primary = cluster.primary()
    at = time.monotonic()
    primary.kill(with_patroni=with_patroni)
    # What was answered before may be noted only now.
    time.sleep(0.2)
    _wait_for_a_save(outcome, what, at)
    if with_patroni:
        # The machine comes back. Its Patroni finds that it is no longer the primary.
        primary.start()


def _freezes(cluster: Cluster, outcome: Outcome) -> None:
    cluster.wait_until_whole()
    time.sleep(3)
    primary = cluster.primary()
    at = time.monotonic()
    primary.signal(signal.SIGSTOP, with_patroni=True)
    try:
        time.sleep(0.2)
        _wait_for_a_save(outcome, "frozen", at)
        time.sleep(max(0, at + FREEZE_S - time.monotonic()))
    finally:
        primary.signal(signal.SIGCONT, with_patroni=True)
    # It still takes itself for the primary; what it answers must not count.
    time.sleep(10)


def _is_switched(cluster: Cluster, outcome: Outcome, copies: list[Serving], start: Any) -> None:
    """As docs/cluster.md has it: the program is stopped meanwhile, its address is not, and requests wait."""
    cluster.wait_until_whole()
    time.sleep(3)
    before = (outcome.unavailable, outcome.wrong.total())
    at = time.monotonic()
    for copy in copies:
        copy.stop()
    cluster.switch_over()
    copies[:] = [start(number) for number in range(2)]
    for copy in copies:
        copy.wait_until_ready()
    _wait_for_a_save(outcome, "a planned switchover", at)
    refused = outcome.unavailable + outcome.wrong.total() - sum(before)
    outcome.wrong["refused during the switchover"] += refused


def _wait_for_a_save(outcome: Outcome, what: str, at: float) -> None:
    since = time.monotonic()
    wait_until(lambda: outcome.saved_at > since, 120, f"nothing has been saved for two minutes after: {what}\n{outcome}")
    outcome.back.setdefault(what, []).append(outcome.saved_at - at)
    print(f"{what}: {outcome.saved_at - at:.1f} s, {len(outcome.saved)} saved", flush=True)


def _write(name: str, visitor: Visitor, outcome: Outcome, lock: Lock, done: Event) -> None:
    for number in count(1):
        if done.is_set():
            return
        day = (date.today() - timedelta(days=number)).isoformat()
        words = f"{name} on {day}"
        began = time.monotonic()
        try:
            answer = visitor.send(f"/checkins/{day}/", {"gratitude_1": words, "gratitude_3": words, "action": words, "version": "0"})
            said = f"{answer.status}"
            calm = answer.status == 503 and words in answer.text
        except OSError as error:
            said, calm = type(error).__name__, False
        with lock:
            outcome.slowest = max(outcome.slowest, time.monotonic() - began)
            if said == "302" and answer.headers["location"].startswith("/checkins/"):
                outcome.saved[name, day] = words
                outcome.saved_at = time.monotonic()
            elif calm:
                outcome.unavailable += 1
            else:
                outcome.wrong[f"save {said}"] += 1
        time.sleep(0.05 if said == "302" else 0.5)


def _read(visitor: Visitor, outcome: Outcome, done: Event) -> None:
    visitor.timeout_s = 90
    while not done.is_set():
        outcome.guide[visitor.get("/guide/talking/").status] += 1
        time.sleep(0.5)


def _compare(outcome: Outcome, folder: Path, given: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", STORED]
    said = subprocess.run(command, env=environment(folder / "var0", **given), capture_output=True, text=True, check=True)
    stored = json.loads(said.stdout)
    outcome.lost = sum(stored.get(name, {}).get(day) != [words] * 3 for (name, day), words in outcome.saved.items())
    outcome.half = sum(len(set(words)) > 1 for days in stored.values() for words in days.values())


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--freezes", type=int, default=1)
    parser.add_argument("--switchovers", type=int, default=1)
    with tempfile.TemporaryDirectory() as name:
        # The databases run as a user of their own.
        os.chmod(name, 0o755)  # noqa: S103
        if os.geteuid() == 0:
            shutil.chown(name, "postgres")
        outcome = run(Path(name), **vars(parser.parse_args()))
    print(outcome)
    sys.exit(bool(outcome.lost or outcome.half or +outcome.wrong) or set(outcome.guide) != {200})
