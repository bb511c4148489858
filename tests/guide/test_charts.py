"""The charts match their tables, and the tables match the sources (evidence notes)."""

import re
from html.parser import HTMLParser

import pytest

from guide import charts, content, library

OPTIONS = next(reading for reading in library.read_files() if reading.slug == "options")
NOTES = {note.id: note for note in OPTIONS.notes}
FIGURES = dict(zip(("trials", "followed"), re.findall(r"<figure.*?</figure>", OPTIONS.html, re.S), strict=True))
DATA = content.CONTENT / "en" / "charts.toml"


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def table_of(name: str) -> str:
    [table] = re.findall(r"<table.*?</table>", FIGURES[name], re.S)
    return re.sub(r"<svg.*?</svg>", " ", table, flags=re.S)


@pytest.mark.parametrize("name", FIGURES)
def test_each_has_a_title_a_description_a_table_and_words_under_it(name: str) -> None:
    figure = FIGURES[name]
    drawing = re.search(r'<svg[^>]*role="img" aria-labelledby="(\S+) (\S+)">', figure)

    assert f'<title id="{drawing[1]}">' in figure and f'<desc id="{drawing[2]}">' in figure
    assert figure.count("<table") == figure.count("<figcaption") == 1
    assert not re.search(r"<text|style=|fill=|<script", figure), "words are HTML, colours are the stylesheet's"


def test_bars_ends_and_ranges_are_as_long_as_the_table_says() -> None:
    rows = [row for row in charts.chart(DATA, "trials")["rows"] if row.value is not None]
    drawn = re.findall(r'<svg class="chart trial" .*?</svg>', FIGURES["trials"], re.S)
    table = text_of(table_of("trials"))

    def shares(path: str) -> list[str]:
        """The shares in 100 that the ends of a path stand for, on the scale from 50 to 85."""
        return sorted({f"{50 + float(each) * 0.35:.0f}" for each in re.findall(r"[MH](-?[\d.]+)", path)})

    assert len(rows) == len(drawn) == 6
    for row, svg in zip(rows, drawn, strict=True):
        paths = dict(re.findall(r'<path class="(c-\w+)" d="([^"]+)"', svg))
        assert shares(paths["c-bar"] + paths["c-end"]) == ["50", *row.share.split("–")]
        assert shares(paths.get("c-range", "")) == [each for each in row.range.split("–") if each]
        assert f"{row.share} {row.range}".strip() in table


def test_lines_run_through_the_figures_of_the_table() -> None:
    chart = charts.chart(DATA, "followed")
    table = text_of(table_of("followed"))

    for line in chart["lines"]:
        assert f"{line.what} {' '.join(map(str, line.values))} {line.parted}" in table
        for year, value in zip(chart["years"], line.values, strict=True):
            assert f'<path class="c-point" d="M{100 * year} {100 - value}h.01"/>' in FIGURES["followed"]
    # The years of grade B are hollow, on a broken line.
    assert FIGURES["followed"].count("c-hollow") == FIGURES["followed"].count("c-unsure") == 2


def test_the_figures_are_those_of_the_evidence() -> None:
    rows = {row.note: row for row in charts.chart(DATA, "trials")["rows"]}
    lines = charts.chart(DATA, "followed")["lines"]

    assert [(row.start, row.value) for row in charts.chart(DATA, "trials")["rows"]] == [
        (None, 0.73),
        (None, 0.69),
        (None, 0.53),
        (None, 0.46),
        (None, 0.40),
        (0.30, 0.36),
        (None, None),
        (None, None),
        (None, None),
    ]
    assert [(row.low, row.high) for row in (rows["course-online"], rows["low-income-online"])] == [(0.46, 0.92), (0.19, 0.61)]
    assert [row.share for row in charts.chart(DATA, "trials")["rows"]][:6] == ["77", "75", "70", "68", "66", "62–64"]
    assert [line.values for line in lines] == [(71, 69, 50), (59, 60, 46)]


def test_every_figure_names_its_source_and_the_note_beside_it_has_the_same() -> None:
    rows = charts.chart(DATA, "trials")["rows"]
    for note, source, figure in [(row.note, row.source, row.share) for row in rows] + [
        (chart["note"], chart["source"], "71") for chart in [charts.chart(DATA, "followed")]
    ]:
        assert NOTES[note].grade in ("A", "AB", "B") or not figure
        assert any(known.words.startswith(source) for known in NOTES[note].sources) if source else not figure
        assert f'href="#note-{note}"' in FIGURES["trials"] or note == "five-years"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("trials", "no ranking"),
        ("trials", "not a rate of success"),
        ("trials", "may be chance"),
        ("trials", "run by the people who made the course"),
        ("trials", "how troubled the couples were and how long the others waited differ"),
        ("trials", "Gains fade"),
        ("trials", "a woman and a man, mostly in North America"),
        ("trials", "In every row but one, both partners took part"),
        ("followed", "no group without therapy"),
        ("followed", "Almost 100 couples who were better off were not admitted"),
        ("followed", "from general knowledge"),
    ],
)
def test_what_has_to_be_said_under_it_is_said(name: str, words: str) -> None:
    assert words in text_of(FIGURES[name].split("<figcaption")[1])


@pytest.mark.parametrize(
    "words",
    [
        "We worked them out from the size of the trial",
        "for the two therapies we found none",
        "That their trials compared couples with others who waited we give from general knowledge",
        "spread in the usual bell shape",
        "most of those couples were doing well to begin with",
        "0.35 after six months and 0.06 after twelve",
    ],
)
def test_how_it_was_drawn_is_said_in_the_note(words: str) -> None:
    assert words in text_of(NOTES["two-therapies"].html)


def test_nothing_that_cannot_be_compared_is_drawn() -> None:
    """Figures within one group, shares improved and engagement in CRAFT are not on one axis with the others."""
    for figure in ("1.12", "0.93", "2.09", "0.58", "64%"):
        assert figure not in text_of(FIGURES["trials"])


class Svgs(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth, self.words = 0, []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag == "svg"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "svg"

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.words.append(data)


@pytest.mark.parametrize("name", FIGURES)
def test_no_figure_stands_in_a_drawing_that_is_not_in_its_table(name: str) -> None:
    table = text_of(table_of(name)) + text_of(FIGURES[name].split("<figcaption")[0].split("<div")[0])

    assert all(figure in table for figure in re.findall(r"\d[\d.]*", " ".join(Svgs(FIGURES[name]).words)))
