"""What every private model is made of: it belongs to one account, and the walls of the vault are around it."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import Account

# Rows as plain values, each with where it stands, and what has to stay behind: where it stands, what it is, and why.
Foreign = tuple[list[tuple[str, dict[str, Any]]], list[tuple[str, str, str]]]


class Area(models.TextChoices):
    """What a private model is part of, for whoever takes it out, brings it back or deletes it."""

    CHECKINS = "checkins", _("Check-ins")
    ROADMAP = "roadmap", _("Roadmap")
    TALKS = "talks", _("Talks")
    REVIEWS = "reviews", _("Reviews")
    LOOKING_BACK = "looking-back", _("Looking back")
    SUPPORT = "support", _("Support map")
    READING = "reading", _("Reading")
    PLAN = "plan", _("Private plan")
    OTHER = "other", _("Other")


class PrivateModel(models.Model):
    """What belongs to one person. Its migration adds `row_security.enable_row_security`, its text is sealed, and
    its unique keys begin with the account.

    It points to the account alone: a foreign key to another private row would be checked past row-level security.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: the unique key of each private table begins with the account.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss", db_index=False, editable=False
    )

    area: ClassVar[Area] = Area.OTHER
    # Whether its rows leave with an export and come back with one (accounts.portability).
    MOVES: ClassVar[bool] = True
    # Whether what it holds leaves and comes back as one text with a lock of its own (`packed`).
    PACKS: ClassVar[bool] = False
    # The fields by which a row is known again elsewhere; those of the unique key, unless a model says otherwise.
    KNOWN_BY: ClassVar[tuple[str, ...]] = ()
    # Fields that stay behind.
    STAYS: ClassVar[tuple[str, ...]] = ()
    # Fields that go along and say nothing by themselves.
    BESIDE: ClassVar[tuple[str, ...]] = ()
    # Fields that only make sense with one another.
    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # Fields that are places for things of one kind, in any order.
    PLACES: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # Fields of text to which more may be added.
    LONGER: ClassVar[tuple[str, ...]] = ()
    # How the fields are called where they are read by their owner, in the order of reading.
    LABELS: ClassVar[dict[str, Any]] = {}
    # The columns it has in a table for a spreadsheet; none for most.
    COLUMNS: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def heading(self) -> str:
        """What a row is called among others of its kind."""
        return str(self)

    def shown(self, name: str) -> str:
        """One of its fields as one would read it."""
        value = getattr(self, name)
        if isinstance(value, bool):
            return gettext("Yes") if value else ""
        if isinstance(value, date):
            return date_format(value, "j F Y")
        return "" if value in (None, [], {}) else str(value)

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """Label and words of all that stands in it."""
        return [(str(label), words) for name, label in self.LABELS.items() if (words := self.shown(name))]

    @property
    def is_untouched(self) -> bool:
        """Whether it stands there only because the program has laid it out, and nobody has changed it."""
        return False

    def not_now(self, today: date) -> str:
        """Why it cannot be taken in on `today`; empty if it can."""
        return ""

    def arrive(self, *, at: datetime) -> None:
        """Fill in what a row needs that comes from elsewhere at the moment `at`."""

    @classmethod
    def unlocked(cls, account: "Account", key: bytes) -> list[tuple[str, list[tuple[str, str]]]]:
        """What there is to read that only `key` opens, beside the account's own: headings, each with labelled words."""
        return []

    @classmethod
    def packed(cls, account: "Account", key: bytes) -> str:
        """What only `key` opens, behind its lock. Of a model that PACKS there is always one, which looks the same whatever `key` opens."""
        return ""

    @classmethod
    def read_foreign(cls, text: str) -> "Foreign | None":
        """The rows in a file of another program; None if it is not one that this model can read."""
        return None

    @classmethod
    def begin(cls, account: "Account") -> None:
        """Make the rows that an account has from its first day; none, unless a model says otherwise."""

    @classmethod
    def renew(cls, account: "Account") -> None:
        """Store anew what must not show when it was changed; nothing, unless a model says otherwise."""

    @classmethod
    def forget(cls, account: "Account", *, at: datetime) -> None:
        """Take out the rows that were to be kept for a while only, and that while is over; none, unless a model says otherwise."""


def private_models() -> list[type[PrivateModel]]:
    return [model for model in apps.get_models() if issubclass(model, PrivateModel)]
