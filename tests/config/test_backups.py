"""A backup is one when it has been brought back (docs/security.md, R70)."""

import base64
import json
import re
import secrets
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import copy

import psycopg
import pytest

from config.ops import backups
from config.ops.backups import accounts_path, manifest_path
from tests.database import Database
from tests.serving import Serving, manage

Backup = tuple[Path, Path, str]


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backup]:
    """The folder of a running program with six months of entries, a dump of it, and what was said of it."""
    var = tmp_path_factory.mktemp("var")
    server = Serving(var, "--demo", "--workers", "1").wait_until_ready()
    dump = var / "a.dump"
    done = manage(var, "backup", str(dump))
    assert done.returncode == 0, done.stderr
    yield var, dump, done.stdout
    server.stop()


@pytest.fixture
def another(backup: Backup, tmp_path: Path) -> Path:
    """A copy of both dumps and their manifests, to be spoilt."""
    _, dump, _ = backup
    for path in (accounts_path(dump), manifest_path(accounts_path(dump)), manifest_path(dump)):
        copy(path, tmp_path / path.name)
    return Path(copy(dump, tmp_path / dump.name))


def drill(var: Path, dump: Path, **changes: str) -> str:
    done = manage(var, "restore_drill", str(dump), **changes)
    assert "Traceback" not in done.stderr
    return done.stdout if done.returncode == 0 else done.stderr


def write_manifest(dump: Path, **changes: object) -> None:
    manifest = json.loads(manifest_path(dump).read_text()) | {"sha256": sha256(dump.read_bytes()).hexdigest()} | changes
    manifest_path(dump).write_text(json.dumps(manifest))


def test_one_command_restores_it_compares_and_opens(backup: Backup) -> None:
    var, dump, said = backup

    restored = drill(var, dump)

    tables, rows = re.search(rf"(\d+) tables, (\d+) rows of the embedded database in {var}\.", said).groups()
    assert f"Restorable. {int(tables) + 1} tables, {int(rows) + 1} rows and" in restored, "the accounts come to them"
    assert "of 1 accounts 1 have written something, and it opens" in restored
    manifest = json.loads(manifest_path(dump).read_text())
    assert manifest["tables"]["checkins_checkin"][0] > 100, "private rows are in it"
    for path in (dump, accounts_path(dump), manifest_path(dump), manifest_path(accounts_path(dump))):
        assert path.stat().st_mode & 0o777 == 0o600, path
    with Database(var).connect() as connection:
        assert not connection.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'drill%'").fetchall(), "and takes the copy away"


def test_a_changed_byte_or_a_lost_end_is_reported(backup: Backup, another: Path) -> None:
    whole = another.read_bytes()
    for spoilt in (whole[:-1], whole[: len(whole) // 2], whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:], b""):
        another.write_bytes(spoilt)
        with pytest.raises(backups.BrokenBackup, match="damaged, cut off, or another"):
            backups.Manifest.of(another)
    another.unlink()
    assert "NOT RESTORABLE" in drill(backup[0], another)


@pytest.mark.parametrize("lost", ["policies", "manifest"])
def test_what_is_not_as_it_was_is_reported(backup: Backup, another: Path, lost: str) -> None:
    if lost == "manifest":
        manifest_path(another).unlink()
    else:
        write_manifest(another, policies=json.loads(manifest_path(another).read_text())["policies"][1:])

    with pytest.raises(backups.BrokenBackup, match={"manifest": "no manifest", "policies": "policies"}[lost]):
        backups.drill(another, accounts_path(another), f"postgres://evenkeel@/evenkeel?host={Database(backup[0]).data}", f"drill_{lost}")


def test_a_dump_that_the_present_keys_do_not_open_is_reported(backup: Backup) -> None:
    var, dump, _ = backup

    said = drill(var, dump, SEALING_KEYS=base64.b64encode(secrets.token_bytes(32)).decode(), DEBUG="on")

    assert "cannot be opened with the present SEALING_KEYS" in said


def test_the_backup_role_reads_all_and_writes_nothing(backup: Backup) -> None:
    var, _, _ = backup
    with Database(var).connect("evenkeel_backup") as connection:
        assert connection.execute("SELECT count(*) FROM checkins_checkin").fetchone()[0] > 100
        for statement in ("DELETE FROM checkins_checkin", "UPDATE accounts_account SET name = 'x'", "CREATE TABLE x (y int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_role_from_which_rows_are_hidden_makes_no_backup(backup: Backup, tmp_path: Path) -> None:
    """The program's own role would write a dump without a private row, or none at all."""
    var, _, _ = backup
    folder = Database(var).data

    done = manage(var, "backup", str(tmp_path / "dump"), BACKUP_URL=f"postgres://evenkeel@/evenkeel?host={folder}")

    assert done.returncode != 0 and "must be BYPASSRLS" in done.stderr
    assert not (tmp_path / "dump").exists()
