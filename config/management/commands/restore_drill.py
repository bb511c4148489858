import secrets
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.operating import refuse_without_tables
from config.ops import backups


class Command(BaseCommand):
    help = (
        "Prove that a dump can be brought back: restore it into a database of its own, compare rows, hashes and policies with its "
        "manifest, open a value of each account, and take the copy away. Connects with DRILL_URL, else as the program does; its role needs "
        "CREATEDB."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dump", type=Path, help="a file that `backup` has written")

    def handle(self, *args: Any, **options: Any) -> None:
        url = settings.DRILL_URL
        if not url:
            refuse_without_tables()
            with connection.cursor() as cursor:
                info = cursor.connection.info
                url = psycopg.conninfo.make_conninfo(info.dsn, password=info.password or None)
            connection.close()
        began = time.monotonic()
        try:
            found = backups.drill(options["dump"], url, f"drill_{secrets.token_hex(4)}")
        except (backups.Broken, psycopg.Error, OSError) as error:
            raise CommandError(f"NOT RESTORABLE: {str(error).strip().splitlines()[0]}") from error
        self.stdout.write(
            f"Restorable. {found['tables']} tables, {found['rows']} rows and {found['policies']} policies are as they were; "
            f"of {found['accounts']} accounts {found['opened']} have written something, and it opens. {time.monotonic() - began:.1f} s."
        )
