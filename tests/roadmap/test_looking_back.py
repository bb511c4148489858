import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault.models import Area
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from guide.six_questions import QUESTIONS
from roadmap.looking_back.comparison import MAX_TALKS, Comparison, side_by_side
from roadmap.looking_back.forms import MAX_LONG_TEXT_CHARS, MAX_SHORT_TEXT_CHARS
from roadmap.models import LookBack, Review, Roadmap, SafetyCheck, Talk
from tests.accounts.test_import import exported, take
from tests.checkins.test_concurrency import at_once

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STARTED = TODAY - timedelta(days=180)
ADDRESS = "/roadmap/looking-back/"
NEED = "One hard thing a month without a slammed door"
FOUR_NO = dict.fromkeys(("safety_afraid", "safety_force", "safety_checked", "safety_kept"), "no")


@pytest.fixture(autouse=True)
def sunday(time_machine) -> None:
    """It is Sunday 22 November 2026, noon in UTC."""
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def half_a_year(partner: Account) -> Account:
    """An account of half a year with nothing in it; today is the day to look back."""
    with acting_for(partner):
        roadmap = Roadmap.of(partner)
        roadmap.move_start(STARTED)
        roadmap.plan_to_look_back(look_back_on=TODAY)
    return partner


def roadmap_of(account: Account) -> Roadmap:
    with acting_for(account):
        return Roadmap.of(account)


def records(account: Account) -> list[LookBack]:
    with acting_for(account):
        return list(account.lookbacks.order_by("round"))


def held(account: Account, ago: int, **words: object) -> None:
    words = {"approach": "film", "response": "listened", "safe": "yes", "state": "held", "day": TODAY - timedelta(days=ago)} | words
    with acting_for(account):
        Talk.write(account, uuid4(), words, version=0, at=NOON)


def answered(account: Account, ago: int, *answers: int | None, note: str = "") -> None:
    given = {key: answer for key, answer in zip(QUESTIONS, answers, strict=False) if answer}
    with acting_for(account):
        Review.write(account, TODAY - timedelta(days=ago), {"answers": given, "note": note, "finished": True}, version=0, at=NOON)


def visible(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main")[0]))


# Before the day


def test_the_roadmap_invites_until_it_is_written(owner: Client, partner: Account) -> None:
    assert "What would you need to see by then?" in owner.get("/roadmap/").content.decode()

    assert owner.post(ADDRESS, {"need_to_see": NEED}).status_code == 302

    assert roadmap_of(partner).need_to_see == NEED
    assert "What would you need to see by then?" not in owner.get("/roadmap/").content.decode()
    assert NEED in owner.get(ADDRESS).content.decode()


def test_the_day_is_180_days_after_the_start_unless_changed(owner: Client, partner: Account) -> None:
    assert roadmap_of(partner).look_back_on == TODAY + timedelta(days=180)

    owner.post(ADDRESS, {"look_back_on": "2027-01-10"})

    assert roadmap_of(partner).look_back_on == date(2027, 1, 10)


@pytest.mark.parametrize(
    ("field", "value"),
    [("look_back_on", day) for day in ("2026-11-21", "2029-01-01", "2026-02-30", "soon", "0001-01-01")]
    + [("need_to_see", "x" * (MAX_LONG_TEXT_CHARS + 1)), ("need_to_see", "\0")],
)
def test_what_cannot_be_kept_comes_back_whole(owner: Client, partner: Account, field: str, value: str) -> None:
    response = owner.post(ADDRESS, {"need_to_see": NEED, "look_back_on": "2027-01-10"} | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert field == "need_to_see" or NEED in response.content.decode()
    assert roadmap_of(partner).need_to_see == ""


def test_criteria_in_two_tabs_are_not_written_over_unseen(owner: Client, partner: Account) -> None:
    read = roadmap_of(partner).need_version
    owner.post(ADDRESS, {"need_to_see": NEED, "version": read})

    response = owner.post(ADDRESS, {"need_to_see": "Other words", "version": read})

    assert response.status_code == 409
    assert f"<dd>{NEED}</dd>" in response.content.decode() and "Other words" in response.content.decode()
    assert roadmap_of(partner).need_to_see == NEED
    owner.post(ADDRESS, {"need_to_see": "Other words", "version": roadmap_of(partner).need_version})
    assert roadmap_of(partner).need_to_see == "Other words"


@pytest.mark.django_db(transaction=True)
def test_of_criteria_sent_at_once_one_is_kept_and_the_others_are_told(partner: Account, sign_in) -> None:
    clients = [sign_in(partner) for _ in range(6)]
    read = roadmap_of(partner).need_version

    def send(number: int) -> int:
        return clients[number].post(ADDRESS, {"need_to_see": f"tab {number}", "version": read}).status_code

    answers = at_once(6, send)

    assert sorted(answers) == [302, 409, 409, 409, 409, 409]
    assert roadmap_of(partner).need_to_see == f"tab {answers.index(302)}"


def test_htmx_keeps_criteria_while_one_writes(owner: Client, partner: Account) -> None:
    told = owner.post(ADDRESS, {"need_to_see": NEED, "version": roadmap_of(partner).need_version}, headers=HTMX).content.decode()

    assert "<html" not in told and "Saved" in told
    assert f'name="version" value="{roadmap_of(partner).need_version}"' in told


def test_where_safety_is_in_doubt_a_sooner_day_is_offered_and_none_is_forced(owner: Client, partner: Account) -> None:
    owner.get("/roadmap/")
    with acting_for(partner):
        SafetyCheck.keep(partner, TODAY, FOUR_NO | {"safety_kept": "unsure"})

    page = visible(owner.get(ADDRESS).content.decode())

    assert page.index("First, someone to talk to") < page.index("By then")
    assert "it can be sooner" in page
    assert roadmap_of(partner).look_back_on == TODAY + timedelta(days=180)


def test_one_may_look_back_before_the_day(owner: Client, partner: Account) -> None:
    assert "Three ways on" not in owner.get(ADDRESS).content.decode()
    assert "Three ways on" in owner.get(f"{ADDRESS}?now=1").content.decode()


# The day


def test_with_nothing_logged_the_page_still_stands(owner: Client, half_a_year: Account) -> None:
    response = owner.get(ADDRESS)

    page = visible(response.content.decode())
    assert response.status_code == 200
    for words in (
        "You had not written it down",
        "Nothing is written down. That says nothing about what you tried.",
        "They were not answered in this time.",
        "There are too few feelings named in these days to compare them.",
        "You kept no answers to the four questions.",
        "Three ways on",
    ):
        assert words in page


def test_on_the_first_day_of_all_the_page_stands_too(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        Roadmap.of(partner).move_start(TODAY + timedelta(days=10))

    assert owner.get(f"{ADDRESS}?now=1").status_code == 200


def test_everything_stands_side_by_side(owner: Client, half_a_year: Account) -> None:
    with acting_for(half_a_year):
        Roadmap.of(half_a_year).plan_to_look_back(need_to_see=NEED)
        for ago, feeling in [(179, "tense"), (160, "sad"), (100, "calm"), (20, "hopeful"), (1, "calm")]:
            CheckIn.write(half_a_year, TODAY - timedelta(days=ago), {"emotion_1": feeling}, version=0, at=NOON)
        SafetyCheck.keep(half_a_year, TODAY - timedelta(days=30), FOUR_NO)
    held(half_a_year, 200, approach="Before it began")
    held(half_a_year, 90)
    answered(half_a_year, 150, 2, 1, 3, 4, 2, None, note="In June")
    answered(half_a_year, 5, 3, 1, 3, 4, 4, 2, note="In November")

    page = visible(owner.get(ADDRESS).content.decode())

    for words in (
        NEED,
        "A film together",
        "Listened",
        "1 talk",
        "Are you becoming who you want to be? 2 3",
        "Would you be glad for a friend who lived like this? – 2",
    ):
        assert words in page, words
    assert "First 30 days" in page and "Last 30 days" in page
    assert "More energy, unpleasant 1 0" in page and "More energy, pleasant 0 1" in page
    assert "5 with words in them" in page
    assert "You kept your answers to the four questions once: no to all of them." in page
    assert "In November" in page
    assert "Before it began" not in page, "it looks at this stretch alone"


def test_there_is_no_verdict(owner: Client, half_a_year: Account) -> None:
    held(half_a_year, 90)
    answered(half_a_year, 5, 1, 1, 1, 5, 1, 1)

    page = visible(owner.get(ADDRESS).content.decode())

    assert not re.search(r"%|\bshould\b|recommend|average|better off|success|we advise", page, re.I)


def test_the_three_ways_are_of_one_make(owner: Client, half_a_year: Account) -> None:
    page = owner.get(ADDRESS).content.decode()

    ways = re.findall(r'<section class="way".*?</section>', page, re.S)
    assert [re.search(r"<h3[^>]*>([^<]+)", way)[1] for way in ways] == ["Stay as it is", "Part", "Six months of full effort"]
    shapes = {re.sub(r">[^<]+<", "><", re.sub(r'(id|name|for|aria-labelledby)="[^"]*"', r"\1", way)) for way in ways}
    assert len(shapes) == 1, "the same elements with the same classes in the same order"


def test_the_latest_talks_are_shown_and_the_others_counted(owner: Client, half_a_year: Account) -> None:
    for ago in range(1, MAX_TALKS + 4):
        held(half_a_year, ago, approach=f"Try {ago} days ago")

    page = visible(owner.get(ADDRESS).content.decode())
    assert page.count("days ago") == MAX_TALKS
    assert "3 earlier talks are on the page of all talks" in page


def test_doubt_puts_help_first(owner: Client, half_a_year: Account) -> None:
    held(half_a_year, 3, response="hostile", safe="")

    page = visible(owner.get(ADDRESS).content.decode())
    assert page.index("First, someone to talk to") < page.index("What you wrote")
    assert "You noted that one talk was hostile or not plainly safe." in page


def test_words_of_the_day_are_kept(owner: Client, half_a_year: Account) -> None:
    words = {"now": "Two doors", "need_stay": "a", "need_part": "b", "need_effort": "c", "next_step": "Ring Jo", "who_helps": "Jo"}
    response = owner.post(ADDRESS, words | {"by": "2026-12-01", "save": "1"})

    assert response.status_code == 302
    [record] = records(half_a_year)
    assert {name: getattr(record, name) for name in words} == words
    assert (record.by, record.round, record.since, record.closed_on) == ("2026-12-01", 1, STARTED, None)
    page = owner.get(ADDRESS).content.decode()
    assert "Two doors" in page and 'value="2026-12-01"' in page


def test_htmx_keeps_them_while_one_writes_and_two_tabs_are_told(owner: Client, half_a_year: Account) -> None:
    told = owner.post(ADDRESS, {"now": "One door", "version": "0"}, headers=HTMX).content.decode()
    assert "Saved 12:00" in told and 'name="version" value="1"' in " ".join(told.split())

    response = owner.post(ADDRESS, {"now": "Two doors", "version": "0"})
    assert response.status_code == 409
    assert "<dd>One door</dd>" in response.content.decode() and "Two doors" in response.content.decode()
    assert records(half_a_year)[0].now == "One door"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("now", "x" * (MAX_LONG_TEXT_CHARS + 1)),
        ("need_part", "x" * (MAX_SHORT_TEXT_CHARS + 1)),
        ("by", "2026-11-21"),
        ("by", "2040-01-01"),
        ("by", "x"),
        ("next_step", "\0"),
    ],
)
def test_words_that_cannot_be_kept_come_back_whole(owner: Client, half_a_year: Account, field: str, value: str) -> None:
    response = owner.post(ADDRESS, {"now": "Two doors", "need_stay": "a"} | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert field == "now" or "Two doors" in response.content.decode()
    assert records(half_a_year) == []


def test_coming_back_in_a_month_keeps_what_was_written(owner: Client, half_a_year: Account) -> None:
    owner.post(ADDRESS, {"now": "Two doors", "later": "1", "version": "0"})

    assert roadmap_of(half_a_year).look_back_on == TODAY + timedelta(days=30)
    assert records(half_a_year)[0].now == "Two doors"
    assert "Continue what you have started" in owner.get(ADDRESS).content.decode()


# A new date, or an end


def test_it_is_closed_with_a_new_date(owner: Client, half_a_year: Account) -> None:
    owner.post(ADDRESS, {"need_to_see": NEED})
    words = {"now": "Two doors", "next_step": "Ring the practice", "by": "2026-12-10", "as_step": "on", "restart": "on"}
    response = owner.post(ADDRESS, words | {"then": "again", "again_on": "2027-05-21", "close": "1"})

    assert response.status_code == 302
    [record] = records(half_a_year)
    assert (record.closed_on, record.needed, record.now) == (TODAY, NEED, "Two doors")
    roadmap = roadmap_of(half_a_year)
    assert (roadmap.look_back_on, roadmap.started_on, roadmap.ended_on) == (date(2027, 5, 21), TODAY, None)
    with acting_for(half_a_year):
        assert half_a_year.actions.own().get().title == "Ring the practice"
        assert half_a_year.actions.own().get().horizon == 30
    assert "Earlier times 22 November 2026 Ring the practice" in visible(owner.get(ADDRESS).content.decode())
    page = visible(owner.get(f"{ADDRESS}?time=1").content.decode())
    assert "Two doors" in page and "By when 10 December 2026" in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_form_that_closes_it_sent_twice_closes_it_once(owner: Client, half_a_year: Account, headers: dict) -> None:
    words = {"now": "Two doors", "next_step": "Ring the practice", "by": "2026-12-10", "as_step": "on", "round": "1"}
    for _ in range(2):
        response = owner.post(ADDRESS, words | {"then": "again", "again_on": "2027-05-21", "close": "1"}, headers=headers)
        assert response.get("Location", response.get("HX-Redirect")) == ADDRESS

    assert [record.now for record in records(half_a_year)] == ["Two doors"]
    owner.post(ADDRESS, words | {"now": "Three doors"})
    assert [record.now for record in records(half_a_year)] == ["Two doors", "Three doors"], "other words are never lost"


def test_the_next_time_looks_at_what_came_since(owner: Client, half_a_year: Account) -> None:
    held(half_a_year, 10, approach="Before")
    owner.post(ADDRESS, {"now": "Two doors", "then": "again", "again_on": "2026-11-22", "close": "1"})

    owner.post(ADDRESS, {"now": "Three doors", "version": "0"})

    assert [(record.round, record.since, record.now) for record in records(half_a_year)] == [
        (1, STARTED, "Two doors"),
        (2, TODAY, "Three doors"),
    ]
    assert "Before" not in visible(owner.get(ADDRESS).content.decode()).split("Earlier times")[0]


def test_it_is_closed_with_an_end_and_then_nothing_is_asked(owner: Client, half_a_year: Account) -> None:
    owner.post(ADDRESS, {"then": "end", "close": "1"})

    assert roadmap_of(half_a_year).ended_on == TODAY
    assert len(records(half_a_year)) == 1, "also without a word"
    assert "You chose an end on 22 November 2026" in owner.get(ADDRESS).content.decode()
    today = owner.get("/").content.decode()
    assert "Once a month" not in today and "The day to look back" not in today and "Next on the roadmap" not in today
    assert "What would you need to see by then?" not in owner.get("/roadmap/").content.decode()

    owner.post(ADDRESS, {"look_back_on": "2027-03-01"})
    assert roadmap_of(half_a_year).ended_on is None, "with a new day it goes on"


def test_after_an_end_the_six_questions_name_no_next_day(owner: Client, half_a_year: Account) -> None:
    answered(half_a_year, 1, 3)
    assert "Next on 21 December" in owner.get("/roadmap/reviews/").content.decode()

    owner.post(ADDRESS, {"then": "end", "close": "1"})

    page = owner.get("/roadmap/reviews/").content.decode()
    assert "Next on" not in page and 'button button--quiet" href="/roadmap/reviews/new/"' in page


def test_a_time_that_was_closed_is_read_again_side_by_side(owner: Client, half_a_year: Account, stranger: Account, sign_in) -> None:
    owner.post(ADDRESS, {"then": "end", "close": "1", "now": "Two doors", "need_part": "Who gets the flat", "next_step": "Ring Jo"})
    assert f'href="{ADDRESS}?time=1"' in owner.get(ADDRESS).content.decode()

    page = owner.get(f"{ADDRESS}?time=1").content.decode()

    for words in (
        "Looking back on 22 November 2026",
        "Two doors",
        "Who gets the flat",
        "Ring Jo",
        "What you tried, and what came back",
        "Your days",
    ):
        assert words in page
    assert "<textarea" not in page, "it is read, not written"
    assert "They were not answered in this time." in page and "Answer them today" not in page
    for none in ("2", "0", "x", "", "\0", "٣"):
        assert owner.get(ADDRESS, {"time": none}).status_code == 404
    assert sign_in(stranger).get(f"{ADDRESS}?time=1").status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "then"),
        ({"then": "perhaps"}, "then"),
        ({"then": "again"}, "again_on"),
        ({"then": "again", "again_on": "2026-11-21"}, "again_on"),
        ({"then": "again", "again_on": "x"}, "again_on"),
    ],
)
def test_closing_needs_a_date_or_an_end(owner: Client, half_a_year: Account, form: dict, field: str) -> None:
    response = owner.post(ADDRESS, {"now": "Two doors", "close": "1"} | form)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert records(half_a_year) == []


# Today


def test_today_says_that_the_day_has_come_and_puts_it_off_on_request(owner: Client, half_a_year: Account) -> None:
    page = owner.get("/").content.decode()
    assert "It is today." in page
    assert "Once a month" not in page, "one thing at a time"

    owner.post(ADDRESS, {"later": "1"})
    assert "The day to look back" not in owner.get("/").content.decode()


# Any dates


@settings(max_examples=40)
@given(
    start=st.integers(-365, 365),
    checkins=st.lists(st.integers(0, 400), max_size=6, unique=True),
    talks=st.lists(st.integers(0, 400), max_size=4),
    reviews=st.lists(st.integers(0, 400), max_size=4, unique=True),
)
def test_whatever_the_dates_the_page_stands(
    owner: Client, partner: Account, start: int, checkins: list, talks: list, reviews: list
) -> None:
    with acting_for(partner):
        for rows in (partner.checkins, partner.talks, partner.reviews, partner.lookbacks):
            rows.all().delete()
        Roadmap.of(partner).move_start(TODAY + timedelta(days=start))
        for ago in checkins:
            CheckIn.write(partner, TODAY - timedelta(days=ago), {"emotion_1": "calm"}, version=0, at=NOON)
    for ago in talks:
        held(partner, ago)
    for ago in reviews:
        answered(partner, ago, 3)

    response = owner.get(f"{ADDRESS}?now=1")

    assert response.status_code == 200
    beside: Comparison = response.context["beside"]
    inside = [ago for ago in checkins if ago <= (TODAY - beside.since).days]
    assert beside.days == len(inside)
    assert len(beside.tallies) in (0, 4)
    assert all(sum(column) <= len(inside) for column in ([row[1] for row in beside.tallies], [row[2] for row in beside.tallies]))


def test_a_year_of_data_takes_few_queries(owner: Client, half_a_year: Account, django_assert_num_queries) -> None:
    with acting_for(half_a_year):
        Roadmap.of(half_a_year).move_start(TODAY - timedelta(days=365))
        for ago in range(365):
            CheckIn.write(half_a_year, TODAY - timedelta(days=ago), {"emotion_1": "calm"}, version=0, at=NOON)
    for ago in range(0, 360, 12):
        held(half_a_year, ago)

    # The session with its account, and the scope with what a test’s nested transaction adds (savepoint, back, release);
    # roadmap, the open record, earlier ones, and the record side by side: talks, reviews, kept answers, check-ins.
    with django_assert_num_queries(12):
        owner.get(ADDRESS)


# What was closed stays as it was


CLOSING = {"now": "Two doors", "then": "again", "again_on": "2027-05-21", "close": "1"}


def test_a_closed_time_shows_the_record_of_its_day(owner: Client, half_a_year: Account, sign_in, time_machine) -> None:
    held(half_a_year, 90, approach="A film on Friday")
    answered(half_a_year, 150, 2, 1, 3, 4, 2, None, note="In June")
    answered(half_a_year, 5, 3, 1, 3, 4, 4, 2, note="In November")
    with acting_for(half_a_year):
        for ago in (170, 3):
            CheckIn.write(half_a_year, TODAY - timedelta(days=ago), {"emotion_1": "calm"}, version=0, at=NOON)
    seen = visible(owner.get(ADDRESS).content.decode())
    owner.post(ADDRESS, CLOSING)
    owner.get(ADDRESS)
    then = visible(owner.get(f"{ADDRESS}?time=1").content.decode())
    record = then[then.index("What you tried") : then.index("Three ways on")]
    assert "A film on Friday" in record and "In June" in record and "2 with words in them" in record
    assert record == seen[seen.index("What you tried") : seen.index("Three ways on")]

    # Words added afterwards, about the same days.
    time_machine.move_to(NOON + timedelta(days=40), tick=False)
    answered(half_a_year, 60, 5, 5, 5, 5, 5, 5, note="Remembered later")
    with acting_for(half_a_year):
        CheckIn.write(half_a_year, TODAY - timedelta(days=2), {"emotion_1": "sad"}, version=0, at=NOON)
        SafetyCheck.keep(half_a_year, TODAY - timedelta(days=10), FOUR_NO)

    later = visible(sign_in(half_a_year).get(f"{ADDRESS}?time=1").content.decode())
    assert later == then


def test_a_closed_time_comes_back_from_a_file_with_its_record(owner: Client, half_a_year: Account, stranger: Account, sign_in) -> None:
    held(half_a_year, 90, approach="A film on Friday")
    answered(half_a_year, 150, 2, 1, 3, 4, 2, None, note="In June")
    owner.post(ADDRESS, CLOSING)
    owner.get(ADDRESS)
    then = visible(owner.get(f"{ADDRESS}?time=1").content.decode())

    take(stranger, exported(half_a_year))

    assert visible(sign_in(stranger).get(f"{ADDRESS}?time=1").content.decode()) == then


def test_it_says_which_talks_were_changed_or_written_down_since(owner: Client, half_a_year: Account) -> None:
    held(half_a_year, 90, approach="A film on Friday")
    held(half_a_year, 80, approach="A walk")
    owner.post(ADDRESS, CLOSING)
    assert "Changed since" not in owner.get(f"{ADDRESS}?time=1").content.decode()
    with acting_for(half_a_year):
        film = next(talk for talk in half_a_year.talks.all() if talk.approach == "A film on Friday")
        Talk.write(half_a_year, film.key, {"approach": "A film on Sunday", "note": "It was a Sunday"}, version=None, at=NOON)
    held(half_a_year, 70, approach="One more")

    page = owner.get(f"{ADDRESS}?time=1").content.decode()

    assert page.count("Changed since") == 1 and film.get_absolute_url() in page
    assert "A film on Friday" in page and "A film on Sunday" not in page and "One more" not in page
    assert "One talk from this time was written down later" in visible(page)


def test_what_is_deleted_is_deleted_in_the_closed_record_too_and_undo_brings_both_back(owner: Client, half_a_year: Account) -> None:
    held(half_a_year, 90, approach="A film on Friday")
    answered(half_a_year, 5, 3, note="In November")
    owner.post(ADDRESS, CLOSING)
    with acting_for(half_a_year):
        talk = half_a_year.talks.get()
    page = owner.post(talk.get_absolute_url(), {"delete": "1"}, follow=True).content.decode()
    owner.post("/roadmap/reviews/", {"delete": (TODAY - timedelta(days=5)).isoformat()})

    [record] = records(half_a_year)
    assert "A film on Friday" not in str(record.shown) and "In November" not in str(record.shown)
    assert "A film on Friday" not in owner.get(f"{ADDRESS}?time=1").content.decode()
    assert owner.post("/undo/", {"undo": re.search(r'name="undo" value="([^"]{40,})"', page)[1]}).status_code == 302
    # The review is gone meanwhile, so the record has changed since: the talk cannot come back without it.
    [record] = records(half_a_year)
    with acting_for(half_a_year):
        assert half_a_year.talks.count() == 0 and "A film on Friday" not in str(record.shown)


def test_undo_of_a_deleted_talk_brings_it_back_into_the_record(owner: Client, half_a_year: Account) -> None:
    held(half_a_year, 90, approach="A film on Friday")
    owner.post(ADDRESS, CLOSING)
    with acting_for(half_a_year):
        talk = half_a_year.talks.get()
    page = owner.post(talk.get_absolute_url(), {"delete": "1"}, follow=True).content.decode()

    owner.post("/undo/", {"undo": re.search(r'name="undo" value="([^"]{40,})"', page)[1]})

    assert "A film on Friday" in owner.get(f"{ADDRESS}?time=1").content.decode()


def test_an_area_that_is_deleted_leaves_nothing_in_the_record(half_a_year: Account, owner: Client) -> None:
    held(half_a_year, 90, approach="A film on Friday")
    answered(half_a_year, 5, 3, note="In November")
    with acting_for(half_a_year):
        CheckIn.write(half_a_year, TODAY - timedelta(days=3), {"emotion_1": "calm"}, version=0, at=NOON)
        SafetyCheck.keep(half_a_year, TODAY - timedelta(days=10), FOUR_NO)
    owner.post(ADDRESS, CLOSING)
    with acting_for(half_a_year):
        for area in (Area.TALKS, Area.REVIEWS, Area.CHECKINS):
            half_a_year.delete_area(area)

    [record] = records(half_a_year)
    assert [record.shown[name] for name in ("talks", "reviews", "checks", "days", "early", "late")] == [[], [], [], 0, {}, {}]


def test_a_record_comes_back_as_it_was_stored_and_nothing_else_is_taken(half_a_year: Account) -> None:
    held(half_a_year, 90)
    answered(half_a_year, 5, 3, note="In November")
    with acting_for(half_a_year):
        stored = side_by_side(half_a_year, STARTED, TODAY).stored()
    assert Comparison.from_stored(stored).stored() == stored
    talk, review = stored["talks"][0], stored["reviews"][0]
    for wrong in (
        {"days": "2"},
        {"days": None},
        {"early": {"mu": "x"}},
        {"since": "yesterday"},
        {"talks": [talk | {"title": 5}]},
        {"talks": [talk | {"raises_doubt": 1}]},
        {"talks": "none"},
        {"reviews": [review | {"given": {"q1": 9}}]},
        {"reviews": [review | {"given": ["q1"]}]},
        {"more": 1},
    ):
        with pytest.raises(ValueError):
            Comparison.from_stored(stored | wrong)
    for wrong in ([], "x", 5, None, {"since": "2026-01-01"}):
        with pytest.raises(ValueError):
            Comparison.from_stored(wrong)
