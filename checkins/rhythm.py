"""The rhythm of the days: a mark for each that has words. Gaps cost nothing (PRODUCT.md, Check-ins)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from accounts.days import ONE_DAY

# From so many days without words on, one is welcomed back, and nothing is asked about what was before.
AWAY_FROM = 21

# Of the drawing: where the first day stands on the line, and how far it is to the next.
FIRST_X, STEP_X, HALF_HULL = 16.0, 30.7, 10


@dataclass(frozen=True)
class Mark:
    """A day on the line, at `x`."""

    day: date
    has_words: bool
    x: float

    @property
    def left(self) -> float:
        """Where its hull begins."""
        return round(self.x - HALF_HULL, 1)


@dataclass(frozen=True)
class Week:
    """The last seven days, oldest first."""

    marks: tuple[Mark, ...]

    @property
    def written(self) -> int:
        return sum(mark.has_words for mark in self.marks)


def is_away(last: date | None, today: date) -> bool:
    """Whether somebody who last wrote on `last` comes back after a long time; never on a first visit (None)."""
    return last is not None and (today - last).days >= AWAY_FROM


def week(written: Collection[date], today: date) -> Week:
    """The seven days up to and with `today`, of which those in `written` have words."""
    days = [today - back * ONE_DAY for back in range(6, -1, -1)]
    return Week(tuple(Mark(day, day in written, round(FIRST_X + STEP_X * place, 1)) for place, day in enumerate(days)))
