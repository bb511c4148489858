"""Finding a day in one's own words: case and accents are the same, slips are forgiven, and nothing typed is part of an address."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from checkins.models import CheckIn
from checkins.search import FoundDays, fold, search_days
from tests.checkins.days import DAY, write

HISTORY = "/checkins/history/"


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def days(*texts: str) -> list[CheckIn]:
    return [CheckIn(day=DAY - timedelta(days=back), version=1, gratitude_1=text) for back, text in enumerate(texts)]


def texts(found: FoundDays) -> list[str]:
    return [hit.checkin.gratitude_1 for hit in found.hits]


def marked(found: FoundDays) -> list[str]:
    return [piece for hit in found.hits for passage in hit.passages for piece, sought in passage if sought]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Rain on the Skylight", "skylight"),
        ("rain on the skylight", "SKYLIGHT RAIN"),
        ("Café at the corner", "cafe"),
        ("Cafe at the corner", "Café"),
        ("Cafe\u0301 at the corner", "café"),
        ("Straße", "strasse"),
        ("STRASSE", "straße"),
        ("İpek rang", "ipek"),
        ("ipek rang", "İPEK"),
        ("Łódź by train", "lodz"),
        ("Jo’s terrible jokes", "jo's jokes"),
        ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ("Ходили в лес", "ЛЕС"),
        ("今日は海へ行った", "海"),
        ("Walked home", "walk"),
        ("The sky\u00adlight leaks", "skylight"),
        ("The sky\u200blight leaks", "sky\u2060light"),
        ("Caf\u200de\u0301 at the corner", "\ufeffcafe"),
        ("\u202bSkylight\u202c", "skylight"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ],
)
def test_case_accents_and_endings_make_no_difference(written: str, typed: str) -> None:
    found = search_days(days("something else", written), typed)

    assert texts(found) == [written]
    assert found.slips == {}
    assert marked(found)


@pytest.mark.parametrize(
    ("written", "typed"),
    [("The harbour at night", "harbuor"), ("Skylight", "skylihgt"), ("Soup that came out right", "souo"), ("Breakfast", "brekfast")],
)
def test_slips_in_typing_are_forgiven_and_said(written: str, typed: str) -> None:
    found = search_days(days("something else", written), typed)

    assert texts(found) == [written]
    assert [fold(word) for word in marked(found)] == found.slips[typed]


def test_what_is_nothing_like_it_is_not_found() -> None:
    assert search_days(days("Clean sheets", "Soup"), "harbour") == FoundDays([])


def test_a_word_that_is_there_is_not_taken_for_another_like_it() -> None:
    assert texts(search_days(days("sheep on the hill", "clean sheets"), "sheet")) == ["clean sheets"]


def test_every_word_must_be_there_and_the_order_of_the_days_stays() -> None:
    found = search_days(days("soup and bread", "bread", "bread with soup"), "soup bread")

    assert texts(found) == ["soup and bread", "bread with soup"]


def test_feelings_actions_and_plans_are_searched_by_what_a_person_reads() -> None:
    checkins = [
        CheckIn(day=DAY, version=1, emotion_1="at-ease"),
        CheckIn(day=DAY, version=1, action="Ring the practice"),
        CheckIn(day=DAY, version=1, plan_when="the kettle goes on", plan_will="sit"),
    ]

    assert [search_days(checkins, word).hits[0].checkin for word in ("ease", "practice", "kettle")] == checkins
    assert search_days(checkins, "at-ease").hits[0].checkin == checkins[0]


def test_where_an_import_brought_an_action_and_a_sentence_both_are_found(owner: Client, partner: Account) -> None:
    write(partner, DAY, action="Ring the garage", plan_when="the kettle goes on", plan_will="sit on the step")

    for word in ("garage", "kettle", "step"):
        for search in ("/search/", HISTORY):
            assert f"<mark>{word}</mark>" in owner.post(search, {"q": word}).content.decode()
    assert "Ring the garage" in owner.get(f"{HISTORY}?month={DAY:%Y-%m}").content.decode()


@pytest.mark.parametrize("typed", ["", "   ", "!?", "%", "'; --", "\u202e", "_"])
def test_what_has_no_word_in_it_finds_nothing(typed: str) -> None:
    assert search_days(days("Clean sheets", "100 %"), typed) == FoundDays([])


@given(text=st.text(max_size=60), typed=st.text(max_size=30))
def test_the_pieces_of_what_is_shown_are_what_was_written(text: str, typed: str) -> None:
    import unicodedata

    for hit in search_days(days(text), typed).hits:
        assert "".join(piece for piece, _ in hit.passages[0]) == unicodedata.normalize("NFC", text)


@given(words=st.lists(st.from_regex(r"[a-zA-Zéüß]{4,12}", fullmatch=True), min_size=1, max_size=5, unique=True))
def test_a_day_is_found_by_each_of_its_words_in_any_case(words: list[str]) -> None:
    for word in words:
        for typed in (word, word.upper(), word.lower()):
            assert search_days(days(" ".join(words)), typed).hits


# The page


def post(client: Client, **form: str):
    return client.post(HISTORY, {"q": "", "emotion": ""} | form)


def test_a_search_is_posted_and_shows_the_days_with_the_words_marked(owner: Client, partner: Account) -> None:
    write(partner, date(2026, 3, 2), gratitude_1="Rain on the <b>skylight</b>", emotion_1="calm")
    write(partner, date(2026, 3, 1), gratitude_1="Clean sheets")

    response = post(owner, q="Skylight")

    page = response.content.decode()
    assert response.status_code == 200
    assert "<h1>1 day found</h1>" in page
    assert "Rain on the &lt;b&gt;<mark>skylight</mark>&lt;/b&gt;" in page
    assert "Clean sheets" not in page
    assert 'value="Skylight"' in page, "it can be searched on"
    assert "?q=" not in page


def test_a_search_in_the_address_is_no_search(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="Rain on the skylight")

    assert "<mark>" not in owner.get(HISTORY, {"q": "skylight"}).content.decode()


def test_nothing_found_is_said_kindly_and_slips_are_named(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="The harbour at night")

    assert "No day has that in it. Other spellings were tried too." in post(owner, q="xylophone").content.decode()
    assert "No day has “harbuor” in it; these have “harbour”." in post(owner, q="harbuor").content.decode()


def test_words_of_danger_are_met_with_help_first(owner: Client) -> None:
    page = post(owner, q="he hit me").content.decode()

    assert 'class="fear"' in page and 'href="tel:999"' in page
    assert 'class="fear"' not in post(owner, q="skylight").content.decode()


def test_days_are_kept_by_a_feeling_of_ours_or_of_ones_own(owner: Client, partner: Account) -> None:
    write(partner, date(2026, 3, 1), emotion_1="tired", gratitude_1="one")
    write(partner, date(2026, 3, 2), emotion_2="tired", gratitude_1="two")
    write(partner, date(2026, 3, 3), emotion_1="Like rain", gratitude_1="three")
    write(partner, date(2026, 3, 4), emotion_1="like rain", gratitude_1="four")

    offered = owner.get(HISTORY).content.decode()
    assert '<option value="tired">Tired (2)</option>' in offered
    assert '<option value="like rain">' in offered and "(2)</option>" in offered
    assert [word in post(owner, emotion="tired").content.decode() for word in ("one", "two", "three")] == [True, True, False]
    assert "<h1>2 days found</h1>" in post(owner, emotion="like rain").content.decode()
    assert "<h1>1 day found</h1>" in post(owner, emotion="tired", q="two").content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Write a word, or choose a feeling."),
        ({"emotion": "nonsense"}, "Choose one from the list."),
        ({"q": "x" * 201}, "200 characters at most"),
        ({"q": "a\0b"}, "cannot be stored"),
    ],
)
def test_what_cannot_be_looked_for_is_said_at_its_field(owner: Client, partner: Account, form: dict, words: str) -> None:
    write(partner, gratitude_1="Jo rang back")

    response = post(owner, **form)

    assert response.status_code == 422
    assert words in response.content.decode()


def test_of_many_days_the_newest_hundred_are_shown(owner: Client, partner: Account) -> None:
    for back in range(105):
        write(partner, DAY - timedelta(days=back), gratitude_1="tea")

    page = post(owner, q="tea").content.decode()

    assert "<h1>105 days found</h1>" in page and "The newest 100" in page
    assert page.count("<mark>tea</mark>") == 100
