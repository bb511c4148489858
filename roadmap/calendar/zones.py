"""A time zone as a calendar file says it (VTIMEZONE, RFC 5545 section 3.6.5): by rules where there are any, else by dates.

Programs know most zones by their name, and need this only if they do not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# A rule by weekday and day of the month shows every day it can fall on within 28 years (none of them divisible by 100).
RULE_YEARS = 28
# For how many years, beyond this one, dates are listed where there is no rule.
DATED_YEARS = 10
# No zone changes its offset twice within this time.
_STRIDE = timedelta(days=3)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@dataclass(frozen=True)
class ClockChange:
    """A change of the clock: when, on the clock before it; the offsets before and after; what the zone is called then."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def kind(self) -> tuple[timedelta, timedelta, str]:
        return self.before, self.after, self.name


def as_component(zone: ZoneInfo, first_year: int, this_year: int) -> Timezone:
    """The component for `zone`, valid from `first_year` on: by rules without end, else by dates until ten years from now."""
    component = Timezone()
    component.add("tzid", zone.key)
    for observance in _observances(zone, first_year, this_year):
        component.add_component(observance)
    return component


def _observances(zone: ZoneInfo, first_year: int, this_year: int) -> Iterator[Any]:
    """The observances, beginning with the one in which the first year begins: each says from when on it holds."""
    # A year earlier, so that each rule has had its first onset when the first year begins.
    start = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    changes = _changes(zone, start.year, max(first_year, this_year) + RULE_YEARS)
    begin = start.astimezone(zone)
    before = begin.utcoffset() or timedelta()
    yield _observance(ClockChange(begin.replace(tzinfo=None), before, before, begin.tzname() or ""), is_summer=False)
    by_kind: dict[tuple[timedelta, timedelta, str], list[ClockChange]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    rules = {kind: _rules(of_kind, start.year) for kind, of_kind in by_kind.items()}
    last_year = this_year + DATED_YEARS
    for kind, of_kind in by_kind.items():
        found = rules[kind] if all(rules.values()) else None
        if found:
            for onset, rule in found:
                yield _observance(ClockChange(onset, *kind), is_summer=kind[1] > kind[0], rule=rule)
        elif dated := [change for change in of_kind if change.onset.year <= last_year]:
            yield _observance(dated[0], is_summer=kind[1] > kind[0], dates=[change.onset for change in dated[1:]])


def _observance(change: ClockChange, *, is_summer: bool, rule: dict[str, Any] | None = None, dates: Iterable[datetime] = ()) -> Any:
    observance = TimezoneDaylight() if is_summer else TimezoneStandard()
    observance.add("dtstart", change.onset)
    observance.add("tzoffsetfrom", change.before)
    observance.add("tzoffsetto", change.after)
    observance.add("tzname", change.name)
    if rule:
        observance.add("rrule", rule)
    for date in dates:
        observance.add("rdate", date)
    return observance


@lru_cache(maxsize=64)
def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[ClockChange, ...]:
    """The changes of these years, with the last one too."""
    found = []
    moment, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    state = _state(zone, moment)
    while moment < end:
        later = moment + _STRIDE
        if (after := _state(zone, later)) != state:
            found.append(_change(zone, moment, later))
            state = after
        moment = later
    return tuple(found)


def _state(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or ""


def _change(zone: ZoneInfo, earlier: datetime, later: datetime) -> ClockChange:
    """The change between two moments, found to the second."""
    before = _state(zone, earlier)
    while later - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=int((later - earlier).total_seconds()) // 2)
        earlier, later = (middle, later) if _state(zone, middle) == before else (earlier, middle)
    after = _state(zone, later)
    return ClockChange((later + before[0]).replace(tzinfo=None), before[0], after[0], after[1])


def _rules(changes: list[ClockChange], first_year: int) -> list[tuple[datetime, dict[str, Any]]]:
    """The first onset of each yearly rule, and the rule, that together make exactly these changes; none if there are no such rules.

    One for each month: Cairo's last Thursday of October at midnight may be the first of November.
    """
    years = [change.onset.year for change in changes]
    same = {(change.onset.weekday(), change.onset.time()) for change in changes}
    if len(same) != 1 or years != list(range(first_year, first_year + len(years))) or len(years) < RULE_YEARS:
        return []
    [(weekday, _time)] = same
    rules = []
    by_month = sorted(changes, key=lambda change: (change.onset.month, change.onset))
    for month, of_month in groupby(by_month, key=lambda change: change.onset.month):
        onsets = [change.onset for change in of_month]
        days = {onset.day for onset in onsets}
        expected = {(year, day) for year in years for day in days if _weekday(year, month, day) == weekday}
        if expected != {(onset.year, onset.day) for onset in onsets}:
            return []
        rules.append((onsets[0], {"freq": "yearly", "bymonth": month, **_days(month, days, _WEEKDAYS[weekday])}))
    return rules


def _weekday(year: int, month: int, day: int) -> int:
    return datetime(year, month, day).weekday()


def _days(month: int, days: set[int], weekday: str) -> dict[str, Any]:
    """The part of a rule for that weekday on one of these days: the second, the last, or one of those listed."""
    for number in range(1, 5):
        if days == {*range(7 * number - 6, 7 * number + 1)}:
            return {"byday": f"{number}{weekday}"}
    if month != 2 and days == {*range(_DAYS[month] - 6, _DAYS[month] + 1)}:
        return {"byday": f"-1{weekday}"}
    return {"byday": weekday, "bymonthday": sorted(days)}
