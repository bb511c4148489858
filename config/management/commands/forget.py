from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Account
from accounts.operating import refuse_without_tables
from accounts.signin.sessions import SessionStore
from accounts.signin.throttle import TokenBucket
from accounts.vault import sealing


class Command(BaseCommand):
    help = (
        "Take out what is kept for a while only, once that is over: drafts (a week), files that were brought (an hour), tries that were "
        "counted (an hour), days that were taken out (ten minutes), sessions that have ended. Run it once an hour."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        at = timezone.now()
        SessionStore.clear_expired()
        TokenBucket.delete_expired(at=at)
        shut = 0
        for account in Account.objects.iterator():
            try:
                account.delete_expired(at=at)
            except sealing.CannotBeRead:
                shut += 1
        if shut:
            raise CommandError(f"None of SEALING_KEYS opens {shut} of the accounts. Nothing of theirs was taken out; everything else was.")
