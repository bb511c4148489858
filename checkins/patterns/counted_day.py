"""The parts of a day with words that are counted."""

from dataclasses import dataclass
from datetime import date

from checkins.emotions import Feeling, groups_of
from checkins.models import CheckInQuerySet


@dataclass(frozen=True)
class CountedDay:
    """The parts of a day with words that are counted."""

    day: date
    feelings: list[Feeling]
    # Whether there was an action, and whether it was tied to a moment.
    has_planned_action: bool
    has_cue: bool
    outcome: str

    @property
    def groups(self) -> frozenset[str]:
        return groups_of(self.feelings)


def read(checkins: CheckInQuerySet) -> list[CountedDay]:
    """The days of `checkins`; only what is counted is decrypted."""
    rows = checkins.values_list("day", "emotion_1", "emotion_2", "action", "plan_when", "plan_will", "outcome")
    return [
        CountedDay(day, [Feeling(text) for text in (first, second) if text], bool(action or when or will), bool(when or will), outcome)
        for day, first, second, action, when, will, outcome in rows
    ]
