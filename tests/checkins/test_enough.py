""" "That is enough for today." makes a whole day of whatever is there."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from accounts.models import Account
from tests.checkins.days import DAY, read, write

ADDRESS = f"/checkins/{DAY}/"
SENTENCE = "That is enough for today."
BUTTON = 'name="enough" value="yes"'


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def test_what_is_written_is_saved_and_the_day_is_whole(owner: Client, partner: Account) -> None:
    response = owner.post(ADDRESS, {"gratitude_1": "Jo rang back", "emotion_1": "Calm", "enough": "yes", "version": "0"})

    page = owner.get("/").content.decode()
    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert (read(partner).gratitude_1, read(partner).enough) == ("Jo rang back", "yes")
    assert SENTENCE in page and "Jo rang back" in page and "Calm" in page
    assert BUTTON not in page and 'name="gratitude_1"' not in page
    assert f'href="{ADDRESS}">Add or change something' in page


def test_a_day_without_a_word_is_whole_too_and_counts(owner: Client, partner: Account) -> None:
    owner.post("/checkins/", {"gratitude_1": "", "enough": "yes", "version": "0"})

    page = owner.get("/").content.decode()
    assert (read(partner).version, read(partner).gratitudes) == (1, [])
    assert SENTENCE in page and "1 of the last 7 days." in page


def test_it_is_said_where_it_was_pressed_and_undone_without_losing_a_word(owner: Client, partner: Account) -> None:
    form = {"gratitude_1": "Jo rang back", "enough": "yes", "version": "0", "next": "/"}
    page = owner.post(ADDRESS, form, headers={"HX-Request": "true"}, follow=True).content.decode()

    assert '<p role="status">That is enough for today.</p>' in page and BUTTON not in page
    token = re.search(r'name="undo" value="([^"]+)"', page)[1]
    undone = owner.post("/undo/", {"undo": token, "place": "enough", "next": "/"}, follow=True).content.decode()

    assert '<p role="status">Undone.</p>' in undone and BUTTON in undone
    assert (read(partner).gratitude_1, read(partner).enough) == ("Jo rang back", "")


def test_undone_on_a_day_without_words_it_leaves_none(owner: Client, partner: Account) -> None:
    page = owner.post(ADDRESS, {"enough": "yes", "version": "0", "next": "/"}, follow=True).content.decode()
    owner.post("/undo/", {"undo": re.search(r'name="undo" value="([^"]+)"', page)[1]})

    assert read(partner).version == 0


def test_more_may_be_written_afterwards(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, {"enough": "yes", "version": "0"})

    page = owner.get(ADDRESS).content.decode()
    owner.post(ADDRESS, {"gratitude_1": "One more thing", "version": "1"})

    assert BUTTON not in page and "That is enough for today." in page
    assert (read(partner).gratitude_1, read(partner).enough) == ("One more thing", "yes")


@pytest.mark.parametrize("address", ["/", "/checkins/", ADDRESS])
def test_it_is_offered_for_today_only(owner: Client, address: str) -> None:
    assert BUTTON in owner.get(address).content.decode()
    assert BUTTON not in owner.get("/checkins/2026-03-09/").content.decode()


def test_what_cannot_be_saved_is_said_before_anything_is_enough(owner: Client, partner: Account) -> None:
    response = owner.post(ADDRESS, {"action": "x" * 512, "enough": "yes", "version": "0"})

    assert response.status_code == 422
    assert read(partner).version == 0


def test_a_day_that_was_enough_reads_as_such_later(owner: Client, partner: Account) -> None:
    write(partner, date(2026, 3, 9), enough="yes")

    assert "Enough for that day." in owner.get("/checkins/").content.decode()
    its_page = owner.get("/checkins/2026-03-09/").content.decode()
    assert "Enough for that day." in its_page and "That is enough for today." not in its_page


def test_saying_so_overwrites_nothing_and_is_no_conflict(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back")
    write(partner, version=1, gratitude_2="Clean sheets")

    stale = {"gratitude_1": "Jo rang back", "gratitude_2": "Clean sheets", "enough": "yes", "version": "1"}

    assert owner.post(ADDRESS, stale).status_code == 302
    assert read(partner).enough == "yes"
    assert owner.post(ADDRESS, stale | {"gratitude_2": ""}).status_code == 409
