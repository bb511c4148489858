"""What every private model is made of: it belongs to one account, and the walls of the vault are around it."""

import uuid
from collections.abc import Container
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


class Area(models.TextChoices):
    """What a private model is part of: an area can be read, exported and deleted by itself."""

    CHECKINS = "checkins", _("Check-ins")
    ROADMAP = "roadmap", _("Roadmap")
    TALKS = "talks", _("Talks")
    REVIEWS = "reviews", _("Reviews")
    LOOKING_BACK = "looking-back", _("Looking back")
    SUPPORT = "support", _("Support map")
    READING = "reading", _("Reading")
    PLAN = "plan", _("Private plan")
    OTHER = "other", _("Other")


class TooManyRows(Exception):
    """The account has as many rows of a kind as it can have. Nothing was written; the text of the error says so, and what to do."""


class PrivateModel(models.Model):
    """What belongs to one person. Its migration adds `row_security.enable_row_security`, its text is sealed, and its unique keys begin with
    the account.

    It points to the account alone: a foreign key to another private row would be checked past row-level security. What an export does with
    its rows is its schema's (`accounts.portability.schema`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: the unique key of each private table begins with the account.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss", db_index=False, editable=False
    )

    area: ClassVar[Area] = Area.OTHER
    # How many rows an account can have, so that none makes its pages slow for others (docs/security.md, R81); None where something else
    # limits them. `full_words` says so, with `%(most)d`.
    max_rows: ClassVar[int | None] = None
    full_words: ClassVar[Any] = ""

    class Meta:
        abstract = True

    @classmethod
    def counts(cls, row: Any) -> bool:
        """Whether a row counts towards `max_rows`."""
        return True

    @classmethod
    def counted(cls, account: "Account") -> models.QuerySet[Any]:
        """The account's rows that count towards `max_rows`."""
        return cls._default_manager.filter(account=account)

    @classmethod
    def refuse_more(cls, account: "Account") -> None:
        """Raise TooManyRows if the account can have no further row."""
        if cls.max_rows is not None and cls.counted(account).count() >= cls.max_rows:
            raise TooManyRows(cls.full_words % {"most": cls.max_rows})

    @classmethod
    def create_defaults(cls, account: "Account") -> None:
        """Make the rows that an account has from its first day; none, unless a model says otherwise."""

    @classmethod
    def reseal(cls, account: "Account") -> None:
        """Seal again what must not show when it was last changed. Does nothing unless a model overrides it."""

    @classmethod
    def rewrite_rows(cls, rows: list[Any]) -> None:
        """Delete these locked rows and insert them again, newly sealed, so that their earlier place in the table leaves no trace."""
        cls._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
        cls._default_manager.bulk_create(rows)

    @classmethod
    def forget_deleted(cls, account: "Account") -> None:
        """Delete what these rows repeat of rows elsewhere that have been deleted. Does nothing unless a model overrides it."""

    @classmethod
    def delete_expired(cls, account: "Account", *, at: datetime) -> None:
        """Delete the rows whose time is over at the moment `at`; none, unless a model says otherwise."""


class ReadableModel(PrivateModel):
    """A private row that its owner reads: on a page, on a sheet, in an export."""

    # What the fields are called where they are read, in the order of reading.
    labels: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True

    @property
    def heading(self) -> str:
        """What a row is called among others of its kind."""
        return str(self)

    def display(self, name: str) -> str:
        """The field `name` as one would read it; empty where there is nothing in it."""
        value = getattr(self, name)
        if isinstance(value, bool):
            return gettext("Yes") if value else ""
        if isinstance(value, date):
            return date_format(value, "j F Y")
        return "" if value in (None, [], {}) else str(value)

    def lines(self, *, without: Container[str] = ()) -> list[tuple[str, str]]:
        """Label and words of each field that has any, but for the fields named in `without`."""
        return [(str(label), words) for name, label in self.labels.items() if name not in without and (words := self.display(name))]


def private_models() -> list[type[PrivateModel]]:
    return [model for model in apps.get_models() if issubclass(model, PrivateModel)]
