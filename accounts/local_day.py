"""Which calendar day a moment belongs to, for a person with a time zone and a day start of their own (docs/security.md, R63).

The day of a moment is the date on the person's wall clock; before the day start it is still the day before.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

ONE_DAY = timedelta(days=1)

AREAS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def local_day(at: datetime, zone: ZoneInfo, day_start: int) -> date:
    """The day of `at` (aware) in `zone`, when days begin at `day_start` o'clock (0 to 6)."""
    wall = at.astimezone(zone)
    return wall.date() if wall.hour >= day_start else day_before(wall.date(), zone)


def day_before(day: date, zone: ZoneInfo) -> date:
    """The day before `day` in `zone`. Not always yesterday's date: Apia had no 30 December 2011."""
    day -= ONE_DAY
    return day if takes_place(day, zone) else day - ONE_DAY


def takes_place(day: date, zone: ZoneInfo) -> bool:
    """Whether `zone` had or will have this date at all."""
    noon = datetime.combine(day, time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def latest_day(at: datetime) -> date:
    """The latest date that `at` (aware) has anywhere: in Kiritimati, 14 hours ahead of UTC."""
    return at.astimezone(timezone(timedelta(hours=14))).date()


@cache
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of that name; None if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def known_zones() -> frozenset[str]:
    """The time zones that can be chosen: those named after a place, and UTC."""
    return frozenset(name for name in available_timezones() if name.startswith(AREAS) or name == "UTC")
