import secrets
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from accounts.checks import refuse_without_tables
from config.logs import first_line
from config.management.commands.restore import program_url
from config.ops import backups
from config.ops.models import BackupProof


class Command(BaseCommand):
    help = (
        "Prove that a backup can be restored: restore it into a database of its own, as `restore` does, and drop that again. Connects with "
        "DRILL_URL, else as the program does; its role needs CREATEDB."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dump", type=Path, help="a file that `backup` has written")
        parser.add_argument("--accounts", type=Path, help="the accounts to restore with it; those of the same backup unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        url = settings.DRILL_URL
        if not url:
            refuse_without_tables()
            url = program_url()
        dump = options["dump"]
        began = time.monotonic()
        try:
            found = backups.drill(dump, options["accounts"] or backups.accounts_path(dump), url, f"drill_{secrets.token_hex(4)}")
        except (backups.BrokenBackup, psycopg.Error, OSError) as error:
            raise CommandError(f"NOT RESTORABLE: {first_line(error)}") from error
        self._record(dump)
        self.stdout.write(
            f"Restorable. {found.tables} tables, {found.rows} rows and {found.policies} policies are as they were; of {found.accounts} "
            f"accounts {found.opened} have written something, and it opens. {time.monotonic() - began:.1f} s."
        )

    def _record(self, dump: Path) -> None:
        """Remember for `status` that this backup was proven. The drill may run where the program's own database cannot be reached."""
        try:
            BackupProof.record(made_at=datetime.fromtimestamp(dump.stat().st_mtime, UTC), proven_at=timezone.now())
        except DatabaseError as error:
            self.stderr.write(f"`status` will not know of it: {first_line(error)}")
