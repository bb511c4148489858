"""A backup can be restored on every supported PostgreSQL, by one command, and holds nothing of a deleted account (R49, R70)."""

import base64
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from config.ops import backups
from tests import postgresql
from tests.serving import manage

WORDS = "Jo called back"
KEY = base64.b64encode(secrets.token_bytes(32)).decode()
Run = Callable[..., CompletedProcess[str]]

# Makes two accounts, each with a day.
WRITE = f"""
from datetime import date, timezone, datetime
from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
for name in ("kept", "deleted"):
    account = Account.objects.create_user(name, "four words nobody guesses")
    with acting_for(account):
        at = datetime(2026, 11, 1, 9, tzinfo=timezone.utc)
        CheckIn.objects.create(account=account, day=date(2026, 11, 1), gratitude_1="{WORDS}", version=1, written_at=at, zone="UTC")
"""
READ = """
from accounts.models import Account
from accounts.vault.scope import acting_for
for account in Account.objects.order_by("name"):
    with acting_for(account):
        print(account.name, [day.gratitude_1 for day in account.checkins.all()], account.privateplans.count())
"""
DELETE = """
from accounts.models import Account
from accounts.vault.scope import acting_for
Account.objects.create_user("newer", "four words nobody guesses")
account = Account.objects.get(name="deleted")
with acting_for(account):
    account.delete_with_data()
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[Callable[[int], postgresql.Server]]:
    """Starts the server of a version when it is first asked for."""
    running: dict[int, postgresql.Server] = {}

    def server(version: int) -> postgresql.Server:
        if version not in running:
            if not postgresql.has(version):
                pytest.skip(f"PostgreSQL {version} is not here: apt-get install postgresql brings 15, .ci/postgresql-17 brings 17")
            running[version] = postgresql.Server(version)
        return running[version]

    yield server
    for each in running.values():
        each.stop()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command of the program with the database at an address."""

    def command(url: str, *arguments: str, backup_url: str = "", key: str = KEY) -> CompletedProcess[str]:
        given = {"DATABASE_URL": url, "BACKUP_URL": backup_url, "SEALING_KEYS": key, "SECRET_KEY": "x" * 50, "DEBUG": "on"}
        return manage(tmp_path / "var", *arguments, **given)

    return command


def done(result: CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout


def written(run: Run, server: postgresql.Server, name: str) -> str:
    """A database with two accounts that have written something; returns its address."""
    url = server.new_database(name)
    done(run(url, "migrate", "--verbosity=0"))
    done(run(url, "shell", "--no-imports", "--command", WRITE))
    return url


@pytest.mark.parametrize(("source", "target"), [(15, 15), (16, 16), (17, 17), (18, 18), (15, 16), (15, 17), (15, 18), (16, 18), (17, 18)])
def test_a_backup_of_each_server_is_restored_on_it_and_on_newer_ones(servers, run: Run, tmp_path: Path, source: int, target: int) -> None:
    here, there, name = servers(source), servers(target), f"from_{source}_to_{target}"
    url, dump = written(run, here, name), tmp_path / "a.dump"
    done(run(url, "backup", str(dump), backup_url=here.address(name, "evenkeel_backup")))
    empty = there.new_database(f"{name}_restored")

    said = done(run(empty, "restore", str(dump)))

    assert "of 2 accounts 2 have written something" in said
    assert done(run(empty, "shell", "--no-imports", "--command", READ)) == f"deleted ['{WORDS}'] 1\nkept ['{WORDS}'] 1\n"
    assert "Restorable." in done(run(empty, "restore_drill", str(dump)))
    with there.connect("evenkeel", f"{name}_restored") as connection:
        assert connection.execute("SELECT count(*) FROM checkins_checkin").fetchone() == (0,), "row-level security is back"


def test_a_deleted_account_cannot_be_restored_from_an_older_dump(servers, run: Run, tmp_path: Path) -> None:
    server, older, newer = servers(18), tmp_path / "1.dump", tmp_path / "2.dump"
    url, backup_url = written(run, server, "with_deleted"), server.address("with_deleted", "evenkeel_backup")
    done(run(url, "backup", str(older), backup_url=backup_url))
    done(run(url, "shell", "--no-imports", "--command", DELETE))
    done(run(url, "backup", str(newer), backup_url=backup_url))
    empty = server.new_database("without_deleted")

    done(run(empty, "restore", str(older)))

    assert done(run(empty, "shell", "--no-imports", "--command", READ)) == f"kept ['{WORDS}'] 1\nnewer [] 1\n"
    assert b"data_key" not in older.read_bytes().split(b"accounts_account", 1)[0]


def test_neither_dump_holds_sessions_drafts_or_tries(servers, run: Run, tmp_path: Path) -> None:
    server, dump = servers(18), tmp_path / "a.dump"
    url = written(run, server, "short_lived")
    done(run(url, "backup", str(dump), backup_url=server.address("short_lived", "evenkeel_backup")))

    tables = backups.Manifest.of(dump).tables

    assert tables["checkins_checkin"][0] == 2
    assert not tables.keys() & {"accounts_account", *(model._meta.db_table for model in backups.EXPIRING)}


def test_a_database_that_is_not_empty_is_left_alone(servers, run: Run, tmp_path: Path) -> None:
    server, dump = servers(18), tmp_path / "a.dump"
    url = written(run, server, "not_empty")
    done(run(url, "backup", str(dump), backup_url=server.address("not_empty", "evenkeel_backup")))

    refused = run(url, "restore", str(dump))

    assert refused.returncode and "The database is not empty." in refused.stderr and "Traceback" not in refused.stderr
    assert done(run(url, "shell", "--no-imports", "--command", READ)).count(WORDS) == 2


@pytest.mark.parametrize("harm", ["rows", "contents", "cut off", "other accounts"])
def test_a_backup_that_is_not_whole_changes_nothing(servers, run: Run, tmp_path: Path, harm: str) -> None:
    server, dump, name = servers(18), tmp_path / "a.dump", f"harm_{harm.replace(' ', '_')}"
    url = written(run, server, name)
    done(run(url, "backup", str(dump), backup_url=server.address(name, "evenkeel_backup")))
    manifest = backups.Manifest.of(dump)
    if harm == "cut off":
        dump.write_bytes(dump.read_bytes()[:-3000])
        manifest = replace(manifest, sha256=backups._sha256(dump))
    elif harm == "other accounts":
        accounts = backups.accounts_path(dump)
        accounts.write_bytes(accounts.read_bytes() + b"x")
    else:
        rows, content_hash = manifest.tables["checkins_checkin"]
        manifest.tables["checkins_checkin"] = [rows + 1, content_hash] if harm == "rows" else [rows, "1"]
    manifest.write(dump)
    empty = server.new_database(f"{name}_restored")

    refused = run(empty, "restore", str(dump))

    expected = {"cut off": "pg_restore failed", "other accounts": "is damaged"}.get(harm, "The table checkins_checkin is not as it was")
    assert refused.returncode and expected in refused.stderr and "Traceback" not in refused.stderr
    with server.connect("evenkeel", f"{name}_restored") as connection:
        assert connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall() == []


def test_other_keys_than_it_was_sealed_with_are_reported(servers, run: Run, tmp_path: Path) -> None:
    server, dump = servers(18), tmp_path / "a.dump"
    url = written(run, server, "other_keys")
    done(run(url, "backup", str(dump), backup_url=server.address("other_keys", "evenkeel_backup")))

    refused = run(server.new_database("other_keys_restored"), "restore", str(dump), key=base64.b64encode(secrets.token_bytes(32)).decode())

    assert refused.returncode and "cannot be opened with the present SEALING_KEYS" in refused.stderr
