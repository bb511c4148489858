"""Account columns that a copy of the database must not reveal. They are sealed with the account's data key, which is in the same row.

They can be opened whenever the account is loaded, also outside `acting_for`. An empty value is sealed like any other.
"""

import logging
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from accounts.vault import sealing
from accounts.vault.fields import BaseSealedField, purpose_of

logger = logging.getLogger(__name__)


class _Sealed(bytes):
    """A value as it is stored, until someone asks for it."""


class _Opening(DeferredAttribute):
    """Opens the value when it is first asked for."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = super().__get__(instance, owner)
        if isinstance(value, _Sealed):
            field: Any = self.field
            value = instance.__dict__[field.attname] = field.open(value, instance)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _OwnSealed(BaseSealedField):
    """Mixin for a field of `Account`."""

    descriptor_class = _Opening

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else _Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        value = model_instance.__dict__[self.attname]
        return value if isinstance(value, _Sealed) else self.seal(value, model_instance)

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, bytes):
            raise TypeError(f"{self.name} is sealed with the key of its row, so it is stored by save() alone.")
        return value

    def seal(self, value: Any, account: Any) -> bytes:
        return sealing.unwrap(account.data_key).seal(sealing.pad(self.to_text(value).encode()), self._purpose(account))

    def open(self, sealed: bytes, account: Any) -> Any:
        """The value; the empty value if it cannot be opened."""
        try:
            text = sealing.unpad(sealing.unwrap(account.data_key).open(bytes(sealed), self._purpose(account))).decode()
        except sealing.CannotBeRead:
            logger.error("A value in %s.%s cannot be opened.", self.model._meta.db_table, self.column)
            return self.unreadable()
        return self.to_value(text)

    def unreadable(self) -> Any:
        return ""

    def _purpose(self, account: Any) -> bytes:
        return purpose_of(self, str(account.pk).encode())


class OwnSealedCharField(_OwnSealed, models.CharField):  # type: ignore[type-arg]
    pass


class OwnSealedURLField(_OwnSealed, models.URLField):  # type: ignore[type-arg]
    pass


class OwnSealedDateTimeField(_OwnSealed, models.DateTimeField):  # type: ignore[type-arg]
    def to_text(self, value: datetime) -> str:
        return value.isoformat()

    def to_value(self, text: str) -> datetime:
        return datetime.fromisoformat(text)

    def unreadable(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)
