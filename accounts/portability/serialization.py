"""Rows as plain values for a file, and back."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.portability.schema import schema_of
from accounts.vault.fields import (
    MAX_TEXT_CHARS,
    SealedDateField,
    SealedDateTimeField,
    SealedIntegerField,
    SealedJSONField,
    SealedTextField,
    Unreadable,
)
from accounts.vault.models import PrivateModel

# What a value of a field looks like when it is plain; any other kind of field takes any JSON value.
KINDS: "list[tuple[type[models.Field[Any, Any]], type]]" = [
    (SealedDateTimeField, str),
    (SealedDateField, str),
    (SealedIntegerField, int),
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.DateField, str),
    (models.UUIDField, str),
    (models.CharField, str),
    (models.TextField, str),
]


def to_plain(row: PrivateModel) -> dict[str, Any]:
    """The row as JSON values by field name, without what cannot be read."""
    values = {field.name: getattr(row, field.name) for field in schema_of(type(row)).fields}
    return {name: _plain(value) for name, value in values.items() if not isinstance(value, Unreadable)}


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def from_plain[Row: PrivateModel](model: type[Row], plain: dict[str, Any], account: Account) -> Row:
    """A row of `account`, not stored, with the values of `plain`; what is missing has its default.

    Raises ValidationError, in words that name the field and repeat no value, for what such a row cannot hold.
    """
    schema = schema_of(model)
    fields = {field.name: field for field in schema.fields}
    if unknown := plain.keys() - fields.keys():
        raise ValidationError(_("It has something in it that this program does not know (%(count)d).") % {"count": len(unknown)})
    row: Row = schema.make(account, {name: to_value(fields[name], value) for name, value in plain.items()})
    return row


def _is_text(plain: Any) -> bool:
    """Whether it can be encoded: JSON may hold half a character (a lone surrogate)."""
    try:
        json.dumps(plain, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def to_value(field: "models.Field[Any, Any]", plain: Any) -> Any:
    """The value of `field` for what a file has of it. Raises ValidationError, which names the field and repeats no value."""
    if plain is None and field.null:
        return None
    wrong = ValidationError(_("“%(field)s” is not what it should be.") % {"field": field.name})
    if not _is_text(plain):
        raise wrong
    if isinstance(field, SealedTextField):
        if isinstance(field, SealedJSONField):
            return plain
        if not isinstance(plain, str) or len(plain) > MAX_TEXT_CHARS:
            raise wrong
        try:
            field.run_validators(plain)
        except ValidationError as error:
            raise wrong from error
        return plain
    expected = next((kind for each, kind in KINDS if isinstance(field, each)), object)
    if not isinstance(plain, expected) or (expected is int and isinstance(plain, bool)) or (isinstance(plain, str) and "\0" in plain):
        raise wrong
    try:
        value = field.to_python(plain)
        field.run_validators(value)
    except (ValidationError, ValueError, OverflowError) as error:
        raise wrong from error
    if isinstance(value, date) and not 1900 <= value.year <= 2200:
        raise wrong
    choices = [choice for choice, _name in field.flatchoices]
    if (isinstance(value, datetime) and value.tzinfo is None) or (choices and value not in choices):
        raise wrong
    return value
