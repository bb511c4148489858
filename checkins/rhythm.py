"""The rhythm of the days: a mark for each that has words. Gaps cost nothing (PRODUCT.md, Check-ins)."""

from dataclasses import dataclass
from datetime import date

from accounts.days import ONE_DAY
from accounts.models import Account

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


def last_week(account: Account, today: date) -> Week:
    """The seven days up to and with `today`."""
    first = today - 6 * ONE_DAY
    written = set(account.checkins.within(first, today).values_list("day", flat=True))
    days = [first + place * ONE_DAY for place in range(7)]
    return Week(tuple(Mark(day, day in written, round(FIRST_X + STEP_X * place, 1)) for place, day in enumerate(days)))
