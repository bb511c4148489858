"""What a request costs: CPU time of the server and of its database, against a view that does nothing, all in one run.

    .venv/bin/python -m tests.load.costs
    .venv/bin/python -m tests.load.costs --rounds 40 --only today roadmap
    HEALTHCHECKS=folder .venv/bin/python -m tests.load.costs    # with its list of 20 checks in the same run

`HEALTHCHECKS` names a folder with the source of healthchecks, in whose `.venv` its requirements and granian are installed.

The pages take turns, a few requests each, so that whatever else the machine does meets all of them alike. Each figure is the median over
the turns. CPU time counts to the nanosecond here, so a turn can be short; the time of whoever asks is not counted.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.client import HTTPConnection
from itertools import count, cycle, islice, repeat
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import django
import psutil

# Everything is written to a folder that goes away with the process.
_folder = tempfile.TemporaryDirectory()
os.chmod(_folder.name, 0o755)  # noqa: S103, the database runs as a user of its own
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": f"{_folder.name}/var"}
django.setup()

from django.core.management import call_command  # noqa: E402, once Django is set up
from django.db import connection  # noqa: E402

from config.management.commands import serve  # noqa: E402
from config.ops import demo, embedded_postgres, static_files  # noqa: E402
from tests.database import Database  # noqa: E402
from tests.serving import Visitor, free_port  # noqa: E402

# As a browser asks for a page.
ENCODINGS = "gzip, deflate, br, zstd"
HTMX = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
FORM = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
# To whoever is signed in, and to a stranger. "bare" does nothing.
PAGES = {
    "bare": "/bare/",
    "today": "/",
    "check-ins": "/checkins/",
    "history": "/checkins/history/",
    "year": f"/checkins/calendar/{date.today().year}/",
    "patterns": "/checkins/patterns/",
    "roadmap": "/roadmap/",
    "talks": "/roadmap/talks/",
    "guide": "/guide/",
    "guide part": "/guide/understanding/",
    "guide part, never stored": "/guide/talking/",
    "help": "/help/?country=GB",
}
OPEN_PAGES = {
    "bare": "/bare/",
    "landing": "/",
    "guide": "/guide/",
    "guide part": "/guide/understanding/",
    "guide part, never stored": "/guide/talking/",
    "help": "/help/?country=GB",
    "sign-in page": "/accounts/login/",
}
PASSPHRASE = "four words nobody guesses"
WORDS = {
    "gratitude_2": "Clean sheets",
    "gratitude_3": "Jo rang back",
    "emotion_1": "calm",
    "emotion_2": "torn",
    "action": "Walk to the bridge",
}


@dataclass
class Server:
    """A program that answers on `port`, and its processes."""

    process: subprocess.Popen[bytes]
    port: int

    def __post_init__(self) -> None:
        for _ in range(300):
            try:
                HTTPConnection("127.0.0.1", self.port).connect()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit("the server did not start")
        self.connection = HTTPConnection("127.0.0.1", self.port)

    @property
    def processes(self) -> list[int]:
        return [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        return response.status, response.read()

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(30)


@dataclass
class Case:
    """One kind of request, of those that `asks` yields: a path, and the form that is posted there, or None to read the page."""

    name: str
    server: Server
    asks: Iterator[tuple[str, dict[str, str] | None]]
    headers: dict[str, str]
    bare: str
    """The name of the case that it is compared with."""
    expected: int = 200
    a_turn: int = 4
    milliseconds: list[float] = field(default_factory=list)
    in_database: list[float] = field(default_factory=list)
    bytes: int = 0

    def take_turn(self, database: Database) -> None:
        before = _used(self.server, database)
        for path, form in islice(self.asks, self.a_turn):
            method, body = ("GET", None) if form is None else ("POST", urlencode(form))
            status, content = self.server.ask(method, path, body, {"Accept-Encoding": ENCODINGS, **self.headers})
            if status != self.expected:
                raise SystemExit(f"{self.name}: {status} in place of {self.expected}")
            self.bytes = len(content)
        # What is still done after the answer, such as giving a connection back, belongs to the request.
        time.sleep(0.01)
        served, stored = (after - earlier for after, earlier in zip(_used(self.server, database), before, strict=True))
        self.milliseconds.append((served + stored) / self.a_turn / 1e6)
        self.in_database.append(stored / self.a_turn / 1e6)


def _used(server: Server, database: Database) -> tuple[int, int]:
    """Nanoseconds for which the server, and its database, have had a processor so far."""
    postmaster = database.postmaster
    return (
        sum(_nanoseconds(pid) for pid in server.processes),
        sum(_nanoseconds(pid) for pid in [postmaster.pid, *(each.pid for each in postmaster.children())]),
    )


def _nanoseconds(pid: int) -> int:
    try:
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in Path(f"/proc/{pid}/task").iterdir())
    except FileNotFoundError:
        return 0


def our_server() -> Server:
    port = free_port()
    environment = os.environ | serve.Command().environment("127.0.0.1")
    static_files.collect(environment)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--no-ws"]
    command += ["--log-level", "error", "--port", str(port), "tests.load.bare:application"]
    return Server(subprocess.Popen(command, env=environment), port)


def healthchecks(folder: Path) -> tuple[Server, str, str]:
    """healthchecks on the same database server; returns it, the session of a person with 20 checks, and their project."""
    with Database(Path(os.environ["VAR_DIR"])).connect() as own:
        own.execute("CREATE DATABASE healthchecks OWNER evenkeel")
    python, port = folder / ".venv" / "bin" / "python", free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "hc.settings", "DEBUG": "False", "ALLOWED_HOSTS": "127.0.0.1", "SECRET_KEY": "x" * 50, "DB": "postgres",
        "DB_HOST": embedded_postgres.start(), "DB_NAME": "healthchecks", "DB_USER": "evenkeel", "DB_CONN_MAX_AGE": "600",
        "SITE_ROOT": f"http://127.0.0.1:{port}", "PYTHONPATH": str(folder),
    }  # fmt: skip

    def manage(*arguments: str) -> str:
        command = [str(python), "manage.py", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout

    manage("migrate", "--verbosity=0")
    manage("collectstatic", "--no-input", "--verbosity=0")
    manage("compress", "--verbosity=0")
    session, project = manage("shell", "-v0", "-c", TWENTY_CHECKS).splitlines()[-1].split()
    command = [str(python), "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--no-ws"]
    command += ["--log-level", "error", "--port", str(port), "hc.wsgi:application"]
    return Server(subprocess.Popen(command, cwd=folder, env=environment), port), session, project


TWENTY_CHECKS = """
from datetime import timedelta
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.utils.timezone import now
from hc.accounts.models import Profile, Project
from hc.api.models import Channel, Check
user = User.objects.create_user("someone", "someone@example.org", "four words nobody guesses")
Profile.objects.for_user(user)
project = Project.objects.create(owner=user, name="House")
channel = Channel.objects.create(project=project, kind="email", value="someone@example.org")
for number in range(20):
    at = now() - timedelta(minutes=number)
    check = Check.objects.create(project=project, name=f"Check {number}", tags="a b", status="up", last_ping=at, n_pings=100)
    check.channel_set.add(channel)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key, project.code)
"""


def cases(server: Server) -> list[Case]:
    """Each page to the account of the demo, to a stranger, and what is posted."""
    address = f"http://127.0.0.1:{server.port}"
    passphrase = demo.make().rpartition(" ")[2]
    reader, writer = Visitor(address), Visitor(address)
    assert reader.post("/accounts/login/", {"login": demo.NAME, "password": passphrase}).status == 302
    writer.sign_up("quiet-harbour-42", PASSPHRASE)
    own, others = {"Cookie": _cookie(reader)}, {"Cookie": _cookie(writer)}
    roadmap = reader.get("/roadmap/").text
    step = re.search(r'action="(/roadmap/actions/[0-9a-f-]{36}/)"[^>]*>(?:(?!</form>).)*?name="(done|undo)"', roadmap, re.S)
    assert step
    etag = Visitor(address).get("/guide/understanding/").headers["etag"]
    no_session = {"Cookie": re.sub(r"\w*session=[^;]*;? ?", "", others["Cookie"])}
    return [
        *(Case(name, server, _read(path), own, "bare") for name, path in PAGES.items()),
        Case("save", server, _first_saves(), others | HTMX, "bare"),
        Case("autosave", server, _autosaves(), others | HTMX, "bare"),
        Case("tick", server, _ticks(step[1], step[2]), own | HTMX, "bare"),
        *(Case(f"{name}, stranger", server, _read(path), {}, "bare, stranger") for name, path in OPEN_PAGES.items()),
        Case("guide part, 304", server, _read("/guide/understanding/"), {"If-None-Match": etag}, "bare, stranger", 304),
        Case("sign-in", server, _sign_ins(), FORM | no_session, "bare, stranger", 302, a_turn=1),
    ]


def _read(path: str) -> Iterator[tuple[str, None]]:
    return repeat((path, None))


def _first_saves() -> Iterator[tuple[str, dict[str, str]]]:
    """Each a day of its own."""
    for number in count(2):
        yield _day(number), {**WORDS, "gratitude_1": f"Rain on the skylight {number}", "version": "0"}


def _autosaves() -> Iterator[tuple[str, dict[str, str]]]:
    """All of one day, as an open page sends them."""
    for number in count(1):
        yield _day(1), {**WORDS, "gratitude_1": f"Rain {number}", "version": "0", "client_id": "a-page-of-12", "sequence": str(number)}


def _day(ago: int) -> str:
    return f"/checkins/{date.today() - timedelta(days=ago)}/"


def _ticks(path: str, button: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Done and open again by turns, `button` first."""
    names = ("done", "undo") if button == "done" else ("undo", "done")
    return ((path, {name: "1"}) for name in cycle(names))


def _sign_ins() -> Iterator[tuple[str, dict[str, str]]]:
    return repeat(("/accounts/login/", {"login": "quiet-harbour-42", "password": PASSPHRASE}))


def _cookie(visitor: Visitor) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.jar)


def measure(rounds: int, only: list[str]) -> list[Case]:
    """Let the cases take turns, `only` those and what they are compared with unless it is empty."""
    call_command("migrate", verbosity=0)
    call_command("sync_guide", verbosity=0)
    server, others = our_server(), []
    try:
        made = cases(server)
        if folder := os.environ.get("HEALTHCHECKS"):
            theirs, session, project = healthchecks(Path(folder).resolve())
            others.append(theirs)
            headers = {"Cookie": f"sessionid={session}"}
            made.append(Case("healthchecks, 20 checks", theirs, _read(f"/projects/{project}/checks/"), headers, "bare"))
        made = [case for case in made if not only or case.name in only or case.name.startswith("bare")]
        database = Database(Path(os.environ["VAR_DIR"]))
        # The first turns warm up what is compiled or kept in memory.
        for number in range(-2, rounds):
            for case in made:
                case.take_turn(database)
                if number < 0:
                    case.milliseconds.clear()
                    case.in_database.clear()
        return made
    finally:
        for each in (server, *others):
            each.stop()
        connection.close()
        embedded_postgres.stop()


def report(made: list[Case]) -> None:
    bare = {case.name: case for case in made}
    print(f"{'':<32}{'ms':>8}{'middle half':>16}{'database':>10}{'÷ bare':>9}{'bytes':>9}")
    for case in made:
        low, middle, high = quantiles(case.milliseconds, n=4)
        ratio = median(own / other for own, other in zip(case.milliseconds, bare[case.bare].milliseconds, strict=True))
        print(f"{case.name:<32}{middle:>8.2f}{f'{low:.2f} to {high:.2f}':>16}{median(case.in_database):>10.2f}{ratio:>9.2f}{case.bytes:>9}")
    if "today" in bare and (theirs := bare.get("healthchecks, 20 checks")):
        ratio = median(own / other for own, other in zip(bare["today"].milliseconds, theirs.milliseconds, strict=True))
        print(f"Today ÷ healthchecks' list of 20 checks: {ratio:.2f}")


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--only", nargs="+", default=[], metavar="CASE", help="the names of cases, such as today")
    options = parser.parse_args()
    report(measure(options.rounds, options.only))
