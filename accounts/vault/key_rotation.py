"""Replacing an old key-encryption key by a new one while the program runs; safe to interrupt (docs/security.md, R46).

What the program's keys have sealed is sealed again with the first of them. What people write stays as it is: it is sealed with the data
keys of their accounts, which do not change. `rotate_keys` lists the columns.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from accounts.vault import sealing

# Rows changed in one transaction.
_BATCH = 500


@dataclass(frozen=True)
class RotatedColumn:
    """A column with values that the program's keys have sealed."""

    name: str
    rows: models.QuerySet[Any]
    field: str
    purpose: bytes
    # From the value of the column to the sealed bytes, and back.
    unpack: Callable[[Any], bytes]
    pack: Callable[[bytes], Any]


@dataclass
class RotationCount:
    """How many values of a column are sealed with the first key, how many of them since this run, and how many no key here opens."""

    done: int = 0
    resealed: int = 0
    unreadable: int = 0


def rotate(column: RotatedColumn) -> Iterator[RotationCount]:
    """Seal again what is not sealed with the first key, one batch and transaction at a time; yields the count after each.

    It may be stopped at any moment and run again: a batch is done or as it was.
    """
    count, last = RotationCount(), None
    while True:
        with transaction.atomic():
            rows = column.rows.filter(pk__gt=last) if last is not None else column.rows
            batch = list(rows.select_for_update().only("pk", column.field).order_by("pk")[:_BATCH])
            changed = [row for row in batch if _reseal(column, row, count)]
            column.rows.model._default_manager.bulk_update(changed, [column.field])
        if not batch:
            return
        last = batch[-1].pk
        yield count


def _reseal(column: RotatedColumn, row: models.Model, count: RotationCount) -> bool:
    """Give the row its value under the first key; returns whether that changed it."""
    try:
        sealed = column.unpack(getattr(row, column.field))
        resealed = sealing.under_first_key(sealed, column.purpose)
    except (sealing.CannotBeRead, ValueError, KeyError, TypeError):
        count.unreadable += 1
        return False
    count.done += 1
    if resealed == sealed:
        return False
    count.resealed += 1
    setattr(row, column.field, column.pack(resealed))
    return True
