"""What becomes visible over weeks: counts of what somebody wrote. Nothing is rated, averaged or explained."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checkins.date_range import Period, Stretch
from checkins.emotions import GROUPS, Feeling, Group
from checkins.models import CheckInQuerySet, Outcome

# From so many days with feelings on they are drawn and counted; fewer are no pattern.
ENOUGH_DAYS = 7
# From so many days with a talk and so many without they are put beside each other; below so many it is said that they are few.
ENOUGH_TALKS, MANY_TALKS = 3, 10
# Words that stand in the list; the others are folded away.
MOST_WORDS = 8

# The drawing of a group is so wide and high; the drawing of what became of the actions so wide, with a gap between its parts.
WIDE, HIGH = 240, 96
SHARE_WIDE, GAP = 310, 2


@dataclass(frozen=True)
class Day:
    """What is counted of a day with words."""

    day: date
    feelings: list[Feeling]
    # Whether there was an action, and whether it was tied to a moment.
    has_deed: bool
    is_tied: bool
    outcome: str

    @property
    def groups(self) -> set[str]:
        return {feeling.emotion.group for feeling in self.feelings if feeling.emotion}


def read(checkins: CheckInQuerySet) -> list[Day]:
    """The days of `checkins`; only what is counted is opened."""
    rows = checkins.values_list("day", "emotion_1", "emotion_2", "action", "plan_when", "plan_will", "outcome")
    return [
        Day(day, [Feeling(text) for text in (first, second) if text], bool(action or when or will), bool(when or will), outcome)
        for day, first, second, action, when, will, outcome in rows
    ]


# Feelings by week


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    height: float


@dataclass(frozen=True)
class Multiple:
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
        wide = WIDE / len(self.counts)
        return [Bar(wide * (place + 0.15), wide * 0.7, HIGH * count / self.most) for place, count in enumerate(self.counts) if count]

    @property
    def drawing(self) -> str:
        """The bars as one path: ten years have hundreds."""
        return "".join(f"M{bar.x:.2f} {HIGH}v{-bar.height:.1f}h{bar.width:.2f}v{bar.height:.1f}z" for bar in self.bars)


@dataclass(frozen=True)
class Feelings:
    """The feelings by group and by week or month."""

    periods: list[Period]
    multiples: list[Multiple]
    # Words of one's own, which have no group.
    own: int

    @classmethod
    def count(cls, days: Iterable[Day], stretch: Stretch) -> "Feelings":
        periods = stretch.periods
        place = {day: number for number, period in enumerate(periods) for day in period.days}
        counts = {group.key: [0] * len(periods) for group in GROUPS}
        own = 0
        for day in days:
            for feeling in day.feelings:
                if feeling.emotion:
                    counts[feeling.emotion.group][place[day.day]] += 1
                else:
                    own += 1
        most = max(1, *(count for group in counts.values() for count in group))
        return cls(periods, [Multiple(group, counts[group.key], most) for group in GROUPS], own)

    @property
    def most(self) -> int:
        return self.multiples[0].most

    @property
    def sentence(self) -> str:
        """The four groups, the one named most often first."""
        named = sum(multiple.total for multiple in self.multiples) + self.own
        parts = [
            _("%(count)d %(group)s") % {"count": multiple.total, "group": str(multiple.group.name).lower()}
            for multiple in sorted(self.multiples, key=lambda multiple: -multiple.total)
        ]
        if self.own:
            words = ngettext("%(count)d in a word of your own", "%(count)d in words of your own", self.own) % {"count": self.own}
            parts.append(words)
        whole = ngettext("You named %(count)d feeling: %(parts)s.", "You named %(count)d feelings: %(parts)s.", named)
        return whole % {"count": named, "parts": "; ".join(parts)}

    @property
    def rows(self) -> list[tuple[str, list[tuple[Group, int]]]]:
        """Each week or month in which any was named, the latest first, for the table."""
        columns = zip(*(multiple.counts for multiple in self.multiples), strict=True)
        rows = [
            (period.name, list(zip(GROUPS, counts, strict=True)))
            for period, counts in zip(self.periods, columns, strict=True)
            if any(counts)
        ]
        return rows[::-1]


# Words


@dataclass(frozen=True)
class Words:
    """How often each word was named, the most frequent first."""

    counted: list[tuple[Feeling, int]]

    @classmethod
    def count(cls, days: Iterable[Day]) -> "Words":
        feelings = {feeling.key: feeling for day in days for feeling in day.feelings}
        counts = Counter(feeling.key for day in days for feeling in day.feelings)
        counted = [(feelings[key], count) for key, count in counts.items()]
        return cls(sorted(counted, key=lambda each: (-each[1], each[0].words.casefold())))

    @property
    def different(self) -> int:
        return len(self.counted)

    @property
    def most(self) -> list[tuple[Feeling, int]]:
        return self.counted[:MOST_WORDS]

    @property
    def others(self) -> list[tuple[Feeling, int]]:
        return self.counted[MOST_WORDS:]

    @property
    def sentence(self) -> str:
        """How many different words, and which were named most often; only one of them, unless others were named as often."""
        whole = ngettext("You used %(count)d word.", "You used %(count)d different words.", self.different) % {"count": self.different}
        often = self.counted[0][1]
        first = [feeling.words for feeling, count in self.counted if count == often]
        if often == 1 or len(first) > 3:
            return whole
        named = ngettext("Most often: %(words)s, %(count)d time.", "Most often: %(words)s, %(count)d times.", often)
        return f"{whole} {named % {'words': get_text_list(first, _('and')), 'count': often}}"


# Actions


@dataclass(frozen=True)
class Deeds:
    """What became of the actions; `open` are those that nobody has been asked about or answered."""

    yes: int
    partly: int
    not_this_time: int
    let_go: int
    open: int
    # Of those tied to a moment and of the others: how many happened, of how many that did or did not.
    tied: tuple[int, int]
    untied: tuple[int, int]

    @classmethod
    def count(cls, days: Iterable[Day]) -> "Deeds":
        deeds = [day for day in days if day.has_deed]
        became = Counter(day.outcome for day in deeds)
        told = [day for day in deeds if day.outcome in (Outcome.YES, Outcome.PARTLY, Outcome.NOT)]
        tied, untied = ([day.outcome for day in told if day.is_tied == is_tied] for is_tied in (True, False))
        return cls(
            became[Outcome.YES],
            became[Outcome.PARTLY],
            became[Outcome.NOT],
            became[Outcome.LET_GO],
            len(deeds) - len(told) - became[Outcome.LET_GO],
            (tied.count(Outcome.YES), len(tied)),
            (untied.count(Outcome.YES), len(untied)),
        )

    @property
    def told(self) -> int:
        return self.yes + self.partly + self.not_this_time

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Style, name and number of the parts of the drawing."""
        return [
            ("s-yes", _("It happened"), self.yes),
            ("s-part", _("In part"), self.partly),
            ("s-not", _("Not this time"), self.not_this_time),
        ]

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Style, place and width of each part that is not empty."""
        shown = [(style, count) for style, _name, count in self.rows if count]
        room, x, parts = SHARE_WIDE - GAP * (len(shown) - 1), 0.0, []
        for style, count in shown:
            wide = room * count / self.told
            parts.append((style, round(x, 1), round(wide, 1)))
            x += wide + GAP
        return parts

    @property
    def sentence(self) -> str:
        words = ngettext(
            "Of %(told)d small thing you meant to do, %(yes)d happened and %(partly)d happened in part.",
            "Of %(told)d small things you meant to do, %(yes)d happened and %(partly)d happened in part.",
            self.told,
        )
        return words % {"told": self.told, "yes": self.yes, "partly": self.partly}

    @property
    def beside(self) -> str:
        """Those that are in no part of the drawing."""
        said = []
        if self.let_go:
            said.append(ngettext("%(count)d was let go.", "%(count)d were let go.", self.let_go) % {"count": self.let_go})
        if self.open:
            said.append(ngettext("%(count)d has no answer.", "%(count)d have no answer.", self.open) % {"count": self.open})
        return " ".join(said)

    @property
    def moments(self) -> str:
        """Those tied to a moment beside the others, in numbers; empty unless there are some of each."""
        if min(self.tied[1], self.untied[1]) < ENOUGH_TALKS:
            return ""
        words = _("Tied to a moment (“When …, I will …”): %(tied)d of %(of_tied)d happened. The others: %(untied)d of %(of_untied)d.")
        return words % {"tied": self.tied[0], "of_tied": self.tied[1], "untied": self.untied[0], "of_untied": self.untied[1]}


# Days with a talk


@dataclass(frozen=True)
class Talks:
    """Days with feelings on which a talk took place beside those without, and on how many of each a group was named."""

    with_talk: int
    without: int
    rows: list[tuple[Group, int, int]]

    @classmethod
    def count(cls, days: Iterable[Day], held_on: Collection[date]) -> "Talks":
        felt = [day for day in days if day.feelings]
        talked, quiet = ([day for day in felt if (day.day in held_on) == talked] for talked in (True, False))
        named = [(group, sum(group.key in day.groups for day in talked), sum(group.key in day.groups for day in quiet)) for group in GROUPS]
        return cls(len(talked), len(quiet), named)

    @property
    def are_enough(self) -> bool:
        return min(self.with_talk, self.without) >= ENOUGH_TALKS

    @property
    def are_few(self) -> bool:
        return min(self.with_talk, self.without) < MANY_TALKS


@dataclass(frozen=True)
class Patterns:
    """All of it over one stretch of time."""

    days_with_feelings: int
    feelings: Feelings
    words: Words
    deeds: Deeds
    talks: Talks

    @classmethod
    def over(cls, stretch: Stretch, days: list[Day], held_on: Collection[date]) -> "Patterns":
        """`days` lie within the stretch."""
        felt = sum(bool(day.feelings) for day in days)
        return cls(felt, Feelings.count(days, stretch), Words.count(days), Deeds.count(days), Talks.count(days, held_on))

    @property
    def are_enough(self) -> bool:
        return self.days_with_feelings >= ENOUGH_DAYS
