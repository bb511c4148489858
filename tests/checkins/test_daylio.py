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
        ("Line 8", "2026-03-08", "It does not have as many columns as the first line."),
    ]


def test_lines_from_the_oldest_on_stay_in_their_order() -> None:
    text = HEAD + "2026-03-09,,,8:00,good,,,\r\n2026-03-10,,,8:00,rad,,,\r\n2026-03-10,,,9:00,bad,,,\r\n"

    assert found(text)["2026-03-10"]["note"] == "8:00, rad\n\n9:00, bad"


def test_columns_may_be_in_another_order_and_the_title_may_be_missing() -> None:
    days = found("note,activities,mood,full_date\r\nGood day,,rad,2026-03-10\r\n")

    assert days["2026-03-10"]["note"] == "rad\nGood day"


# What other systems, languages and spreadsheets make of the table: the day, the first mood, and the note.
ROW = "2026-03-10,March 10,Tuesday,09:41,good,walk | tea,,Fine"
FINE = ("good", "09:41, good: walk, tea\nFine")
VARIANTS: dict[str, tuple[bytes, tuple[str, str]]] = {
    "as it is": ((HEAD + ROW).encode(), FINE),
    "a byte order mark": ((HEAD + ROW).encode("utf-8-sig"), FINE),
    "UTF-16": ((HEAD + ROW).encode("utf-16"), FINE),
    "UTF-16, big end first": (b"\xfe\xff" + (HEAD + ROW).encode("utf-16-be"), FINE),
    "LF": ((HEAD + ROW).replace("\r\n", "\n").encode(), FINE),
    "CR alone": ((HEAD + ROW + "\r\n").replace("\r\n", "\r").encode(), FINE),
    "semicolons": ((HEAD + ROW).replace(",", ";").encode(), FINE),
    "tabs": ((HEAD + ROW).replace(",", "\t").encode(), FINE),
    "sep= and semicolons": (b"sep=;\r\n" + (HEAD + ROW).replace(",", ";").encode(), FINE),
    "sep= and a sign of its own": (
        b'"sep=|"\r\n' + (HEAD + ROW).replace(" | ", "/").replace(",", "|").encode(),
        ("good", "09:41, good: walk/tea\nFine"),
    ),
    "blank lines and blanks around": (b"\r\n  " + (HEAD + "\r\n  " + ROW.replace(",", ", ")).encode(), FINE),
    "all in quotes": (
        ",".join(f'"{cell}"' for cell in HEAD.strip().split(",")).encode()
        + b"\n"
        + ",".join(f'"{cell}"' for cell in ROW.split(",")).encode(),
        FINE,
    ),
    "names in capitals": ((HEAD.upper() + ROW).encode(), FINE),
    "a clock of twelve hours with a narrow space": (
        (HEAD + ROW.replace("09:41", "9:41\u202fAM")).encode(),
        ("good", "9:41 AM, good: walk, tea\nFine"),
    ),
    "a clock with a no-break space": (
        (HEAD + ROW.replace("09:41", "9:41\xa0p.\xa0m.")).encode(),
        ("good", "9:41 p. m., good: walk, tea\nFine"),
    ),
    "weekdays in German": ((HEAD + ROW.replace("March 10", "10. März").replace("Tuesday", "Dienstag")).encode(), FINE),
    "everything in Japanese": ((HEAD + ROW.replace("March 10", "3月10日").replace("Tuesday", "火曜日")).encode(), FINE),
    "a mood of one's own": ((HEAD + ROW.replace("good", "so-so 🙃")).encode(), ("so-so 🙃", "09:41, so-so 🙃: walk, tea\nFine")),
    "a mood in Russian": ((HEAD + ROW.replace("good", "супер")).encode(), ("супер", "09:41, супер: walk, tea\nFine")),
    "the scales of 2026": (
        (HEAD.replace("note_title", "scales,note_title") + ROW.replace(",,Fine", ",Stress: 3/10 points,,Fine")).encode(),
        ("good", "09:41, good: walk, tea\nFine\nscales: Stress: 3/10 points"),
    ),
    "a column in another language": (
        (HEAD.strip() + ",Schlaf\n" + ROW + ",8 h").encode(),
        ("good", "09:41, good: walk, tea\nFine\nSchlaf: 8 h"),
    ),
    "more cells than columns": ((HEAD + ROW + ",more").encode(), ("good", "09:41, good: walk, tea\nFine\nColumn 9: more")),
    "fewer cells than columns": ((HEAD + ROW.removesuffix(",,Fine")).encode(), ("good", "09:41, good: walk, tea")),
    "the form of 2018": (b"year,date,weekday,time,mood,activities,note\n2026,10 March,Tuesday,09:41,good,walk | tea,Fine", FINE),
    "the form of 2018, month first": (
        b"year,date,weekday,time,mood,activities,note\n2026,March 10,Tuesday,09:41,good,walk | tea,Fine",
        FINE,
    ),
    "a spreadsheet's date, day first": ((HEAD + ROW.replace("2026-03-10", "10/03/2026")).encode(), FINE),
    "a spreadsheet's date, month first": ((HEAD + ROW.replace("2026-03-10", "3/10/2026")).encode(), FINE),
    "a spreadsheet's date with points": ((HEAD + ROW.replace("2026-03-10", "10.03.2026").replace("Tuesday", "mardi")).encode(), FINE),
    "a date with its time": ((HEAD + ROW.replace("2026-03-10", "2026-03-10 00:00:00")).encode(), FINE),
    "quotes marked with a backslash": (
        (HEAD + ROW.replace("Fine", '"She said \\"hm\\", and left"')).encode(),
        ("good", '09:41, good: walk, tea\nShe said "hm", and left'),
    ),
    "inches": ((HEAD + ROW.replace("Fine", '5" pipe')).encode(), ("good", '09:41, good: walk, tea\n5" pipe')),
    "a note of several lines": (
        (HEAD + ROW.replace("Fine", '"one\r\n\r\ntwo, 2026-03-11"')).encode(),
        ("good", "09:41, good: walk, tea\none\n\ntwo, 2026-03-11"),
    ),
    "the columns in another order, all in quotes": (
        b'"note","note_title","activities","mood","time","weekday","date","full_date"\n'
        b'"Fine","","walk | tea","good","09:41","Tue","x","2026-03-10"',
        FINE,
    ),
    "indented lines, and lines of empty cells": ((" " + HEAD + "\r\n   " + ROW + "\r\n,,,,,,,\r\n").encode(), FINE),
    "an hour after midnight, on the day that the file names": (
        (HEAD + ROW.replace("09:41", "00:30")).encode(),
        ("good", "00:30, good: walk, tea\nFine"),
    ),
    "a list after a sentence": (
        (HEAD + ROW.replace("Fine", "Today:<ul><li>slept</li><li>ran</li></ul>")).encode(),
        ("good", "09:41, good: walk, tea\nToday:\n– slept\n– ran"),
    ),
}


@pytest.mark.parametrize("kind", VARIANTS)
def test_a_variant_of_the_table_has_the_right_values(partner: Account, kind: str) -> None:
    content, (mood, note) = VARIANTS[kind]

    assert take(partner, content) == {"Added": 1}, kind

    day = day_of(partner)
    assert (day.emotion_1, day.note) == (mood, note)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("04/03/2026,,,9:41,good,,,one", "The date could be read in two ways. Write it as year, month, day: 2026-03-04."),
        ("04/03/2026,,Mittwoch,9:41,good,,,one", "The date could be read in two ways. Write it as year, month, day: 2026-03-04."),
        ("13/13/2026,,,9:41,good,,,one", "There is no such day."),
        ("29.02.2026,,,9:41,good,,,one", "There is no such day."),
        ("yesterday,,,9:41,good,,,one", "There is no such day."),
        ("2026-03-10,,,,,,,", "There is nothing in it."),
    ],
)
def test_a_day_is_never_guessed_and_the_report_says_why(row: str, why: str) -> None:
    days, skipped = daylio.read(HEAD + row)

    assert (days, [(each.where, each.why) for each in skipped]) == ([], [("Line 2", why)])


@pytest.mark.parametrize(("weekday", "day"), [("Wednesday", "2026-03-04"), ("Friday", "2026-04-03")])
def test_the_weekday_beside_it_can_settle_a_date(weekday: str, day: str) -> None:
    assert list(found(HEAD + f"04/03/2026,,{weekday},9:41,good,,,one")) == [day]


def test_a_month_of_2018_in_another_language_says_so() -> None:
    _days, skipped = daylio.read("year,date,weekday,time,mood,activities,note\n2018,18 mai,Freitag,11:54,good,,x")

    assert "Only the English names of months are known." in skipped[0].why


@pytest.mark.parametrize("note", ['"never closed', '"never closed\r\nand longer', '"a ""b'])
@pytest.mark.parametrize("after", [ROW, ROW.replace("Fine", '"Two\r\nlines"'), ""])
def test_an_open_quote_is_reported_with_its_line_and_swallows_no_other_day(note: str, after: str) -> None:
    days, skipped = daylio.read(HEAD + f"2026-03-12,,,8:00,bad,,,First\r\n2026-03-11,,,8:00,bad,,,{note}\r\n{after}")

    assert ("Line 3", "2026-03-11") in [(each.where, each.what) for each in skipped]
    assert "A quotation mark opens on this line and is not closed" in skipped[0].why
    assert [entry.plain["day"] for entry in days] == (["2026-03-10"] if after else []) + ["2026-03-12"]


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
    assert daylio._without_notation("<br" * 40_000).startswith("<br")


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
