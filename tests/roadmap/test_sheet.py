"""A sheet to take along: it contains what was chosen, and nothing of it is stored."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from config.ops import demo_roadmap
from roadmap.models import Action, Review, Roadmap, SafetyCheck, Talk
from tests.checkins.days import write
from tests.roadmap.plans import set_phrase
from tests.test_site import SUBJECT, Page, rows_of

ADDRESS = "/roadmap/sheet/"
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ALL = ["days", "talks", "reviews", "steps", "need", "safety"]


@pytest.fixture(autouse=True)
def tuesday(time_machine) -> None:
    """It is Tuesday 24 November 2026, noon in UTC."""
    time_machine.move_to(NOON, tick=False)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def record(partner: Account) -> Account:
    """Something of each kind ten days ago, and something a hundred days ago."""
    with acting_for(partner):
        Roadmap.of(partner).plan_to_look_back(need_to_see="Need canary")
        step = Action.add(partner, title="Step canary", horizon=7)
        step.write(note="Step note canary")
        for days, when in ((10, "near"), (100, "far")):
            talk = {"approach": "ask", "response": "listened", "note": f"Talk canary {when}", "state": "held", "day": ago(days)}
            Talk.write(partner, uuid4(), talk, version=0, at=NOON)
            words = {"answers": {"q1": 3, "q4": 5}, "note": f"Review canary {when}", "finished": True}
            Review.write(partner, ago(days), words, version=0, at=NOON)
            SafetyCheck.keep(partner, ago(days), {"safety_afraid": "unsure"})
        Review.write(partner, ago(1), {"answers": {"q1": 1}, "note": "Draft canary", "finished": False}, version=0, at=NOON)
    for days, when in ((10, "near"), (100, "far")):
        write(
            partner,
            ago(days),
            gratitude_1=f"Day canary {when}",
            emotion_1="calm",
            emotion_2="a storm",
            action="Walk",
            plan_when="it rains",
            plan_will="go anyway",
            outcome="partly",
        )
    return partner


A_MONTH_AGO = ago(30)


def made(client: Client, *parts: str, first: date = A_MONTH_AGO, last: date = TODAY, **words: str) -> str:
    """The sheet with these parts."""
    response = client.post(ADDRESS, {"first": first.isoformat(), "last": last.isoformat(), "parts": list(parts), **words})
    assert response.status_code == 200, response.content.decode()
    assert response["Cache-Control"] == "no-store, private"
    return response.content.decode()


def test_each_part_stands_on_it_when_it_is_chosen_and_only_then(owner: Client, record: Account) -> None:
    canaries = {
        "days": [
            "I wrote something on one of 31 days.",
            "calm (once) and a storm (once)",
            "Of the things I meant to do, 1 happened in part.",
        ],
        "talks": ["On 14 November I asked. I was listened to. I noted: “Talk canary near.”"],
        "reviews": ["On 14 November I noted: “Review canary near.”", "Are you becoming who you want to be? 3.", "Answered on 14 November."],
        "steps": ["I have done 0 of 11 steps.", "Step canary: open, by 1 December. My note: “Step note canary.”"],
        "need": ["I wrote: “Need canary.”", "I mean to look back on 23 May 2027."],
        "safety": ["On 14 November: Are you afraid of how they might react? Not sure"],
    }
    for part in ALL:
        page = made(owner, part)
        for other, words in canaries.items():
            for each in words:
                assert (each in page) == (other == part), (part, each)


def test_only_the_chosen_days_are_told(owner: Client, record: Account) -> None:
    near, far = made(owner, *ALL), made(owner, *ALL, first=ago(120), last=ago(90))

    for what in ("Talk", "Review"):
        assert f"{what} canary near" in near and f"{what} canary far" not in near
        assert f"{what} canary far" in far and f"{what} canary near" not in far
    for page in (near, far):
        assert "I wrote something on one of 31 days." in page


def test_a_review_that_is_not_finished_stays_out(owner: Client, record: Account) -> None:
    assert "Draft canary" not in made(owner, *ALL)


def test_the_private_plan_is_never_on_it(owner: Client, record: Account) -> None:
    set_phrase(owner)
    assert owner.post("/roadmap/plan/", {"version": "0", "note-first-advocate": "Plan canary"}).status_code == 302

    assert "Plan canary" not in made(owner, *ALL)


def test_a_part_with_nothing_in_these_days_says_so(owner: Client) -> None:
    assert made(owner, *ALL).count("Nothing in these days.") == len(ALL)


def kept_rows(account: Account) -> list[list[dict[str, object]]]:
    """The account's rows, without the page that is held for Back (config.held)."""
    return [rows for rows in rows_of(account) if rows and "held_at" not in rows[0]]


def test_nothing_is_kept_and_it_has_no_address(owner: Client, record: Account) -> None:
    before = kept_rows(record)

    assert "Begin canary" in made(owner, *ALL, begin="Begin canary")

    assert kept_rows(record) == before
    assert "canary" not in owner.get(f"{ADDRESS}?first=2026-01-01&last=2026-11-24&parts=days").content.decode()
    with acting_for(record):
        assert "Begin canary" not in str([session.get_decoded() for session in record.sessions.all()])


def test_its_title_and_heading_name_nothing(owner: Client, record: Account) -> None:
    page = made(owner, *ALL)

    assert Page(page).title == "Sheet – Even Keel"
    assert not SUBJECT.search(page.split("<h1>")[1].split("</h1>")[0] + page.split("along-title")[1].split("</p>")[0])


def test_without_words_to_begin_with_there_are_lines_to_write_on(owner: Client) -> None:
    assert made(owner, "days").count('class="paper-blank"') == 3
    assert 'class="paper-blank"' not in made(owner, "days", begin="My words")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first": "2026-11-25"}, "after the last day"),
        ({"last": "2026-11-25"}, "has not come yet"),
        ({"first": "2025-11-01"}, "A year at most"),
        ({"first": "yesterday"}, "This is not a date"),
        ({"last": ""}, "Choose a last day"),
        ({"parts": []}, "Choose one part or more"),
        ({"parts": ["plan"]}, "Choose from these"),
        ({"begin": "x" * 2001}, "2000 characters at most"),
    ],
)
def test_a_choice_that_cannot_be_is_given_back_with_the_words(owner: Client, changes: dict, message: str) -> None:
    form = {"first": ago(30).isoformat(), "last": TODAY.isoformat(), "parts": ["days"], "begin": "My words"}
    response = owner.post(ADDRESS, form | changes)

    assert response.status_code == 422
    assert message in response.content.decode()
    if "begin" not in changes:
        assert "My words" in response.content.decode()


def test_half_a_year_of_everything_fits(owner: Client, partner: Account, django_assert_max_num_queries) -> None:
    with acting_for(partner):
        demo_roadmap.walk(partner, TODAY)
    for days in range(0, 180, 2):
        feeling, outcome = "tired" if days % 3 else "calm", "yes" if days < 20 else ""
        write(partner, ago(days), gratitude_1=f"Morning {days}", emotion_1=feeling, action="Walk", outcome=outcome)

    # The session with its account, scope, pace and keeping the session alive; one for each part,
    # another for plans, and the roadmap twice; then holding the sheet,
    # and the request that shows it.
    with django_assert_max_num_queries(26):
        page = made(owner, *ALL, first=ago(180))

    assert "I wrote something on 90 of 181 days. The feelings I named most were tired (60 times) and calm (30)." in page
    assert "Of the things I meant to do, 10 happened." in page
    assert "Are you becoming who you want to be? 2 then, 3 now." in page and "both times." in page
    assert "It was put off. The reason given: Not wanting to open up. It stayed safe." in page
    assert "<dt>" not in page, "sentences, and no labels"
