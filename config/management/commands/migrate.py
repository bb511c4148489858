"""Django's `migrate`, for a database that may be migrated by several processes, any of which may be killed (docs/security.md, R69).

Django writes that a migration was applied after its transaction, if the migration makes a table with an index or a foreign key. Killed in
between it leaves tables that no record knows of, and never gets past them again. Here both are in one transaction.
"""

from contextlib import suppress
from typing import Any

from django.core.management.commands import migrate
from django.db import DatabaseError, connections, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

# Number of the advisory lock that a process holds while it migrates; nothing else uses it.
LOCK = 0x6576656E


class Executor(MigrationExecutor):
    def apply_migration(self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False) -> ProjectState:
        if not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        with transaction.atomic(using=self.connection.alias):
            return super().apply_migration(state, migration, fake, fake_initial)

    def unapply_migration(self, state: ProjectState, migration: Migration, fake: bool = False) -> ProjectState:
        if not migration.atomic:
            return super().unapply_migration(state, migration, fake)
        with transaction.atomic(using=self.connection.alias):
            return super().unapply_migration(state, migration, fake)


# The command has no other place in which to name its executor.
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        # A connection of its own, in a transaction: PgBouncer may give a lock of the whole session to another client.
        guard = connections[options["database"]].copy()
        try:
            guard.set_autocommit(False)
            with guard.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            super().handle(*args, **options)
        finally:
            # So that a pool has nothing to say about what it gets back. A connection that is gone has let go of the lock.
            with suppress(DatabaseError):
                guard.rollback()
            guard.close()
