"""What a press on a button has changed, as sealed text that can be posted back within ten minutes.

    watched = Watched(account.actions.filter(pk=pk))
    action.tick(today=today)
    token = watched.token(at=now)       # the value of the Undo button in the page
    ...
    undo(account, token, at=later)      # raises CannotUndo

The text contains the earlier values of the rows and a fingerprint of the present ones. If a row has changed since, in another tab or by
another press, nothing is overwritten. The text is sealed with the account's own key, so it cannot be used in another account or after the
account is deleted.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from accounts.models import Account
from accounts.vault import scope, sealing
from accounts.vault.fields import Unreadable

# For how long a change can be undone.
UNDO_TIME = timedelta(minutes=10)
# A change that would make a page larger than this cannot be undone.
MAX_TOKEN_BYTES = 128 * 1024

_PURPOSE = b"accounts.undo:"
# The owner does not change, and the others identify a page rather than the content of the row.
_NOT_COMPARED = {"id", "account_id", "version", "written_at", "client_id", "sequence"}
_KEPT_WITH_A_DELETED_ROW = {"version", "written_at"}

type _Values = dict[str, Any]
type _Rows = dict[tuple[str, str], _Values]


class CannotUndo(Exception):
    """`expired`: the ten minutes are over. Else something has changed since."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__()
        self.expired = expired


class Watched:
    """The rows of these querysets, or those that a function reads, all of one account, as they are when this is made.

    `fields` names those that count; without it all that a person may change. Rows of `Account` need it.
    """

    def __init__(self, *sources: models.QuerySet[Any] | Callable[[], Iterable[Any]], fields: tuple[str, ...] = ()) -> None:
        self._sources = sources
        self._fields = fields
        self._before = self._read()

    def token(self, *others: "Watched", at: datetime) -> str:
        """What has changed since in these rows and in those of `others`, sealed; empty when nothing has, or it cannot be given back."""
        changes = [change for watched in (self, *others) for change in watched._changes()]
        token = _seal({"rows": changes}, at) if changes and not _unreadable(changes) else ""
        return token if len(token) <= MAX_TOKEN_BYTES else ""

    def _changes(self) -> list[list[Any]]:
        """Model, key, earlier values, and a fingerprint of the present ones, of the fields that count."""
        after = self._read()
        keys = [key for key in {**self._before, **after} if _compared(self._before.get(key)) != _compared(after.get(key))]
        return [[*key, self._lost(self._before.get(key), after.get(key)), _row_fingerprint(after.get(key)), self._fields] for key in keys]

    def _read(self) -> _Rows:
        rows = (row for source in self._sources for row in (source() if callable(source) else source.all()))
        return {(row._meta.label, str(row.pk)): _values(row, self._fields) for row in rows}

    @staticmethod
    def _lost(before: _Values | None, after: _Values | None) -> _Values | None:
        """The earlier values that differ; all values if the row is gone; None if there was no row before."""
        if before is None or after is None:
            return before
        return {name: value for name, value in before.items() if name not in _KEPT_WITH_A_DELETED_ROW and value != after[name]}


def undo(account: Account, token: str, *, at: datetime) -> None:
    """Put back what `token` says. Raises CannotUndo, and changes nothing then."""
    try:
        content = json.loads(sealing.unpad(scope.current().key.open(urlsafe_b64decode(token), _purpose())))
    except (sealing.CannotBeRead, ValueError) as error:
        raise CannotUndo from error
    if at.timestamp() > content["until"]:
        raise CannotUndo(expired=True)
    try:
        with transaction.atomic():
            for label, pk, values, fingerprint, fields in content["rows"]:
                _put_back(account, apps.get_model(label), pk, values, fingerprint, tuple(fields))
    except IntegrityError as error:
        raise CannotUndo from error


def _put_back(account: Account, model: type[Any], pk: str, values: _Values | None, fingerprint: str, fields: tuple[str, ...]) -> None:
    rows = model.objects.filter(pk=account.pk) if model is Account else model.objects.filter(account=account)
    row = rows.select_for_update().filter(pk=pk).first()
    if _row_fingerprint(row and _values(row, fields)) != fingerprint:
        raise CannotUndo
    if values is None:
        row.delete()
    elif row is None:
        _set(row := model(account=account, pk=pk), values)
        _count_up(row)
        row.save(force_insert=True)
    else:
        _set(row, values)
        row.save(update_fields=[*values, *_count_up(row)])


def _set(row: models.Model, values: _Values) -> None:
    for name, value in values.items():
        field = row._meta.get_field(name)
        assert isinstance(field, models.Field)
        setattr(row, name, field.to_python(value))


def _count_up(row: Any) -> list[str]:
    """An open page that still has the version from before is told of the change, as of any other."""
    if not hasattr(row, "version"):
        return []
    row.version += 1
    return ["version"]


def _values(row: models.Model, fields: tuple[str, ...]) -> _Values:
    names = fields or [field.attname for field in row._meta.concrete_fields]
    kept = (name for name in names if name in fields or name not in _NOT_COMPARED or name in _KEPT_WITH_A_DELETED_ROW)
    values: _Values = {name: getattr(row, name) for name in kept}
    # As they are once they have been in the token.
    return {
        name: value if isinstance(value, Unreadable) else json.loads(json.dumps(value, cls=DjangoJSONEncoder))
        for name, value in values.items()
    }


def _compared(values: _Values | None) -> _Values | None:
    return values and {name: value for name, value in values.items() if name not in _KEPT_WITH_A_DELETED_ROW}


def _row_fingerprint(values: _Values | None) -> str:
    """Changes with the values, and is empty for a row that is not there."""
    return sha256(json.dumps(_compared(values), sort_keys=True).encode()).hexdigest()[:32] if values else ""


def _unreadable(changes: list[list[Any]]) -> bool:
    return any(isinstance(value, Unreadable) for _label, _pk, values, *_rest in changes for value in (values or {}).values())


def _seal(content: dict[str, Any], at: datetime) -> str:
    plain = json.dumps(content | {"until": int((at + UNDO_TIME).timestamp())}, ensure_ascii=False).encode()
    return urlsafe_b64encode(scope.current().key.seal(sealing.pad(plain), _purpose())).decode()


def _purpose() -> bytes:
    return _PURPOSE + scope.current().binding
