"""Columns that hold sealed values: ciphertext in PostgreSQL, text in Python, both only inside `acting_for`."""

import json
import logging
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.functional import cached_property
from django.utils.translation import gettext

from accounts.vault import scope, sealing

logger = logging.getLogger(__name__)

# The longest text that any field takes, in characters.
MAX_TEXT_LENGTH = 20_000


class Unreadable(str):
    """Stands in for a value that does not open, so that a page can say so. It is never written back."""

    def __new__(cls) -> "Unreadable":
        return super().__new__(cls, gettext("This cannot be read."))


class SealedTextField(models.Field):
    """Text, sealed for its table, column and account. NULL stays NULL, and an empty text stays empty."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: no two sealed values are alike, so comparing them would quietly find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        if isinstance(value, Unreadable):
            raise ValueError("A value that could not be read must not be written over what is stored.")
        text = self.to_text(value)
        if not text:
            return b""
        acting = scope.current()
        return acting.key.seal(sealing.pad(text.encode()), self._place + acting.binding)

    def from_db_value(self, value: bytes | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None:
            return None
        if not value:
            return self.to_value("")
        acting = scope.current()
        try:
            return self.to_value(sealing.unpad(acting.key.open(bytes(value), self._place + acting.binding)).decode())
        except sealing.CannotBeRead:
            logger.error("A value in %s.%s cannot be opened.", self.model._meta.db_table, self.column)
            return Unreadable()

    def to_text(self, value: Any) -> str:
        return str(value)

    def to_value(self, text: str) -> Any:
        return text

    @cached_property
    def _place(self) -> bytes:
        """What binds a sealed value to its table and column."""
        return f"{self.model._meta.db_table}.{self.column}:".encode()


class SealedJSONField(SealedTextField):
    """A JSON value, sealed. NULL stays NULL."""

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def to_value(self, text: str) -> Any:
        return json.loads(text) if text else None
