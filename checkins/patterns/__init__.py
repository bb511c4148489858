"""What becomes visible over weeks: counts of what was written. Nothing is rated, averaged or explained."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from checkins.date_range import DateRange
from checkins.patterns.actions import PlannedActions
from checkins.patterns.counted_day import CountedDay, read
from checkins.patterns.feelings import Feelings
from checkins.patterns.talk_days import TalkDays
from checkins.patterns.words import WordCounts

__all__ = ["CountedDay", "Feelings", "Patterns", "PlannedActions", "TalkDays", "WordCounts", "read"]

# Feelings are drawn and counted from so many days on; fewer are no pattern.
MIN_DAYS_WITH_FEELINGS = 7


@dataclass(frozen=True)
class Patterns:
    """All of it over one stretch of time."""

    days_with_feelings: int
    feelings: Feelings
    words: WordCounts
    actions: PlannedActions
    talks: TalkDays

    @classmethod
    def over(cls, date_range: DateRange, days: list[CountedDay], held_on: Collection[date]) -> "Patterns":
        """`days` lie within the range."""
        felt = sum(bool(day.feelings) for day in days)
        return cls(
            felt, Feelings.count(days, date_range), WordCounts.count(days), PlannedActions.count(days), TalkDays.count(days, held_on)
        )

    @property
    def are_enough(self) -> bool:
        return self.days_with_feelings >= MIN_DAYS_WITH_FEELINGS
