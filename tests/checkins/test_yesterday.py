"""What became of the action of the last written day: asked once, on Today, and let go as gladly as answered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Account
from checkins.models import ActionOutcome
from tests.checkins.days import DAY, read, write

YESTERDAY = date(2026, 3, 9)
ADDRESS = f"/checkins/{YESTERDAY}/"
QUESTION = "Did it happen?"


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def answer(client: Client, outcome: str, address: str = ADDRESS):
    return client.post(address, {"outcome": outcome, "next": "/"})


@pytest.mark.parametrize("when", ["the kettle goes on", "When the kettle goes on,", "when  the kettle goes on"])
@pytest.mark.parametrize("will", ["sit on the step", "I will sit on the step."])
def test_a_sentence_does_not_begin_or_end_twice(owner: Client, partner: Account, when: str, will: str) -> None:
    write(partner, YESTERDAY, plan_when=when, plan_will=will)

    assert "“When the kettle goes on, I will sit on the step.”" in owner.get("/").content.decode()
    kept = read(partner, YESTERDAY)
    assert (kept.plan_when, kept.plan_will) == (when, will)


@pytest.mark.parametrize("outcome", ActionOutcome.values)
def test_each_of_the_four_answers_is_kept_and_it_is_not_asked_again(owner: Client, partner: Account, outcome: str) -> None:
    write(partner, YESTERDAY, gratitude_1="Clean sheets", plan_when="the kettle goes on", plan_will="sit on the step")
    asked = owner.get("/").content.decode()

    response = answer(owner, outcome)

    assert QUESTION in asked and "“When the kettle goes on, I will sit on the step.”" in asked
    assert asked.count('name="outcome"') == 4
    assert (response.status_code, response["Location"]) == (302, "/")
    assert (read(partner, YESTERDAY).outcome, read(partner, YESTERDAY).gratitude_1) == (outcome, "Clean sheets")
    page = owner.get("/").content.decode()
    assert "noted." in page and 'name="outcome"' not in page
    assert QUESTION not in owner.get("/").content.decode()


def test_a_day_without_an_action_is_not_asked_about(owner: Client, partner: Account) -> None:
    write(partner, YESTERDAY, gratitude_1="Clean sheets")

    assert QUESTION not in owner.get("/").content.decode()


def test_the_last_written_day_is_asked_about_however_many_lie_between_up_to_three_weeks(owner: Client, partner: Account) -> None:
    write(partner, DAY - timedelta(days=20), action="Ring the practice")
    write(partner, DAY - timedelta(days=30), action="Water the beans")

    page = owner.get("/").content.decode()

    assert "From Wednesday 18 February" in page
    assert "“Ring the practice”" in page and "“Water the beans”" not in page


def test_the_same_answer_twice_is_one_answer(owner: Client, partner: Account) -> None:
    write(partner, YESTERDAY, action="Walk")

    assert [answer(owner, "yes").status_code for _ in range(3)] == [302, 302, 302]
    assert (read(partner, YESTERDAY).outcome, read(partner, YESTERDAY).version) == ("yes", 2)


def test_another_answer_in_a_second_tab_is_told_and_nothing_is_overwritten(owner: Client, partner: Account) -> None:
    write(partner, YESTERDAY, gratitude_1="Clean sheets", emotion_1="calm", action="Walk")
    answer(owner, "yes")

    response = answer(owner, "letgo")

    page = response.content.decode()
    assert response.status_code == 409
    assert "Another tab has changed this day" in page
    assert read(partner, YESTERDAY).outcome == "yes"
    assert "\nClean sheets</textarea>" in page and page.count('value="calm"') == 3, (
        "the page can be sent without losing what it did not ask about"
    )


def test_an_answer_needs_no_version_for_it_overwrites_nothing(owner: Client, partner: Account) -> None:
    write(partner, YESTERDAY, action="Walk")
    write(partner, YESTERDAY, version=1, gratitude_1="corrected meanwhile")

    answer(owner, "partly")

    assert (read(partner, YESTERDAY).outcome, read(partner, YESTERDAY).gratitude_1) == ("partly", "corrected meanwhile")


def test_a_page_of_the_day_that_stood_open_does_not_take_the_answer_back(owner: Client, partner: Account) -> None:
    write(partner, YESTERDAY, client_id="abcdefghijkl", sequence=1, action="Walk")
    answer(owner, "yes")

    stale = {"gratitude_1": "more", "action": "Walk", "outcome": "", "version": "1", "client_id": "abcdefghijkl", "sequence": "2"}

    assert owner.post(ADDRESS, stale).status_code == 409
    assert read(partner, YESTERDAY).outcome == "yes"


def test_an_answer_to_an_action_that_is_gone_changes_nothing(owner: Client, partner: Account) -> None:
    write(partner, YESTERDAY, gratitude_1="Clean sheets")

    assert answer(owner, "yes").status_code == 302
    assert answer(owner, "yes", "/checkins/2026-03-08/").status_code == 302
    assert (read(partner, YESTERDAY).outcome, read(partner, date(2026, 3, 8)).version) == ("", 0)


def test_an_answer_that_is_none_is_refused_with_the_words_of_the_day_in_place(owner: Client, partner: Account) -> None:
    write(partner, YESTERDAY, gratitude_1="Clean sheets", action="Walk")

    response = answer(owner, "perhaps")

    assert response.status_code == 422
    assert "Choose yes, partly, not this time or let it go" in response.content.decode()
    assert "\nClean sheets</textarea>" in response.content.decode()


@pytest.mark.parametrize(("days", "welcomed"), [(1, False), (20, False), (21, True), (400, True)])
def test_after_three_weeks_there_is_a_welcome_and_nothing_else(owner: Client, partner: Account, days: int, welcomed: bool) -> None:
    write(partner, DAY - timedelta(days=days), action="Ring the practice")

    page = owner.get("/").content.decode()

    assert ("Welcome back." in page) == welcomed
    assert (QUESTION in page) == ("Ring the practice" in page) == (not welcomed)
    assert ("of the last 7 days" in page) == (days == 1), "no day is counted that was not written"


def test_the_welcome_is_over_once_a_word_is_written(owner: Client, partner: Account) -> None:
    write(partner, DAY - timedelta(days=400), action="Ring the practice")

    owner.post("/checkins/", {"gratitude_1": "Here again", "version": "0"})

    page = owner.get("/").content.decode()
    assert "Welcome back." not in page
    assert "1 of the last 7 days." in page
