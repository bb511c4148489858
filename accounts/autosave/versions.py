"""Rows that are edited in place and safe in two tabs (docs/security.md, R61 and R62): each save counts up a version.

A page that saves while one types has a name, and numbers its saves. A later save of the page that saved last is no conflict, since the
answer with its version may have been lost on the way; an earlier one that comes late changes nothing.
"""

import json
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.crypto import salted_hmac

from accounts.models import Account
from accounts.vault.models import PrivateModel


def fingerprint(*words: str) -> str:
    """Changes with the words, and tells nothing of them: what a page had read, of a row that counts no versions."""
    return salted_hmac("accounts.autosave.versions", json.dumps(words), algorithm="sha256").hexdigest()[:32]


class Conflict(Exception):
    """The row was changed elsewhere since it was read here. `stored` is what it holds now; nothing was written."""

    def __init__(self, stored: Any) -> None:
        super().__init__()
        self.stored = stored


class SavedByPage(models.Model):
    """A row that an open page saves while one types."""

    # The page that saved last, and which of its saves it was, from 1.
    writer = models.CharField(max_length=16, default="", db_default="", editable=False)
    turn = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    def goes_on(self, writer: str = "", turn: int = 0) -> bool:
        """Whether this is a later save of the page that saved last."""
        return bool(writer) and writer == self.writer and turn > self.turn

    def came_late(self, writer: str = "", turn: int = 0) -> bool:
        """Whether this is an earlier save of the page that saved last."""
        return bool(writer) and writer == self.writer and 0 < turn < self.turn


class VersionedModel(SavedByPage, PrivateModel):
    """A private row with words in it. Version 0 is one that is not stored."""

    version = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()

    # The fields that a person writes.
    WORDS: ClassVar[tuple[str, ...]] = ()
    # Those of them that write over nobody's words.
    UNCONTESTED: ClassVar[tuple[str, ...]] = ()
    BESIDE: ClassVar[tuple[str, ...]] = ("version", "written_at")

    class Meta:
        abstract = True

    @property
    def saved_at(self) -> datetime | None:
        """When it was last saved, on the person's own clock; None while it is not stored."""
        return self.written_at.astimezone(self.account.zone) if self.version else None

    @property
    def saved_on(self) -> date | None:
        """The person's day on which it was last saved."""
        return self.account.local_day(self.written_at) if self.version else None

    @property
    def has_words(self) -> bool:
        return any(getattr(self, name) for name in self.WORDS)

    def arrive(self, *, at: datetime) -> None:
        self.version = self.version or 1
        self.written_at = self.written_at or at

    @classmethod
    def write_over(
        cls, account: Account, key: dict[str, Any], words: dict[str, Any], *, version: int | None, at: datetime, **beside: Any
    ) -> Self:
        """Store `words`, by field name, in the account's row that `key` finds; returns the row as it now is.

        `version` is the one the writer had read, 0 for a row that was not there, None for whichever stands there. `beside` is written along
        with any change, `writer` and `turn` in it. Raises Conflict when the row has another version and other words: the same form sent
        twice is saved once. A row left without words is taken out.
        """
        new = cls(account=account, written_at=at, version=1, **key, **words, **beside)
        if not version and new.has_words:
            # Of two first words at the same moment one is stored, and the other finds it below.
            cls._default_manager.bulk_create([new], ignore_conflicts=True)
        stored = cls._default_manager.select_for_update().filter(account=account, **key).first()
        if stored is None and new.has_words:
            return cls.write_over(account, key, words, version=0, at=at, **beside)
        if stored is not None:
            stored.account = account
            stored._correct(words, version=version, at=at, **beside)
            if stored.has_words:
                return stored
            stored.delete()
        return cls(account=account, **key)

    def _correct(self, words: dict[str, Any], *, version: int | None, at: datetime, writer: str = "", turn: int = 0, **beside: Any) -> None:
        if self.came_late(writer, turn):
            return
        changed = {name: value for name, value in words.items() if value != getattr(self, name)}
        overwrites = changed.keys() - {*self.UNCONTESTED}
        if overwrites and version not in (None, self.version) and not self.goes_on(writer, turn):
            raise Conflict(self)
        if changed:
            written = {**changed, **beside, "writer": writer, "turn": turn, "version": self.version + 1, "written_at": at}
            for name, value in written.items():
                setattr(self, name, value)
            self.save(update_fields=written)
