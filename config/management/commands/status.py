import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.timesince import timesince

from accounts.checks import refuse_without_tables
from config.ops import status


class Command(BaseCommand):
    help = "Say how the site is doing, in figures: accounts, sessions, size, the last proven backup, connections, errors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        at = timezone.now()
        found = status.collect(at=at)
        if options["json"]:
            self.stdout.write(json.dumps(found.to_json(), indent=1))
            return
        backup = "none was proven yet (restore_drill)"
        if found.backup_made_at and found.backup_proven_at:
            backup = f"made {_ago(found.backup_made_at, at)}, proven {_ago(found.backup_proven_at, at)}"
        errors = ", ".join(f"{kind} {count}" for kind, count in found.errors_7_days.items()) or "none"
        rows = {
            "version": found.version,
            "accounts": f"{found.accounts}, {found.accounts_written_30_days} with an entry in the last {status.WRITTEN_DAYS} days",
            "sessions": str(found.sessions),
            "invitations": f"{found.invitations_open} not used",
            "database": f"{found.database_bytes / 1_000_000:,.1f} MB",
            "backup": backup,
            "connections": f"{found.connections_open} open, {found.connections_busy} at work; at most {found.connections_per_process} for "
            f"each process, {found.connections_of_server} for the server",
            "errors": f"{errors} (in {status.ERROR_DAYS} days)",
        }
        for name, said in rows.items():
            self.stdout.write(f"{name:<13}{said}")


def _ago(moment: datetime, at: datetime) -> str:
    return f"{timesince(moment, at, depth=1)} ago".replace("\xa0", " ")
