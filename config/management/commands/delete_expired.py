from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.checks import refuse_without_tables
from accounts.models import Account, Visit
from accounts.portability.deletion import delete_if_unused
from accounts.signin.invitations import Invitation
from accounts.signin.sessions import SessionStore
from accounts.signin.throttle import TokenBucket
from accounts.vault import sealing
from config.ops.models import ErrorCount


class Command(BaseCommand):
    help = (
        "Delete expired data: drafts (a week), uploaded files (an hour), counted attempts (a day), deleted days (ten minutes), answers "
        "held for a page (15 minutes), invitations (their last day), accounts that were never used (30 days), counts of errors "
        "(30 days), and sessions that have ended. Then seal again the private plan of each account that had a session since the last "
        "run, so that a copy does not show who has written in theirs. Run it once an hour."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        at = timezone.now()
        SessionStore.clear_expired()
        Invitation.objects.delete_expired(today=at.date())
        ErrorCount.objects.delete_expired(today=at.date())
        TokenBucket.delete_expired(at=at)
        unreadable = 0
        for account in Account.objects.iterator():
            try:
                if not delete_if_unused(account, at=at):
                    account.delete_expired(at=at)
            except sealing.CannotBeRead:
                unreadable += 1
        # Last, so that no later change shows which of these rows is in use (docs/security.md, R86).
        Visit.objects.reseal(at=at)
        if unreadable:
            raise CommandError(
                f"None of SEALING_KEYS opens {unreadable} of the accounts. Nothing of theirs was deleted; everything else was."
            )
