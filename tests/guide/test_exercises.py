"""Exercises for paper, without an account: the closing question makes a card, and three sheets are to be filled in by hand."""

import re

import pytest
from django.test import Client

from accounts.models import Session
from guide import article, six_questions
from guide.exercises.forms import SHEETS
from guide.supporters.models import KINDS

LINE = {"step": "first-appointment", "when": "I have locked the shop", "will": "ring <Mill Road>"}


def page_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_card_offers_the_ten_steps_by_their_days(client: Client, db: None) -> None:
    page = page_of(client.get("/guide/card/"))

    assert len(article.ACTIONS) == 10
    assert all(f'value="{key}"' in page and action.title in page for key, action in article.ACTIONS.items())
    assert page.index("Within 7 days") < page.index("Within 30 days") < page.index("Within 180 days")
    assert 'class="card-paper"' not in page


def test_a_step_and_a_line_make_a_card_and_leave_nothing_behind(client: Client, db: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.post("/guide/card/", LINE)

    card = re.search(r'<div class="card-paper">(.*?)</div>', page_of(response))[1]
    assert article.ACTIONS["first-appointment"].title in card
    assert "When I have locked the shop, I will ring &lt;Mill Road&gt;" in card
    assert not re.search(r"Even Keel|partner|guide", card, re.I)
    assert not response.cookies and not Session.objects.exists() and "no-store" in response["Cache-Control"]


def test_a_line_that_is_written_with_its_beginning_has_it_once(client: Client, db: None) -> None:
    response = client.post("/guide/card/", LINE | {"when": "When I have locked the shop", "will": "I will ring <Mill Road>"})

    assert "When I have locked the shop, I will ring &lt;Mill Road&gt;" in page_of(response)


def test_a_line_that_sounds_like_danger_is_met_with_help_first(client: Client, db: None) -> None:
    page = page_of(client.post("/guide/card/", LINE | {"when": "he hits me again"}))

    assert page.index('class="fear"') < page.index('class="card-paper"')
    assert 'class="fear"' not in page_of(client.post("/guide/card/", LINE))


def test_the_line_may_stay_empty(client: Client, db: None) -> None:
    card = page_of(client.post("/guide/card/", {"step": "first-appointment"}))

    assert 'class="card-paper"' in card and 'class="card-line"' not in card


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({**LINE, "step": ""}, "Choose one of the ten."),
        ({**LINE, "step": "eleven"}, "Choose one of the ten."),
        ({**LINE, "will": "x" * 121}, "120 characters at most."),
        ({**LINE, "when": "a\0b"}, "cannot be stored"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_the_words_stay(client: Client, db: None, sent: dict[str, str], said: str) -> None:
    response = client.post("/guide/card/", sent)

    page = page_of(response)
    assert response.status_code == 422 and said in page and 'class="card-paper"' not in page
    assert sent["will"][:20].replace("<", "&lt;").replace(">", "&gt;") in page


def test_each_sheet_has_its_lines(client: Client, db: None) -> None:
    pages = {name: page_of(client.get(f"/guide/sheets/{name}/")) for name in SHEETS}

    assert all(kind.name in pages["support"] for kind in KINDS.values())
    assert all(question.words in pages["questions"] for question in six_questions.QUESTIONS.values())
    assert pages["three-two-one"].count("Glad of") == pages["three-two-one"].count("I will …") == 3
    assert all("<form" not in page for page in pages.values())


def test_there_is_no_other_sheet(client: Client, db: None) -> None:
    assert client.get("/guide/sheets/plan/").status_code == 404


def test_the_parts_and_the_contents_lead_to_them(client: Client, db: None) -> None:
    assert 'href="/guide/card/"' in page_of(client.get("/guide/forward/"))
    assert 'href="/guide/sheets/support/"' in page_of(client.get("/guide/wellbeing/"))
    assert 'href="/guide/sheets/three-two-one/"' in page_of(client.get("/guide/wellbeing/"))
    assert 'href="/guide/sheets/questions/"' in page_of(client.get("/guide/limits/"))
    contents = page_of(client.get("/guide/"))
    assert all(f'href="/guide/{name}/"' in contents for name in ("card", "heard", *(f"sheets/{name}" for name in SHEETS)))
