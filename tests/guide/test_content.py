"""The guide is complete: what is counted there is counted here, in the text itself."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import resolve

from guide import library, notation
from roadmap import article

PARTS = {reading.slug: reading for reading in library.read_files()}
NOTES = [note for reading in PARTS.values() for note in reading.notes]


class Section(HTMLParser):
    """Counts the elements between the heading with an id and the next heading of its level or above."""

    def __init__(self, html: str, anchor: str) -> None:
        super().__init__()
        self.anchor, self.level, self.counts, self.text, self.found = anchor, 0, {}, [], False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            if dict(attrs).get("id") == self.anchor:
                self.found, self.level = True, int(tag[1])
            elif self.level and int(tag[1]) <= self.level:
                self.level = 0
        elif self.level:
            self.counts[tag] = self.counts.get(tag, 0) + 1

    def handle_data(self, data: str) -> None:
        if self.level:
            self.text.append(data)


def without_notes(html: str) -> str:
    return re.sub(r'<details class="evidence".*?</details>', "", html, flags=re.S)


def section(slug: str, anchor: str) -> Section:
    found = Section(without_notes(PARTS[slug].html), anchor)
    assert found.found, f"{slug}.md has no heading {{#{anchor}}}"
    return found


def test_there_are_seven_parts_in_the_articles_order_under_neutral_titles() -> None:
    assert [(reading.order, reading.slug, reading.title) for reading in PARTS.values()] == [
        (1, "understanding", "Understanding a no"),
        (2, "talking", "Talking so it can be heard"),
        (3, "options", "Other ways forward"),
        (4, "wellbeing", "Looking after yourself"),
        (5, "limits", "Knowing your limits"),
        (6, "forward", "Your 7, 30 and 180 days"),
        (7, "questions", "Common questions"),
    ]


@pytest.mark.parametrize(
    ("slug", "anchor", "tag", "count", "what"),
    [
        ("understanding", "barriers", "dt", 5, "barriers"),
        ("talking", "openers", "li", 3, "openers"),
        ("talking", "steps", "li", 3, "steps"),
        ("options", "compare", "tr", 6, "rows of the comparison, with its head"),
        ("options", "alone", "dt", 5, "self-directed options"),
        ("wellbeing", "gains", "li", 4, "gains of going alone"),
        ("wellbeing", "supports", "dt", 4, "kinds of support"),
        ("wellbeing", "three-two-one", "li", 3, "3-2-1"),
        ("limits", "signs", "dt", 5, "red flags"),
        ("limits", "growth", "li", 3, "growth questions"),
        ("limits", "safety", "li", 3, "safety questions"),
        ("limits", "plan", "dt", 5, "parts of an exit plan"),
        ("forward", "seven", "li", 3, "actions for a week"),
        ("forward", "thirty", "li", 4, "actions for a month"),
        ("forward", "half-year", "li", 3, "actions for half a year"),
    ],
)
def test_every_point_of_the_article_is_there(slug: str, anchor: str, tag: str, count: int, what: str) -> None:
    assert section(slug, anchor).counts.get(tag) == count, what


@pytest.mark.parametrize(
    ("slug", "anchor"),
    [
        ("understanding", "behind"),
        ("talking", "formula"),
        ("talking", "investment"),
        ("talking", "once"),
        ("options", "smaller"),
        ("options", "trials"),
        ("options", "refuses"),
        ("limits", "leaving"),
        ("forward", "closing"),
        ("questions", "how-long"),
        ("questions", "guilt"),
        ("questions", "money"),
        ("questions", "reviewed"),
    ],
)
def test_what_the_article_says_without_a_list_is_there_too(slug: str, anchor: str) -> None:
    assert len(" ".join(section(slug, anchor).text).split()) > 40


def test_three_stories_are_each_labelled_as_illustrative() -> None:
    for slug, names in (("understanding", "Sarah and Mark"), ("options", "Maria and Alex"), ("limits", "Jennifer and David")):
        html = PARTS[slug].html
        assert f">{names} <a" in html
        assert html.count("An illustrative story") == html.count('<section class="story"') == 1


def test_the_three_stretches_name_the_ten_actions() -> None:
    for action in article.ACTIONS:
        anchor = {7: "seven", 30: "thirty", 180: "half-year"}[action.horizon]
        assert str(action.title) in " ".join(section("forward", anchor).text)


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("options", "CRAFT"),
        ("options", "check-up"),
        ("limits", "advocate"),
        ("questions", "Jan Novak"),
        ("questions", "29 May 2025"),
        ("wellbeing", "Esther Perel"),
        ("understanding", "Terry Real"),
    ],
)
def test_what_has_to_be_named_is_named(slug: str, words: str) -> None:
    assert words in PARTS[slug].text


def test_nobody_is_called_doctor_who_is_none() -> None:
    for reading in PARTS.values():
        assert not re.search(r"Dr\.? (Terry|Terrence|Esther)", reading.html)


def test_help_comes_before_what_to_say() -> None:
    for slug in ("talking", "limits"):
        html = PARTS[slug].html
        assert 0 < html.index('href="/help/"') < html.index("<blockquote" if "<blockquote" in html else "<ol")


# Evidence


def test_every_note_has_an_id_of_its_own_a_label_a_date_and_words() -> None:
    assert len({note.id for note in NOTES}) == len(NOTES) > 60
    assert {note.kind for note in NOTES} == {"study", "opinion", "rule", "none"}
    for note in NOTES:
        assert note.what and note.html.strip(), note.id
        assert date(2026, 11, 1) <= note.checked <= date.today(), note.id


def test_a_study_has_a_source_and_a_grade() -> None:
    for note in NOTES:
        if note.kind == "study":
            assert note.sources and note.grade != "none", note.id


def test_sources_lead_to_publishers_and_archives_and_not_to_copies() -> None:
    addresses = [source.address for note in NOTES for source in note.sources if source.address]

    assert len(addresses) > 20
    for address in addresses:
        assert not re.search(
            "scribd|researchgate|1library|fdocuments|docslib|bohrium|redorbit|blogspot|scite|studylib|semanticscholar", address
        )


def test_the_figures_without_a_source_are_called_that() -> None:
    kinds = {note.id: note.kind for note in NOTES}

    assert kinds["seventy-three"] == kinds["forty"] == "none"


def test_headings_have_anchors_of_their_own() -> None:
    for reading in PARTS.values():
        anchors = re.findall(r'<h[23] id="([^"]+)"', reading.html)
        assert len(anchors) == len(set(anchors)) > 3
        assert reading.html.count('class="anchor"') == len(anchors)
        assert {heading.id for heading in reading.headings} <= set(anchors)


def test_links_within_the_guide_lead_somewhere() -> None:
    anchors = {slug: set(re.findall(r' id="([^"]+)"', reading.html)) for slug, reading in PARTS.items()}
    links = [link for reading in PARTS.values() for link in re.findall(r'href="(/[^"]*)"', reading.html)]

    assert len(links) > 20
    for link in links:
        match = re.fullmatch(r"/guide/([a-z]+)/(?:#(.+))?", link)
        if match and match[1] != "sources":
            assert match[1] in PARTS, link
            assert match[2] is None or match[2] in anchors[match[1]], link
        else:
            assert resolve(link.split("#")[0]).view_name, link


def test_reading_time_counts_the_running_text_only() -> None:
    reading = PARTS["options"]

    assert reading.minutes == round(len(reading.text.split()) / notation.WORDS_A_MINUTE)
    assert reading.minutes * notation.WORDS_A_MINUTE < len(reading.html.split())


def test_no_title_names_the_subject() -> None:
    for reading in PARTS.values():
        assert not re.search("therap|partner|relationship|abuse|safety|marriage|couple|divorce", reading.title, re.I)
