"""A zone in a calendar file says what the zone itself says, every half hour for ten years (`roadmap.calendar.zones`)."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from roadmap.calendar import zones

YEAR = 2026
ZONES = [
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Europe/Chisinau",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "America/Nuuk",
    "America/Asuncion",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Asia/Jerusalem",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Asia/Gaza",
]
# Whose clocks follow the moon.
WITHOUT_A_RULE = {"Africa/Casablanca", "Asia/Gaza"}


def as_read(zone: str) -> Calendar:
    return Calendar.from_ical(zones.as_component(ZoneInfo(zone), YEAR, YEAR).to_ical())


def onsets(zone: str) -> list[tuple[datetime, timedelta]]:
    """When, in UTC, each offset begins that is read from the file."""
    begins = []
    for observance in as_read(zone).walk():
        if observance.name not in ("STANDARD", "DAYLIGHT"):
            continue
        first, before, after = observance["dtstart"].dt, observance["tzoffsetfrom"].td, observance["tzoffsetto"].td
        walls = [first]
        if "rrule" in observance:
            rule = rrulestr(observance["rrule"].to_ical().decode(), dtstart=first)
            walls = rule.between(first, datetime(YEAR + 11, 1, 1), inc=True)
            assert walls[0] == first, "the first onset is one of the rule"
        dates = observance.get("rdate", [])
        walls += [date.dt for each in (dates if isinstance(dates, list) else [dates]) for date in each.dts]
        begins += [((wall - before).replace(tzinfo=UTC), after) for wall in walls]
    return sorted(begins)


@pytest.mark.parametrize("zone", ZONES)
def test_it_says_what_the_zone_says_every_half_hour_for_ten_years(zone: str) -> None:
    begins, there = onsets(zone), ZoneInfo(zone)
    starts = [begin.timestamp() for begin, _offset in begins]
    first, last = datetime(YEAR, 1, 1, tzinfo=UTC), datetime(YEAR + 10, 1, 1, tzinfo=UTC)

    for at in range(int(first.timestamp()), int(last.timestamp()), 1800):
        said = begins[bisect_right(starts, at) - 1][1]
        assert said == datetime.fromtimestamp(at, there).utcoffset(), datetime.fromtimestamp(at, UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_it_is_said_by_a_rule_where_there_is_one(zone: str) -> None:
    observances = [each for each in as_read(zone).walk() if each.name in ("STANDARD", "DAYLIGHT")]

    dated = [each for each in observances if "rdate" in each]
    assert bool(dated) == (zone in WITHOUT_A_RULE)
    assert len(zones.as_component(ZoneInfo(zone), YEAR, YEAR).to_ical()) < (3000 if zone in WITHOUT_A_RULE else 900)
    # It begins before anything that may refer to it.
    assert min(each["dtstart"].dt for each in observances) < datetime(YEAR, 1, 1)


def test_a_rule_reads_as_people_say_it() -> None:
    text = zones.as_component(ZoneInfo("America/New_York"), YEAR, YEAR).to_ical().decode()
    assert "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in text and "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in zones.as_component(ZoneInfo("Europe/London"), YEAR, YEAR).to_ical().decode()
