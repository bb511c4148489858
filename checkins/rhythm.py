"""The rhythm of the days: a mark for each day with words. Gaps have no penalty."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from accounts.local_day import ONE_DAY
from checkins.date_range import DateRange

# After so many days without words there is a welcome back, and nothing is asked about what was before.
AWAY_AFTER_DAYS = 21

# The days in which steadiness fades by half, and what is left of it after one.
HALF_LIFE_DAYS = 13
LEFT_OVER = 0.5 ** (1 / HALF_LIFE_DAYS)

# From so many days after the first one on, steadiness is told and drawn: "5 of 100" on a first day says nothing.
DRAWN_FROM_DAYS = 14

# The drawing of steadiness.
WIDTH_PX = 600
HEIGHT_PX = 100
MAX_POINTS = 200

# The drawing of a week: where the first day is, how far it is to the next, and half the width of a hull.
WEEK_FIRST_X_PX = 16.0
WEEK_STEP_PX = 30.7
HALF_HULL_PX = 10


@dataclass(frozen=True)
class WeekdayMark:
    """A day on the line, at `x`."""

    day: date
    has_words: bool
    x: float

    @property
    def left(self) -> float:
        """Where its hull begins."""
        return round(self.x - HALF_HULL_PX, 1)


@dataclass(frozen=True)
class Week:
    """The last seven days, oldest first."""

    marks: tuple[WeekdayMark, ...]

    @property
    def written(self) -> int:
        return sum(mark.has_words for mark in self.marks)


def is_away(last: date | None, today: date) -> bool:
    """Whether a person who last wrote on `last` returns after a long time; False on a first visit (None)."""
    return last is not None and (today - last).days >= AWAY_AFTER_DAYS


def week(written: Collection[date], today: date) -> Week:
    """The seven days up to and including `today`, of which those in `written` have words."""
    days = [today - back * ONE_DAY for back in range(6, -1, -1)]
    return Week(tuple(WeekdayMark(day, day in written, round(WEEK_FIRST_X_PX + WEEK_STEP_PX * place, 1)) for place, day in enumerate(days)))


def steadiness(written: Collection[date], paused: Collection[date], first: date, today: date) -> list[float]:
    """For each day from `first`, the earliest in `written`, up to and including `today`: how steady the days were, 0 to 1.

    A day with words moves it towards 1 and a day without towards 0, by the same share, half in thirteen days. On a paused day without
    words it stays as it is.
    """
    values, value, day = [], 0.0, first
    while day <= today:
        if day in written:
            value = value * LEFT_OVER + 1 - LEFT_OVER
        elif day not in paused:
            value *= LEFT_OVER
        values.append(value)
        day += ONE_DAY
    return values


def of_hundred(value: float) -> int:
    return round(100 * value)


@dataclass(frozen=True)
class Rhythm:
    """The figures about the days over a range of time."""

    written: Collection[date]
    paused: Collection[date]
    date_range: DateRange
    week: Week
    # Steadiness on each day of the stretch from the first one with words on; empty if there is none.
    values: list[float]

    @classmethod
    def over(cls, date_range: DateRange, written: Collection[date], paused: Collection[date]) -> "Rhythm":
        today = date_range.last
        first = min(written, default=None)
        values = steadiness(written, paused, first, today) if first and first <= today else []
        return cls(written, paused, date_range, week(written, today), values[-date_range.days :])

    @property
    def of_thirty(self) -> int:
        return sum(day in self.written for day in self._last(30))

    @property
    def paused_of_thirty(self) -> int:
        """Of the last thirty days, those that were paused and have no words."""
        return sum(day in self.paused and day not in self.written for day in self._last(30))

    def _last(self, count: int) -> list[date]:
        return [self.date_range.last - back * ONE_DAY for back in range(count)]

    @property
    def begins(self) -> date:
        """The day of the first value."""
        return self.date_range.last - (len(self.values) - 1) * ONE_DAY

    @property
    def was_paused(self) -> bool:
        """Whether a pause makes the line flat somewhere."""
        return any(self.begins <= day <= self.date_range.last for day in self.paused)

    @property
    def now(self) -> int:
        return of_hundred(self.values[-1])

    @property
    def then(self) -> int:
        return of_hundred(self.values[0])

    @property
    def is_drawn(self) -> bool:
        return len(self.values) >= DRAWN_FROM_DAYS

    @property
    def line(self) -> str:
        """The points of the drawing."""
        step = -(-len(self.values) // MAX_POINTS)
        places = range(len(self.values) - 1, -1, -step)
        wide = WIDTH_PX / max(len(self.values) - 1, 1)
        return " ".join(f"{wide * place:.1f} {HEIGHT_PX - HEIGHT_PX * self.values[place]:.1f}" for place in reversed(places))

    @property
    def end_y(self) -> float:
        """Where the line ends."""
        return round(HEIGHT_PX - HEIGHT_PX * self.values[-1], 1)

    @property
    def rows(self) -> list[tuple[str, int]]:
        """The end of each period and what it was then, latest first, for the table."""
        at = {self.begins + place * ONE_DAY: value for place, value in enumerate(self.values)}
        return [(period.name, of_hundred(at[period.last])) for period in reversed(self.date_range.periods) if period.last in at]
