"""Commands for operators: without their settings they refuse, and never report success."""

import base64
import json
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config.ops import backups, embedded_postgres
from tests.serving import manage

COMMANDS = {"backup": ["x.dump"], "restore_drill": ["x.dump"], "delete_expired": [], "rotate_keys": [], "sync_guide": []}
CHECK = ["check", "--deploy", "--database=default"]


def refused(var: Path, *arguments: str, **changes: str) -> str:
    """What a command says that refuses: one sentence, or two, and no traceback."""
    done = manage(var, *arguments, **changes)
    assert done.returncode != 0 and done.stdout == "", done.stdout
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


@pytest.fixture
def empty() -> Iterator[dict[str, str]]:
    """The settings of a program whose database has nothing in it, on the server of the tests."""
    name = f"empty_{time.monotonic_ns()}"
    with psycopg.connect(embedded_postgres.address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} OWNER evenkeel").format(sql.Identifier(name)))
        yield {
            "SECRET_KEY": "x" * 50,
            "SEALING_KEYS": base64.b64encode(bytes(range(32))).decode(),
            "ALLOWED_HOSTS": "even-keel.example",
            "DATABASE_URL": embedded_postgres.address().replace("/evenkeel?", f"/{name}?"),
            "BACKUP_URL": embedded_postgres.address(embedded_postgres.BACKUP_ROLE).replace("/evenkeel?", f"/{name}?"),
            # Of the tests, not of production.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        }
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.parametrize("command", COMMANDS)
def test_without_the_settings_of_the_service_a_command_refuses_and_makes_no_database(command: str, tmp_path: Path) -> None:
    arguments = [str(tmp_path / name) for name in COMMANDS[command]]

    said = refused(tmp_path / "var", command, *arguments)

    assert f"The embedded database in {tmp_path / 'var'} has no tables of Even Keel." in said
    assert "docs/operating.md" in said
    assert not (tmp_path / "var" / "postgres").exists() and not (tmp_path / "x.dump").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_database_that_was_never_migrated_it_refuses(command: str, empty: dict[str, str], tmp_path: Path) -> None:
    arguments = [str(tmp_path / name) for name in COMMANDS[command]]

    assert "has no tables of Even Keel" in refused(tmp_path, command, *arguments, **empty)

    assert not (tmp_path / "x.dump").exists()


def test_the_check_finds_fault_with_it_too(empty: dict[str, str], tmp_path: Path) -> None:
    said = manage(tmp_path, *CHECK, **empty)
    assert said.returncode != 0 and "has no tables of Even Keel" in said.stderr

    assert manage(tmp_path, "migrate", "--verbosity=0", **empty).returncode == 0

    said = manage(tmp_path, *CHECK, **empty)
    assert said.returncode == 0, said.stderr


def test_a_database_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    said = refused(tmp_path, "rotate_keys", DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing", DEBUG="on")

    assert "The database cannot be reached" in said


def test_a_dump_with_nothing_of_ours_in_it_is_no_backup(tmp_path: Path) -> None:
    dump = tmp_path / "x.dump"
    dump.write_bytes(b"")
    backups.manifest_path(dump).write_text(json.dumps({"sha256": sha256(b"").hexdigest(), "tables": {}, "policies": []}))

    with pytest.raises(backups.BrokenBackup, match="holds no tables of Even Keel"):
        backups.drill(dump, backups.accounts_path(dump), "postgres://nobody@127.0.0.1:9/nothing", "drill_nothing")
