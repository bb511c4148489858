"""One press covers what one has written, until the next press: the pages then hold no word and no feeling of it."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from roadmap.models import Talk
from tests.checkins.days import DAY, write

WORDS = ("skylight", "Tired", "like before a storm", "harbour", "q-lu")


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


@pytest.mark.parametrize("address", ["/checkins/history/", "/roadmap/talks/", "search"])
def test_covered_pages_hold_no_word(owner: Client, partner: Account, address: str) -> None:
    write(partner, DAY - timedelta(days=1), gratitude_1="Rain on the skylight", emotion_1="tired", emotion_2="like before a storm")
    with acting_for(partner):
        Talk.write(partner, uuid4(), {"issue": "The harbour, a skylight"}, version=0, at=datetime.now(UTC))

    def shown() -> str:
        response = owner.post("/search/", {"q": "skylight"}, follow=True) if address == "search" else owner.get(address)
        return response.content.decode().split("<main")[1].split("</main")[0].replace('value="skylight"', "")

    assert any(word in shown() for word in WORDS[:4])

    assert owner.post("/checkins/cover/", {"cover": "1", "next": "/checkins/history/"})["Location"] == "/checkins/history/"
    covered = shown()
    assert not [word for word in WORDS if word in covered]
    assert "Show the words" in covered

    owner.post("/checkins/cover/", {"cover": "0"})
    assert any(word in shown() for word in WORDS[:4])


@pytest.mark.parametrize(
    "address",
    ["/", "/checkins/", f"/checkins/{DAY}/", "/checkins/patterns/", "/checkins/calendar/2026/", "found", "/checkins/history/?all=1"],
)
def test_a_covered_page_has_no_word_of_another_day(owner: Client, partner: Account, address: str) -> None:
    words = {"gratitude_1": "Rain on the skylight", "emotion_1": "tired", "emotion_2": "like before a storm", "action": "To the harbour"}
    for ago in range(1, 9):
        write(partner, DAY - timedelta(days=ago), **words)

    def shown() -> str:
        response = owner.post("/checkins/history/", {"emotion": "tired"}, follow=True) if address == "found" else owner.get(address)
        page = response.content.decode().split("<main")[1].split("</main")[0]
        # The list of all words is the same for everyone.
        return re.sub(r'<details class="all-words">.*?</div></details>\s*</div>', "", page, flags=re.S)

    assert any(word in shown() for word in WORDS)
    owner.post("/checkins/cover/", {"cover": "1"})
    assert not [word for word in WORDS if word in shown()]


def test_words_can_be_covered_from_the_start_of_each_visit(owner: Client, partner: Account, sign_in) -> None:
    write(partner, DAY - timedelta(days=1), gratitude_1="Rain on the skylight")
    assert "skylight" in owner.get("/checkins/history/").content.decode()

    owner.post("/accounts/settings/", {"opens_covered": "True"})

    assert "skylight" not in owner.get("/checkins/history/").content.decode()
    owner.post("/checkins/cover/", {"cover": "0"})
    assert "skylight" in owner.get("/checkins/history/").content.decode(), "until the next press"
    partner.refresh_from_db()
    assert "skylight" not in sign_in(partner).get("/checkins/history/").content.decode(), "covered again in the next visit"


def test_the_press_says_what_it_did(owner: Client) -> None:
    page = owner.post("/checkins/cover/", {"cover": "1", "next": "/search/"}, follow=True).content.decode()

    assert '<p role="status">The words are covered.' in page


def test_your_days_lists_a_fortnight_and_all_of_a_month_when_asked(partner: Account, sign_in, time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 31, 20, 10, tzinfo=UTC), tick=False)
    for day in range(1, 31):
        write(partner, DAY.replace(day=day), gratitude_1=f"word-{day}-")
    owner = sign_in(partner)

    page = owner.get("/checkins/history/").content.decode()
    assert page.count('<details class="leaf">') == 14 and "?month=2026-03&amp;all=1#h-list" in page
    assert owner.get("/checkins/history/?month=2026-03&all=1").content.decode().count('<details class="leaf">') == 30
