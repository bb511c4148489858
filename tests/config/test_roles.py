"""A new PostgreSQL as docs/operating.md sets it up: the roles of deploy/roles.sh, each with its password and no more rights."""

import base64
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings

from config import embedded
from tests.database import BIN
from tests.serving import Serving, Visitor, environment, free_port, manage

# What a password must not be able to do: end the statement, or the address.
PASSWORDS = {name: f'{name}\'s "own" :pass\\word/@?#{number}' for number, name in enumerate(("evenkeel", "backup", "drill"))}


@dataclass
class Server:
    port: int
    folder: Path

    def url(self, role: str, database: str) -> str:
        name = role if role == "evenkeel" else f"evenkeel_{role}"
        return f"postgres://{name}:{quote(PASSWORDS[role], safe='')}@127.0.0.1:{self.port}/{database}"

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.url("evenkeel", "evenkeel"),
            "BACKUP_URL": self.url("backup", "evenkeel"),
            "DRILL_URL": self.url("drill", "postgres"),
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SEALING_KEYS": base64.b64encode(bytes(range(32))).decode(),
            "ALLOWED_HOSTS": "even-keel.example",
            # Of the tests, not of production.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        }


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL with nothing in it, but for what roles.sh has made; whoever connects over TCP has to say a password."""
    # It refuses to run as root.
    user = Path(embedded.start()).owner() if os.geteuid() == 0 else None
    with TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", free_port()
        Path(folder).chmod(0o755)
        if user:
            shutil.chown(folder, user)
        kept = ["--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=utf8", "--data-checksums", "--no-sync"]
        run(BIN / "initdb", "--pgdata", data, "--username=postgres", *kept, user=user)
        listen = f"-h 127.0.0.1 -p {port} -k {folder}"
        run(BIN / "pg_ctl", "--pgdata", data, "--wait", "--log", Path(folder) / "log", "--options", listen, "start", user=user)
        try:
            for name, password in PASSWORDS.items():
                (Path(folder) / f"{name}_password").write_text(password)
            places = {"SECRETS": folder, "PGHOST": folder, "PGPORT": str(port), "PATH": f"{BIN}:{os.environ['PATH']}"}
            run(settings.BASE_DIR / "deploy" / "roles.sh", env=os.environ | places)
            yield Server(port, Path(folder))
        finally:
            run(BIN / "pg_ctl", "--pgdata", data, "--mode=immediate", "stop", user=user)


def run(*command: str | Path, **how: object) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60, **how)


def test_the_program_and_its_nightly_backup_get_along_with_what_the_script_made(server: Server, tmp_path: Path) -> None:
    for command in (["migrate"], ["check", "--deploy", "--database=default", "--fail-level=WARNING"]):
        done = manage(tmp_path, *command, **server.environment())
        assert done.returncode == 0, done.stderr
    serving = Serving(tmp_path, "--workers", "1", **server.environment()).wait_until_ready()
    assert Visitor(serving.address).get("/health/ready").status == 200, "asked by address, as proxies and containers do"
    assert Visitor(serving.address).get("/guide/", Host="even-keel.example", **{"X-Forwarded-Proto": "https"}).status == 200
    serving.stop()
    assert re.findall("WARNING|ERROR|Traceback", serving.said) == [], serving.said
    for days in (6.9, 7.1):
        for name in (f"{days}.dump", f"{days}.dump.json", f"{days}.txt"):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (0, time.time() - days * 24 * 60 * 60))

    nightly = [settings.BASE_DIR / "deploy" / "nightly", tmp_path]
    given = environment(tmp_path, **server.environment(), PYTHON=sys.executable, BACKUP_DAYS="7")
    done = subprocess.run(nightly, env=given, cwd=settings.BASE_DIR, capture_output=True, text=True)

    assert done.returncode == 0 and "\nRestorable." in done.stdout, done.stderr
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept >= {"6.9.dump", "6.9.dump.json", "7.1.txt"} and not kept & {"7.1.dump", "7.1.dump.json"}
    assert len([name for name in kept if name.endswith(".dump")]) == 2, "the old one and tonight's"


def test_a_night_in_which_the_backup_fails_is_no_good_night(server: Server, tmp_path: Path) -> None:
    given = environment(tmp_path, **server.environment() | {"BACKUP_URL": server.url("evenkeel", "evenkeel")}, PYTHON=sys.executable)

    done = subprocess.run([settings.BASE_DIR / "deploy" / "nightly", tmp_path], env=given, cwd=settings.BASE_DIR, capture_output=True)

    assert done.returncode != 0 and not list(tmp_path.glob("*.dump"))


@pytest.mark.parametrize(
    ("role", "database", "statement"),
    [
        ("drill", "evenkeel", "SELECT 1"),
        ("backup", "evenkeel", "CREATE TABLE own (number int)"),
        ("backup", "evenkeel", "CREATE TEMPORARY TABLE own (number int)"),
        ("backup", "postgres", "CREATE DATABASE own"),
        ("evenkeel", "postgres", "CREATE DATABASE own"),
        ("evenkeel", "evenkeel", "SET row_security = off; SET ROLE evenkeel_backup"),
        ("evenkeel", "evenkeel", "SELECT pg_read_file('/etc/hostname')"),
    ],
)
def test_no_role_may_do_more_than_it_needs(server: Server, role: str, database: str, statement: str) -> None:
    with (
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.OperationalError), match="permission denied"),
        psycopg.connect(server.url(role, database), autocommit=True) as connection,
    ):
        connection.execute(statement)


def test_nobody_comes_in_without_the_password(server: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("evenkeel", "evenkeel").replace("evenkeel%27s", "evenkeels"))
