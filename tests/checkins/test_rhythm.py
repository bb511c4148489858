"""Rhythm instead of streaks: how many of the last days, a steadiness that fades slowly, and pauses that cost nothing."""

import re
from datetime import UTC, date, datetime, timedelta
from math import exp, isclose, log

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.date_range import CHOICES, DateRange
from checkins.models import EARLIEST, Pause
from checkins.rhythm import Rhythm, steadiness
from tests.checkins.days import DAY, write

PATTERNS = "/checkins/patterns/"
PAUSE = "/checkins/pause/"
FIRST = date(2025, 11, 1)


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def days(*back: int) -> frozenset[date]:
    return frozenset(DAY - timedelta(days=each) for each in back)


# Steadiness


def in_closed_form(written: set[int], paused: set[int], until: int) -> float:
    """What the rule comes to without going through the days: each written day is worth the same share, halved for every thirteen days
    after it, of which those do not count that were paused and have no words."""
    share = 1 - exp(-log(2) / 13)
    still = paused - written
    return sum(share * exp(-log(2) * sum(day not in still for day in range(one + 1, until + 1)) / 13) for one in written if one <= until)


@given(written=st.sets(st.integers(0, 119), min_size=1), paused=st.sets(st.integers(0, 119)))
@example(written={0}, paused=set(range(1, 120)))
@example(written=set(range(120)), paused=set(range(120)))
def test_steadiness_is_what_its_rule_says(written: set[int], paused: set[int]) -> None:
    first = min(written)

    values = steadiness(
        {FIRST + timedelta(days=each) for each in written},
        {FIRST + timedelta(days=each) for each in paused},
        FIRST + timedelta(days=first),
        FIRST + timedelta(days=119),
    )

    assert len(values) == 120 - first
    for place, value in enumerate(values):
        assert isclose(value, in_closed_form(written, paused, first + place), abs_tol=1e-9)
        assert 0 < value < 1


def test_steadiness_fades_by_half_in_thirteen_days_and_rises_half_the_way_in_thirteen() -> None:
    every_day = {FIRST + timedelta(days=each) for each in range(400)}

    risen = steadiness(every_day, (), FIRST, FIRST + timedelta(days=12))
    fading = steadiness(every_day, (), FIRST, FIRST + timedelta(days=399 + 26))

    assert isclose(risen[-1], 0.5)
    assert isclose(fading[399], 1, abs_tol=1e-6)
    assert isclose(fading[399 + 13], fading[399] / 2) and isclose(fading[399 + 26], fading[399] / 4)


def test_a_pause_of_any_length_leaves_it_as_it_was() -> None:
    written = {FIRST + timedelta(days=each) for each in range(30)}
    paused = {FIRST + timedelta(days=each) for each in range(30, 1000)}

    values = steadiness(written, paused, FIRST, FIRST + timedelta(days=999))

    assert set(values[29:]) == {values[29]}


@pytest.mark.parametrize("key", CHOICES)
@pytest.mark.parametrize("long", [0, 1, 6, 29, 89, 365, 421, 3650])
def test_the_drawing_spans_its_width_and_the_table_ends_with_today(key: str, long: int) -> None:
    begun = DAY - timedelta(days=long)
    written = frozenset(begun + timedelta(days=each) for each in range(0, long + 1, 3))
    rhythm = Rhythm.over(DateRange.choose(key, begun, DAY), written, frozenset())

    points = [tuple(map(float, point.split())) for point in re.findall(r"\S+ \S+", rhythm.line)]

    assert 1 <= len(points) <= 201
    if long:
        assert points[-1][0] == 600 and points[0][0] < 4
    assert all(0 <= y <= 100 for _, y in points)
    assert points[-1][1] == rhythm.end_y
    assert rhythm.rows[0][1] == rhythm.now
    assert rhythm.begins >= begun


# The numbers on the page


def test_it_says_how_many_of_the_last_seven_and_thirty_days(owner: Client, partner: Account) -> None:
    for day in days(0, 2, 6, 7, 29, 30):
        write(partner, day, gratitude_1="Jo rang back")

    page = owner.get(PATTERNS).content.decode()

    assert "3 of the last 7 days, 5 of the last 30" in page
    assert 'aria-label="3 of the last 7 days"' in page
    assert not re.search("streak|missed", page, re.I)


def test_with_nothing_written_it_says_so_and_draws_no_line(owner: Client) -> None:
    page = owner.get(PATTERNS).content.decode()

    assert "No day has words in it yet." in page and "0 of the last 7 days" in page
    assert "steady-svg" not in page


def test_a_few_days_are_said_and_not_drawn(owner: Client, partner: Account) -> None:
    write(partner, DAY, gratitude_1="Jo rang back")
    page = owner.get(PATTERNS).content.decode()
    assert "One day so far: today." in page and "Steadiness" not in page and "out of 100" not in page

    write(partner, DAY - timedelta(days=12), gratitude_1="Jo rang back")
    page = owner.get(PATTERNS).content.decode()
    assert "From 26 February 2026 to today." in page and "Steadiness" not in page, "the thirteenth day"

    write(partner, DAY - timedelta(days=13), gratitude_1="Jo rang back")
    assert "steady-svg" in owner.get(PATTERNS).content.decode()


def test_what_it_says_of_steadiness_stands_in_the_table_too(owner: Client, partner: Account) -> None:
    for day in days(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13):
        write(partner, day, gratitude_1="Jo rang back")

    page = owner.get(PATTERNS).content.decode()

    assert "It is 53 out of 100 today, and was 5 on 25 February 2026." in page
    assert '<th scope="row">Week of 9 March 2026</th><td class="num">53</td>' in page


@pytest.mark.parametrize("key", CHOICES)
def test_each_stretch_can_be_chosen_and_is_marked(owner: Client, partner: Account, key: str) -> None:
    write(partner, date(2020, 5, 5), gratitude_1="Long ago")
    starts = {"30": "9 February 2026", "90": "8 December 2025", "180": "8 September 2025", "365": "10 March 2025", "all": "5 May 2020"}

    page = owner.get(PATTERNS, {"range": key}).content.decode()

    assert f'<a href="?range={key}" aria-current="true">' in page and page.count('aria-current="true"') == 2, "the section, and this"
    assert f"From {starts[key]} to today." in page


@pytest.mark.parametrize("key", ["", "0", "31", "ALL", "x" * 500, "\0"])
def test_a_stretch_that_cannot_be_chosen_is_not_there(owner: Client, key: str) -> None:
    assert owner.get(PATTERNS, {"range": key}).status_code == 404


# A pause


def paused(account: Account, today: date = DAY) -> set[date]:
    account.refresh_from_db()
    with acting_for(account):
        return Pause.days(account, today)


def test_a_pause_begins_today_and_ends_the_day_before_one_goes_on(owner: Client, partner: Account, sign_in, time_machine) -> None:
    assert "You can pause for as long as you like." in owner.get(PATTERNS).content.decode()

    assert owner.post(PAUSE, {"start": "1"})["Location"] == f"{PATTERNS}#pause"
    assert paused(partner) == {DAY}
    time_machine.move_to(datetime(2026, 3, 20, 12, 0, tzinfo=UTC), tick=False)
    owner = sign_in(partner)
    assert "Paused since 10 March 2026." in owner.get(PATTERNS).content.decode()
    assert owner.post(PAUSE, {"end": "1", "next": "/"})["Location"] == "/"

    assert paused(partner, date(2026, 3, 20)) == {DAY + timedelta(days=each) for each in range(10)}
    assert partner.paused_since is None


def test_each_paused_day_is_counted_once_and_none_that_cannot_be_written(partner: Account) -> None:
    with acting_for(partner):
        for first, last in ((0, 0), (-4, 9), (-6, -3)):
            partner.pauses.create(first=DAY + timedelta(days=first), last=DAY + timedelta(days=last))
    assert paused(partner) == days(*range(7))

    partner.paused_since = date(1, 1, 1)
    partner.save(update_fields=["paused_since"])

    assert min(paused(partner)) == EARLIEST


def test_pressed_twice_or_on_one_day_it_changes_nothing_more(owner: Client, partner: Account, sign_in, time_machine) -> None:
    owner.post(PAUSE, {"start": "1"})
    time_machine.move_to(datetime(2026, 3, 12, 12, 0, tzinfo=UTC), tick=False)
    owner = sign_in(partner)
    owner.post(PAUSE, {"start": "1"})
    partner.refresh_from_db()
    assert partner.paused_since == DAY
    for _ in range(2):
        owner.post(PAUSE, {"end": "1"})
    assert paused(partner, date(2026, 3, 12)) == {DAY, DAY + timedelta(days=1)}

    owner.post(PAUSE, {"start": "1"})
    owner.post(PAUSE, {"end": "1"})
    owner.post(PAUSE, {})

    assert paused(partner, date(2026, 3, 12)) == {DAY, DAY + timedelta(days=1)}


def test_a_pause_that_ends_before_it_begins_is_refused_by_the_database(acting: Account) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        acting.pauses.create(first=DAY, last=DAY - timedelta(days=1))


def test_a_pause_lies_flat_and_is_said(owner: Client, partner: Account) -> None:
    for day in days(*range(20, 40)):
        write(partner, day, gratitude_1="Jo rang back")
    with acting_for(partner):
        partner.pauses.create(first=DAY - timedelta(days=19), last=DAY)

    page = owner.get(PATTERNS).content.decode()

    assert "0 of the last 7 days, 10 of the last 30" in page
    assert "20 of the others were paused." in page
    assert "It is flat where you had paused." in page
    assert "It is 66 out of 100 today" in page


def test_while_paused_today_asks_nothing_and_says_how_to_go_on(owner: Client, partner: Account) -> None:
    write(partner, DAY - timedelta(days=1), gratitude_1="Clean sheets", action="Walk")
    assert "Did it happen?" in owner.get("/").content.decode()

    owner.post(PAUSE, {"start": "1"})
    page = owner.get("/").content.decode()

    assert "Did it happen?" not in page and "of the last 7 days" not in page
    assert "Paused since 10 March 2026." in page and 'name="end"' in page
    assert 'id="t-321"' in page, "one may write all the same"


def test_it_is_among_the_settings_too_and_leads_back_there(owner: Client) -> None:
    page = owner.get("/accounts/settings/").content.decode()
    assert 'id="start-pause"' in page and 'name="next" value="/accounts/settings/"' in page

    response = owner.post(PAUSE, {"start": "1", "next": "/accounts/settings/"})

    assert response["Location"] == "/accounts/settings/"
    page = owner.get("/accounts/settings/").content.decode()
    assert "Since 10 March 2026" in page and 'id="end-pause"' in page


# After a long time


@pytest.mark.parametrize(("back", "welcome"), [(20, False), (21, True), (400, True)])
def test_after_three_weeks_it_says_welcome_back_and_nothing_of_the_time_between(
    owner: Client, partner: Account, back: int, welcome: bool
) -> None:
    write(partner, DAY - timedelta(days=back), gratitude_1="Clean sheets", action="Walk")

    page = owner.get("/").content.decode()

    assert ("Welcome back." in page) == welcome
    assert ("Did it happen?" in page) != welcome
    assert "of the last 7 days" not in page
    if welcome:
        write(partner, gratitude_1="Here again")
        assert "Welcome back." not in owner.get("/").content.decode()
