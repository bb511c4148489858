"""How what was read and the support map are exported and imported (`accounts.portability.schema`)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.portability.schema import Schema, register
from guide import library
from guide.models import PartRead, Reading
from guide.supporters.models import Supporter


@register(Reading)
class ReadingSchema(Schema):
    """An entry for each part that was read, though all of them are in one row."""

    name = "partread"
    entry_class = PartRead
    fields: "ClassVar[list[models.Field[Any, Any]]]" = [
        models.SlugField(name="part"),
        models.DateTimeField(name="read_at"),
        models.SlugField(name="position", blank=True, default=""),
    ]
    natural_key = ("part",)
    key_is_unique = True
    merge_ignored = ("read_at", "position")

    def rows(self, account: Account, *, lock: bool = False) -> Iterator[PartRead]:
        yield from Reading.of(account, to_write=lock).reads

    def make(self, account: Account, values: dict[str, Any]) -> PartRead:
        for name in ("part", "read_at"):
            if not values.get(name):
                raise ValidationError(_("“%(field)s” is missing.") % {"field": name})
        return PartRead(**values)

    def import_error(self, row: PartRead, at: datetime) -> str:
        return "" if library.current().part(row.part) else _("There is no such part.")

    def save(self, account: Account, added: list[PartRead], changed: list[tuple[PartRead, set[str]]]) -> None:
        Reading.of(account, to_write=True).keep(added)


@register(Supporter)
class SupporterSchema(Schema):
    natural_key = ("who",)
