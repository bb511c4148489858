"""Today by age: the first day, the code, the time zone, and never more than three asks."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from roadmap.models import Roadmap
from tests.checkins.days import write

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def sunday(time_machine) -> None:
    time_machine.move_to(NOON, tick=False)


def at(account: Account, day: int, time_machine, sign_in) -> Client:
    """A browser of theirs so many days after sign-up."""
    time_machine.move_to(NOON + timedelta(days=day), tick=False)
    return sign_in(account)


def today(client: Client) -> str:
    return client.get("/").content.decode()


def test_the_first_day_is_three_numbered_lines_and_the_rest_folded(owner: Client) -> None:
    page = today(owner)

    assert re.findall(r'<h2 class="count" id="[^"]*"><b>(\d)</b>', page) == ["1", "2", "3"]
    assert "Make a recovery code" in page and "Write one line" in page and "Read for" in page
    assert page.count('name="gratitude_') == 1 and 'name="emotion"' not in page
    assert "What else is here" in page


def test_the_code_is_offered_until_it_is_refused_then_once_more_after_a_week_and_never_again(partner, time_machine, sign_in) -> None:
    offered = {}
    for day in range(30):
        client = at(partner, day, time_machine, sign_in)
        page = today(client)
        offered[day] = "no_code" in page
        if day in (3, 12):
            assert client.post("/", {"no_code": "1"})["Location"] == "/"

    assert [day for day, is_offered in offered.items() if is_offered] == [0, 1, 2, 3, 10, 11, 12]


def test_refusing_the_code_is_said_and_can_be_undone(owner: Client, partner: Account) -> None:
    page = owner.post("/", {"no_code": "1"}, follow=True).content.decode()

    assert "No code, then." in page and "no_code" not in page
    owner.post("/undo/", {"undo": re.search(r'name="undo" value="([^"]{40,})"', page)[1], "next": "/", "place": "code"})
    assert "no_code" in today(owner)


def test_the_code_is_not_offered_once_it_is_made(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        partner.new_recovery_code()

    assert "no_code" not in today(owner)


ASKS = (
    "Choose your time zone",
    'name="outcome"',
    'name="no_code"',
    "Once a month",
    "You had planned a talk",
    "are over, and",
    "Not for me",
    "Not written down yet",
    "The day to look back",
)


@pytest.mark.parametrize("day", [0, 1, 3, 8, 40, 90, 181, 400])
@pytest.mark.parametrize("written", [False, True])
def test_no_more_than_three_things_are_asked(stranger: Account, time_machine, sign_in, day: int, written: bool) -> None:
    with acting_for(stranger):
        Roadmap.of(stranger)
    client = at(stranger, day, time_machine, sign_in)
    if written and day:
        write(stranger, TODAY + timedelta(days=day - 1), action="Walk")

    page = today(client)

    assert sum(ask in page for ask in ASKS) <= 2, "besides the check-in"


def test_on_day_forty_two_late_steps_can_be_said_no_to(partner: Account, time_machine, sign_in) -> None:
    with acting_for(partner):
        Roadmap.of(partner)
        for horizon in (7, 30):
            partner.actions.left_over(horizon).keep_in_place()
        partner.new_recovery_code()
        partner.actions.filter(horizon=180).delete()
    client = at(partner, 40, time_machine, sign_in)

    page = today(client)
    assert page.count("Not for me") == 2
    action = re.search(r'id="aside-([^"]*)"', page)[1]
    answered = client.post(f"/roadmap/actions/{action}/", {"set-aside": "1", "next": "/"}, follow=True).content.decode()

    assert "Set aside:" in answered and 'name="undo"' in answered


@pytest.mark.parametrize("days_away", [0, 24])
def test_steps_that_are_late_wait_in_one_line_where_other_things_are_asked_or_after_weeks_away(
    partner: Account, time_machine, sign_in, days_away: int
) -> None:
    with acting_for(partner):
        Roadmap.of(partner)
    if days_away:
        write(partner, TODAY + timedelta(days=40 - days_away), gratitude_1="Rain")

    page = today(at(partner, 40, time_machine, sign_in))

    assert "Steps are waiting; any day will do." in page
    assert "Not for me" not in page and "Was for" not in page
    assert "All steps" in page and ("Welcome back." in page) == bool(days_away)
