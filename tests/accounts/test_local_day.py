"""The day of a moment, for a person (docs/security.md, R63)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.local_day import day_before, known_zones, local_day, takes_place

ZONES = sorted(available_timezones())
moments = st.datetimes(datetime(1980, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "day_start", "day"),
    [
        # 01:30 belongs to the evening before, 03:00 to the new day.
        ("2026-11-22T01:30", "UTC", 3, "2026-11-21"),
        ("2026-11-22T02:59:59", "UTC", 3, "2026-11-21"),
        ("2026-11-22T03:00", "UTC", 3, "2026-11-22"),
        ("2026-11-22T00:00", "UTC", 0, "2026-11-22"),
        ("2026-11-21T23:59:59", "UTC", 0, "2026-11-21"),
        ("2026-11-22T05:59", "UTC", 6, "2026-11-21"),
        # 01:30 in a zone of quarter hours, and on both sides of the date line.
        ("2026-11-21T19:45", "Asia/Kathmandu", 3, "2026-11-21"),
        ("2026-11-21T21:15", "Asia/Kathmandu", 3, "2026-11-22"),
        ("2026-11-22T11:30", "Pacific/Kiritimati", 3, "2026-11-22"),
        ("2026-11-22T12:30", "Pacific/Pago_Pago", 3, "2026-11-21"),
        # The spring change: 02:00 to 03:00. There is no 02:30, and 03:00 is the new day at once.
        ("2026-03-29T00:59", "Europe/Berlin", 3, "2026-03-28"),
        ("2026-03-29T01:00", "Europe/Berlin", 3, "2026-03-29"),
        # The autumn change: 03:00 back to 02:00. The second 02:30 is still the evening.
        ("2026-10-25T00:30", "Europe/Berlin", 3, "2026-10-24"),
        ("2026-10-25T01:30", "Europe/Berlin", 3, "2026-10-24"),
        ("2026-10-25T02:00", "Europe/Berlin", 3, "2026-10-25"),
        # Lord Howe changes by half an hour, at 02:00.
        ("2026-04-04T14:45", "Australia/Lord_Howe", 2, "2026-04-04"),
        ("2026-04-04T15:29", "Australia/Lord_Howe", 2, "2026-04-04"),
        ("2026-04-04T15:30", "Australia/Lord_Howe", 2, "2026-04-05"),
        # Apia went from 29 to 31 December 2011. The night after the 29th still belongs to the 29th.
        ("2011-12-30T09:59", "Pacific/Apia", 3, "2011-12-29"),
        ("2011-12-30T10:00", "Pacific/Apia", 3, "2011-12-29"),
        ("2011-12-30T12:59", "Pacific/Apia", 3, "2011-12-29"),
        ("2011-12-30T13:00", "Pacific/Apia", 3, "2011-12-31"),
    ],
)
def test_the_day_of_a_moment(at: str, zone: str, day_start: int, day: str) -> None:
    assert local_day(utc(at), ZoneInfo(zone), day_start) == date.fromisoformat(day)


@given(moments, st.sampled_from(ZONES), st.integers(0, 6))
@example(utc("2011-12-30T11:00"), "Pacific/Apia", 3)
@example(utc("2026-10-25T01:30"), "Europe/Berlin", 2)
def test_every_moment_has_a_day_that_takes_place_and_is_the_date_or_the_one_before(at: datetime, zone: str, day_start: int) -> None:
    day = local_day(at, ZoneInfo(zone), day_start)
    wall = at.astimezone(ZoneInfo(zone))

    assert takes_place(day, ZoneInfo(zone))
    assert day in (wall.date(), day_before(wall.date(), ZoneInfo(zone)))
    assert (day == wall.date()) == (wall.hour >= day_start)


@given(moments, st.sampled_from(ZONES), st.integers(1, 6), st.integers(0, 60 * 60 * 30))
def test_later_is_never_an_earlier_day(at: datetime, zone: str, day_start: int, seconds: int) -> None:
    """From one o'clock on: some zones once turned their clocks back at midnight, and then a date itself comes twice."""
    later = at + timedelta(seconds=seconds)

    assert local_day(at, ZoneInfo(zone), day_start) <= local_day(later, ZoneInfo(zone), day_start)


@given(moments, st.sampled_from(ZONES), st.integers(0, 6))
def test_no_day_is_lost(at: datetime, zone: str, day_start: int) -> None:
    """Every day that takes place has a moment: one can write on it while it lasts."""
    place = ZoneInfo(zone)
    start = local_day(at, place, day_start)
    hours = {local_day(at + timedelta(hours=hour), place, day_start) for hour in range(72)}
    expected = {start + timedelta(days=ahead) for ahead in range(3)}

    assert {day for day in expected if takes_place(day, place) and day <= max(hours)} <= hours


@given(st.dates(date(1900, 1, 2), date(2100, 1, 1)), st.sampled_from(ZONES))
@example(date(2011, 12, 31), "Pacific/Apia")
def test_the_day_before_takes_place(day: date, zone: str) -> None:
    before = day_before(day, ZoneInfo(zone))

    assert takes_place(before, ZoneInfo(zone))
    assert timedelta(days=1) <= day - before <= timedelta(days=2)


def test_apia_had_no_30_december_2011() -> None:
    assert not takes_place(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    assert day_before(date(2011, 12, 31), ZoneInfo("Pacific/Apia")) == date(2011, 12, 29)


def test_zones_to_choose_from_are_places_and_utc() -> None:
    assert {"Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"} <= known_zones()
    assert "Mars/Olympus" not in known_zones()
