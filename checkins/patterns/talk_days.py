"""Feelings on days when a talk took place, and on the other days."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from checkins.emotions import GROUPS, Group
from checkins.patterns.counted_day import CountedDay

# From so many days with a talk and so many without, the two are compared.
MIN_DAYS_TO_COMPARE = 3
# Below so many of either, the page says that they are few.
MANY_DAYS = 10


@dataclass(frozen=True)
class TalkDays:
    """Days with feelings, with and without a talk, and on how many of each a group was named."""

    with_talk: int
    without: int
    rows: list[tuple[Group, int, int]]

    @classmethod
    def count(cls, days: Iterable[CountedDay], held_on: Collection[date]) -> "TalkDays":
        felt = [day for day in days if day.feelings]
        talked, quiet = ([day for day in felt if (day.day in held_on) == talked] for talked in (True, False))
        named = [
            (group, sum(group.key in day.groups for day in talked), sum(group.key in day.groups for day in quiet))
            for group in GROUPS.values()
        ]
        return cls(len(talked), len(quiet), named)

    @property
    def are_enough(self) -> bool:
        return min(self.with_talk, self.without) >= MIN_DAYS_TO_COMPARE

    @property
    def are_few(self) -> bool:
        return min(self.with_talk, self.without) < MANY_DAYS
