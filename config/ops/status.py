"""How the site is doing, in figures: for `manage.py status` and a monitor. No word that anyone wrote, no name, nothing about one person."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from accounts.models import Account, Session
from accounts.signin.invitations import Invitation
from accounts.vault.models import private_models
from config import VERSION
from config.ops.models import BackupProof, ErrorCount

WRITTEN_DAYS = 30
ERROR_DAYS = 7

# Row-level security shows the rows of one account at a time, here as everywhere: so they are asked for one account after the other, inside
# the database, and only the sum comes out.
_WRITTEN = """
DO $$ DECLARE person uuid; written integer := 0; BEGIN
    FOR person IN SELECT id FROM accounts_account LOOP
        PERFORM set_config('app.account_id', person::text, true);
        IF {any} THEN written := written + 1; END IF;
    END LOOP;
    PERFORM set_config('app.account_id', '', true);
    PERFORM set_config('app.written', written::text, true);
END $$
"""
_ANY = "EXISTS (SELECT FROM {table} WHERE account_id = person AND day > {since})"

_CONNECTIONS = """
SELECT count(*), count(*) FILTER (WHERE state <> 'idle'), current_setting('max_connections')::integer
FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class SiteStatus:
    """The figures. Bytes, days and connections are whole numbers; times are in UTC, None where there was none."""

    version: str
    accounts: int
    # Accounts with an entry for one of the last 30 days.
    accounts_written_30_days: int
    sessions: int
    invitations_open: int
    database_bytes: int
    # The last backup that was proven: when its dump was written, and when it was restored.
    backup_made_at: datetime | None
    backup_proven_at: datetime | None
    # Connections of the program's role to the database, of them at work just now, how many the server has, and how many a process may open.
    connections_open: int
    connections_busy: int
    connections_of_server: int
    connections_per_process: int
    # Of the last seven days, by kind.
    errors_7_days: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()}

    def to_metrics(self) -> str:
        """The figures as Prometheus reads them; times in seconds since 1970, left out where there was none."""
        lines = [f'even_keel_info{{version="{self.version}"}} 1']
        for name, value in asdict(self).items():
            if isinstance(value, datetime):
                lines.append(f"even_keel_{name.removesuffix('_at')}_timestamp_seconds {int(value.timestamp())}")
            elif isinstance(value, int):
                lines.append(f"even_keel_{name} {value}")
        lines += [f'even_keel_errors_7_days{{kind="{kind}"}} {count}' for kind, count in self.errors_7_days.items()]
        return "\n".join(lines) + "\n"


def collect(*, at: datetime) -> SiteStatus:
    """The figures at the moment `at`."""
    proof = BackupProof.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
        cursor.execute(_CONNECTIONS)
        opened, busy, most = cursor.fetchone()
    return SiteStatus(
        version=VERSION,
        accounts=Account.objects.count(),
        accounts_written_30_days=_written_since(at),
        sessions=Session.objects.live(at=at).exclude(owner=None).count(),
        invitations_open=Invitation.objects.valid(today=at.date()).count(),
        database_bytes=size,
        backup_made_at=proof.made_at if proof else None,
        backup_proven_at=proof.proven_at if proof else None,
        connections_open=opened,
        connections_busy=busy,
        connections_of_server=most,
        connections_per_process=settings.DATABASE_POOL,
        errors_7_days=ErrorCount.objects.by_kind(since=at.date() - timedelta(days=ERROR_DAYS - 1)),
    )


def _written_since(at: datetime) -> int:
    """How many accounts have an entry for one of the 30 days before `at`."""
    since = sql.Literal(at.date() - timedelta(days=WRITTEN_DAYS))
    tables = [model._meta.db_table for model in private_models() if any(field.name == "day" for field in model._meta.fields)]
    each = [sql.SQL(_ANY).format(table=sql.Identifier(table), since=since) for table in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL(_WRITTEN).format(any=sql.SQL(" OR ").join(each)))
        cursor.execute("SELECT current_setting('app.written')")
        return int(cursor.fetchone()[0])
