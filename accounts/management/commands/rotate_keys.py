import base64
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.checks import refuse_without_tables
from accounts.models import Account, Session
from accounts.signin.sessions import SEALING as SESSION_DATA
from accounts.signin.sessions import SessionStore
from accounts.signin.two_step import SEALED_TYPES
from accounts.signin.two_step.adapter import PURPOSE as SECOND_STEP
from accounts.vault import sealing
from accounts.vault.key_rotation import RotatedColumn, RotationCount, rotate


def _to_text(sealed: bytes) -> str:
    return base64.b64encode(sealed).decode()


COLUMNS = (
    RotatedColumn("accounts", Account.objects.all(), "data_key", sealing.WRAPPING, bytes, bytes),
    RotatedColumn(
        "second steps",
        Authenticator.objects.filter(type__in=SEALED_TYPES),
        "data",
        SECOND_STEP,
        lambda data: base64.b64decode(data["sealed"]),
        lambda sealed: {"sealed": _to_text(sealed)},
    ),
    RotatedColumn("sessions", Session.objects.all(), "session_data", SESSION_DATA, base64.b64decode, _to_text),
)


class Command(BaseCommand):
    help = (
        "Seal with the first of SEALING_KEYS what older ones have sealed, so that those can be removed. "
        "Safe to interrupt and to repeat; the program may be in use meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        SessionStore.clear_expired()
        unreadable = 0
        for column in COLUMNS:
            count = RotationCount()
            for count in rotate(column):
                self.stdout.write(f"{column.name:<14}{count.done} under the first key, {count.resealed} of them newly")
                self.stdout.flush()
            unreadable += count.unreadable
        if unreadable:
            raise CommandError(
                f"None of SEALING_KEYS opens {unreadable} of them. They were left as they are; find the key they were sealed with."
            )
        if len(settings.SEALING_KEYS) > 1:
            self.stdout.write("The older keys are no longer needed here. Leave only the first in SEALING_KEYS, and restart the servers.")
            self.stdout.write("Earlier backups still need them: keep them, apart from the backups, for as long as you keep those.")
