"""Backups of the database, and the proof that one can be restored (docs/security.md, R49 and R70).

A backup is two dumps of the same moment, each with a manifest:

- `<name>.dump` holds what people write, sealed, and the tables everything is in.
- `<name>.accounts.dump` holds the accounts: names, settings, and the wrapped keys without which the first cannot be read.

They are apart so that they can be kept for different times. A restore takes the newest accounts, and drops rows of the first dump whose
account is no longer among them: once no accounts dump from before its deletion is left, a deleted account cannot be read in any backup.
Rows that are kept for a short time only (sessions, drafts, counted tries) are in neither.

The same programs, those bundled with the program, dump and restore every supported server (PostgreSQL 15 to 18), so that a backup made
on one can be restored on any that is not older.

Row-level security hides private rows from the role that owns them, so the dump is made by a role of its own: BYPASSRLS, and reading only.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, LiteralString, Self

import psycopg
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from accounts.autosave.models import Draft
from accounts.models import Account, Session, Visit
from accounts.portability.models import ImportFile
from accounts.signin.throttle import TokenBucket
from accounts.vault import sealing
from accounts.vault.fields import SealedTextField
from accounts.vault.models import private_models
from checkins.models import DeletedDays
from config.held.models import HeldForm
from config.ops.embedded_postgres import PROGRAMS
from config.ops.models import BackupProof, ErrorCount

ACCOUNTS = Account._meta.db_table
MIGRATIONS = MigrationRecorder.Migration._meta.db_table
# Models that are never dumped: their rows expire within a week, or say something of this one database.
EXPIRING = (Session, Visit, TokenBucket, Draft, ImportFile, DeletedDays, HeldForm, ErrorCount, BackupProof)
# The first server that knows transaction_timeout, which the dumps set to 0 before anything else.
FIRST_WITH_TRANSACTION_TIMEOUT = 170000
# What a server notes of its columns since the minor releases of November 2026 (15.20). An older pg_dump takes it for an option that was set
# on purpose, and no other server knows it.
SERVERS_OWN_NOTE = re.compile(rb"ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);\n")
# How many lines of a script may come before its first object.
HEADER_LINES = 60

TABLES: LiteralString = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
POLICIES: LiteralString = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, p.polname, p.polcmd::text, pg_get_expr(p.polqual, p.polrelid),
        pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND (c.relrowsecurity OR c.relforcerowsecurity OR p.oid IS NOT NULL)
    ORDER BY 1, 4
"""
# The sum of a hash of each row: the same in whatever order the rows are stored.
CONTENT: LiteralString = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
COMPARE: LiteralString = """
    DO $$ DECLARE found record; BEGIN
        SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS hash INTO found FROM {table} t;
        IF found.rows <> {rows} OR found.hash <> {hash} THEN
            RAISE EXCEPTION 'The table % is not as it was: % rows instead of %, or other contents.', {name}, found.rows, {rows};
        END IF;
    END $$;
"""
# Rows whose account is not among the restored ones. The constraints that would refuse them come later in the script.
DROP_ORPHANS: LiteralString = (
    "DELETE FROM {table} t WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT FROM {accounts} a WHERE a.id = t.{column});"
)


class BrokenBackup(Exception):
    """A backup that cannot be relied on, in one sentence."""


@dataclass(frozen=True)
class Manifest:
    """What a dump holds: the hash of its file, the number of rows and their hash for each table, and the row-level security policies."""

    sha256: str
    tables: dict[str, list[Any]]
    policies: list[list[Any]]

    @classmethod
    def of(cls, dump: Path) -> Self:
        """The manifest of `dump`. Raises BrokenBackup without one, and when `dump` is not the file it was written for."""
        try:
            manifest = cls(**json.loads(manifest_path(dump).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise BrokenBackup(f"There is no manifest in {manifest_path(dump)}.") from error
        if not dump.exists() or _sha256(dump) != manifest.sha256:
            raise BrokenBackup(f"{dump} is not the file that its manifest was written for: it is damaged, cut off, or another.")
        return manifest

    def write(self, dump: Path) -> None:
        """Write it to its file, which only its owner can read."""
        path = manifest_path(dump)
        _make_private(path)
        path.write_text(json.dumps(asdict(self), indent=1))


@dataclass(frozen=True)
class RestoreReport:
    """What was restored: counts, and the number of accounts with sealed values, of which one each was opened."""

    tables: int
    rows: int
    policies: int
    accounts: int
    opened: int


def _make_private(path: Path) -> None:
    """Make sure that `path` is there and that only its owner can read it, whatever the umask and whatever was there before."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def manifest_path(dump: Path) -> Path:
    return dump.with_name(dump.name + ".json")


def accounts_path(dump: Path) -> Path:
    """Where the accounts that belong to `dump` are."""
    return dump.with_name(f"{dump.stem}.accounts{dump.suffix or '.dump'}")


def newest_accounts(folder: Path) -> Path | None:
    """The accounts that were dumped last into `folder`, None if there are none."""
    return max(folder.glob("*.accounts.dump"), key=lambda path: path.stat().st_mtime, default=None)


def back_up(url: str, dump: Path) -> Manifest:
    """Write both dumps of the database at `url`, and their manifests; returns the first. Raises BrokenBackup if it cannot be done."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if not _scalar(connection, "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user"):
            raise BrokenBackup("The role of BACKUP_URL must be BYPASSRLS: row-level security would hide every private row from it.")
        tables = _tables(connection)
        if ACCOUNTS not in tables:
            raise BrokenBackup("The database that BACKUP_URL names has no tables of Even Keel, so there is nothing to back up.")
        snapshot = _scalar(connection, "SELECT pg_export_snapshot()")
        content, policies = _content(connection, set(tables) - _expiring()), _policies(connection)
        accounts = accounts_path(dump)
        left_out = [f"--exclude-table-data={table}" for table in (ACCOUNTS, *sorted(_expiring()))]
        for path, choice in ((dump, left_out), (accounts, ["--data-only", f"--table={ACCOUNTS}"])):
            _make_private(path)
            # Sealed values are random: more effort than the least makes the dump no smaller and takes three times as long.
            _run("pg_dump", url, "--format=custom", "--compress=gzip:1", f"--snapshot={snapshot}", f"--file={path}", *choice)
    Manifest(_sha256(accounts), {ACCOUNTS: content.pop(ACCOUNTS)}, []).write(accounts)
    manifest = Manifest(_sha256(dump), content, policies)
    manifest.write(dump)
    return manifest


def restore(dump: Path, accounts: Path, url: str) -> RestoreReport:
    """Restore `dump` and `accounts` into the empty database at `url`, in one transaction, compare, and open a value of each account.

    Raises BrokenBackup, with nothing changed, if the database is not empty or a dump is not what its manifest says. Raises it also if the
    present SEALING_KEYS do not open what was restored; then everything is back all the same.
    """
    written, people = _manifests(dump, accounts)
    with psycopg.connect(url) as connection:
        if _tables(connection):
            raise BrokenBackup("The database is not empty. Make a new one, or drop what is in it, and restore into that.")
        version = connection.info.server_version
    with _Script(url, version) as script:
        script.restore("--section=pre-data", dump)
        script.restore("--data-only", accounts)
        script.restore("--section=data", dump)
        script.compare({**written.tables, **people.tables})
        script.drop_orphans()
        script.restore("--section=post-data", dump)
    with psycopg.connect(url) as connection:
        if _policies(connection) != written.policies:
            raise BrokenBackup("The policies of row-level security are not those of the database that was dumped.")
        found, opened = _open_a_value_of_each(connection)
    rows = sum(rows for rows, _ in (*written.tables.values(), *people.tables.values()))
    return RestoreReport(len(written.tables) + 1, rows, len(written.policies), found, opened)


def drill(dump: Path, accounts: Path, url: str, scratch: str) -> RestoreReport:
    """Restore into the new database `scratch` on the server at `url`, and drop that again. Raises BrokenBackup as `restore` does."""
    _manifests(dump, accounts)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(scratch)))
        try:
            return restore(dump, accounts, psycopg.conninfo.make_conninfo(url, dbname=scratch))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(scratch)))


def _manifests(dump: Path, accounts: Path) -> tuple[Manifest, Manifest]:
    """The manifests of both dumps. Raises BrokenBackup if one is damaged or the first is not of this program."""
    written = Manifest.of(dump)
    if MIGRATIONS not in written.tables:
        raise BrokenBackup(f"{dump} holds no tables of Even Keel.")
    return written, Manifest.of(accounts)


class _Script:
    """One transaction of psql, fed with what pg_restore makes of dumps. Leaving the block commits; an exception rolls back."""

    def __init__(self, url: str, server_version: int) -> None:
        self._url = url
        self._version = server_version

    def __enter__(self) -> Self:
        command, environment = _command(
            "psql", self._url, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"
        )
        self._psql = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603, a program of ours
        self._say("BEGIN;\nSET client_min_messages = error;\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._say("ROLLBACK;\n" if kind else "COMMIT;\n")
        with suppress(BrokenPipeError):
            self._stdin.close()
        assert self._psql.stderr is not None
        with self._psql.stderr as stderr:
            said = stderr.read().decode(errors="replace")
        if self._psql.wait() and (kind is None or issubclass(kind, BrokenPipeError)):
            raise BrokenBackup(_last_error(said) or f"psql failed with {self._psql.returncode}.") from error

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._psql.stdin is not None
        return self._psql.stdin

    def _say(self, text: str) -> None:
        with suppress(BrokenPipeError):
            self._stdin.write(text.encode())

    def restore(self, part: str, dump: Path) -> None:
        """Run `part` of `dump`. Raises BrokenBackup if it cannot be read to its end."""
        command = [str(PROGRAMS / "pg_restore"), part, "--no-owner", "--no-privileges", "--file=-", str(dump)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:  # noqa: S603, a program of ours
            assert reading.stdout is not None and reading.stderr is not None
            if part == "--section=pre-data":
                self._stdin.writelines(line for line in reading.stdout if self._knows(line))
            self._pass_header(reading.stdout)
            shutil.copyfileobj(reading.stdout, self._stdin, 1024 * 1024)
            said = reading.stderr.read().decode(errors="replace")
        if reading.returncode:
            # What was sent may end in the middle of a table, where psql would take anything for its rows.
            self._psql.kill()
            raise BrokenBackup(f"pg_restore failed: {_last_error(said) or reading.returncode}")

    def _pass_header(self, script: IO[bytes]) -> None:
        """Pass on what the server knows of the lines at the head of a script."""
        self._stdin.writelines(line for line in islice(script, HEADER_LINES) if self._knows(line))

    def _knows(self, line: bytes) -> bool:
        if SERVERS_OWN_NOTE.fullmatch(line):
            return False
        return line != b"SET transaction_timeout = 0;\n" or self._version >= FIRST_WITH_TRANSACTION_TIMEOUT

    def compare(self, tables: dict[str, list[Any]]) -> None:
        """Stop unless every table holds what the manifests say."""
        self._say("SET search_path = public;\nSET timezone = 'UTC';\n")
        for table, (rows, content_hash) in tables.items():
            values = {"rows": sql.Literal(rows), "hash": sql.Literal(content_hash), "name": sql.Literal(table)}
            self._say(sql.SQL(COMPARE).format(table=sql.Identifier(table), **values).as_string() + "\n")

    def drop_orphans(self) -> None:
        """Delete the rows of accounts that have been deleted since the dump was made."""
        for table, column in _references():
            statement = sql.SQL(DROP_ORPHANS).format(
                table=sql.Identifier(table), column=sql.Identifier(column), accounts=sql.Identifier(ACCOUNTS)
            )
            self._say(statement.as_string() + "\n")
        self._say("RESET search_path;\n")


def _references() -> Iterable[tuple[str, str]]:
    """Every table and column that points to an account."""
    for relation in Account._meta.related_objects:
        yield relation.related_model._meta.db_table, str(relation.field.column)


def _expiring() -> set[str]:
    return {model._meta.db_table for model in EXPIRING}


def _open_a_value_of_each(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """How many accounts there are, and how many have sealed values, one of which was opened. Raises BrokenBackup if one does not open."""
    accounts = connection.execute(sql.SQL("SELECT id, data_key FROM {}").format(sql.Identifier(ACCOUNTS))).fetchall()
    opened = sum(_opens_a_value(connection, account, data_key) for account, data_key in accounts)
    return len(accounts), opened


def _opens_a_value(connection: psycopg.Connection[Any], account: Any, data_key: bytes) -> bool:
    """Whether the account has a sealed value. The first one found is opened; raises BrokenBackup if that cannot be done."""
    connection.execute("SELECT set_config('app.account_id', %s, false)", [str(account)])
    for model in private_models():
        for field in model._meta.fields:
            if not isinstance(field, SealedTextField):
                continue
            table, column = model._meta.db_table, str(field.column)
            select = sql.SQL("SELECT {column} FROM {table} WHERE account_id = %s AND length({column}) > 0 LIMIT 1")
            row = connection.execute(select.format(column=sql.Identifier(column), table=sql.Identifier(table)), [account]).fetchone()
            if row is None:
                continue
            try:
                sealing.unwrap(data_key).open(bytes(row[0]), f"{table}.{column}:{account}".encode())
            except sealing.CannotBeRead as error:
                raise BrokenBackup(f"A value in {table} cannot be opened with the present SEALING_KEYS.") from error
            return True
    return False


def _content(connection: psycopg.Connection[Any], tables: set[str]) -> dict[str, list[Any]]:
    connection.execute("SET LOCAL timezone = 'UTC'")
    content = {table: sql.SQL(CONTENT).format(sql.Identifier(table)) for table in sorted(tables)}
    return {table: list(connection.execute(query).fetchone() or ()) for table, query in content.items()}


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    return [table for (table,) in connection.execute(TABLES).fetchall()]


def _policies(connection: psycopg.Connection[Any]) -> list[list[Any]]:
    return [list(row) for row in connection.execute(POLICIES).fetchall()]


def _scalar(connection: psycopg.Connection[Any], query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    return row and row[0]


def _command(program: str, url: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """One of PROGRAMS for the database at `url`, and its environment: other users of the machine cannot see a password there."""
    where: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(url)
    environment = os.environ | {"PGPASSWORD": str(where.pop("password", ""))}
    return [str(PROGRAMS / program), f"--dbname={psycopg.conninfo.make_conninfo(**where)}", *arguments], environment


def _run(program: str, url: str, *arguments: str) -> None:
    command, environment = _command(program, url, *arguments)
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603, a program of ours
    if done.returncode:
        raise BrokenBackup(f"{program} failed: {_last_error(done.stderr) or done.returncode}")


def _last_error(said: str) -> str:
    """The last error of a program's own words, empty if it said nothing. What follows it may quote rows."""
    lines = [line for line in said.strip().splitlines() if "error:" in line.lower()]
    return lines[-1].rpartition("ERROR:  ")[2] if lines else ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
