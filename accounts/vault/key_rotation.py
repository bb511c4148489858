"""From an old key-encryption key to a new one, while the program runs and whenever it was interrupted (docs/security.md, R46).

What the program's keys have sealed is sealed again with the first of them: each account's data key, what the second step at sign-in keeps,
and sessions. What people write stays as it is; it is sealed with the data keys, and those stay the same.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import models, transaction

from accounts.models import Account, Session
from accounts.signin import sessions, two_step
from accounts.vault import sealing

BATCH = 500


@dataclass(frozen=True)
class Place:
    """A column with values that the program's keys have sealed."""

    name: str
    rows: models.QuerySet[Any]
    column: str
    purpose: bytes
    # From what stands in the column to the sealed bytes, and back.
    take: Callable[[Any], bytes]
    put: Callable[[bytes], Any]


def _from_text(text: str) -> bytes:
    return base64.b64decode(text)


def _to_text(sealed: bytes) -> str:
    return base64.b64encode(sealed).decode()


PLACES = (
    Place("accounts", Account.objects.all(), "data_key", sealing.WRAPPING, bytes, bytes),
    Place(
        "second steps",
        Authenticator.objects.filter(type__in=two_step.TYPES),
        "data",
        two_step.PURPOSE,
        lambda data: _from_text(data["sealed"]),
        lambda sealed: {"sealed": _to_text(sealed)},
    ),
    Place("sessions", Session.objects.all(), "session_data", sessions.SEALING, _from_text, _to_text),
)


@dataclass
class Count:
    """Of one place: how many values are sealed with the first key now, how many of them anew, and how many no key here opens."""

    done: int = 0
    anew: int = 0
    shut: int = 0


def rotate(place: Place) -> Iterator[Count]:
    """Seal anew what is not sealed with the first key, a batch and a transaction at a time; yields the count after each.

    May be stopped between any two statements and run again: a batch is done or as it was.
    """
    count, last = Count(), None
    while True:
        with transaction.atomic():
            rows = place.rows.filter(pk__gt=last) if last is not None else place.rows
            batch = list(rows.select_for_update().only("pk", place.column).order_by("pk")[:BATCH])
            changed = [row for row in batch if _sealed_anew(place, row, count)]
            place.rows.model._default_manager.bulk_update(changed, [place.column])
        if not batch:
            return
        last = batch[-1].pk
        yield count


def _sealed_anew(place: Place, row: models.Model, count: Count) -> bool:
    """Give the row its value under the first key; whether that changed it."""
    try:
        sealed = place.take(getattr(row, place.column))
        anew = sealing.under_first_key(sealed, place.purpose)
    except (sealing.CannotBeRead, ValueError, KeyError, TypeError):
        count.shut += 1
        return False
    count.done += 1
    if anew == sealed:
        return False
    count.anew += 1
    setattr(row, place.column, place.put(anew))
    return True
