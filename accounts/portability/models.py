from copy import copy
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models

from accounts.models import Account
from accounts.portability.importing import Became, Line, take_in, take_settings
from accounts.portability.parsing import Contents, Entry
from accounts.vault.fields import SealedJSONField
from accounts.vault.models import PrivateModel


class Arrival(PrivateModel):
    """A file that somebody has brought: first looked through, then taken in or not. Forgotten after an hour."""

    MOVES = False
    LIFETIME: ClassVar = timedelta(hours=1)
    # How many entries are looked through at a time: a second's work.
    STRETCH: ClassVar = 1000

    brought_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    # Of how many entries, how many have been looked through.
    entries = models.PositiveIntegerField()
    looked = models.PositiveIntegerField(default=0)
    contents = SealedJSONField(default=dict)
    # What taking it in would do, or has done (accounts.portability.importing.Line).
    report = SealedJSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], name="arrival_one_at_a_time")]

    def __str__(self) -> str:
        return self.brought_at.isoformat()

    @classmethod
    def bring(cls, account: Account, contents: Contents, *, at: datetime) -> "Arrival":
        """Put `contents` down, in place of what was brought before, and look through the first stretch."""
        anew: dict[str, Any] = {"brought_at": at, "taken_at": None, "entries": len(contents.entries), "looked": 0, "report": []}
        anew["contents"] = asdict(contents)
        # In one row, not by deleting and making one: of two files brought at once the second would find the place taken.
        arrival, _created = cls.objects.update_or_create(account=account, defaults=anew)
        arrival.look(at=at)
        return arrival

    @classmethod
    def forget(cls, account: Account, *, at: datetime) -> None:
        account.arrivals.filter(brought_at__lte=at - cls.LIFETIME).delete()

    @classmethod
    def brought(cls, account: Account, model: type[PrivateModel], *, at: datetime) -> str:
        """What the file that was brought has of `model`, behind its own lock; empty without a file, or if it has nothing."""
        arrival = account.arrivals.filter(brought_at__gt=at - cls.LIFETIME).first()
        held = arrival.contents if arrival and isinstance(arrival.contents, dict) else {}
        return str(held.get("packed", {}).get(model._meta.model_name, ""))

    @property
    def is_looked_through(self) -> bool:
        return self.looked >= self.entries

    def look(self, *, at: datetime) -> None:
        """Find out for the next stretch what taking it in would do. Writes nothing but that."""
        later = copy(self.account)
        before = self._before(later, write=False)
        stretch = self._entries[self.looked : self.looked + self.STRETCH]
        lines = ([] if self.looked else before) + take_in(later, stretch, over=False, at=at, write=False)
        self.report = [*self.report, *(line.plain() for line in lines)]
        self.looked += len(stretch)
        self.save(update_fields=["report", "looked"])

    def take(self, *, over: bool, at: datetime) -> None:
        """Take all of it in, and keep what became of it instead of it. A second time changes nothing.

        `over`: where something else stands in the account, the file counts. All or nothing: whatever is raised, nothing was written.
        """
        held = self.account.arrivals.select_for_update().get(pk=self.pk)
        if held.taken_at:
            return
        # Settings come first: what day it is hangs on them, and it is the same day when the file comes again.
        lines = self._before(self.account, over=over, write=True)
        lines += take_in(self.account, self._entries, over=over, at=at, write=True)
        self.report, self.taken_at = [line.plain() for line in lines], at
        # What has a lock of its own is not for this to take: whoever has its passphrase brings it back.
        self.contents = {"packed": self.contents.get("packed", {})}
        self.save(update_fields=["report", "contents", "taken_at"])

    def _before(self, account: Account, *, over: bool = False, write: bool) -> list[Line]:
        """The lines for what stands before the entries: settings, which `account` has from now on, and what cannot be taken in at all."""
        left = [Line(Became.LEFT, "", where, what, why=why) for where, what, why in self.contents["left"]]
        return take_settings(account, self.contents["settings"], over=over, write=write) + left

    @property
    def _entries(self) -> list[Entry]:
        return [Entry(**entry) for entry in self.contents["entries"]]

    @property
    def outcomes(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """What became of the lines, in words, each with the lines of which that is so."""
        by_outcome = [(str(each.label), [line for line in self.report if line["became"] == each]) for each in Became]
        return [(label, lines) for label, lines in by_outcome if lines]

    @property
    def differing(self) -> int:
        """In how many lines something else stands in the account."""
        return sum("differing" in line for line in self.report)

    @property
    def changes(self) -> bool:
        """Whether taking it in changes anything, however it is chosen."""
        return any(line["became"] in (Became.TAKEN, Became.JOINED) or "differing" in line for line in self.report)
