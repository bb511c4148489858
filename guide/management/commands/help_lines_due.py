from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from guide import helplines


class Command(BaseCommand):
    help = "List the help lines that have not been compared with their source for half a year."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=180, help="how many days may pass (180)")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        rows = helplines.due(timezone.localdate(), days)
        for country, line in rows:
            who, where = line.who or "emergency", line.phone or line.sms or line.web
            self.stdout.write(f"{line.checked}  {country or 'World'}: {who}, {where}  {line.source}".rstrip())
        self.stdout.write(f"{len(rows)} to compare. How: the head of guide/helplines.toml." if rows else "None to compare.")
