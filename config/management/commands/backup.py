from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.operating import refuse_without_tables
from config.ops import backups, embedded_postgres


class Command(BaseCommand):
    help = "Write a dump of the whole database, and a manifest beside it by which `restore_drill` knows it. Connects with BACKUP_URL."

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
        try:
            manifest = backups.back_up(url, options["dump"])
        except (backups.Broken, psycopg.Error, OSError) as error:
            raise CommandError(str(error).strip().splitlines()[0]) from error
        rows, beside = sum(rows for rows, _ in manifest.tables.values()), backups.beside(options["dump"])
        of = f" of the embedded database in {settings.VAR_DIR}" if tried_out else ""
        self.stdout.write(f"{options['dump']}: {len(manifest.tables)} tables, {rows} rows{of}. Its manifest is {beside}.")
