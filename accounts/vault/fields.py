"""Columns that hold sealed values: ciphertext in PostgreSQL, text in Python, both only inside `acting_for`."""

import json
import logging
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext

from accounts.vault import scope, sealing

logger = logging.getLogger(__name__)

# The longest text that any field takes, in characters.
MAX_TEXT_CHARS = 20_000


class Unreadable(str):
    """Takes the place of a value that cannot be opened, so that a page can say so. It is never written back."""

    def __new__(cls) -> "Unreadable":
        return super().__new__(cls, gettext("This cannot be read."))


class BaseSealedField(models.Field):  # type: ignore[type-arg]
    """What every sealed column has in common. Its values are bound to their table and column."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: no two sealed values are alike, so comparing them would quietly find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def to_text(self, value: Any) -> str:
        return str(value)

    def to_value(self, text: str) -> Any:
        return text


def purpose_of(field: "models.Field[Any, Any]", owner: bytes) -> bytes:
    """What binds a value to its table, its column and its owner. Changing it makes every stored value unreadable."""
    return f"{field.model._meta.db_table}.{field.column}:".encode() + owner


class SealedField(BaseSealedField):
    """A value that is stored sealed for its table, column and account, and padded to a multiple of `step` bytes. NULL stays NULL."""

    def __init__(self, *args: Any, step: int = sealing.STEP, **options: Any) -> None:
        super().__init__(*args, **options)
        self.step = step

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        if isinstance(value, Unreadable):
            raise ValueError("A value that could not be read must not be written over what is stored.")
        acting = scope.current()
        return acting.key.seal(sealing.pad(self.to_text(value).encode(), self.step), purpose_of(self, acting.binding))

    def from_db_value(self, value: bytes | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None:
            return None
        acting = scope.current()
        try:
            return self.to_value(sealing.unpad(acting.key.open(bytes(value), purpose_of(self, acting.binding))).decode())
        except sealing.CannotBeRead:
            logger.error("A value in %s.%s cannot be opened.", self.model._meta.db_table, self.column)
            return self.unreadable()

    def unreadable(self) -> Any:
        """What is there instead of a value that does not open."""


class SealedTextField(SealedField):
    """Text. An empty one is stored empty, or with `hides_empty` like a short one."""

    def __init__(self, *args: Any, hides_empty: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.hides_empty = hides_empty

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        is_empty = value is not None and not isinstance(value, Unreadable) and not self.to_text(value)
        return b"" if is_empty and not self.hides_empty else super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: bytes | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return self.to_value("") if value is not None and not value else super().from_db_value(value, expression, connection)

    def unreadable(self) -> Unreadable:
        return Unreadable()


class SealedJSONField(SealedTextField):
    """A JSON value."""

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def to_value(self, text: str) -> Any:
        return json.loads(text) if text else None


# As much as a day, a moment or a number takes, so that all of a kind have one size.
_SHORT_STEP = 64


class _SealedScalarField[Value](SealedField):
    """A value of another kind than text, None where it does not open. `kind` is the field that reads it from text."""

    kind: "ClassVar[type[models.Field[Any, Any]]]"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"step": _SHORT_STEP} | options)

    def to_python(self, value: Any) -> Any:
        return self.kind().to_python(value)

    def to_text(self, value: Any) -> str:
        value = self.to_python(value)
        return str(value.isoformat()) if isinstance(value, date) else str(value)

    def to_value(self, text: str) -> Any:
        return self.to_python(text)


class SealedDateTimeField(_SealedScalarField[datetime]):
    kind = models.DateTimeField

    def to_value(self, text: str) -> datetime:
        return datetime.fromisoformat(text)


class SealedDateField(_SealedScalarField[date]):
    kind = models.DateField

    def to_value(self, text: str) -> date:
        return date.fromisoformat(text)


class SealedIntegerField(_SealedScalarField[int]):
    kind = models.IntegerField

    def to_value(self, text: str) -> int:
        return int(text)


class KeyedHashField(models.CharField):  # type: ignore[type-arg]
    """A keyed hash of the sealed field named by `of`. Only the account's key can compute it. Rows can be told apart by it, and nothing is
    learned from it. NULL where `of` is.
    """

    CHARS: ClassVar = 32

    def __init__(self, *args: Any, of: str = "", **options: Any) -> None:
        super().__init__(*args, **{"max_length": self.CHARS, "null": True, "editable": False} | options)
        self.of = of

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = getattr(model_instance, self.of)
        hashed = None if value is None else self.hash(value)
        setattr(model_instance, self.attname, hashed)
        return hashed

    def hash(self, value: str) -> str:
        """What the column stores for `value`, with the key of the account that is being acted for."""
        return scope.current().key.mac(value.encode(), purpose_of(self, b"")).hex()[: self.CHARS]
