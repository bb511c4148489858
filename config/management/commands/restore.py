import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import Account
from config.logs import first_line
from config.ops import backups


def program_url() -> str:
    """The address of the program's own database, as psycopg and the programs of PostgreSQL take it."""
    with connection.cursor() as cursor:
        info = cursor.connection.info
        url = psycopg.conninfo.make_conninfo(info.dsn, password=info.password or None)
    connection.close()
    return url


class Command(BaseCommand):
    help = (
        "Restore a backup into the empty database that the program uses: check both dumps against their manifests, restore them in one "
        "transaction, compare every table, and open a value of each account. Then migrate the tables."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dump", type=Path, help="a file that `backup` has written")
        parser.add_argument("--accounts", type=Path, help="the accounts to restore with it; the newest in the same folder unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        dump = options["dump"]
        accounts = options["accounts"] or backups.newest_accounts(dump.parent) or backups.accounts_path(dump)
        began = time.monotonic()
        self.stdout.write(f"Restoring {dump} with the accounts in {accounts} …")
        try:
            found = backups.restore(dump, accounts, program_url())
        except (backups.BrokenBackup, psycopg.Error, OSError) as error:
            raise CommandError(first_line(error)) from error
        self.stdout.write(
            f"{found.tables} tables, {found.rows} rows and {found.policies} policies are back; of {found.accounts} accounts "
            f"{found.opened} have written something, and it opens."
        )
        call_command("migrate", verbosity=0)
        # Accounts that are newer than the dump have no rows in it yet.
        for account in Account.objects.iterator():
            account.create_defaults()
        self.stdout.write(f"Done in {time.monotonic() - began:.1f} s. Start the program.")
