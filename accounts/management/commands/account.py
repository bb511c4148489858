from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.checks import refuse_without_tables
from accounts.models import Account
from accounts.signin import ending
from accounts.vault import sealing
from accounts.vault.scope import acting_for

NOT_DONE = "Nothing was changed."


class Command(BaseCommand):
    help = (
        "End every session of one account, or delete it with everything in it. Asks twice. Shows nothing of what is in it. Make sure that "
        "its owner asks for it: docs/for-a-centre.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name that the person signs in with")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--end-sessions", action="store_true", help="sign it out everywhere")
        what.add_argument("--delete", action="store_true", help="delete it and everything in it; this cannot be undone")
        parser.add_argument("--yes", action="store_true", help="do not ask: for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        account = Account.objects.named(options["name"]).first()
        if account is None:
            raise CommandError("There is no account of that name.")
        if not options["yes"]:
            self.ask_twice(account, is_deletion=options["delete"])
        if options["delete"]:
            self.delete(account)
        else:
            ended = ending.end(account.sessions.values_list("pk", flat=True))
            self.stdout.write(f"{ended or 0} sessions are ended.")

    def ask_twice(self, account: Account, *, is_deletion: bool) -> None:
        """Raises CommandError unless both answers are right."""
        if is_deletion:
            self.stdout.write(f"This deletes the account {account.name} and everything in it. It cannot be undone.")
        else:
            self.stdout.write(f"This signs {account.name} out everywhere. Nothing that was saved is lost.")
        word = "delete" if is_deletion else "end"
        try:
            is_named = Account.normalize_username(input("The name once more: ")) == account.name
            if not is_named or input(f'Sure? Type "{word}": ').strip() != word:
                raise CommandError(NOT_DONE)
        except EOFError as error:
            raise CommandError(f"{NOT_DONE} In a script, add --yes.") from error

    def delete(self, account: Account) -> None:
        try:
            with acting_for(account):
                account.delete_with_data()
        except sealing.CannotBeRead as error:
            raise CommandError("None of SEALING_KEYS opens this account, so its rows cannot be reached. " + NOT_DONE) from error
        kept = f"{settings.BACKUP_DAYS} days" if settings.BACKUP_DAYS else "as long as you keep them"
        self.stdout.write(f"Deleted. Older backups still hold it, encrypted, for {kept}: docs/operating.md.")
