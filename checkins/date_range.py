"""A stretch of time to look at: the last thirty days, or more, in whole weeks or months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format, get_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.local_day import ONE_DAY

# What can be chosen: how many days back, None being all, and its name.
CHOICES: dict[str, tuple[int | None, str | Promise]] = {
    "30": (30, gettext_lazy("30 days")),
    "90": (90, gettext_lazy("90 days")),
    "180": (180, gettext_lazy("180 days")),
    "365": (365, gettext_lazy("A year")),
    "all": (None, gettext_lazy("All")),
}
USUAL = "90"

# A longer stretch is counted by month: its weeks would be too thin to see.
MAX_WEEKS = 60


@dataclass(frozen=True)
class Period:
    """A week or a month; the current one ends today."""

    first: date
    last: date
    is_month: bool

    @property
    def days(self) -> Iterator[date]:
        return (self.first + after * ONE_DAY for after in range((self.last - self.first).days + 1))

    @property
    def name(self) -> str:
        if self.is_month:
            return date_format(self.first, "F Y")
        return _("Week of %(day)s") % {"day": date_format(self.first, "j F Y")}


@dataclass(frozen=True)
class DateRange:
    """From the `first` day up to and including the `last`, which is today."""

    key: str
    first: date
    last: date
    by_month: bool

    @classmethod
    def choose(cls, key: str, begun: date | None, today: date) -> "DateRange":
        """The range called `key`, from the start of its first week or month, but not from before the day `begun`.

        Raises KeyError for an unknown key.
        """
        back, _name = CHOICES[key]
        begun = min(begun or today, today)
        first = max(today - (back - 1) * ONE_DAY, begun) if back else begun
        by_month = (today - first).days > 7 * MAX_WEEKS
        if by_month:
            return cls(key, first.replace(day=1), today, by_month)
        first_weekday = (get_format("FIRST_DAY_OF_WEEK") - 1) % 7
        return cls(key, first - timedelta(days=(first.weekday() - first_weekday) % 7), today, by_month)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def periods(self) -> list[Period]:
        """Its weeks or months, the earliest first."""
        return list(self._periods())

    def _periods(self) -> Iterator[Period]:
        first = self.first
        while first <= self.last:
            following = (first + timedelta(days=31)).replace(day=1) if self.by_month else first + timedelta(days=7)
            yield Period(first, min(following - ONE_DAY, self.last), self.by_month)
            first = following
