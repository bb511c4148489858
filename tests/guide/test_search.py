"""Search: it answers people in their own words, meets danger with help, asks about slips, and keeps nothing."""

import logging
import re
import tomllib
from pathlib import Path
from statistics import median

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils.html import escape

from accounts.models import Session
from guide import content, danger, library, passages, search, words
from guide.models import Passage

QUERIES = tomllib.loads((Path(__file__).parent / "queries.toml").read_text(encoding="utf-8"))


def page_of(client: Client, typed: str, status: int = 200) -> str:
    response = client.post("/guide/search/", {"q": typed})
    assert response.status_code == status
    return response.content.decode()


def addresses(typed: str) -> list[str]:
    found = search.search(typed)
    return [hit.address for hit in (*found.theirs, *found.hits)]


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
    assert "Not seen" not in list_of_signs.text and "#" not in list_of_signs.text
    assert "Cordova" in Passage.objects.get(anchor="note-checkup").text


def test_cells_and_items_are_parted() -> None:
    reader = passages._Reader(passages._Stretch(""))

    reader.feed("<ul><li>One</li><li>Two?</li></ul><dl><dt>A word</dt><dd>What it says</dd></dl>")
    reader.feed("<table><thead><tr><th>What</th><th>A</th></tr></thead>")
    reader.feed("<tr><th>Price</th><td data-label='A'>$1</td><td data-label='B'>$2</td></tr></table>")

    assert passages._words(*reader.stretches[0].text) == "One. Two? A word: What it says. Price: A: $1. B: $2."


def test_a_fold_that_can_be_linked_to_is_a_passage_and_one_that_cannot_is_text() -> None:
    reader = passages._Reader(passages._Stretch(""))

    reader.feed(
        "<details><summary>A reason <span class='hint'>a hint</span></summary><dl id='why'><dt>It means</dt><dd>this</dd></dl></details>"
    )
    reader.feed("<details><summary>More</summary><p>of it</p></details>")

    [_, fold] = reader.stretches
    assert (fold.anchor, passages._words(*fold.heading)) == ("why", "A reason")
    assert passages._words(*fold.text) == "a hint It means: this. More. of it"


def test_every_page_of_the_words_file_is_there_and_found(synchronised: None, client: Client) -> None:
    for page in words.PAGES.values():
        assert client.get(page.address).status_code == 200, page.address
        assert page.address in addresses(page.title)[:3]


def test_synchronising_again_leaves_the_same_passages(synchronised: None) -> None:
    before = list(Passage.objects.values_list("part", "anchor", "text"))

    call_command("sync_guide", verbosity=0)

    assert list(Passage.objects.values_list("part", "anchor", "text")) == before


# What is found


@pytest.mark.parametrize(("typed", "places"), QUERIES["answers"], ids=[typed for typed, _ in QUERIES["answers"]])
def test_what_answers_is_among_the_first_three(synchronised: None, typed: str, places: str) -> None:
    first = [address.removeprefix("/guide/").replace("/#", "#").strip("/") for address in addresses(typed)[:3]]

    assert {place.partition("#")[0] if "#" not in wanted else place for wanted in places.split() for place in first} & {*places.split()}


def test_headings_weigh_most_and_notes_least(synchronised: None) -> None:
    found = search.search("amygdala").hits + search.search("Cordova").hits

    assert {hit.label for hit in found} == {"Study"}, "a word that is in notes alone is found there"
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind, array_length(tsvector_to_array(ts_filter(search, '{a}')), 1) > 0 FROM guide_passage")
        headings = dict(cursor.fetchall())
    assert headings[""] and headings["page"] and not any(headings[kind] for kind in headings if kind not in ("", "page"))


def test_words_are_found_in_their_other_forms(synchronised: None) -> None:
    assert addresses("guilt")[0] == addresses("guilty")[0] == "/guide/questions/#guilt"
    assert "/guide/options/#maria" in addresses("timers")
    assert search._vocabulary("en", library.current().edition).kin("guilt") == ["guilty"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thearpy", "therapy"),
        ("stonwalling", "stonewalling"),
        ("mony", "money"),
        ("relashionship", "relationship"),
        ("Gottmann", "gottman"),
    ],
)
def test_a_slip_is_asked_about(synchronised: None, client: Client, typed: str, meant: str) -> None:
    page = page_of(client, f"my {typed}")

    assert re.search(rf'Did you mean <button class="button button--plain" name="q" value="my {meant}">my {meant}</button>\?', page)
    assert f'value="my {typed}"' in page


@pytest.mark.parametrize(
    "typed",
    ["counsellor", "counselor", "checked", "rate", "stalling", "weather", "costs", "zzqqxxyy", "mo", "thrpyyy", "won’t", "Özlem"],
)
def test_a_real_word_or_one_too_far_away_is_not_asked_about(synchronised: None, typed: str) -> None:
    assert search.search(typed).meant == ""


def test_a_word_of_danger_is_never_taken_for_a_slip_of_another(synchronised: None) -> None:
    alone = [typed for typed in QUERIES["danger"] if len(typed.split()) == 1]
    assert {typed: meant for typed in alone if (meant := search.search(typed).meant)} == {}


def test_words_nearby_are_offered_unless_help_comes_first(synchronised: None, client: Client) -> None:
    page = page_of(client, "money")

    assert "cost" in search.search("money").near
    for words_near in search.search("money").near:
        assert f'<button class="button button--plain" name="q" value="{words_near}">' in page.partition("Nearby words")[2]
        assert "/guide/questions/#money" in addresses(words_near)[:3]
    assert "Nearby words" not in page_of(client, "he hits me and controls the money")


def test_when_no_passage_has_all_the_words_some_will_do(synchronised: None, client: Client) -> None:
    page = page_of(client, "library amygdala")

    assert "No passage has all of these words" in page
    assert 'href="/guide/wellbeing/#note-naming-feelings"' in page


def test_what_was_found_is_marked_and_leads_to_its_place(synchronised: None, client: Client) -> None:
    page = page_of(client, "amygdala")

    assert '<a href="/guide/wellbeing/#note-naming-feelings">Study: two feelings by name</a>' in page
    assert "<mark>amygdala</mark>" in page
    assert '<p class="passage-in">Looking after yourself</p>' in page


def test_an_excerpt_says_where_it_was_cut(synchronised: None) -> None:
    hit = search.search("Nunavut or amygdala").hits[0]

    assert hit.excerpt.startswith("… ") and hit.excerpt.endswith((" …", ".", ")"))


# Danger


def test_danger_is_recognised() -> None:
    assert [typed for typed in QUERIES["danger"] if not danger.kind(typed, "en")] == []


def test_what_only_sounds_like_danger_is_not_taken_for_it() -> None:
    assert {typed: kinds for typed in QUERIES["ordinary"] if (kinds := danger.kinds(typed, "en"))} == {}


@pytest.mark.parametrize("kind", danger.DangerKind)
def test_danger_is_met_with_help_first_and_with_numbers(synchronised: None, client: Client, kind: danger.DangerKind) -> None:
    """Of each kind one that is a word, a sentence or a slip, and what else is found after it."""
    alike = [typed for typed in QUERIES["danger"] if danger.kind(typed, "en") == kind]

    for typed in {alike[0], alike[-1], max(alike, key=len)}:
        main = page_of(client, typed).partition('<main id="main"')[2]
        before = main.partition('<ol class="passages"')[0]
        assert re.search(r'<div class="fear".*href="tel:\d+".*href="/help/[#"]', before, re.S)
        assert '<a href="/using-this-safely/">' in before


def test_an_ordinary_word_is_met_with_no_card(synchronised: None, client: Client) -> None:
    assert 'class="fear"' not in page_of(client, "hit the gym") + page_of(client, "money")


def test_suicide_is_answered_for_oneself_and_for_a_partner(synchronised: None, client: Client) -> None:
    for typed, number in (("suicide", "tel:988"), ("he says he will kill himself", "tel:911")):
        page = page_of(client, typed)
        assert f'href="{number}"' in page and 'href="/help/#dying"' in page
        assert page.index('class="fear"') < page.index("If it is your partner who says it") < page.index('href="/guide/questions/#suicide"')


def test_what_someone_else_says_of_dying_is_told_from_what_one_says_oneself() -> None:
    assert danger.kinds("my husband is suicidal", "en") == ("their_dying",)
    assert danger.kinds("i'm suicidal because he left", "en") == ("dying",)
    assert danger.kinds("he hits me and i want to die", "en") == ("harm", "dying")
    assert danger.kind("i hit my husband", "en") == "own"
    assert danger.kind("he hits me and i hit him back", "en") == "harm"
    assert danger.kind("i am the one who shouts", "en") == "own"
    assert danger.kind("he is the one who shouts at me", "en") != "own"


def test_only_a_throat_brings_the_card_about_throats() -> None:
    assert danger.kind("he grabbed me by the throat", "en") == "choked"
    assert danger.kind("he grabbed my neck", "en") == "choked"
    assert danger.kind("he grabbed my wrist", "en") == "harm"
    assert danger.kind("she grabbed me by the hair", "en") == "harm"


def test_with_a_country_the_card_has_the_numbers_of_that_country_alone(synchronised: None, client: Client) -> None:
    page = client.post("/guide/search/?country=GB", {"q": "he hits me"}).content.decode()

    assert 'href="tel:999"' in page and 'href="tel:911"' not in page
    assert 'href="/help/?country=GB#afraid"' in page


def test_a_number_on_the_card_is_dialled_with_its_plus(synchronised: None, client: Client) -> None:
    page = client.post("/guide/search/?country=KE", {"q": "I want to die"}).content.decode()

    assert 'href="tel:+254722178177"' in page


def test_danger_is_met_with_help_where_there_is_too_much_to_look_for(synchronised: None, client: Client) -> None:
    page = page_of(client, "he hits me " + "and I do not know what to do " * 10, status=422)

    assert 'class="fear"' in page and "200 characters at most" in page


# Calm


@pytest.mark.parametrize("typed", ["x", "the", "?", "-", '"', "'", "\\", "&|!()<->:*", "🙂", "%", "qqqqqqqq", "\u202e"])
def test_nothing_found_is_said_kindly_with_help_and_four_doors(synchronised: None, client: Client, typed: str) -> None:
    page = page_of(client, typed)

    assert "That says something about the guide, not about your question." in page
    assert 'href="/help/"' in page.partition("Or ask a person")[2] and 'href="/guide/find-someone/"' in page
    assert page.partition('<ul class="ways-in"')[2].partition("</ul>")[0].count("<li>") == 4


@pytest.mark.parametrize("typed", ["", "  "])
def test_no_words_at_all_are_met_with_doors(synchronised: None, client: Client, typed: str) -> None:
    page = page_of(client, typed)

    assert "Nothing found" not in page and '<ul class="ways-in"' in page


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE guide_passage; --",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "\ue000money\ue001",
        "a" * 200,
    ],
)
def test_hostile_words_are_words(synchronised: None, client: Client, typed: str) -> None:
    page = page_of(client, typed)

    assert "<script>alert" not in page and "<img src=x" not in page and "{{" not in page.replace(escape(typed), "")
    assert f'value="{escape(typed)}"' in page
    assert Passage.objects.exists()


@pytest.mark.parametrize(("typed", "says"), [("x" * 5000, "200 characters at most. This has 5000."), ("a\0b", "cannot be stored")])
def test_what_cannot_be_looked_for_is_given_back_with_the_reason(synchronised: None, client: Client, typed: str, says: str) -> None:
    page = page_of(client, typed, status=422)

    assert says in page
    assert 'aria-describedby="id_q_error"' in page


def test_before_the_guide_is_synchronised_nothing_is_found_and_nothing_breaks(synchronised: None, client: Client) -> None:
    Passage.objects.all().delete()

    assert "Nothing found" in page_of(client, "money thearpy")


def test_with_the_database_away_search_says_so_and_still_meets_danger_with_help(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(typed: str) -> None:
        raise OperationalError

    monkeypatch.setattr(search, "search", away)

    assert "Search does not work just now" in page_of(client, "money", status=503)
    assert 'href="tel:999"' in page_of(client, "he hits me", status=503)


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
    assert 'class="passages"' in page_of(Client(enforce_csrf_checks=True), "money")


# Fast


@pytest.mark.parametrize(
    "typed", ["money", "thearpy for afriad people", "library advocate amygdala", "how long should i wait for my partner"]
)
def test_a_search_asks_the_database_a_few_times_only(synchronised: None, django_assert_max_num_queries, typed: str) -> None:
    """The words there are, once a process; which passages have some of them; what is at the places phrases lead to; the best, marked."""
    with django_assert_max_num_queries(5):
        search.search(typed)


def test_a_search_takes_the_database_less_than_20_ms(synchronised: None) -> None:
    """As the server itself counts, of all statements of each search; the median, since other work may hold up a single one."""
    taken: list[float] = []

    def explained(execute, sql, params, many, context):
        if not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                [plan] = cursor.fetchone()[0]
                taken[-1] += plan["Planning Time"] + plan["Execution Time"]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        for typed, _ in QUERIES["answers"][::8]:
            taken.append(0)
            search.search(typed)

    assert 0 < median(taken) < 20


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


@pytest.mark.parametrize("hidden", ["\u00ad", "\u200b", "\u2060", "\u200d", "\ufeff"])
def test_characters_that_cannot_be_seen_keep_nothing_from_being_found(db: None, hidden: str) -> None:
    assert search.search(f"stone{hidden}walling").hits == search.search("stonewalling").hits
    assert search.search(f"he hi{hidden}ts me").kinds == search.search("he hits me").kinds != ()
