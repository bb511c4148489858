"""A new PostgreSQL as docs/operating.md sets it up: the roles of deploy/roles.sh, each with its password and no further rights."""

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

from config.ops import backups, embedded_postgres
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
    """A PostgreSQL with what roles.sh has made, and the program's tables. Connections over TCP need a password."""
    # It refuses to run as root.
    user = Path(embedded_postgres.start()).owner() if os.geteuid() == 0 else None
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
            made = Server(port, Path(folder))
            done = manage(Path(folder) / "var", "migrate", "--verbosity=0", **made.environment())
            assert done.returncode == 0, done.stderr
            yield made
        finally:
            run(BIN / "pg_ctl", "--pgdata", data, "--mode=immediate", "stop", user=user)


def run(*command: str | Path, **how: object) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60, **how)


def test_the_program_and_its_nightly_backup_get_along_with_what_the_script_made(server: Server, tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--database=default", "--fail-level=WARNING", **server.environment())
    assert done.returncode == 0, done.stderr
    serving = Serving(tmp_path, "--workers", "1", **server.environment()).wait_until_ready()
    assert Visitor(serving.address).get("/health/ready").status == 200, "asked by address, as proxies and containers do"
    assert Visitor(serving.address).get("/guide/", Host="even-keel.example", **{"X-Forwarded-Proto": "https"}).status == 200
    serving.stop()
    assert re.findall("WARNING|ERROR|Traceback", serving.said) == [], serving.said
    for days in (6.9, 7.1, 8.1):
        for name in (f"{days}.dump", f"{days}.dump.json", f"{days}.accounts.dump", f"{days}.accounts.dump.json", f"{days}.txt"):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (0, time.time() - days * 24 * 60 * 60))

    nightly = [settings.BASE_DIR / "deploy" / "nightly", tmp_path]
    given = environment(tmp_path, **server.environment(), PYTHON=sys.executable, BACKUP_DAYS="8")
    done = subprocess.run(nightly, env=given, cwd=settings.BASE_DIR, capture_output=True, text=True)

    assert done.returncode == 0 and "\nRestorable." in done.stdout, done.stderr
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept >= {"6.9.dump", "6.9.dump.json", "6.9.accounts.dump", "7.1.dump", "7.1.txt"}
    assert not kept & {"7.1.accounts.dump", "7.1.accounts.dump.json", "8.1.dump", "8.1.dump.json", "8.1.accounts.dump"}
    assert len([name for name in kept if name.endswith(".dump")]) == 5, "the old ones, and tonight's with its accounts"


# What systemd-run does with what deploy/even-keel asks of it, but for the user and for what shuts the command in: secrets are copied to
# where the command alone sees them, and it is given these variables and no others. The machine's own /etc is not touched.
SYSTEMD_RUN = """#!{python}
import os, shutil, sys
given, command = [], sys.argv[1:]
while command[0].startswith("--"):
    given.append(command.pop(0).removeprefix("--property=").removeprefix("--setenv="))
etc, there = {etc!r}, {credentials!r}
variables = {{"PATH": os.environ["PATH"], "PYTHON": sys.executable, "CREDENTIALS_DIRECTORY": there}}
for name, value in (each.split("=", 1) for each in given if "=" in each):
    if name == "LoadCredential":
        secret, path = value.split(":")
        shutil.copy(path.replace("/etc/even-keel", etc), os.path.join(there, secret))
    elif name == "EnvironmentFile":
        variables |= dict(line.split("=", 1) for line in open(value.replace("/etc/even-keel", etc)).read().split())
    elif name == "WorkingDirectory":
        os.chdir(value)
    elif name.isupper():
        variables[name] = value
os.execve(command[0], command, variables)
"""


def test_a_command_by_the_script_works_on_the_database_of_the_service(server: Server, tmp_path: Path) -> None:
    etc, credentials, programs = (tmp_path / name for name in ("etc", "credentials", "programs"))
    for folder in (etc, credentials, programs):
        folder.mkdir()
    for name, value in server.environment().items():
        (etc / name.lower()).write_text(value)
    (etc / "environment").write_text("ALLOWED_HOSTS=even-keel.example\n")
    (programs / "systemd-run").write_text(SYSTEMD_RUN.format(python=sys.executable, etc=str(etc), credentials=str(credentials)))
    (programs / "systemd-run").chmod(0o755)

    def typed(*command: str) -> subprocess.CompletedProcess[str]:
        script = [settings.BASE_DIR / "deploy" / "even-keel", *command]
        given = environment(tmp_path) | {"PATH": f"{programs}:{os.environ['PATH']}"}
        return subprocess.run(script, env=given, cwd=tmp_path, capture_output=True, text=True)

    done = typed("backup", str(tmp_path / "two words.dump"))
    assert done.returncode == 0 and re.search(r"two words\.dump: [1-9]\d* tables, [1-9]\d* rows\. ", done.stdout), done.stderr
    done = typed("restore_drill", str(tmp_path / "two words.dump"))
    assert done.returncode == 0 and done.stdout.startswith("Restorable."), done.stderr
    assert typed("backup", "/nowhere/x.dump").returncode == 1, "how it ended is passed on"
    assert typed().returncode == 2


def test_no_password_is_seen_among_the_processes_of_the_machine(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.ops.backups.PROGRAMS", tmp_path)
    for program in ("pg_dump", "pg_restore", "psql"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho "$0 $@" >> {tmp_path}/seen\nexec {BIN}/{program} "$@"\n')
        (tmp_path / program).chmod(0o755)

    backups.back_up(server.url("backup", "evenkeel"), tmp_path / "dump")
    backups.drill(tmp_path / "dump", backups.accounts_path(tmp_path / "dump"), server.url("drill", "postgres"), "drill_unseen")

    seen = (tmp_path / "seen").read_text()
    assert "pg_dump" in seen and "pg_restore" in seen and "psql" in seen and "evenkeel_backup" in seen
    assert "own" not in seen.replace("--no-owner", ""), "a word of each password"


def test_a_dump_comes_back_by_the_words_of_the_document(server: Server, tmp_path: Path) -> None:
    backups.back_up(server.url("backup", "evenkeel"), tmp_path / "dump")
    document = (settings.BASE_DIR / "docs" / "operating.md").read_text()
    assert "even-keel restore /var/lib/even-keel/2026-11-24.dump" in document
    [statements] = re.findall(r"psql <<SQL\n(.*?) +SQL\n", document, re.S)
    here = ["--host", server.folder, "--port", str(server.port), "--username=postgres"]
    statements = statements.replace("DATABASE evenkeel ", "DATABASE back ").replace("EXISTS evenkeel;", "EXISTS back;")
    run(BIN / "psql", *here, "--set=ON_ERROR_STOP=1", input=statements.encode())

    there = server.environment() | {"DATABASE_URL": server.url("evenkeel", "back")}
    done = manage(tmp_path, "restore", str(tmp_path / "dump"), **there)
    assert done.returncode == 0, done.stderr
    done = manage(tmp_path, "check", "--deploy", "--database=default", "--fail-level=WARNING", **there)
    assert done.returncode == 0, done.stderr
    assert "No planned migration operations" in manage(tmp_path, "migrate", "--plan", **there).stdout
    with psycopg.connect(server.url("evenkeel", "back")) as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert owners == [("evenkeel",)]
    backups.back_up(server.url("backup", "back"), tmp_path / "again")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(server.url("drill", "back"))


def test_a_night_in_which_the_backup_fails_is_no_good_night(server: Server, tmp_path: Path) -> None:
    given = environment(tmp_path, **server.environment() | {"BACKUP_URL": server.url("evenkeel", "evenkeel")}, PYTHON=sys.executable)
    newest = tmp_path / "newest.accounts.dump"
    newest.touch()
    os.utime(newest, (0, time.time() - 100 * 24 * 60 * 60))

    done = subprocess.run([settings.BASE_DIR / "deploy" / "nightly", tmp_path], env=given, cwd=settings.BASE_DIR, capture_output=True)

    assert done.returncode != 0 and list(tmp_path.glob("*.dump")) == [newest], "without it nothing older could be restored"


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
