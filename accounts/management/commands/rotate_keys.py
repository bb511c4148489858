from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.operating import refuse_without_tables
from accounts.signin.sessions import SessionStore
from accounts.vault.key_rotation import PLACES, Count, rotate


class Command(BaseCommand):
    help = (
        "Seal with the first of SEALING_KEYS what older ones have sealed, so that those can be taken out. "
        "Safe to interrupt and to repeat; the program may be in use meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_tables()
        SessionStore.clear_expired()
        shut = 0
        for place in PLACES:
            count = Count()
            for count in rotate(place):
                self.stdout.write(f"{place.name:<14}{count.done} under the first key, {count.anew} of them anew")
                self.stdout.flush()
            shut += count.shut
        if shut:
            raise CommandError(
                f"None of SEALING_KEYS opens {shut} of them. They were left as they are; find the key they were sealed with."
            )
        if len(settings.SEALING_KEYS) > 1:
            self.stdout.write(
                "Nothing here needs the older keys any more. Leave only the first in SEALING_KEYS, and start the servers again."
            )
            self.stdout.write("Backups from before still need them: keep them, apart from the backups, for as long as you keep those.")
