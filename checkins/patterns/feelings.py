"""The feelings by group, week by week or month by month."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checkins.date_range import DateRange, Period
from checkins.emotions import GROUPS, Group
from checkins.patterns.counted_day import CountedDay

# The drawing of one group.
WIDTH_PX = 240
HEIGHT_PX = 96


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    height: float


@dataclass(frozen=True)
class GroupSmallMultiple:
    """How often a feeling of one group was named in each week or month; `most` is the highest count of all four groups."""

    group: Group
    counts: list[int]
    most: int

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def bars(self) -> list[Bar]:
        """A bar for each week or month in which one was named."""
        wide = WIDTH_PX / len(self.counts)
        return [Bar(wide * (place + 0.15), wide * 0.7, HEIGHT_PX * count / self.most) for place, count in enumerate(self.counts) if count]

    @property
    def drawing(self) -> str:
        """The bars as one path: ten years have hundreds."""
        return "".join(f"M{bar.x:.2f} {HEIGHT_PX}v{-bar.height:.1f}h{bar.width:.2f}v{bar.height:.1f}z" for bar in self.bars)


@dataclass(frozen=True)
class Feelings:
    """The feelings by group and by week or month."""

    periods: list[Period]
    small_multiples: list[GroupSmallMultiple]
    # Words of one's own, which have no group.
    own: int

    @classmethod
    def count(cls, days: Iterable[CountedDay], date_range: DateRange) -> "Feelings":
        periods = date_range.periods
        place = {day: number for number, period in enumerate(periods) for day in period.days}
        counts = {group.key: [0] * len(periods) for group in GROUPS.values()}
        own = 0
        for day in days:
            for feeling in day.feelings:
                if feeling.emotion:
                    counts[feeling.emotion.group][place[day.day]] += 1
                else:
                    own += 1
        most = max(1, *(count for group in counts.values() for count in group))
        return cls(periods, [GroupSmallMultiple(group, counts[group.key], most) for group in GROUPS.values()], own)

    @property
    def most(self) -> int:
        return self.small_multiples[0].most

    @property
    def sentence(self) -> str:
        """The four groups, the one named most often first."""
        named = sum(each.total for each in self.small_multiples) + self.own
        parts = [
            _("%(count)d %(group)s") % {"count": each.total, "group": each.group.name.lower()}
            for each in sorted(self.small_multiples, key=lambda each: -each.total)
        ]
        if self.own:
            words = ngettext("%(count)d in a word of your own", "%(count)d in words of your own", self.own) % {"count": self.own}
            parts.append(words)
        whole = ngettext("You named %(count)d feeling: %(parts)s.", "You named %(count)d feelings: %(parts)s.", named)
        return whole % {"count": named, "parts": "; ".join(parts)}

    @property
    def rows(self) -> list[tuple[str, list[tuple[Group, int]]]]:
        """Each week or month in which any was named, the latest first, for the table."""
        columns = zip(*(each.counts for each in self.small_multiples), strict=True)
        rows = [
            (period.name, list(zip(GROUPS.values(), counts, strict=True)))
            for period, counts in zip(self.periods, columns, strict=True)
            if any(counts)
        ]
        return rows[::-1]
