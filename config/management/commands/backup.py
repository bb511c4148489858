from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.checks import refuse_without_tables
from config.logs import first_line
from config.ops import backups, embedded_postgres


class Command(BaseCommand):
    help = (
        "Write a backup: a dump of what people write, next to it one of the accounts with their keys, and a manifest of each by which "
        "`restore` and `restore_drill` check them. Connects with BACKUP_URL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dump", type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        url = settings.BACKUP_URL
        tried_out = not url and embedded_postgres.is_used()
        if tried_out:
            refuse_without_tables()
            url = embedded_postgres.address(embedded_postgres.BACKUP_ROLE)
        if not url:
            raise CommandError("BACKUP_URL is not set: the address of the database, for a role that is BYPASSRLS and reads only.")
        dump = options["dump"]
        try:
            manifest = backups.back_up(url, dump)
        except (backups.BrokenBackup, psycopg.Error, OSError) as error:
            raise CommandError(first_line(error)) from error
        rows = sum(rows for rows, _ in manifest.tables.values())
        of = f" of the embedded database in {settings.VAR_DIR}" if tried_out else ""
        self.stdout.write(
            f"{dump}: {len(manifest.tables)} tables, {rows} rows{of}. The accounts and their keys are in {backups.accounts_path(dump)}. "
            "Both have a manifest with the same name and .json."
        )
