"""Everything one has written is found at one address, except the private plan; words of danger show help first."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from guide.models import Supporter
from roadmap.models import LookBack, Review, Roadmap, Talk
from tests.checkins.days import write

SEARCH = "/search/"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = NOON.date()


@pytest.fixture(autouse=True)
def sunday(time_machine) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def written(partner: Account) -> Account:
    """A word in each kind of place, and the same word in a private plan that is locked."""
    write(partner, date(2026, 11, 21), gratitude_1="Two quiet evenings in a row", at=NOON)
    with acting_for(partner):
        roadmap = Roadmap.of(partner)
        partner.actions.named("smaller-ask").write(note="The evenings with the book")
        Talk.write(partner, uuid4(), {"issue": "Our Evenings", "day": DAY, "state": "held"}, version=0, at=NOON)
        Review.write(partner, DAY, {"answers": {"q1": 3}, "note": "Better evenings", "finished": True}, version=0, at=NOON)
        roadmap.plan_to_look_back(need_to_see="Three calm evenings")
        LookBack.of(partner, DAY).write({"now": "The evenings are calmer"}, version=0, at=NOON)
        Supporter.write(partner, uuid4(), {"who": "Jo", "kind": "friend", "reach": "Most evenings"}, version=0, at=NOON)
    return partner


def found(client: Client, words: str) -> str:
    response = client.post(SEARCH, {"q": words})
    assert response.status_code == 200
    return response.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("typed", ["evenings", "EVENINGS", "ev\u00e8nings", "evenigns", "evening"])
def test_a_word_is_found_in_every_kind_of_place_whatever_its_case_accents_and_slips(owner: Client, written: Account, typed: str) -> None:
    page = found(owner, typed)

    for kind in ("A day", "A step", "A talk", "Six questions", "Look back", "A person"):
        assert f'<p class="found-kind">{kind}</p>' in page, kind
    assert page.count('class="found-kind"') == 7
    assert page.count("<mark>") >= 7


def test_each_place_leads_to_where_it_was_written(owner: Client, written: Account) -> None:
    page = found(owner, "evenings")

    for address in {part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/")}:
        assert owner.get(address).status_code == 200, address


def test_words_are_in_the_body_and_never_in_an_address(owner: Client, written: Account) -> None:
    page = owner.get(SEARCH, {"q": "evenings"}).content.decode()

    assert "found-kind" not in page and 'value="evenings"' not in page


def test_a_slip_is_said(owner: Client, written: Account) -> None:
    assert "Nothing has “evenigns” in it" in found(owner, "evenigns")


@pytest.mark.parametrize("typed", ["suicide", "he hit me", "strangled"])
def test_words_of_danger_bring_help_first_and_are_never_taken_for_others(owner: Client, partner: Account, typed: str) -> None:
    write(partner, date(2026, 11, 21), gratitude_1="suicidal, hitting, strangely", at=NOON)

    page = found(owner, typed)

    assert 'class="fear"' in page
    assert "Nothing has “" not in page


def test_nothing_of_another_account_is_found(written: Account, stranger: Account, sign_in) -> None:
    assert "Nothing found" in found(sign_in(stranger), "evenings")


def test_nothing_to_look_for_is_refused_at_its_field(owner: Client) -> None:
    response = owner.post(SEARCH, {"q": " "})

    assert response.status_code == 422 and "Write a word to look for." in response.content.decode()


def test_long_texts_are_shown_around_the_word(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        Roadmap.of(partner)
        partner.actions.named("smaller-ask").write(note="before " * 200 + "harbour " + "after " * 60)

    page = found(owner, "harbour")

    assert "<mark>harbour</mark>" in page and len(page) < 6000
