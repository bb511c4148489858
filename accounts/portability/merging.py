"""One row from elsewhere beside the one that stands here: what is missing here is filled in, and nothing is overwritten unasked."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import UniqueConstraint

from accounts.portability.serialization import LONGEST_TEXT, fields_of
from accounts.vault.models import PrivateModel


@dataclass
class Joined:
    """`changes`: values by field name. `filled` are fields that get words they did not have, `differing` those in which both have some."""

    changes: dict[str, Any] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


@cache
def known_by(model: type[PrivateModel]) -> tuple[str, ...]:
    """The fields by which a row is known again in another account."""
    return model.KNOWN_BY or _unique(model)


@cache
def is_unique(model: type[PrivateModel]) -> bool:
    """Whether no two rows of an account are known by the same values; NULL is not the same as NULL."""
    return set(_unique(model)) <= set(known_by(model))


def _unique(model: type[PrivateModel]) -> tuple[str, ...]:
    unique = next(constraint for constraint in model._meta.constraints if isinstance(constraint, UniqueConstraint))
    return tuple(name for name in unique.fields if name != "account")


@cache
def _groups(model: type[PrivateModel]) -> tuple[tuple[str, ...], ...]:
    """The fields that are compared, those that belong together as one."""
    apart = {*known_by(model), *model.BESIDE, *model.LONGER, *(name for places in model.PLACES for name in places)}
    group_of = {name: group for group in model.TOGETHER for name in group}
    names = [each.name for each in fields_of(model) if each.name not in apart]
    return tuple(dict.fromkeys(group_of.get(name, (name,)) for name in names))


def join(here: PrivateModel, there: PrivateModel, *, over: bool) -> Joined:
    """What `here` becomes with what is in `there`, which is the same thing in another copy. `over`: where both have words, `there` counts.

    Nothing is changed yet. Joined once, joining again changes nothing.
    """
    model, joined = type(here), Joined()
    if here.is_untouched:
        new = {each.name: getattr(there, each.name) for each in fields_of(model)}
        joined.changes = {name: value for name, value in new.items() if value != getattr(here, name)}
        joined.filled = list(joined.changes)
        return joined
    for group in _groups(model):
        ours, theirs = [{name: getattr(row, name) for name in group} for row in (here, there)]
        if _within(theirs, ours):
            continue
        differs = not _within(ours, theirs)
        (joined.differing if differs else joined.filled).append(_first_difference(ours, theirs))
        if over or not differs:
            joined.changes |= theirs
    for places in model.PLACES:
        _fill_places(here, there, places, over, joined)
    for name in model.LONGER:
        _lengthen(here, there, name, joined)
    joined.changes = {name: value for name, value in joined.changes.items() if value != getattr(here, name)}
    return joined


def _within(small: dict[str, Any], large: dict[str, Any]) -> bool:
    """Whether all that is said in `small` is said in `large`."""
    return all(not value or value == large[name] for name, value in small.items())


def _first_difference(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    return next(name for name, value in theirs.items() if value and value != ours[name])


def _fill_places(here: PrivateModel, there: PrivateModel, places: tuple[str, ...], over: bool, joined: Joined) -> None:
    ours, theirs = [[value for name in places if (value := getattr(row, name))] for row in (here, there)]
    new = [value for value in theirs if value not in ours]
    if not new:
        return
    both = [*theirs, *(value for value in ours if value not in theirs)] if over else [*ours, *new]
    if len(both) > len(places):
        joined.differing.append(places[-1])
    if len(ours) < len(places):
        joined.filled.append(places[len(ours)])
    joined.changes |= dict(zip(places, [*both, *[""] * len(places)], strict=False))


def _lengthen(here: PrivateModel, there: PrivateModel, name: str, joined: Joined) -> None:
    ours, theirs = getattr(here, name), getattr(there, name)
    if not theirs or theirs in ours:
        return
    both = theirs if ours in theirs else f"{ours}\n\n{theirs}"
    if len(both) > LONGEST_TEXT:
        joined.differing.append(name)
        return
    joined.filled.append(name)
    joined.changes[name] = both
