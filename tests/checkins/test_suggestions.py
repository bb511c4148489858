"""Earlier words are offered; one press inserts them, with scripts and without."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins import suggestions
from checkins.emotions import Feeling
from checkins.forms import CheckInForm
from checkins.models import CheckIn
from tests.checkins.days import DAY, read, write

ADDRESS = f"/checkins/{DAY}/"


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def day(number: int, **words: str) -> CheckIn:
    return CheckIn(day=date(2026, 3, number), version=1, **words)


def test_the_latest_come_first_each_once_and_none_that_stand_there_already() -> None:
    recent = [
        day(9, gratitude_1="Clean sheets", gratitude_2="Jo rang back", action="Walk"),
        day(8, gratitude_1="clean SHEETS", gratitude_2="Soup", action="walk"),
        day(7, gratitude_1="Bread", plan_when="it rains", plan_will="read"),
        day(6, gratitude_1="Blackbird", gratitude_2="Rain", action="Ring the practice"),
    ]

    offered = suggestions.offered(recent, day(10, gratitude_1="Soup"))

    assert offered.gratitudes == ["Clean sheets", "Jo rang back", "Bread", "Blackbird"]
    assert offered.actions == ["Walk", "Ring the practice"]


def test_what_does_not_fit_a_chip_is_not_offered() -> None:
    offered = suggestions.offered([day(9, gratitude_1="x" * 61, gratitude_2="two\nlines", gratitude_3="x" * 60)], day(10))

    assert offered.gratitudes == ["x" * 60]


def test_the_page_of_a_day_offers_what_was_written_on_others(owner: Client, partner: Account) -> None:
    write(partner, date(2026, 3, 9), gratitude_1="Clean sheets", action="Walk <home>")
    write(partner, gratitude_1="Jo rang back")

    page = owner.get(ADDRESS).content.decode()

    assert '<button class="chip" name="again_gratitude" value="Clean sheets">' in page
    assert '<button class="chip" name="again_action" value="Walk &lt;home&gt;">' in page
    assert 'value="Jo rang back">Jo' not in page
    assert "Written before" not in Client().get(ADDRESS).content.decode()


def test_only_the_last_days_with_words_are_asked(owner: Client, partner: Account) -> None:
    for back in range(1, 16):
        write(partner, DAY - timedelta(days=back), gratitude_1="Often" if back < 15 else "Long ago")

    page = owner.get(ADDRESS).content.decode()

    assert 'value="Often"' in page and "Long ago" not in page


def test_without_scripts_a_press_saves_it_in_the_first_free_line(owner: Client, partner: Account) -> None:
    form = {"gratitude_1": "typed just now", "gratitude_2": "", "gratitude_3": "", "action": "", "version": "0"}

    assert owner.post(ADDRESS, form | {"again_gratitude": "Clean sheets"}).status_code == 302
    assert owner.post(ADDRESS, form | {"gratitude_2": "Clean sheets", "again_action": "Walk", "version": "1"}).status_code == 302

    kept = read(partner)
    assert (kept.gratitude_1, kept.gratitude_2, kept.gratitude_3, kept.action) == ("typed just now", "Clean sheets", "", "Walk")


def test_pressed_twice_it_is_taken_once(owner: Client, partner: Account) -> None:
    for version, second in (("0", ""), ("1", "Clean sheets")):
        owner.post(ADDRESS, {"gratitude_1": "a", "gratitude_2": second, "version": version, "again_gratitude": "Clean sheets"})

    assert read(partner).gratitudes == ["a", "Clean sheets"]


def test_with_no_free_line_it_says_so_and_nothing_is_lost(owner: Client, partner: Account) -> None:
    lines = {"gratitude_1": "a", "gratitude_2": "b", "gratitude_3": "c", "version": "0"}

    response = owner.post(ADDRESS, lines | {"again_gratitude": "Clean sheets"})

    assert response.status_code == 422
    assert "There is no free line for it" in response.context["form"].errors["gratitude_3"][0]
    assert read(partner).version == 0


def test_an_empty_post_is_no_chip(owner: Client) -> None:
    assert owner.post(ADDRESS, {}).status_code == 422


# Feelings


def test_the_eight_feelings_named_most_are_offered_first_those_named_most(owner: Client, partner: Account) -> None:
    named = ["tired", "like rain", "calm", "hopeful", "lonely", "torn", "proud", "tense", "at-ease", "numb"]
    for ago in range(1, 30):
        write(partner, DAY - timedelta(days=ago), emotion_1="tired", emotion_2=named[ago % len(named)])

    with acting_for(partner):
        offered = suggestions.named_before(partner)

    assert len(offered) == 8 and offered[0].text == "tired"
    assert 'value="like rain"' in owner.get("/").content.decode(), "words of one's own are offered too"


def test_what_is_chosen_and_was_not_named_before_comes_first(partner: Account) -> None:
    write(partner, DAY - timedelta(days=1), emotion_1="calm")
    write(partner, DAY, emotion_1="torn", emotion_2="calm")

    with acting_for(partner):
        chips = CheckInForm(checkin=CheckIn.of(partner, DAY)).chips([Feeling("calm"), Feeling("tired")])

    assert [(feeling.text, ticked) for feeling, ticked in chips] == [("torn", True), ("calm", True), ("tired", False)]


# One thing, as one sentence


@pytest.mark.parametrize(
    ("posted", "stored"),
    [
        ({"plan_when": "", "action": "walk"}, ("walk", "", "")),
        ({"plan_when": "it rains", "action": "walk"}, ("", "it rains", "walk")),
        ({"plan_when": "it rains", "action": ""}, ("", "it rains", "")),
        ({"plan_when": "", "action": ""}, ("", "", "")),
        ({"action": "walk"}, ("walk", "before", "before")),
        ({"plan_when": "it rains", "plan_will": "walk", "action": "rest"}, ("rest", "it rains", "walk")),
    ],
)
def test_one_sentence_is_a_plan_with_when_and_an_action_without(owner: Client, partner: Account, posted: dict, stored: tuple) -> None:
    write(partner, DAY, gratitude_1="x", plan_when="before", plan_will="before")

    owner.post(f"/checkins/{DAY}/", {"gratitude_1": "x", "version": "1", **posted})

    with acting_for(partner):
        day = CheckIn.of(partner, DAY)
    assert (day.action, day.plan_when, day.plan_will) == stored


def test_the_sentence_is_shown_as_it_was_written(owner: Client, partner: Account) -> None:
    write(partner, DAY, plan_when="it rains", plan_will="walk to the bridge")

    page = owner.get("/").content.decode()

    assert "it rains</textarea>" in page and "walk to the bridge</textarea>" in page and 'name="plan_will"' not in page
