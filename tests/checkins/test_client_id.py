"""An open page knows its own saves: an answer that was lost on the way is no conflict with oneself."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.autosave.models import Conflict
from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from tests.checkins.days import AT, DAY, read, write

ADDRESS = f"/checkins/{DAY}/"
HTMX = {"HX-Request": "true"}
HERE = "aaaaaaaaaaaa"
THERE = "bbbbbbbbbbbb"


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def test_a_save_whose_answer_was_lost_is_followed_by_the_next(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, {"gratitude_1": "Jo", "version": "0", "client_id": HERE, "sequence": "1"}, headers=HTMX)

    response = owner.post(ADDRESS, {"gratitude_1": "Jo rang back", "version": "0", "client_id": HERE, "sequence": "2"}, headers=HTMX)

    assert response.status_code == 200
    assert (read(partner).gratitude_1, read(partner).version) == ("Jo rang back", 2)
    assert 'name="version" value="2"' in response.content.decode()


def test_an_earlier_save_that_comes_late_changes_nothing(owner: Client, partner: Account) -> None:
    owner.post(ADDRESS, {"gratitude_1": "Jo rang back", "version": "0", "client_id": HERE, "sequence": "2"}, headers=HTMX)

    response = owner.post(ADDRESS, {"gratitude_1": "Jo", "version": "0", "client_id": HERE, "sequence": "1"}, headers=HTMX)

    assert response.status_code == 200
    assert (read(partner).gratitude_1, read(partner).version) == ("Jo rang back", 1)


def test_another_page_in_between_is_a_conflict_as_ever(partner: Account) -> None:
    write(partner, client_id=HERE, sequence=1, gratitude_1="here")
    write(partner, version=1, client_id=THERE, sequence=1, gratitude_1="there")

    with pytest.raises(Conflict):
        write(partner, version=1, client_id=HERE, sequence=2, gratitude_1="here again")
    assert read(partner).gratitude_1 == "there"


def test_a_page_that_does_not_count_its_saves_needs_the_version(owner: Client, partner: Account) -> None:
    """Without scripts every save is number 0: a form sent again from an older page must not overwrite words unseen."""
    form = {"gratitude_1": "first", "version": "0", "client_id": HERE, "sequence": "0"}
    owner.post(ADDRESS, form)

    assert owner.post(ADDRESS, form | {"gratitude_1": "second"}).status_code == 409
    assert read(partner).gratitude_1 == "first"


@pytest.mark.parametrize(
    ("client_id", "sequence"), [("", "2"), ("x" * 99, "2"), ("aaaaaaaaaaa\0", "2"), (HERE, "two"), (HERE, "-1"), (HERE, "9" * 40)]
)
def test_a_page_that_says_who_it_is_in_another_way_is_nobody(owner: Client, partner: Account, client_id: str, sequence: str) -> None:
    owner.post(ADDRESS, {"gratitude_1": "first", "version": "0", "client_id": HERE, "sequence": "1"})

    assert owner.post(ADDRESS, {"gratitude_1": "second", "version": "0", "client_id": client_id, "sequence": sequence}).status_code == 409


def test_each_page_shown_has_a_name_of_its_own(owner: Client) -> None:
    names = {owner.get(address).content.decode().split('name="client_id" value="')[1][:12] for address in (ADDRESS, ADDRESS, "/", "/")}

    assert len(names) == 4


@given(order=st.permutations(range(1, 6)), versions=st.lists(st.integers(0, 5), min_size=5, max_size=5))
def test_in_whatever_order_the_saves_of_one_page_come_the_last_one_stays(partner: Account, order: list[int], versions: list[int]) -> None:
    with acting_for(partner):
        partner.checkins.all().delete()
        for sequence, version in zip(order, versions, strict=True):
            CheckIn.write(partner, DAY, {"gratitude_1": f"words {sequence}"}, version=version, at=AT, client_id=HERE, sequence=sequence)

        assert CheckIn.of(partner, DAY).gratitude_1 == "words 5"


def test_sent_again_after_a_conflict_nothing_goes_that_was_never_in_sight(owner: Client, partner: Account) -> None:
    """A post without feelings or a plan. The page of both versions has them, and must not show them empty."""
    write(partner, gratitude_1="from the first tab", emotion_1="at-ease", emotion_2="like rain", plan_when="it rains", plan_will="walk")
    response = owner.post(ADDRESS, {"gratitude_1": "from the second", "gratitude_2": "", "gratitude_3": "", "action": "", "version": "0"})
    form = response.context["form"]

    assert response.status_code == 409
    sent = {name: form[name].value() for name in CheckIn.WORDS if name not in ("outcome", "enough", *CheckIn.EMOTIONS)}
    chosen = [feeling.text for feeling in form.chosen]
    owner.post(ADDRESS, sent | {"emotion": [*chosen, "at-ease"], "emotion_shown": ["", *form.shown], "version": "1"})

    kept = read(partner)
    assert (kept.gratitude_1, kept.emotion_1, kept.emotion_2) == ("from the second", "at-ease", "like rain")
    assert (kept.plan_when, kept.plan_will) == ("it rains", "walk")


def test_sent_again_after_a_refusal_nothing_goes_that_was_never_in_sight(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="before", emotion_1="calm", plan_when="it rains")

    response = owner.post(ADDRESS, {"gratitude_1": "after", "action": "x" * 512, "version": "1"})

    form = response.context["form"]
    assert (form["plan_when"].value(), form.shown) == ("it rains", ["calm"])
    assert form["gratitude_1"].value() == "after"
