"""What is typed into a form that is sent by its button is kept meanwhile (docs/security.md, R34)."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.autosave.models import Draft
from accounts.models import Account
from accounts.vault.scope import acting_for

PLACE = "/roadmap/talks/"
WORDS = {"own_words": ["Asked for a walk"], "response": ["listened"]}


def keep(client: Client, words: object, place: str = PLACE, **page: object) -> int:
    return client.post("/accounts/draft/", {"place": place, "words": json.dumps(words), **page}).status_code


def kept(client: Client, place: str = PLACE) -> dict:
    response = client.post("/accounts/draft/", {"place": place})
    assert response.status_code == 200
    return response.json()


def test_what_was_typed_is_given_back_where_it_was_typed(owner: Client) -> None:
    assert kept(owner) == {}

    assert keep(owner, WORDS) == 204
    assert keep(owner, WORDS | {"own_words": ["Asked for a walk by the river"]}) == 204

    assert kept(owner) == WORDS | {"own_words": ["Asked for a walk by the river"]}
    assert kept(owner, "/roadmap/actions/new/") == {}


@pytest.mark.parametrize("words", [{}, {"own_words": [" \n"]}, {"own_words": []}])
def test_a_form_that_was_sent_or_emptied_has_no_draft(owner: Client, partner: Account, words: dict) -> None:
    keep(owner, WORDS)

    assert keep(owner, words) == 204

    assert kept(owner) == {}
    with acting_for(partner):
        assert Draft.objects.get().words == {}


HERE = "a" * 12
ELSEWHERE = "b" * 12
MORE = {"own_words": ["Asked for a walk by the river"]}


@pytest.mark.parametrize("order", [[1, 2], [2, 1]])
def test_the_later_words_of_a_page_stay_in_whichever_order_they_come(owner: Client, order: list[int]) -> None:
    for sequence in order:
        assert keep(owner, {1: WORDS, 2: MORE}[sequence], client_id=HERE, sequence=sequence) == 204

    assert kept(owner) == MORE


@pytest.mark.parametrize("order", [[1, 2], [2, 1]])
def test_a_draft_that_was_sent_does_not_come_back_in_whichever_order_they_come(owner: Client, order: list[int]) -> None:
    for sequence in order:
        assert keep(owner, {1: WORDS, 2: {}}[sequence], client_id=HERE, sequence=sequence) == 204

    assert kept(owner) == {}


def test_after_one_was_sent_another_page_or_the_same_one_keeps_the_next(owner: Client) -> None:
    keep(owner, {}, client_id=HERE, sequence=7)

    keep(owner, WORDS, client_id=HERE, sequence=8)
    assert kept(owner) == WORDS
    keep(owner, MORE, client_id=ELSEWHERE, sequence=1)
    assert kept(owner) == MORE


@pytest.mark.parametrize(
    "page", [{}, {"client_id": "", "sequence": "1"}, {"client_id": HERE, "sequence": "-1"}, {"client_id": "x", "sequence": "1"}]
)
def test_from_a_page_that_does_not_say_which_it_is_the_last_to_come_is_kept(owner: Client, page: dict) -> None:
    keep(owner, WORDS, client_id=HERE, sequence=2)

    assert keep(owner, MORE, **page) == 204

    assert kept(owner) == MORE


def test_it_is_nobody_elses(owner: Client, stranger: Account, sign_in) -> None:
    keep(owner, WORDS)

    assert kept(sign_in(stranger)) == {}


def test_it_is_stored_sealed(owner: Client, partner: Account) -> None:
    keep(owner, WORDS)

    with acting_for(partner), connection.cursor() as cursor:
        cursor.execute("SELECT words FROM accounts_draft")
        assert b"walk" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("words", [WORDS, {}])
def test_after_a_week_it_is_gone(owner: Client, partner: Account, time_machine, words: dict) -> None:
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    owner.force_login(partner)
    keep(owner, words)
    with acting_for(partner):
        assert Draft.objects.exists()

    time_machine.shift(timedelta(days=7))
    owner.force_login(partner)
    assert kept(owner) == {}
    partner.delete_expired(at=partner.joined_at + timedelta(days=999))
    with acting_for(partner):
        assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "{}"),
        ("roadmap", "{}"),
        ("/" + "x" * 200 + "/", "{}"),
        ("/a b/", "{}"),
        (PLACE, "{"),
        (PLACE, "[]"),
        (PLACE, '"words"'),
        (PLACE, "7"),
        (PLACE, '{"own_words": "no list"}' * 2),
        (PLACE, '{"own_words": [7]}'),
        (PLACE, '{"own_words": 7}'),
        (PLACE, '{"own_words": [null]}'),
        (PLACE, '{"own_words": ["\\ud800"]}'),
        (PLACE, '{"\\ud800": ["x"]}'),
        (PLACE, "[" * 60_000),
    ],
)
def test_what_is_no_draft_is_refused_and_nothing_is_kept(owner: Client, partner: Account, place: str, words: str) -> None:
    assert owner.post("/accounts/draft/", {"place": place, "words": words}).status_code == 422

    with acting_for(partner):
        assert not Draft.objects.exists()


@pytest.mark.parametrize("path", [PLACE, "/roadmap/actions/new/", "/guide/support-map/"])
def test_forms_that_are_sent_by_their_button_keep_one(owner: Client, path: str) -> None:
    page = owner.get(path).content.decode()

    assert 'data-module="draft"' in page and 'data-draft="/accounts/draft/"' in page and "js/draft" in page
