"""What a person has, as plain values that can leave the program and come back."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.vault.fields import SealedJSONField, SealedTextField, Unreadable
from accounts.vault.models import PrivateModel

LONGEST_TEXT = 20_000

# What a value of a field looks like when it is plain; any other kind of field takes whatever JSON can hold.
KINDS: list[tuple[type[models.Field], type]] = [
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.DateField, str),
    (models.UUIDField, str),
    (models.CharField, str),
    (models.TextField, str),
]


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """The fields that move: all that a form might show. The id, the account and what is of use here alone are not editable."""
    return [field for field in model._meta.concrete_fields if field.editable and field.name not in getattr(model, "STAYS", ())]


def to_plain(row: models.Model) -> dict[str, Any]:
    """The row as values that JSON can hold, by field name. What cannot be read is left out."""
    values = {field.name: getattr(row, field.name) for field in fields_of(type(row))}
    return {name: _plain(value) for name, value in values.items() if not isinstance(value, Unreadable)}


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def from_plain[Row: PrivateModel](model: type[Row], plain: dict[str, Any], account: Account) -> Row:
    """A row of `account`, not stored, with the values of `plain`; what is missing has its default.

    Raises ValidationError, in words that name the field and repeat no value, for what such a row cannot hold.
    """
    fields = {field.name: field for field in fields_of(model)}
    if unknown := plain.keys() - fields.keys():
        raise ValidationError(_("It has something in it that this program does not know (%(count)d).") % {"count": len(unknown)})
    return model(account=account, **{name: _value(fields[name], value) for name, value in plain.items()})


def _is_text(plain: Any) -> bool:
    """Whether every letter in it is whole: JSON may hold halves, which no encoding takes."""
    try:
        json.dumps(plain, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _value(field: models.Field, plain: Any) -> Any:
    if plain is None and field.null:
        return None
    wrong = ValidationError(_("“%(field)s” is not what it should be.") % {"field": field.name})
    if not _is_text(plain):
        raise wrong
    if isinstance(field, SealedTextField):
        if isinstance(field, SealedJSONField):
            return plain
        if not isinstance(plain, str) or len(plain) > LONGEST_TEXT:
            raise wrong
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
