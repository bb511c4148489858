"""A dump of the whole database, and the proof that it can be brought back (docs/security.md, R70).

Beside each dump lies a manifest: how many rows each table had in that very moment, a hash of what stood in them, and the policies on it.
The drill restores the dump into a database of its own and compares. Nothing of what people write is in a manifest, and none of it is
unsealed but for one value of each account, which the drill opens and forgets.

Row-level security hides private rows from the role that owns them, so the dump is made by a role of its own: BYPASSRLS, and reading only.
"""

import hashlib
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg
from django.apps import apps
from psycopg import sql

from accounts.models import Account
from accounts.vault import sealing
from accounts.vault.fields import SealedTextField
from accounts.vault.models import PrivateModel
from config.ops.embedded_postgres import PROGRAMS

TABLES: LiteralString = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
POLICIES: LiteralString = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, p.polname, p.polcmd::text, pg_get_expr(p.polqual, p.polrelid),
        pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND (c.relrowsecurity OR c.relforcerowsecurity OR p.oid IS NOT NULL)
    ORDER BY 1, 4
"""
# The sum of a hash of each row: the same whatever order the rows stand in.
CONTENT: LiteralString = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"


class Broken(Exception):
    """A dump that cannot be relied on, in one sentence."""


@dataclass(frozen=True)
class Manifest:
    sha256: str
    # Of each table, how many rows there are and the hash of them all.
    tables: dict[str, list[Any]]
    policies: list[list[Any]]

    @classmethod
    def of(cls, dump: Path) -> Self:
        """The one beside `dump`. Raises Broken without one, and when `dump` is not the file it was written for."""
        try:
            manifest = cls(**json.loads(beside(dump).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise Broken(f"There is no manifest in {beside(dump)}.") from error
        if not dump.exists() or _sha256(dump) != manifest.sha256:
            raise Broken(f"{dump} is not the file that its manifest was written for: it is damaged, cut off, or another.")
        return manifest


def beside(dump: Path) -> Path:
    return dump.with_name(dump.name + ".json")


def back_up(url: str, dump: Path) -> Manifest:
    """Write a dump of the database at `url` and its manifest, both of one moment. Raises Broken if it cannot be done."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if not _scalar(connection, "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user"):
            raise Broken("The role of BACKUP_URL must be BYPASSRLS: row-level security would hide every private row from it.")
        if Account._meta.db_table not in _tables(connection):
            raise Broken("The database that BACKUP_URL names has no tables of Even Keel, so there is nothing to back up.")
        snapshot = _scalar(connection, "SELECT pg_export_snapshot()")
        dump.touch(mode=0o600)
        # Sealed values are random: more effort than the least makes the dump no smaller and takes three times as long.
        _run("pg_dump", url, "--format=custom", "--compress=gzip:1", f"--snapshot={snapshot}", f"--file={dump}")
        manifest = Manifest(_sha256(dump), _content(connection), _policies(connection))
    beside(dump).write_text(json.dumps(asdict(manifest), indent=1))
    return manifest


def drill(dump: Path, url: str, scratch: str) -> dict[str, int]:
    """Restore `dump` into the new database `scratch` beside the one at `url`, compare, and take it away again.

    Returns how many tables, rows and accounts there were, and of how many accounts a value was opened. Raises Broken for what differs.
    """
    manifest = Manifest.of(dump)
    if Account._meta.db_table not in manifest.tables:
        raise Broken(f"{dump} holds no tables of Even Keel.")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(scratch)))
        try:
            there = psycopg.conninfo.make_conninfo(url, dbname=scratch)
            _run("pg_restore", there, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump))
            with psycopg.connect(there) as connection:
                return _compare(connection, manifest)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(scratch)))


def _compare(connection: psycopg.Connection[Any], manifest: Manifest) -> dict[str, int]:
    if _policies(connection) != manifest.policies:
        raise Broken("The policies of row-level security are not those of the database that was dumped.")
    for table in {policy[0] for policy in manifest.policies}:
        # Only here, and only for the comparison: this copy goes away in a moment.
        connection.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(table)))
    found = _content(connection)
    for table in manifest.tables.keys() | found.keys():
        if found.get(table) != manifest.tables.get(table):
            raise Broken(f"The table {table} is not as it was: (rows, hash) {found.get(table)} instead of {manifest.tables.get(table)}.")
    accounts, opened = _open_a_value_of_each(connection)
    rows = sum(rows for rows, _ in found.values())
    return {"tables": len(found), "rows": rows, "policies": len(manifest.policies), "accounts": accounts, "opened": opened}


def _open_a_value_of_each(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """How many accounts there are and how many have sealed values, one of which was opened. Raises Broken if one does not open."""
    accounts = connection.execute(sql.SQL("SELECT id, data_key FROM {}").format(sql.Identifier(Account._meta.db_table))).fetchall()
    opened = 0
    for account, data_key in accounts:
        for model, field in _sealed():
            select = sql.SQL("SELECT {column} FROM {table} WHERE account_id = %s AND length({column}) > 0 LIMIT 1")
            row = connection.execute(
                select.format(column=sql.Identifier(str(field.column)), table=sql.Identifier(model._meta.db_table)), [account]
            ).fetchone()
            if row is None:
                continue
            try:
                sealing.unwrap(data_key).open(bytes(row[0]), f"{model._meta.db_table}.{field.column}:{account}".encode())
            except sealing.CannotBeRead as error:
                raise Broken(f"A value in {model._meta.db_table} cannot be opened with the present SEALING_KEYS.") from error
            opened += 1
            break
    return len(accounts), opened


def _sealed() -> list[tuple[type[PrivateModel], SealedTextField]]:
    private = [model for model in apps.get_models() if issubclass(model, PrivateModel)]
    return [(model, field) for model in private for field in model._meta.fields if isinstance(field, SealedTextField)]


def _content(connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    connection.execute("SET LOCAL timezone = 'UTC'")
    content = {table: sql.SQL(CONTENT).format(sql.Identifier(table)) for table in _tables(connection)}
    return {table: list(connection.execute(query).fetchone() or ()) for table, query in content.items()}


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    return [table for (table,) in connection.execute(TABLES).fetchall()]


def _policies(connection: psycopg.Connection[Any]) -> list[list[Any]]:
    return [list(row) for row in connection.execute(POLICIES).fetchall()]


def _scalar(connection: psycopg.Connection[Any], query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    return row and row[0]


def _run(program: str, url: str, *arguments: str) -> None:
    """Run one of PROGRAMS on the database at `url`. The password goes along where nobody else on the machine can see it."""
    where: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(url)
    environment = os.environ | {"PGPASSWORD": str(where.pop("password", ""))}
    command = [str(PROGRAMS / program), f"--dbname={psycopg.conninfo.make_conninfo(**where)}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603, a program of ours
    if done.returncode:
        raise Broken(f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
