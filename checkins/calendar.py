"""Days as drawings: a month in which each past day can be pressed, and a year of months in lines.

A day shows the groups of its feelings by their place in the square, or a hull where there are words and no feeling that has a place. A day
without words is a stretch of line, whatever the reason.
"""

from calendar import Calendar, monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import date_format, get_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.local_day import ONE_DAY, takes_place
from checkins.emotions import Feeling, groups_of

# The drawing of a month: a day in it, and where the first row begins.
DAY_WIDTH_PX = 48
DAY_HEIGHT_PX = 54
FIRST_ROW_PX = 26
# The drawing of a year: how far it is from a day to the next, and from there to its mark.
YEAR_DAY_PX = 10
YEAR_MARK_PX = 0.75

Feelings = list[Feeling]


@dataclass(frozen=True)
class Cell:
    """A day in the grid, at column `x` and row `y` of the drawing. `feelings` is None where nothing is written."""

    day: date
    today: date
    x: int
    y: int
    feelings: Feelings | None
    # A date that was skipped where the person lives cannot be written either.
    can_be_written: bool

    @property
    def has_words(self) -> bool:
        return self.feelings is not None

    @property
    def drawing(self) -> SafeString:
        """Its number, and the groups of its feelings."""
        return _day_of_month(self.day.day, groups_of(self.feelings or []), self.has_words)

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def name(self) -> str:
        """The text for screen readers."""
        return _("%(day)s: %(words)s") % {"day": date_format(self.day, "l j F"), "words": self._in_words}

    @property
    def _in_words(self) -> str:
        if self.feelings is None:
            return _("nothing written")
        if not self.feelings:
            return _("no feelings named")
        return get_text_list([feeling.words for feeling in self.feelings], _("and"))


@dataclass(frozen=True)
class Month:
    """One month, `first` being its first day. `previous` and `next` are None at the ends of what can be written."""

    first: date
    previous: date | None
    next: date | None
    heads: list[tuple[int, str]]
    cells: list[Cell]

    @property
    def name(self) -> str:
        return date_format(self.first, "F Y")

    @property
    def rules(self) -> list[int]:
        """Where the lines between the weeks lie."""
        return [FIRST_ROW_PX + DAY_HEIGHT_PX * row for row in range(self.weeks)]

    @property
    def weeks(self) -> int:
        return (self.cells[-1].y - FIRST_ROW_PX) // DAY_HEIGHT_PX + 1

    @property
    def height(self) -> int:
        return FIRST_ROW_PX + DAY_HEIGHT_PX * self.weeks

    @property
    def days_with_words(self) -> list[date]:
        """The latest first."""
        return [cell.day for cell in reversed(self.cells) if cell.has_words]

    @property
    def written(self) -> int:
        return len(self.days_with_words)


def month(first: date, written: Mapping[date, Feelings], today: date, zone: ZoneInfo, earliest: date) -> Month:
    """The month that begins on `first`; `written` holds the feelings of each day with words."""
    weeks = Calendar((get_format("FIRST_DAY_OF_WEEK") - 1) % 7).monthdatescalendar(first.year, first.month)
    cells = [
        Cell(
            day,
            today,
            x=DAY_WIDTH_PX * column,
            y=FIRST_ROW_PX + DAY_HEIGHT_PX * row,
            feelings=written.get(day),
            can_be_written=day in written or (day <= today and takes_place(day, zone)),
        )
        for row, week in enumerate(weeks)
        for column, day in enumerate(week)
        if day.month == first.month
    ]
    before, after = (first - ONE_DAY).replace(day=1), (cells[-1].day + ONE_DAY)
    heads = [(DAY_WIDTH_PX * column, date_format(day, "D")[:2]) for column, day in enumerate(weeks[0])]
    return Month(first, before if before >= earliest else None, after if after <= max([today, *written]) else None, heads, cells)


@dataclass(frozen=True)
class DayMark:
    """A day in the line of a month, `x` being where it begins."""

    day: date
    feelings: Feelings

    @property
    def x(self) -> float:
        return YEAR_DAY_PX * (self.day.day - 1) + YEAR_MARK_PX


# There are sixteen sets of four groups, so each drawing is kept. Nothing else of a day is in them.


@cache
def _day_of_month(number: int, groups: frozenset[str], has_words: bool) -> SafeString:
    """A day in the grid of a month, with feelings of these groups."""
    context = {"number": number, "groups": groups, "has_words": has_words}
    return mark_safe(render_to_string("checkins/_month_day.html", context).strip())  # noqa: S308, our own HTML


@cache
def _day_of_year(groups: frozenset[str]) -> str:
    """A day in the line of a month, with feelings of these groups."""
    return render_to_string("checkins/_year_day.html", {"groups": groups}).strip()


@dataclass(frozen=True)
class MonthLine:
    """A month as a line, as long as it has days."""

    first: date
    days: int
    marks: list[DayMark]
    has_begun: bool

    @property
    def length(self) -> int:
        return YEAR_DAY_PX * self.days

    @property
    def drawing(self) -> SafeString:
        """Its days as they are drawn, in one string: a year has hundreds of them."""
        drawn = (f'<g transform="translate({mark.x} 1)">{_day_of_year(groups_of(mark.feelings))}</g>' for mark in self.marks)
        return mark_safe("".join(drawn))  # noqa: S308, numbers and our own HTML

    @property
    def word(self) -> str:
        return str(MONTHS[self.first.month])

    @property
    def short(self) -> str:
        return str(MONTHS_3[self.first.month]).capitalize()

    @property
    def name(self) -> str:
        """The text for screen readers."""
        count = len(self.marks)
        if not count:
            return _("%(month)s: none") % {"month": self.word}
        return ngettext("%(month)s: %(count)d day with words", "%(month)s: %(count)d days with words", count) % {
            "month": self.word,
            "count": count,
        }


@dataclass(frozen=True)
class Year:
    year: int
    lines: list[MonthLine]
    previous: int | None
    next: int | None

    @property
    def written(self) -> int:
        return sum(len(line.marks) for line in self.lines)

    @property
    def most_named(self) -> list[str]:
        """The words named most often, up to three; one named once is no tendency."""
        feelings = [feeling for line in self.lines for mark in line.marks for feeling in mark.feelings]
        by_key = {feeling.key: feeling for feeling in feelings}
        counted = Counter(feeling.key for feeling in feelings)
        named = [(-count, by_key[key].words) for key, count in counted.items() if count > 1]
        return [words for _count, words in sorted(named)[:3]]


def year(number: int, written: Mapping[date, Feelings], today: date, earliest: date) -> Year:
    """The year `number`; `written` holds the feelings of each day with words."""
    last = max([today, *written])
    months = [date(number, place, 1) for place in range(1, 13)]
    marks: dict[int, list[DayMark]] = {first.month: [] for first in months}
    for day, feelings in sorted(written.items()):
        if day.year == number:
            marks[day.month].append(DayMark(day, feelings))
    lines = [MonthLine(first, monthrange(number, first.month)[1], marks[first.month], first <= last) for first in months]
    return Year(number, lines, number - 1 if number > earliest.year else None, number + 1 if number < last.year else None)
