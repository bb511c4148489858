"""The days of another diary: what Daylio exports, line by line."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.portability.file_format import FileRefused
from accounts.vault.scope import acting_for
from checkins import daylio
from checkins.models import CheckIn
from tests.accounts.test_import import ADDRESS, brought, take
from tests.checkins.days import DAY, write
from tests.checkins.days import read as day_of

HEAD = "full_date,date,weekday,time,mood,activities,note_title,note\r\n"
# As the program itself writes it: newest first, several lines a day, quotes, bold words and lists.
EXPORT = (
    HEAD
    + "2026-03-11,11 March,Wednesday,9:40 PM,good,family | reading,,\r\n"
    + '2026-03-10,10 March,Tuesday,10:15 PM,Calm,"","Sunday, at last",'
    + '"We talked, <b>really</b> talked.<br>He said: ""maybe"" &amp; smiled."\r\n'
    + "2026-03-10,10 March,Tuesday,1:05 PM,rad,friends |  | movies / tv,,\r\n"
    + '2026-03-10,10 March,Tuesday,8:00 AM,meh,bad sleep,,"<ul><li>slept 4 h</li><li>no breakfast <3</li></ul>"\r\n'
    + "2026-02-30,30 February,Monday,8:00 AM,meh,,,\r\n"
    + "2026-03-09,9 March,Monday,8:00 AM,,,,\r\n"
    + "2026-03-08,8 March,Sunday\r\n"
    + "2027-01-01,1 January,Friday,8:00 AM,good,,,\r\n"
)


@pytest.fixture(autouse=True)
def noon(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False)


def found(text: str) -> dict[str, dict[str, str]]:
    days, _skipped = daylio.read(text)
    return {entry.plain["day"]: entry.plain for entry in days}


def test_a_day_of_several_lines_is_one_day_and_nothing_of_it_is_lost() -> None:
    day = found(EXPORT)["2026-03-10"]

    assert (day["emotion_1"], day["emotion_2"]) == ("meh", "rad")
    assert day["note"] == (
        "8:00 AM, meh: bad sleep\n– slept 4 h\n– no breakfast <3\n\n"
        "1:05 PM, rad: friends, movies / tv\n\n"
        '10:15 PM, Calm\nSunday, at last\nWe talked, really talked.\nHe said: "maybe" & smiled.'
    )


def test_a_mood_that_is_one_of_our_words_is_that_word() -> None:
    assert found(HEAD + "2026-03-10,,,,Hopeful,,,\r\n")["2026-03-10"]["emotion_1"] == "hopeful"


def test_each_line_that_cannot_be_taken_in_says_why() -> None:
    _days, skipped = daylio.read(EXPORT)

    assert [(each.where, each.what, each.why) for each in skipped] == [
        ("Line 6", "2026-02-30", "There is no such day."),
        ("Line 7", "2026-03-09", "There is nothing in it."),
        ("Line 8", "2026-03-08", "It has not as many columns as the first line."),
    ]


def test_lines_from_the_oldest_on_stay_in_their_order() -> None:
    text = HEAD + "2026-03-09,,,8:00,good,,,\r\n2026-03-10,,,8:00,rad,,,\r\n2026-03-10,,,9:00,bad,,,\r\n"

    assert found(text)["2026-03-10"]["note"] == "8:00, rad\n\n9:00, bad"


def test_columns_may_be_in_another_order_and_the_title_may_be_missing() -> None:
    days = found("note,activities,mood,full_date\r\nGood day,,rad,2026-03-10\r\n")

    assert days["2026-03-10"]["note"] == "rad\nGood day"


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "year,date,mood,note\n", "dear diary", '"', "\n\n", "full_date\n2026-03-10"])
def test_another_table_is_none_of_them(text: str) -> None:
    assert daylio.read(text or " ") is None


def test_a_cell_larger_than_any_note_refuses_the_file() -> None:
    with pytest.raises(FileRefused, match="Line 2"):
        daylio.read(HEAD + "2026-03-10,,,,good,,," + "x" * 200_000)


@given(text=st.text(max_size=200))
def test_whatever_follows_the_first_line_is_read_or_refused(text: str) -> None:
    for content in (HEAD + text, text, HEAD + "2026-03-10,,,,good,,," + text):
        with suppress(FileRefused):
            daylio.read(content)


def test_unclosed_notation_costs_no_time() -> None:
    assert daylio._plain("<br" * 40_000).startswith("<br")


def test_it_is_taken_in_and_joined_and_the_second_time_changes_nothing(partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back", emotion_1="calm")

    first = take(partner, EXPORT.encode())
    second = take(partner, EXPORT.encode())

    assert first == {"Added": 1, "Merged with what is here": 1, "Left out": 4}
    assert second == {"Here already": 1, "Left out": 5}, "a third feeling has no place on its day, then as now"
    day = day_of(partner)
    assert day.gratitudes == ["Jo rang back"], "none of it is a gratitude"
    assert [feeling.words for feeling in day.feelings] == ["Calm", "meh"]
    assert day.note.startswith("8:00 AM, meh")


def test_a_longer_export_later_adds_what_is_new(partner: Account) -> None:
    morning = HEAD + "2026-03-10,,,8:00,good,,,First\r\n"
    take(partner, morning.encode())
    evening = HEAD + "2026-03-10,,,20:00,bad,,,Second\r\n2026-03-10,,,8:00,good,,,First\r\n"

    assert take(partner, evening.encode()) == {"Merged with what is here": 1}
    assert day_of(partner).note == "8:00, good\nFirst\n\n20:00, bad\nSecond"
    assert take(partner, evening.encode()) == {"Here already": 1}
    assert take(partner, morning.encode()) == {"Here already": 1}


def test_a_byte_order_mark_is_no_matter(partner: Account) -> None:
    assert take(partner, EXPORT.encode("utf-8-sig"))["Added"] == 2


def test_the_report_goes_line_by_line(owner: Client, partner: Account) -> None:
    brought(owner, EXPORT.encode())
    page = owner.get(ADDRESS).content.decode()

    assert "Added: 2" in page and "Left out: 4" in page
    assert "Lines 3, 4, 5" in page
    assert "Line 6" in page and "There is no such day." in page
    assert "This day has not come yet." in page


def test_ten_years_are_looked_through_in_stretches(owner: Client, partner: Account) -> None:
    first = date(2016, 3, 20)
    days = [(first + timedelta(days=number)).isoformat() for number in range(3653)]
    brought(owner, (HEAD + "".join(f"{day},,,20:00,good,family | work,,A day\r\n" for day in reversed(days))).encode())

    assert 'value="1000" max="3653"' in owner.get(ADDRESS).content.decode()
    for _ in range(3):
        owner.post(ADDRESS, {"preview": "1"})
    owner.post(ADDRESS, {"apply": "1"})

    with acting_for(partner):
        assert partner.checkins.count() == 3653


# The note on a day's page


def test_a_note_that_came_along_stands_on_its_day_and_can_be_corrected(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back", note="8:00, good\nFirst")

    page = owner.get(f"/checkins/{DAY}/").content.decode()
    assert "From another diary" in page and "8:00, good\nFirst</textarea>" in page
    assert "8:00, good<br>First" in owner.get("/checkins/history/?month=2026-03").content.decode()
    assert owner.post(f"/checkins/{DAY}/", {"note": "Shorter", "version": "1"}).status_code == 302

    assert (day_of(partner).note, day_of(partner).gratitude_1) == ("Shorter", "Jo rang back")


def test_a_day_of_ones_own_has_no_place_for_it(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back")

    for path in ("/", "/checkins/", f"/checkins/{DAY}/"):
        assert "From another diary" not in owner.get(path).content.decode()


def test_words_in_a_note_are_found(owner: Client, partner: Account) -> None:
    write(partner, note="We went to the lighthouse")

    assert "<mark>lighthouse</mark>" in owner.post("/checkins/history/", {"q": "lighthouse"}).content.decode()


def test_a_day_with_nothing_but_a_note_is_a_day(partner: Account) -> None:
    assert CheckIn(account=partner, day=DAY, note="Only this").has_words
