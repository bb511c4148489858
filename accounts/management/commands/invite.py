from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.checks import refuse_without_tables
from accounts.signin import invitations
from accounts.signin.invitations import Invitation

MAX_CODES = 1000
MAX_DAYS = 366


class Command(BaseCommand):
    help = (
        "Make invitation codes and print them, a slip for each: one code makes one account. They belong to no name, only their hashes are "
        "stored, and they are not shown again. Used with SIGN_UP=invited."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, nargs="?", default=0, help=f"how many codes, up to {MAX_CODES}")
        parser.add_argument("--days", type=int, default=30, help="for how many days they work (default: %(default)s)")
        parser.add_argument("--plain", action="store_true", help="print the codes alone, one on each line")
        parser.add_argument("--cancel-all", action="store_true", help="first cancel every code that was not used")

    def handle(self, *args: Any, **options: Any) -> None:
        number, days = options["number"], options["days"]
        refuse_without_tables()
        if not (number or options["cancel_all"]) or not 0 <= number <= MAX_CODES:
            raise CommandError(f"Say how many codes: 1 to {MAX_CODES}.")
        if not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days must be 1 to {MAX_DAYS}.")
        if options["cancel_all"]:
            cancelled, _ = Invitation.objects.all().delete()
            self.stderr.write(f"{cancelled} codes that were not used are cancelled.")
        if not number:
            return
        codes, last = Invitation.objects.make(number, days=days, today=timezone.now().date())
        for code in codes:
            self.stdout.write(code if options["plain"] else self.slip(code, date_format(last, "j F Y")))
        if not invitations.are_needed():
            self.stderr.write(f"SIGN_UP is {settings.SIGN_UP}, so no code is asked for. Set SIGN_UP=invited.")

    def slip(self, code: str, last: str) -> str:
        """What is cut out and handed over. It names neither a person nor the subject."""
        host = next((host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))), "")
        address = f"https://{host}{reverse('account_signup')}" if host else reverse("account_signup")
        return f"{address}\nCode: {code}\nFor one account, until {last}\n" + "- " * 20
