"""The parts of a day with words that are counted."""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from uuid import UUID

from accounts.compiled import CompiledQuery
from accounts.models import Account
from checkins.emotions import Feeling, groups_of
from checkins.models import CheckIn


@dataclass(frozen=True)
class CountedDay:
    """The parts of a day with words that are counted."""

    day: date
    feelings: list[Feeling]
    # Whether there was an action, and whether it was tied to a moment.
    has_planned_action: bool
    has_cue: bool
    outcome: str

    @cached_property
    def groups(self) -> frozenset[str]:
        return groups_of(self.feelings)


def read(account: Account, first: date, last: date) -> list[CountedDay]:
    """The account's days from `first` to `last`. What is not counted stays encrypted."""
    # One for each word that was named, however often: what it stands for is then looked up once.
    feeling = cache(Feeling)
    return [
        CountedDay(day, [feeling(text) for text in (one, other) if text], bool(action or when or will), bool(when or will), outcome)
        for day, one, other, action, when, will, outcome in _counted(account.pk, first, last)
    ]


_counted = CompiledQuery(
    lambda account_id, first, last: (
        CheckIn.objects.filter(account_id=account_id)
        .between(first, last)
        .values_list("day", *CheckIn.EMOTIONS, "action", "plan_when", "plan_will", "outcome")
    ),
    UUID(int=1),
    date.min,
    date.max,
)
