from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Account, Pace
from accounts.operating import refuse_without_tables
from accounts.sessions import SessionStore


class Command(BaseCommand):
    help = "Takes out what was kept for a while only: sessions that have ended, days that were taken out."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        at = timezone.now()
        SessionStore.clear_expired()
        Pace.forget(at=at)
        for account in Account.objects.iterator():
            account.forget(at=at)
