"""Search: over all passages, forgiving, calm, and private."""

import logging
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils.html import escape

from accounts.models import Session
from guide import content, library, search
from guide.models import Passage


@pytest.fixture
def synchronised(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync_guide")
    capsys.readouterr()


def page_of(client: Client, words: str, status: int = 200) -> str:
    response = client.post("/guide/search/", {"q": words})
    assert response.status_code == status
    return response.content.decode()


def addresses(words: str) -> list[str]:
    return [hit.address for hit in search.search(words).hits]


# What is looked through


def test_every_heading_tool_and_note_of_every_part_is_a_passage_at_its_anchor(synchronised: None, client: Client) -> None:
    for part in library.current().parts:
        page = client.get(f"/guide/{part.slug}/").content.decode()
        anchors = set(Passage.objects.filter(part=part.slug).values_list("anchor", flat=True))
        headings = {heading["id"] for heading in part.headings} | set(re.findall(r'<h[23] id="([^"]+)"', page))
        assert anchors == {"", *headings, *re.findall(r'id="((?:note|heard|rung)-[^"]+)"', page)}


def test_passages_hold_the_words_of_their_own_place_and_no_controls(synchronised: None) -> None:
    money = Passage.objects.get(part="understanding", anchor="heard-money")
    list_of_signs = Passage.objects.get(part="limits", anchor="list")

    assert (money.heading, money.kind) == ("“We can’t afford it.”", "")
    assert "If it cost nothing" in money.text and "What it may mean: Perhaps exactly that." in money.text
    assert "Working against what you do for yourself" in list_of_signs.text
    assert "Not seen" not in list_of_signs.text and "#" not in list_of_signs.text
    assert "Cordova" in Passage.objects.get(anchor="note-checkup").text


def test_synchronising_again_leaves_the_same_passages(synchronised: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(Passage.objects.values_list("part", "anchor", "text"))

    call_command("sync_guide")

    assert list(Passage.objects.values_list("part", "anchor", "text")) == before


# What is found


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("how long should I wait", "/guide/questions/#how-long"),
        ("guilty", "/guide/questions/#guilt"),
        ("exit plan", "/guide/limits/#plan"),
        ("we're fine", "/guide/understanding/#heard-fine"),
        ("CRAFT", "/guide/options/#refuses"),
        ("Cordova", "/guide/options/#note-checkup"),
        ("73%", "/guide/understanding/#note-seventy-three"),
    ],
)
def test_the_passage_somebody_would_look_for_comes_first(synchronised: None, words: str, first: str) -> None:
    assert addresses(words)[0] == first


def test_words_are_found_in_their_other_forms(synchronised: None) -> None:
    assert addresses("refusing") == addresses("refused") == addresses("refuse") != []


def test_a_phrase_or_a_choice_or_something_left_out(synchronised: None) -> None:
    assert set(addresses('"check-up visit"')) < set(addresses("check-up visit"))
    assert addresses("“check-up visit”") == addresses('"check-up visit"')
    assert len(addresses("film or choir")) > max(len(addresses("film")), len(addresses("choir")))
    assert "/guide/options/#rung-book" not in addresses("library -choose")
    assert addresses("-money") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("thearpy", "therapy"), ("conselling", "counselling"), ("afriad", "afraid"), ("mony", "money"), ("Gottmann", "gottman")],
)
def test_slips_in_typing_are_forgiven_and_it_says_so(synchronised: None, client: Client, typed: str, meant: str) -> None:
    page = page_of(client, typed)

    assert f"Nothing in the guide has “{typed}”. This is for “{meant}”." in page
    assert '<ol class="hits"' in page


def test_a_word_the_guide_knows_is_never_taken_for_a_slip(synchronised: None) -> None:
    assert search.search("money afriad").slips == [("afriad", "afraid")]


def test_when_no_passage_has_all_the_words_some_will_do(synchronised: None, client: Client) -> None:
    page = page_of(client, "library advocate amygdala")

    assert "No passage has all of these words" in page
    assert 'href="/guide/wellbeing/#note-naming-feelings"' in page


def test_what_was_found_is_marked_and_leads_to_its_place(synchronised: None, client: Client) -> None:
    page = page_of(client, "stepchild")

    assert '<a href="/guide/limits/#note-separation">Study: 220 killings, 11 US cities</a>' in page
    assert "<mark>stepchild</mark>" in page
    assert '<p class="hit-where">Knowing your limits</p>' in page


def test_an_excerpt_says_where_it_was_cut(synchronised: None) -> None:
    [hit] = search.search("stepchild").hits
    whole = next(hit for hit in search.search('"like us to get better at the hard bits"').hits)

    assert hit.excerpt.startswith("… ") and hit.excerpt.endswith((" …", ".", ")"))
    assert "&quot;" not in whole.excerpt


# Calm


@pytest.mark.parametrize("words", ["x", "no", "the", "?", "-", '"', "'", "\\", "&|!()<->:*", "🙂", "%", "qqqqqqqq", "or", "\u202e"])
def test_nothing_to_look_for_is_answered_calmly(synchronised: None, client: Client, words: str) -> None:
    page = page_of(client, words)

    assert "Nothing was found." in page
    assert 'href="/guide/understanding/"' in page


@pytest.mark.parametrize("words", ["", "  "])
def test_no_words_at_all_are_asked_for(synchronised: None, client: Client, words: str) -> None:
    page = page_of(client, words)

    assert "Write a word or two" in page and "Nothing was found." not in page
    assert 'href="/guide/understanding/"' in page


@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE guide_passage; --",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "\ue000money\ue001",
        "a" * 200,
    ],
)
def test_hostile_words_are_words(synchronised: None, client: Client, words: str) -> None:
    page = page_of(client, words)

    assert "<script>alert" not in page and "<img src=x" not in page and "49" not in page
    assert f'value="{escape(words)}"' in page
    assert Passage.objects.exists()


@pytest.mark.parametrize(("words", "says"), [("x" * 5000, "200 characters at most. This has 5000."), ("a\0b", "cannot be kept")])
def test_what_cannot_be_looked_for_is_given_back_with_the_reason(synchronised: None, client: Client, words: str, says: str) -> None:
    page = page_of(client, words, status=422)

    assert says in page
    assert 'aria-describedby="id_q_error"' in page


def test_before_the_guide_is_synchronised_nothing_is_found_and_nothing_breaks(db: None, client: Client) -> None:
    assert "Nothing was found." in page_of(client, "money thearpy")


def test_with_the_database_away_search_says_so(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(words: str) -> None:
        raise OperationalError

    monkeypatch.setattr(search, "search", away)

    assert "Search does not work just now" in page_of(client, "money", status=503)


# Private


def test_what_is_looked_for_stands_in_no_address_and_no_log_and_is_not_stored(
    synchronised: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)

    response = client.post("/guide/search/", {"q": "zephyrcanary"})

    assert "no-store" in response["Cache-Control"]
    assert "Location" not in response and not response.cookies and not Session.objects.exists()
    assert "zephyrcanary" not in caplog.text
    assert 'method="post"' in response.content.decode()
    assert "zephyrcanary" not in client.get("/guide/search/?q=zephyrcanary").content.decode(), "an address is not looked at"


def test_search_needs_no_token(synchronised: None) -> None:
    assert "hits" in page_of(Client(enforce_csrf_checks=True), "money")


# Fast


@pytest.mark.parametrize(
    "words", ["money", "thearpy for afriad people", "library advocate amygdala", "how long should i wait for my partner"]
)
def test_a_search_asks_the_database_a_few_times_only(synchronised: None, django_assert_max_num_queries, words: str) -> None:
    """All of the words; which are unknown; the words there are, once a process; without slips; some of the words."""
    with django_assert_max_num_queries(5):
        search.search(words)


def test_passages_are_found_by_their_index(synchronised: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM guide_passage WHERE search @@ websearch_to_tsquery('english', 'money')")
        assert "passage_search" in str(cursor.fetchall())


def test_every_language_of_the_guide_has_a_configuration_postgresql_knows(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cfgname FROM pg_ts_config")
        known = {name for (name,) in cursor.fetchall()}

    assert {*search.CONFIGURATIONS.values(), search.configuration("xx")} <= known
    assert Path(content.CONTENT, "en").is_dir() and search.configuration("en") == "english"
