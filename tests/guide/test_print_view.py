"""Print one part or all: nothing folded, no controls, notes as endnotes with addresses spelled out."""

import re

import pytest
from django.test import Client

from guide import library, notation, print_view

PARTS = {reading.slug: reading for reading in library.read_files()}


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("slug", PARTS)
def test_every_note_is_an_endnote_and_its_number_stands_where_it_stood(client: Client, db: None, slug: str) -> None:
    page = page_of(client, f"/guide/{slug}/print/")
    notes = PARTS[slug].notes

    assert '<details class="evidence"' not in page
    assert [int(number) for number in re.findall(r'<sup class="ref"><a href="#n(\d+)">', page)] == list(range(1, len(notes) + 1))
    for number, note in enumerate(notes, 1):
        endnote = page[page.index(f'<li id="n{number}">') :].split("</li>\n")[0]
        assert f"<b>{note.label}</b> {note.what}" in endnote.replace("&#x27;", "'")
        for source in note.sources:
            if source.address:
                assert f">{source.address}</a>" in endnote, "spelled out"


def test_the_number_comes_at_the_end_of_the_words_it_is_about(client: Client, db: None) -> None:
    page = page_of(client, "/guide/understanding/print/")

    assert re.search(
        r'on one side or on both\.<sup class="ref"><a href="#n1">1</a></sup><sup class="ref"><a href="#n2">2</a></sup></p>', page
    )


def test_after_a_table_or_a_tool_it_stands_at_the_end_of_the_text_before(client: Client, db: None) -> None:
    assert re.search(r"are not for a coach to treat\.<sup.*?</sup></p>\s*<table", page_of(client, "/guide/options/print/"), re.S)
    assert re.search(r"Being safe comes first\.<sup.*?</sup></p>\s*<form", page_of(client, "/guide/talking/print/"), re.S)


@pytest.mark.parametrize("slug", PARTS)
def test_all_the_words_of_the_part_are_there(client: Client, db: None, slug: str) -> None:
    def words(html: str) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", html).split())

    page = re.sub(r"<sup.*?</sup>", "", page_of(client, f"/guide/{slug}/print/"))

    for block in PARTS[slug].blocks:
        if block.kind in notation.RUNNING:
            assert words(block.html) in words(page)


def test_what_is_folded_on_the_screen_is_open(client: Client, db: None) -> None:
    for slug in PARTS:
        page = page_of(client, f"/guide/{slug}/print/")
        assert len(re.findall("<details", page)) == len(re.findall(r"<details[^>]* open", page))


def test_the_four_questions_come_before_the_words_for_asking(client: Client, db: None) -> None:
    page = page_of(client, "/guide/talking/print/")

    assert page.index("Are you afraid of how they might react?") < page.index("four questions in part 2</a> before you use these words.")
    assert page.index('href="/help/">help line') < page.index("Words for asking</summary>")
    for slug in PARTS:
        page = page_of(client, f"/guide/{slug}/print/")
        words = re.search(r'<details class="ask|<details class="(?:pick|sentence)"', page)
        assert page.count("four questions in part 2</a> before you use these words.") == bool(words), "once in a part"
        assert not words or page.index("four questions in part 2</a>") < words.start()


def test_all_parts_stand_on_one_page_under_anchors_of_their_own(client: Client, db: None) -> None:
    page = page_of(client, "/guide/print/")

    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for slug, reading in PARTS.items():
        assert f'<article class="paper-part" id="{slug}-part">' in page
        assert f"<h2>{reading.heading}</h2>" in page.replace("&#x27;", "'")
        assert len(re.findall(rf'id="{slug}-n\d+"', page)) == len(reading.notes)
    assert page.count("<h1") == 1
    # A link to a part leads to its place on the page.
    links = re.findall(r'href="#([^"]+)"', page)
    assert len(links) > 150 and set(links) <= {*ids, "main"}


def test_a_printed_page_has_a_neutral_name(client: Client, db: None) -> None:
    assert "<title>Guide – Even Keel</title>" in page_of(client, "/guide/print/")
    assert "<title>Knowing your limits – Even Keel</title>" in page_of(client, "/guide/limits/print/")


def test_controls_are_not_printed() -> None:
    from django.contrib.staticfiles import finders

    with open(finders.find("css/components/print.css")) as file:
        hidden = re.search(r":is\((\.bar[^{]+)\)", file.read())[1]

    assert {".bar", ".button", ".screen-only", ".also", ".pager", ".anchor", ".call"} <= set(re.split(r",\s*", hidden))


def test_a_part_that_is_not_there_cannot_be_printed(client: Client, db: None) -> None:
    response = client.get("/guide/unheard-of/print/")

    assert response.status_code == 404
    assert "There is no such part" in response.content.decode() and 'href="/guide/limits/"' in response.content.decode()


def test_the_story_one_follows_is_printed_too(client: Client, db: None) -> None:
    client.post("/guide/story/", {"story": "maria"})

    assert "Maria and Alex</h2>" in page_of(client, "/guide/talking/print/")


def test_reading_leads_to_print_and_back(client: Client, db: None) -> None:
    assert 'href="/guide/talking/print/"' in page_of(client, "/guide/talking/")
    assert 'href="/guide/print/"' in page_of(client, "/guide/")
    assert 'href="/guide/talking/">Back to reading' in page_of(client, "/guide/talking/print/")


def test_a_link_within_a_part_goes_on_working_on_the_page_of_all() -> None:
    html = '<h2 id="a">A</h2><a href="#a">x</a><a href="/guide/limits/#plan">y</a><a href="/help/">z</a><svg aria-labelledby="b c"></svg>'

    assert print_view.on_shared_page(html, "talking", {"limits"}) == (
        '<h3 id="talking-a">A</h3><a href="#talking-a">x</a><a href="#limits-plan">y</a><a href="/help/">z</a>'
        '<svg aria-labelledby="talking-b talking-c"></svg>'
    )
