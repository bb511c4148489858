"""All days: the month and the year as pictures with names, the month as a list, and finding a day again."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from accounts.models import Account
from checkins import calendar
from checkins.emotions import Feeling
from checkins.models import EARLIEST
from tests.checkins.days import DAY, write

HISTORY = "/checkins/history/"


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def names(page: str) -> list[str]:
    """What a screen reader says of the days in the grid."""
    grid = page[page.index('class="days-svg month"') :]
    return re.findall(r'<a href="/checkins/[^"]+" aria-label="([^"]+)"', grid[: grid.index("</svg>")])


# The month


def test_each_past_day_of_the_month_is_a_link_with_a_name_that_says_what_is_in_it(owner: Client, partner: Account) -> None:
    write(partner, date(2026, 3, 1), emotion_1="tired", emotion_2="hopeful", gratitude_1="Clean sheets")
    write(partner, date(2026, 3, 3), gratitude_1="Jo rang back")
    write(partner, date(2026, 3, 4), emotion_1="like <rain>")
    write(partner, date(2026, 3, 10), emotion_1="calm")

    said = names(owner.get(HISTORY).content.decode())

    assert len(said) == 10, "up to today"
    assert said[:4] == [
        "Sunday 1 March: Tired and Hopeful",
        "Monday 2 March: nothing written",
        "Tuesday 3 March: no feelings named",
        "Wednesday 4 March: like &lt;rain&gt;",
    ]
    assert said[9] == "Tuesday 10 March: Calm"


def test_today_is_marked_and_days_to_come_cannot_be_pressed(owner: Client) -> None:
    page = owner.get(HISTORY).content.decode()

    assert page.count('aria-current="date"') == 1
    assert 'href="/checkins/2026-03-10/" aria-label="Tuesday 10 March: nothing written" aria-current="date"' in page
    assert "/checkins/2026-03-11/" not in page
    assert page.count('class="d-later" aria-hidden="true"') == 21


def test_any_past_day_is_reached_from_the_grid_and_written(owner: Client, partner: Account) -> None:
    page = owner.get(f"{HISTORY}?month=1999-12").content.decode()

    assert len(names(page)) == 31
    assert owner.post("/checkins/1999-12-31/", {"gratitude_1": "From memory", "version": "0"}).status_code == 302
    assert "Friday 31 December: no feelings named" in names(owner.get(f"{HISTORY}?month=1999-12").content.decode())


def test_months_lead_to_the_one_before_and_after_and_not_beyond_what_can_be_written(owner: Client) -> None:
    february = owner.get(f"{HISTORY}?month=2026-02").content.decode()

    assert '<a href="?month=2026-01#month" rel="prev">January</a>\n<h3>February 2026</h3>' in february
    assert '<a href="?month=2026-03#month" rel="next">March</a>' in february
    assert 'rel="next"' not in owner.get(HISTORY).content.decode()
    assert 'rel="prev"' not in owner.get(f"{HISTORY}?month=1900-01").content.decode()


@pytest.mark.parametrize("month", ["2026-04", "2026-13", "1899-12", "2026-3", "x", "2026-03-10", "../..", "9999-99"])
def test_a_month_that_cannot_be_written_is_not_there(owner: Client, month: str) -> None:
    assert owner.get(HISTORY, {"month": month}).status_code == 404


def test_a_date_that_was_skipped_where_one_lives_is_no_link(partner: Account, sign_in) -> None:
    partner.time_zone = "Pacific/Apia"
    partner.save()

    page = sign_in(partner).get(f"{HISTORY}?month=2011-12").content.decode()

    assert len(names(page)) == 30
    assert "/checkins/2011-12-30/" not in page


@pytest.mark.parametrize(("first", "weeks"), [(date(2026, 2, 1), 5), (date(2021, 2, 1), 4), (date(2026, 8, 1), 6), (date(2024, 2, 1), 5)])
def test_a_month_has_as_many_rows_as_it_touches_weeks(partner: Account, first: date, weeks: int) -> None:
    month = calendar.month(first, {}, date(2026, 12, 31), partner.zone, EARLIEST)

    assert (month.weeks, len(month.rules), month.height) == (weeks, weeks, 26 + 54 * weeks)
    assert [cell.day.day for cell in month.cells] == list(range(1, month.cells[-1].day.day + 1))
    for cell in month.cells:
        assert cell.x == 48 * cell.day.weekday()


# The list


def test_the_month_is_listed_newest_first_with_everything_in_it(owner: Client, partner: Account) -> None:
    write(partner, date(2026, 3, 2), gratitude_1="Clean sheets", action="Walk", outcome="partly")
    write(partner, date(2026, 3, 5), emotion_1="tired", plan_when="it rains", plan_will="read")
    write(partner, date(2026, 2, 28), gratitude_1="Of February")

    assert "all=1" not in owner.get(HISTORY).content.decode(), "they are all there"
    page = owner.get(f"{HISTORY}?month=2026-03&all=1").content.decode()
    listed = page[page.index('id="h-list"') :]

    assert listed.index("Thursday 5") < listed.index("Monday 2")
    assert "When it rains, I will read." in listed and "It happened in part." in listed
    assert "Of February" not in page
    assert '<a href="?month=2026-02#h-list">Earlier days: February 2026</a>' in listed


def test_earlier_days_skips_months_without_words(owner: Client, partner: Account) -> None:
    write(partner, date(2019, 7, 1), gratitude_1="Long ago")

    page = owner.get(HISTORY).content.decode()

    assert "No day of this month has words in it." in page
    assert "?month=2019-07#h-list" in page


def test_with_nothing_written_it_says_how_to_begin(owner: Client) -> None:
    page = owner.get(HISTORY).content.decode()

    assert "No day has words in it yet. Any day up to today can be written, also from memory: press one." in page
    assert 'href="/accounts/import/"' in page
    assert "Find a day" not in page and "The year" not in page


def test_a_day_is_two_lines_that_open_to_all_of_its_words(owner: Client, partner: Account) -> None:
    write(
        partner, date(2026, 3, 2), emotion_1="tired", gratitude_1="Clean sheets", gratitude_2="Soup", plan_when="it rains", plan_will="read"
    )
    write(partner, date(2026, 3, 4), emotion_1="calm")

    page = owner.get(HISTORY).content.decode()

    leaf = page.split('<details class="leaf">')[2]
    closed, opened = leaf.split("</summary>")
    assert "Monday 2" in closed and "Tired" in closed and "Clean sheets · Soup" in closed and "it rains" not in closed
    assert "When it rains, I will read." in opened and "Tired" not in opened.split("</details>")[0], "a feeling is said once"
    assert 'href="/checkins/2026-03-02/"' in opened and 'href="/checkins/2026-03-02/delete/"' in opened


@pytest.mark.parametrize(("path", "here"), [(HISTORY, "Days"), ("/checkins/calendar/2026/", "Year"), ("/checkins/patterns/", "Patterns")])
def test_the_pages_of_the_checkins_lead_to_each_other(owner: Client, path: str, here: str) -> None:
    page = owner.get(path).content.decode()

    nav = page[page.index('aria-label="Check-in pages"') :].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == ["/checkins/", HISTORY, "/checkins/calendar/2026/", "/checkins/patterns/"]
    assert re.findall(r'aria-current="page">(\w+)<', nav) == [here]


# The year


def test_the_year_has_a_line_and_a_name_for_each_month_and_reads_as_words(owner: Client, partner: Account) -> None:
    for day in (1, 2, 3):
        write(partner, date(2026, 1, day), emotion_1="tired", emotion_2="hopeful" if day > 1 else "")
    write(partner, date(2026, 3, 1), emotion_1="calm")

    page = owner.get("/checkins/calendar/2026/").content.decode()

    assert page.count('class="days-svg" viewBox="0 0 310 18" role="img"') == 12
    for name in ("January: 3 days with words", "February: none", "March: 1 day with words", "December: none"):
        assert f'aria-label="{name}"' in page
    assert '<th scope="row">January</th><td class="num">3</td>' in page and '<th scope="row">February</th>' not in page
    assert "Most often named: Tired, Hopeful." in page
    assert "?month=2026-03#month" in page and "?month=2026-04" not in page


def test_years_lead_to_the_one_before_and_after(owner: Client) -> None:
    page = owner.get("/checkins/calendar/2025/").content.decode()

    assert '<a href="/checkins/calendar/2024/" rel="prev">2024</a>' in page
    assert '<a href="/checkins/calendar/2026/" rel="next">2026</a>' in page
    assert "No day of this year has words in it." in page
    assert 'rel="next"' not in owner.get("/checkins/calendar/2026/").content.decode()


@pytest.mark.parametrize("year", ["2027", "1899", "0000", "9999"])
def test_a_year_that_cannot_be_written_is_not_there(owner: Client, year: str) -> None:
    assert owner.get(f"/checkins/calendar/{year}/").status_code == 404


def test_every_day_of_a_year_stands_in_its_line_once() -> None:
    days = {date.fromordinal(number): [Feeling("calm")] for number in range(date(2024, 1, 1).toordinal(), date(2025, 1, 1).toordinal())}

    year = calendar.year(2024, days, DAY, EARLIEST)

    assert [len(line.marks) for line in year.lines] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert all(mark.x < line.length for line in year.lines for mark in line.marks)
    assert year.written == 366


# Queries


def test_history_takes_two_queries_of_its_own(owner: Client, partner: Account, django_assert_num_queries) -> None:
    write(partner, gratitude_1="Jo rang back")
    owner.get(HISTORY)
    with django_assert_num_queries(7):
        # session with its account, savepoint, scope; all feelings, the month; the end of scope and savepoint
        owner.get(HISTORY)
