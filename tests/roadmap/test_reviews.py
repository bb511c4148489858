import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault.scope import acting_for
from guide.six_questions import QUESTIONS
from roadmap.models import Review, Roadmap, SafetyCheck
from roadmap.reviews.trends import small_multiples

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIX = {"q1": "3", "q2": "1", "q3": "4", "q4": "4", "q5": "2", "q6": "3", "note": "Sleeping better"}
FOUR_NO = dict.fromkeys(("safety_afraid", "safety_force", "safety_checked", "safety_kept"), "no")
ADDRESS = "/roadmap/reviews/new/"


@pytest.fixture(autouse=True)
def sunday(time_machine) -> None:
    """It is Sunday 22 November 2026, noon in UTC."""
    time_machine.move_to(NOON, tick=False)


def stored(account: Account) -> list[Review]:
    with acting_for(account):
        return list(account.reviews.order_by("day"))


def answered(account: Account, day: date, *answers: int | None, note: str = "", finished: bool = True) -> None:
    given = {key: answer for key, answer in zip(QUESTIONS, answers, strict=False) if answer}
    with acting_for(account):
        Review.write(account, day, {"answers": given, "note": note, "finished": finished}, version=0, at=NOON)


# Six answers and a note


def test_six_answers_and_a_note_are_kept(owner: Client, partner: Account) -> None:
    response = owner.post(ADDRESS, SIX)

    [review] = stored(partner)
    assert (response.status_code, response["Location"]) == (302, "/roadmap/reviews/")
    assert review.answers == {"q1": 3, "q2": 1, "q3": 4, "q4": 4, "q5": 2, "q6": 3}
    assert (review.day, review.note, review.finished) == (TODAY, "Sleeping better", True)
    assert "Sleeping better" in owner.get("/roadmap/reviews/").content.decode()


def test_any_may_stay_open_but_not_all(owner: Client, partner: Account) -> None:
    assert owner.post(ADDRESS, {"q4": "5"}).status_code == 302
    assert stored(partner)[0].answers == {"q4": 5}

    response = owner.post(ADDRESS, {"note": " "})
    assert response.status_code == 422
    assert "There is nothing to keep yet" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("q1", "6"), ("q2", "0"), ("q3", "good"), ("q4", "1.5"), ("q6", "\0"), ("note", "x" * 2001), ("note", "\0")]
)
def test_an_answer_that_makes_no_sense_is_refused_at_its_question(owner: Client, partner: Account, field: str, value: str) -> None:
    response = owner.post(ADDRESS, SIX | {field: value})

    page = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'href="#{field}"' in page and f'id="{field}_error"' in page
    assert field == "note" or "Sleeping better" in page
    assert stored(partner) == []


def test_earlier_answers_are_out_of_sight_until_the_new_ones_are_sent(owner: Client, partner: Account) -> None:
    answered(partner, date(2026, 10, 20), 1, 1, 1, 3, 1, 1, note="Worn out in October")

    page = owner.get(ADDRESS).content.decode()
    assert "October" not in page and not re.search(r"<input[^>]* checked", page)

    owner.post(ADDRESS, {"q1": "2"}, headers=HTMX)
    page = owner.get("/roadmap/reviews/").content.decode()
    assert page.index("folded while today’s are not finished") < page.index("Worn out in October")
    assert '<details class="gate">' in page

    owner.post(ADDRESS, SIX)
    page = owner.get("/roadmap/reviews/").content.decode()
    assert '<details class="gate">' not in page and "Worn out in October" in page


# Drafts


def test_htmx_keeps_a_draft_while_one_answers(owner: Client, partner: Account) -> None:
    told = owner.post(ADDRESS, {"q1": "2", "note": "Half", "version": "0"}, headers=HTMX).content.decode()
    assert "Saved 12:00" in told and re.search(r'name="version"\s+value="1"', told) and "<html" not in told
    assert [(review.finished, review.note) for review in stored(partner)] == [(False, "Half")]

    page = owner.get(ADDRESS).content.decode()
    assert re.search(r'name="q1"[^>]*value="2"[^>]*checked', page) and "Half" in page

    assert owner.post(ADDRESS, SIX | {"version": "1", "finish": "1"}, headers=HTMX)["HX-Redirect"] == "/roadmap/reviews/"
    assert [review.finished for review in stored(partner)] == [True]


def test_a_draft_of_an_earlier_day_is_gone_on_with_today(owner: Client, partner: Account) -> None:
    answered(partner, date(2026, 11, 19), 2, note="Begun on Thursday", finished=False)

    assert "Begun on Thursday" in owner.get(ADDRESS).content.decode()
    owner.post(ADDRESS, SIX | {"version": "0"})

    assert [(review.day, review.finished) for review in stored(partner)] == [(TODAY, True)]


def test_a_finished_review_stays_finished_while_it_is_corrected(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, SIX)
    owner.post(ADDRESS, SIX | {"note": "Better", "version": "1"}, headers=HTMX)

    assert [(review.finished, review.note) for review in stored(partner)] == [(True, "Better")]


def test_two_tabs_the_second_is_told_and_nothing_is_lost(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, SIX | {"version": "0"})
    response = owner.post(ADDRESS, SIX | {"q1": "5", "note": "Other words", "version": "0"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Another tab has changed these answers" in page
    assert "<dd>3</dd>" in page and "<dd>Sleeping better</dd>" in page and "Other words" in page
    assert stored(partner)[0].note == "Sleeping better"


# Safety within


def test_four_times_no_leads_on_and_keeps_nothing(owner: Client, partner: Account) -> None:
    assert owner.post(ADDRESS, SIX | FOUR_NO).status_code == 302
    with acting_for(partner):
        assert not partner.safetychecks.exists()


@pytest.mark.parametrize("answer", ["unsure", "yes", "rather-not", ""])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_anything_else_meets_help_first_and_no_address_tells(owner: Client, partner: Account, answer: str, headers: dict) -> None:
    response = owner.post(ADDRESS, SIX | FOUR_NO | {"safety_force": answer, "finish": "1"}, headers=headers)

    page = response.content.decode().split("<main")[1]
    assert response.status_code == 200
    assert page.index("First, someone to talk to") < page.index("Choose another day") < page.index("Over time")
    assert "did not answer all four with no" in page, "the reason is said"
    assert response.headers.get("HX-Retarget") == ("#main" if headers else None)
    assert stored(partner)[0].finished
    with acting_for(partner):
        assert not partner.safetychecks.exists()
    assert "did not answer all four" not in owner.get("/roadmap/reviews/").content.decode(), "and it is forgotten"


@pytest.mark.parametrize("q4", ["1", "2"])
def test_fear_in_the_six_counts_before_all_the_others(owner: Client, q4: str) -> None:
    page = owner.post(ADDRESS, SIX | FOUR_NO | {"q4": q4}).content.decode()

    assert "Let that answer count before all the others" in page


def test_answers_are_kept_only_when_that_is_ticked(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, SIX | FOUR_NO | {"keep_safety": "1"})

    with acting_for(partner):
        kept = partner.safetychecks.get()
    assert (kept.day, kept.answers) == (TODAY, FOUR_NO)


def test_help_lines_stand_before_the_answers_in_any_case(owner: Client, partner: Account) -> None:
    answered(partner, TODAY, 3)

    page = owner.get("/roadmap/reviews/").content.decode().split("<main")[1]
    assert page.index('href="/help/"') < page.index("Over time")


# Over time


def test_each_question_has_a_drawing_and_all_are_in_a_table(owner: Client, partner: Account) -> None:
    answered(partner, date(2026, 9, 1), 1, 2, 3, 4, 5, None)
    answered(partner, date(2026, 11, 1), 2, 2, 3, 4, 5, 1)

    page = owner.get("/roadmap/reviews/").content.decode()

    assert page.count('<svg class="six-over-time"') == 6
    rows = re.findall(r"<tr role=\"row\">\s*<td.*?</tr>", page, re.DOTALL)
    assert [re.findall(r">([^<>]+)</td>", row) for row in rows] == [
        ["1 Sep 2026", "1", "2", "3", "4", "5", "–"],
        ["1 Nov 2026", "2", "2", "3", "4", "5", "1"],
    ]
    assert not re.search(r"average|score|total|sum\b", re.sub("<[^>]+>", " ", page), re.I)


def test_the_answers_of_one_day_are_taken_out_with_what_was_kept_of_the_four(owner: Client, partner: Account) -> None:
    for day in (date(2026, 9, 1), date(2026, 11, 1)):
        answered(partner, day, 1, note=f"Note of {day}")
        with acting_for(partner):
            SafetyCheck.keep(partner, day, FOUR_NO)
    page = owner.get("/roadmap/reviews/").content.decode()
    button = re.search(r'name="delete" value="([\d-]+)"', page.split("Note of 2026-09-01")[1])[1]

    for _ in range(2):
        assert owner.post("/roadmap/reviews/", {"delete": button})["Location"] == "/roadmap/reviews/"

    assert [review.day for review in stored(partner)] == [date(2026, 11, 1)]
    with acting_for(partner):
        assert [check.day for check in partner.safetychecks.all()] == [date(2026, 11, 1)]
        assert Roadmap.of(partner).review_put_off_on is None


@pytest.mark.parametrize("day", ["", "1", "2026-09-31", "\0"])
def test_a_day_that_is_none_takes_nothing_out(owner: Client, partner: Account, day: str) -> None:
    answered(partner, date(2026, 9, 1), 1)

    assert owner.post("/roadmap/reviews/", {"delete": day}).status_code == 400
    assert len(stored(partner)) == 1


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
answers = st.dictionaries(st.sampled_from(list(QUESTIONS)), st.integers(1, 5))


@given(st.dictionaries(days, answers, max_size=24))
def test_whatever_was_answered_stands_within_the_drawing_in_order(all_answers: dict) -> None:
    reviews = [Review(day=day, answers=given) for day, given in sorted(all_answers.items())]

    for multiple in small_multiples(reviews):
        assert [point.answer for point in multiple.points] == [
            r.answers[multiple.question.key] for r in reviews if multiple.question.key in r.answers
        ]
        places = [point.x for point in multiple.points]
        assert places == sorted(places) and all(4 <= x <= 96 for x in places)
        assert all(8 <= point.y <= 56 for point in multiple.points)
        assert sum(line.count(",") for line in multiple.lines) <= len(multiple.points)


# When they are due


def test_they_are_due_a_month_after_the_start_and_after_each_time(partner: Account) -> None:
    with acting_for(partner):
        roadmap = Roadmap.of(partner)
        assert roadmap.review_due_on == roadmap.started_on + timedelta(days=30)
    answered(partner, TODAY, 3)
    answered(partner, TODAY + timedelta(days=1), 3, finished=False)
    with acting_for(partner):
        assert Roadmap.of(partner).review_due_on == TODAY + timedelta(days=30), "a draft does not count"


def test_today_offers_them_when_they_are_due_and_once_answered_no_more(owner: Client, partner: Account) -> None:
    assert "Once a month" not in owner.get("/").content.decode()
    with acting_for(partner):
        Roadmap.of(partner).move_start(TODAY - timedelta(days=30))
    assert "Once a month" in owner.get("/").content.decode()

    owner.post(ADDRESS, SIX)
    assert "Once a month" not in owner.get("/").content.decode()


def test_today_offers_them_no_more_once_they_were_put_off(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        Roadmap.of(partner).move_start(TODAY - timedelta(days=60))
    owner.post("/roadmap/reviews/", {"later": "1", "next": "/"})

    assert "Not this month. They come again in a month." in owner.get("/").content.decode()
    assert "Once a month" not in owner.get("/").content.decode()


def test_put_off_they_come_again_after_a_month(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        Roadmap.of(partner).move_start(date(2026, 9, 1))

    response = owner.post("/roadmap/reviews/", {"later": "1", "next": "/"})

    assert response["Location"] == "/"
    with acting_for(partner):
        assert Roadmap.of(partner).review_due_on == TODAY + timedelta(days=30)


def test_the_pages_take_few_queries(owner: Client, partner: Account, django_assert_num_queries) -> None:
    answered(partner, TODAY, 3)
    owner.get("/roadmap/")

    # Each: the session with its account, and the scope with what a test’s nested transaction adds (savepoint, back, release).
    with django_assert_num_queries(7):  # reviews, roadmap
        owner.get("/roadmap/reviews/")
    with django_assert_num_queries(6):  # today's review or the draft
        owner.get(ADDRESS)
