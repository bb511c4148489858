"""Merging a row from a file into the row that is here: what is missing here is filled in, and nothing is overwritten unless asked for."""

from dataclasses import dataclass, field
from typing import Any

from accounts.portability.schema import schema_of
from accounts.vault.fields import MAX_TEXT_CHARS
from accounts.vault.models import PrivateModel


@dataclass
class Merged:
    """`changes`: values by field name. `filled` are fields that get words they did not have, `differing` those in which both have some."""

    changes: dict[str, Any] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def merge(here: PrivateModel, there: PrivateModel, *, overwrite: bool) -> Merged:
    """How `here` changes with what is in `there`, the same thing in another copy. `overwrite`: where both have words, `there` counts.

    Nothing is changed yet. Once the changes are made, merging again finds none.
    """
    schema, merged = schema_of(type(here)), Merged()
    if schema.is_untouched(here):
        new = {each.name: getattr(there, each.name) for each in schema.fields}
        merged.changes = {name: value for name, value in new.items() if value != getattr(here, name)}
        merged.filled = list(merged.changes)
        return merged
    for group in schema.compared:
        ours, theirs = [{name: getattr(row, name) for name in group} for row in (here, there)]
        if _within(theirs, ours):
            continue
        differs = not _within(ours, theirs)
        (merged.differing if differs else merged.filled).append(_first_difference(ours, theirs))
        if overwrite or not differs:
            merged.changes |= theirs
    for slots in schema.interchangeable:
        _fill_slots(here, there, slots, overwrite, merged)
    for name in schema.appendable:
        _append(here, there, name, merged)
    merged.changes = {name: value for name, value in merged.changes.items() if value != getattr(here, name)}
    return merged


def _within(small: dict[str, Any], large: dict[str, Any]) -> bool:
    """Whether all that is said in `small` is said in `large`."""
    return all(not value or value == large[name] for name, value in small.items())


def _first_difference(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    return next(name for name, value in theirs.items() if value and value != ours[name])


def _fill_slots(here: PrivateModel, there: PrivateModel, slots: tuple[str, ...], overwrite: bool, merged: Merged) -> None:
    ours, theirs = [[value for name in slots if (value := getattr(row, name))] for row in (here, there)]
    new = [value for value in theirs if value not in ours]
    if not new:
        return
    both = [*theirs, *(value for value in ours if value not in theirs)] if overwrite else [*ours, *new]
    if len(both) > len(slots):
        merged.differing.append(slots[-1])
    if len(ours) < len(slots):
        merged.filled.append(slots[len(ours)])
    merged.changes |= dict(zip(slots, [*both, *[""] * len(slots)], strict=False))


def _append(here: PrivateModel, there: PrivateModel, name: str, merged: Merged) -> None:
    ours, theirs = getattr(here, name), getattr(there, name)
    if not theirs or theirs in ours:
        return
    both = theirs if ours in theirs else f"{ours}\n\n{theirs}"
    if len(both) > MAX_TEXT_CHARS:
        merged.differing.append(name)
        return
    merged.filled.append(name)
    merged.changes[name] = both
