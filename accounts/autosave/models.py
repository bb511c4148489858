"""Rows that are edited in place and safe in two tabs (docs/security.md, R61 and R62), and drafts of forms that were not sent (R34).

Each save counts up a version. A page that saves while its reader types has a client id and numbers its saves. A later save of the page that
saved last is no conflict, because the answer with its new version may have been lost; an earlier save that arrives late is ignored.
"""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.vault.fields import SealedDateTimeField, SealedJSONField
from accounts.vault.models import PrivateModel, ReadableModel, TooManyRows

if TYPE_CHECKING:
    from accounts.models import Account


def fingerprint(*words: str) -> str:
    """A version for a row that counts none: 32 characters that change with `words` and reveal nothing about them."""
    return salted_hmac("accounts.autosave.models", json.dumps(words), algorithm="sha256").hexdigest()[:32]


class Conflict(Exception):
    """The row was changed elsewhere since it was read here, and nothing was written. `stored` is the row as it now is."""

    def __init__(self, stored: Any) -> None:
        super().__init__()
        self.stored = stored


def refuse_conflict(row: Any, *, changes_words: bool, read: int | str | None, latest: int | str, is_newer_save: bool = False) -> None:
    """Raise Conflict, with `row`, if words would be overwritten that their writer has not seen.

    `read` is the version that the writer's page was shown, None to write over any; `latest` is the version that is stored. It is no
    conflict if no word changes, or if this is a later save of the page that saved last.
    """
    if changes_words and read not in (None, latest) and not is_newer_save:
        raise Conflict(row)


class AutosavedModel(models.Model):
    """A row that an open page saves while its reader types."""

    # The page that saved last, and the number of that save, counted from 1.
    client_id = models.CharField(max_length=16, default="", db_default="", editable=False)
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    def is_newer_save(self, client_id: str = "", sequence: int = 0) -> bool:
        """Whether this is a later save of the page that saved last."""
        return bool(client_id) and client_id == self.client_id and sequence > self.sequence

    def is_stale_save(self, client_id: str = "", sequence: int = 0) -> bool:
        """Whether this is an earlier save of the page that saved last."""
        return bool(client_id) and client_id == self.client_id and 0 < sequence < self.sequence


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class VersionedModel(AutosavedModel, ReadableModel):
    """A private row with words in it. Version 0 is a row that is not stored."""

    version = models.PositiveIntegerField(default=0)
    written_at = SealedDateTimeField()

    # The fields that a person writes.
    WORDS: ClassVar[tuple[str, ...]] = ()
    # Those of them that may be written without having read the latest version.
    never_conflicts: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def saved_at(self) -> datetime | None:
        """When it was last saved, on the person's own clock; None while it is not stored."""
        return self.written_at.astimezone(self.account.zone) if self.version and self.written_at else None

    @property
    def saved_on(self) -> date | None:
        """The person's day on which it was last saved; None while it is not stored."""
        return self.account.local_day(self.written_at) if self.version and self.written_at else None

    @property
    def has_words(self) -> bool:
        return any(getattr(self, name) for name in self.WORDS)

    @classmethod
    def save_versioned(
        cls, account: "Account", key: dict[str, Any], words: dict[str, Any], *, version: int | None, at: datetime, **extra: Any
    ) -> Self:
        """Store `words`, by field name, in the account's row that `key` finds; returns the row as it now is.

        `version` is the version that the page had read: 0 for a row that was not there, None to write over any version. `extra` fields are
        written along with any change; `client_id` and `sequence` may be among them. Raises Conflict when the row has another version and
        other words, so the same form sent twice is saved once. A row left without words is deleted. Raises TooManyRows.
        """
        new = cls(account=account, written_at=at, version=1, **key, **words, **extra)
        if not version and new.has_words:
            cls.refuse_another(account, key, at=at)
            # Of two first saves at the same moment one is stored, and the other finds it below.
            cls._default_manager.bulk_create([new], ignore_conflicts=True)
        stored = cls.find_to_write(account, **key)
        if stored is None and new.has_words:
            return cls.save_versioned(account, key, words, version=0, at=at, **extra)
        if stored is not None:
            stored.account = account
            stored.change_words(words, version=version, at=at, **extra)
            if stored.has_words:
                return stored
            stored.delete()
        return cls(account=account, **key)

    @classmethod
    def find_to_write(cls, account: "Account", **key: Any) -> Self | None:
        """The account's row that `key` finds, locked until the transaction ends; None if there is none."""
        return cls._default_manager.select_for_update().filter(account=account, **key).first()

    @classmethod
    def refuse_another(cls, account: "Account", key: dict[str, Any], *, at: datetime) -> None:
        """Raise TooManyRows if the account can have no further row, unless `key` finds one that it has."""
        try:
            cls.refuse_more(account)
        except TooManyRows:
            if not cls._default_manager.filter(account=account, **key).exists():
                raise

    def change_words(
        self, words: dict[str, Any], *, version: int | None, at: datetime, client_id: str = "", sequence: int = 0, **extra: Any
    ) -> None:
        """Write the `words` that differ into this row, which is locked; see `save_versioned`. Raises Conflict."""
        if self.is_stale_save(client_id, sequence):
            return
        changed = {name: value for name, value in words.items() if value != getattr(self, name)}
        overwrites = changed.keys() - {*self.never_conflicts}
        is_newer = self.is_newer_save(client_id, sequence)
        refuse_conflict(self, changes_words=bool(overwrites), read=version, latest=self.version, is_newer_save=is_newer)
        if changed:
            written = {**changed, **extra, "client_id": client_id, "sequence": sequence, "version": self.version + 1, "written_at": at}
            for name, value in written.items():
                setattr(self, name, value)
            self.save(update_fields=written)


def newest_first[Row: VersionedModel](rows: Iterable[Row]) -> list[Row]:
    """Ordered by when they were last written to. The time is sealed, so a query cannot do this."""
    return sorted(rows, key=lambda row: row.written_at or _LONG_AGO, reverse=True)


class Draft(AutosavedModel, PrivateModel):
    """What is typed into a form that its button has not sent yet (static/js/draft.js).

    It is kept for a week, or until the form is sent. The row then stays, without words, so that a late save cannot restore them.
    """

    LIFETIME: ClassVar = timedelta(days=7)
    # Bytes of one draft, as JSON. The longest form has 20 KB.
    MAX_BYTES: ClassVar = 64 * 1024
    max_rows = 20
    full_words = _("There are drafts of %(most)d forms already, which is the limit. Send this one with its button.")

    # The address of the page with the form.
    place = models.CharField(max_length=200)
    # Each text or choice, by the name of its field.
    words = SealedJSONField(default=dict)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "place"], name="draft_one_per_place")]

    def __str__(self) -> str:
        return self.place

    @classmethod
    def keep(
        cls, account: "Account", place: str, words: dict[str, list[str]], *, at: datetime, client_id: str = "", sequence: int = 0
    ) -> None:
        """Store what is in the form now; no words once it is sent. A stale save changes nothing. Raises TooManyRows."""
        words = words if any(text.strip() for texts in words.values() for text in texts) else {}
        written = {"words": words, "written_at": at, "client_id": client_id, "sequence": sequence}
        draft, is_new = cls.objects.select_for_update().get_or_create(account=account, place=place, defaults=written)
        if is_new and not cls.make_room(account, place):
            draft.delete()
            if words:
                raise TooManyRows(cls.full_words % {"most": cls.max_rows})
        if not is_new and not draft.is_stale_save(client_id, sequence):
            for name, value in written.items():
                setattr(draft, name, value)
            draft.save(update_fields=written)

    @classmethod
    def make_room(cls, account: "Account", place: str) -> bool:
        """Whether there is room for the draft at `place`: where there was none, the oldest of a form that was sent is deleted."""
        others = account.drafts.exclude(place=place).order_by("written_at")
        if others.count() < cls.max_rows:
            return True
        sent = next((draft for draft in others if draft.words == {}), None)
        if sent:
            sent.delete()
        return sent is not None

    @classmethod
    def of(cls, account: "Account", place: str, *, at: datetime) -> dict[str, list[str]]:
        """What was typed into the form at `place` and not sent; empty if there is nothing, or it cannot be read."""
        draft = account.drafts.filter(place=place, written_at__gt=at - cls.LIFETIME).first()
        return draft.words if draft and isinstance(draft.words, dict) else {}

    @classmethod
    def delete_expired(cls, account: "Account", *, at: datetime) -> None:
        account.drafts.filter(written_at__lte=at - cls.LIFETIME).delete()
