"""No claim without its label: what is counted, cited or advised rests on a note, and every note on something."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from statistics import NormalDist

import pytest
from django.test import Client
from django.utils.html import strip_tags

from guide import charts, library, notation

PARTS = {reading.slug: reading for reading in library.read_files()}
NOTES = [note for reading in PARTS.values() for note in reading.notes]

# What is counted of something other than people, money or effects, and so rests on nothing.
_PLAIN = re.compile(r"\b(?:in|of every) 100\b|\b(?:22|30) November 2026\b|\b(?:7|30|180) days\b")
_FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_PROPORTION = re.compile(
    r"\b(?:one|two|three|seven|eight|nine) in (?:two|three|four|five|ten)\b|\babout half\b|\bhalf as (?:often|many)\b|\btwice as\b"
    r"|\btwo-thirds\b|\bon average\b|\b(?:study|studies|trials?|poll|survey) (?:found|finds|showed)\b",
    re.I,
)


def words(html: str) -> str:
    """The words of it; of a chart, which has tests of its own, those under it alone."""
    return " ".join(unescape(strip_tags(re.sub(r"<figure .*?<figcaption", "<figcaption", html, flags=re.S))).split())


def said_in(note: notation.Note) -> str:
    return " ".join([note.what, words(note.html), *(source.words for source in note.sources)])


def sections(reading: notation.PartFile) -> Iterator[tuple[str, str, list[notation.Note]]]:
    """The anchor, the running text and the notes of each stretch that begins with a heading of the second level."""
    by_id = {note.id: note for note in reading.notes}
    found: list[tuple[str, list[str], list[notation.Note]]] = [("", [reading.lead], [])]
    for block in reading.blocks:
        if block.kind == "note":
            found[-1][2].append(by_id[block.name])
        elif block.kind in ("text", "ask"):
            for piece in re.split(r"(?=<h2 )", block.html):
                if opened := re.match(r'<h2 id="([^"]+)"', piece):
                    found.append((opened[1], [], []))
                found[-1][1].append(piece)
    for anchor, pieces, notes in found:
        yield anchor, words(" ".join(pieces)), notes


def figures(text: str) -> set[str]:
    return set(_FIGURE.findall(_PLAIN.sub(" ", text)))


SECTIONS = [(slug, *section) for slug, reading in PARTS.items() for section in sections(reading)]


@pytest.mark.parametrize("slug", PARTS)
def test_every_number_in_a_part_stands_in_one_of_its_notes(slug: str) -> None:
    rounded = {f"{float(figure):.0f}" for note in PARTS[slug].notes for figure in _FIGURE.findall(said_in(note)) if "," not in figure}
    stated = {figure for note in PARTS[slug].notes for figure in _FIGURE.findall(said_in(note))}
    # Of 100 couples in a programme, so many end better off than the average couple without it (Cohen's U3 of a standardised difference).
    shares = {f"{100 * NormalDist().cdf(float(figure)):.0f}" for figure in stated if re.fullmatch(r"[01]\.\d+", figure)}
    # Where the axis of the chart ends.
    known = stated | rounded | shares | {str(charts.MAX_PERCENT)}

    for anchor, text, _ in (each[1:] for each in SECTIONS if each[0] == slug):
        assert not figures(text) - known, f"{slug}#{anchor}"


def test_a_section_with_a_number_or_a_proportion_has_a_note_of_its_own() -> None:
    for slug, anchor, text, notes in SECTIONS:
        if figures(text):
            assert notes, f"{slug}#{anchor}: {figures(text)}"
        if proportions := _PROPORTION.findall(text):
            assert {"study", "none", "rule"} & {note.kind for note in notes}, f"{slug}#{anchor}: {proportions}"


def test_a_section_without_a_note_claims_nothing_of_its_own() -> None:
    """Plain suggestions need no note. A section that leans on research has one, or leads to the section that has."""
    with_notes = {f"{slug}#{anchor}" for slug, anchor, _, notes in SECTIONS if notes}

    for slug, anchor, text, notes in SECTIONS:
        if not notes and re.search(r"\b(?:study|studies|trials?|poll|survey|researchers?|evidence)\b", text, re.I):
            html = "".join(block.html for block in PARTS[slug].blocks if block.kind in ("text", "ask"))
            piece = next((each for each in re.split(r"(?=<h2 )", html) if each.startswith(f'<h2 id="{anchor}"')), "")
            links = re.findall(r'href="/guide/([a-z]+)/#([a-z-]+)"', piece)
            assert any(f"{part}#{section_of(part, target)}" in with_notes for part, target in links), f"{slug}#{anchor}"


def section_of(slug: str, anchor: str) -> str:
    """The heading of the second level under which an anchor is found."""
    before = "".join(block.html for block in PARTS[slug].blocks).split(f' id="{anchor}"')[0]
    return anchor if before.endswith("<h2") else re.findall(r'<h2 id="([^"]+)"', before)[-1]


def test_the_article_is_named_in_notes_and_where_the_guide_says_where_it_comes_from() -> None:
    named = {f"{slug}#{anchor}" for slug, anchor, text, _ in SECTIONS if re.search(r"\bthe article\b|\barticle behind\b", text, re.I)}

    assert named == {"questions#reviewed"}


def test_no_more_notes_than_claims() -> None:
    """Notes are for what was found out. About one for every hundred words that are not part of a story."""
    words_in_all = sum(len(text.split()) for _, _, text, _ in SECTIONS)

    assert 60 < len(NOTES) < words_in_all / 100


@pytest.mark.parametrize(
    "name", ["Terry Real", "Esther Perel", "Gottman", "CRAFT", "Al-Anon", "OurRelationship", "Jan Novak", "Marriage Checkup"]
)
def test_whoever_is_cited_by_name_has_a_note_in_the_part(name: str) -> None:
    parts = [reading for reading in PARTS.values() if name in reading.text]

    assert parts
    for reading in parts:
        assert any(name in said_in(note) for note in reading.notes), reading.slug


def test_a_note_without_a_source_says_that_it_has_none(client: Client, db: None) -> None:
    for note in NOTES:
        if not note.sources:
            assert note.kind in ("rule", "none"), f"{note.id}: an opinion or a study has an author"
            whose = re.search(r"article|\bour\b|\bours\b|\bwe\b|Nobody has tested|general knowledge|rule of thumb", words(note.html), re.I)
            assert whose, f"{note.id}: whose is it?"
    page = client.get("/guide/sources/").content.decode()
    assert page.count("<dt>Source</dt><dd>") == len(NOTES)
    assert "<dd>None found</dd>" in page and "<dd>None but the article’s word, or our own</dd>" in page


def test_the_sources_of_a_part_can_be_told_apart() -> None:
    for slug, reading in PARTS.items():
        names = [(note.kind, note.what) for note in reading.notes]
        assert len(names) == len(set(names)), slug


def test_every_note_shows_its_date(client: Client, db: None) -> None:
    page = client.get("/guide/sources/").content.decode()

    assert len(re.findall(r"<dt>(?:Checked|Written down)</dt><dd>\d\d? November 2026", page)) == len(NOTES)
    assert all(date(2026, 11, 1) <= note.checked for note in NOTES)


def test_what_is_from_general_knowledge_is_not_called_checked(client: Client, db: None) -> None:
    """The text of a note says what was not read again, and its last line agrees with the text."""
    page = client.get("/guide/sources/").content.decode()

    for note in NOTES:
        shown = page[page.index(f"#{note.anchor}") :].split("</dl>")[0]
        said = "general knowledge" in words(note.html)
        assert said or note.grade != "AB", note.id
        assert not said or note.grade in ("AB", "B"), note.id
        assert ("except for what the note gives from general knowledge" in shown) == (note.grade == "AB"), note.id
        assert ("<dt>Checked" in shown) == (note.grade != "B"), note.id


@pytest.mark.parametrize("figure", ["244", "3.22", "4.21", "32.7", "2.09", "20% end", "47% and 41%"])
def test_what_is_too_uncertain_to_print_is_printed_nowhere(figure: str) -> None:
    """Figures that were looked into, and could not be traced well enough to say more than that."""
    for reading in PARTS.values():
        assert figure not in words(reading.html)


def test_the_sources_page_has_every_note_once_and_leads_to_its_place(client: Client, db: None) -> None:
    page = client.get("/guide/sources/").content.decode()

    for slug, reading in PARTS.items():
        shown = client.get(f"/guide/{slug}/").content.decode()
        for note in reading.notes:
            assert page.count(f'href="/guide/{slug}/#{note.anchor}"') == 1, note.id
            assert shown.count(f'id="{note.anchor}"') == 1, note.id
