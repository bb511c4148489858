"""Behind PgBouncer in transaction mode, where each transaction gets another connection (docs/security.md, R40)."""

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from django.conf import settings

from tests.database import Database
from tests.serving import Serving, Visitor, free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
PEOPLE = ("quiet-harbour-42", "bright-meadow-17")

FILE = settings.BASE_DIR / "deploy" / "pgbouncer.ini"

pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed: apt-get install pgbouncer; .ci/run does")


def configuration(host: Path, port: int, log: Path) -> ConfigParser:
    """That of deploy/, for another place, without passwords, and with two connections for everybody."""
    ini = ConfigParser()
    ini.read(FILE)
    ini["databases"]["evenkeel"] = f"host={host} dbname=evenkeel user=evenkeel"
    del ini["pgbouncer"]["auth_file"]
    here = {"listen_port": port, "unix_socket_dir": "", "auth_type": "any", "default_pool_size": 2, "logfile": log}
    ini["pgbouncer"].update({name: str(value) for name, value in here.items()})
    return ini


@pytest.fixture(scope="module")
def behind() -> Iterator[tuple[Serving, str]]:
    """The program behind PgBouncer, which has two connections for all of it, and PgBouncer's address."""
    with TemporaryDirectory() as folder:
        var, port = Path(folder), free_port()
        var.chmod(0o777)
        # The program of another test, started only for its database.
        first = Serving(var / "var").wait_until_ready()
        ini = var / "pgbouncer.ini"
        with ini.open("w") as file:
            configuration(Database(var / "var").data, port, var / "pgbouncer.log").write(file)
        database = Database(var / "var")
        user = None
        if os.geteuid() == 0:
            # It refuses to run as root. As whom it runs has to be one whom the database's socket knows.
            user = database.postmaster.username()
            with (database.data / "pg_ident.conf").open("a") as ident, database.connect() as connection:
                print(f'evenkeel "{user}" evenkeel', file=ident, flush=True)
                connection.execute("SELECT pg_reload_conf()")
        bouncer = subprocess.Popen([str(PGBOUNCER), ini], user=user, stderr=subprocess.DEVNULL)
        try:
            url = f"postgres://evenkeel@127.0.0.1:{port}/evenkeel"
            for _ in range(100):
                try:
                    psycopg.connect(url, connect_timeout=3).close()
                    break
                except psycopg.OperationalError:
                    time.sleep(0.05)
            serving = Serving(var / "other", "--workers", "2", DATABASE_URL=url, DATABASE_POOL="3").wait_until_ready()
            yield serving, url
            serving.stop()
        finally:
            bouncer.terminate()
            bouncer.wait(10)
            first.stop()


def test_many_requests_of_two_people_on_two_connections_show_nobody_a_row_of_the_other(behind: tuple[Serving, str]) -> None:
    serving, url = behind
    visitors = {person: Visitor(serving.address).sign_up(person) for person in PEOPLE}
    for person, visitor in visitors.items():
        assert visitor.send("/checkins/2024-11-20/", {"gratitude_1": f"canary of {person}", "version": "0"}).status == 302

    def many(seed: int) -> tuple[int, int]:
        dice, own, foreign = random.Random(seed), 0, 0
        for number in range(25):
            person = dice.choice(PEOPLE)
            if dice.random() < 0.3:
                day = f"/checkins/2024-{1 + seed:02}-{1 + number:02}/"
                assert visitors[person].send(day, {"gratitude_1": f"canary of {person}", "version": "0"}).status in (302, 409)
                continue
            answer = visitors[person].get("/checkins/2024-11-20/")
            assert answer.status == 200
            own += f"canary of {person}" in answer.text
            foreign += any(f"canary of {other}" in answer.text for other in PEOPLE if other != person)
        return own, foreign

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(many, range(8)))

    assert sum(own for own, _ in results) > 80
    assert sum(foreign for _, foreign in results) == 0
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM checkins_checkin").fetchone() == (0,), (
            "what one transaction set is gone in the next"
        )


def test_it_really_hands_each_transaction_another_connection(behind: tuple[Serving, str]) -> None:
    """Or the test above would show nothing."""
    _, url = behind
    with psycopg.connect(url, prepare_threshold=None) as one, psycopg.connect(url, prepare_threshold=None) as other:
        pid = "SELECT pg_backend_pid()"
        first = one.execute(pid).fetchone()
        one.commit()
        second = other.execute(pid).fetchone()
        other.commit()
        assert first == second, "two clients, one connection, one after the other"


def test_the_program_prepares_no_statements_and_opens_no_cursor_that_outlives_a_transaction(behind: tuple[Serving, str]) -> None:
    serving, url = behind
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM pg_cursors WHERE is_holdable").fetchone() == (0,)
    visitor = Visitor(serving.address).sign_up("calm-orchard-88")
    for path in ("/", "/checkins/history/", "/roadmap/", "/accounts/settings/", "/guide/"):
        assert visitor.get(path).status == 200
    found = visitor.send("/guide/search/", {"q": "money"})
    assert found.status == 200 and "money" in found.text
