"""Talks and reviews as they are stored: once for each form, safe in two tabs, held on a day."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.autosave.models import Conflict
from accounts.models import Account
from accounts.vault.scope import acting_for
from roadmap.models import LookBack, Review, Roadmap, Talk

DAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = uuid4()


def test_the_same_form_sent_twice_is_one_talk(acting: Account) -> None:
    key = uuid4()
    for _ in range(2):
        talk = Talk.write(acting, key, {"issue": "Quiet evenings"}, version=0, at=AT)

    assert (acting.talks.count(), talk.version) == (1, 1)


def test_a_talk_changed_elsewhere_is_not_written_over(acting: Account) -> None:
    key = uuid4()
    Talk.write(acting, key, {"issue": "Quiet evenings"}, version=0, at=AT)
    Talk.write(acting, key, {"issue": "Loud evenings"}, version=1, at=AT)

    with pytest.raises(Conflict) as conflict:
        Talk.write(acting, key, {"issue": "Mornings"}, version=1, at=AT)

    assert conflict.value.stored.issue == "Loud evenings"
    assert acting.talks.get().issue == "Loud evenings"


def test_what_took_place_is_told_from_what_is_planned(acting: Account) -> None:
    Talk.write(acting, uuid4(), {"issue": "Quiet evenings", "day": DAY}, version=0, at=AT)
    Talk.write(acting, uuid4(), {"issue": "Some time"}, version=0, at=AT)
    Talk.write(acting, uuid4(), {"approach": "film", "response": "listened", "day": DAY, "state": "held"}, version=0, at=AT)

    assert [talk.approach for talk in acting.talks.held()] == ["film"]
    assert [talk.issue for talk in acting.talks.planned()] == ["Quiet evenings", "Some time"]


def test_the_database_knows_three_states_and_no_held_talk_without_a_day(acting: Account) -> None:
    Talk.write(acting, uuid4(), {"issue": "Some time"}, version=0, at=AT)
    for wrong in ({"state": "gone"}, {"state": "held"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            acting.talks.update(**wrong)


def test_a_review_is_written_once_a_day(acting: Account) -> None:
    Review.write(acting, DAY, {"answers": {"q1": 3}}, version=0, at=AT)
    Review.write(acting, DAY, {"answers": {"q1": 3, "q2": 2}, "finished": True}, version=1, at=AT)
    with pytest.raises(Conflict):
        Review.write(acting, DAY, {"answers": {"q1": 1}}, version=0, at=AT)

    review = acting.reviews.finished().get()
    assert (review.answers, review.version) == ({"q1": 3, "q2": 2}, 2)


# An open page that saves while one types


def write_talk(account: Account, words: str, **page: Any) -> Talk:
    return Talk.write(account, KEY, {"issue": words}, version=0, at=AT, **page)


def write_review(account: Account, words: str, **page: Any) -> Review:
    return Review.write(account, DAY, {"note": words}, version=0, at=AT, **page)


def write_look_back(account: Account, words: str, **page: Any) -> LookBack:
    return LookBack.of(account, DAY).write({"now": words}, version=0, at=AT, **page)


@pytest.mark.parametrize("write", [write_talk, write_review, write_look_back])
def test_a_save_whose_answer_was_lost_is_no_conflict_with_the_next_of_the_same_page(acting: Account, write: Callable[..., Any]) -> None:
    write(acting, "first", client_id="aaaaaaaaaaaa", sequence=1)

    assert write(acting, "second", client_id="aaaaaaaaaaaa", sequence=3).version == 2
    assert write(acting, "late", client_id="aaaaaaaaaaaa", sequence=2).version == 2, "an earlier one that comes late changes nothing"
    with pytest.raises(Conflict):
        write(acting, "elsewhere", client_id="bbbbbbbbbbbb", sequence=4)


@pytest.mark.parametrize(
    ("address", "model", "field"),
    [
        ("/roadmap/talks/new/", Talk, "issue"),
        ("/roadmap/reviews/new/", Review, "note"),
        ("/roadmap/looking-back/", Roadmap, "need_to_see"),
        ("/roadmap/looking-back/?now=1", LookBack, "now"),
    ],
)
def test_each_page_that_saves_while_one_types_says_who_it_is(owner: Client, partner: Account, address: str, model: Any, field: str) -> None:
    page = owner.get(address).content.decode()
    client_id, version = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("client_id", "version"))
    words = {"key": str(KEY), "version": version, "client_id": client_id}
    path = address.split("?")[0]

    for sequence, text in [("1", "first"), ("3", "third"), ("2", "late")]:
        assert owner.post(path, words | {field: text, "sequence": sequence}, headers={"HX-Request": "true"}).status_code == 200
    with acting_for(partner):
        assert getattr(model.objects.get(), field) == "third", "one that came late changes nothing"
    assert owner.post(path, words | {field: "x", "client_id": "b" * 12, "sequence": "4"}).status_code == 409
