from pathlib import Path

import pytest
from django.template.loader import render_to_string

from guide import notation

FRONT = '+++\nslug = "s"\norder = 1\ntitle = "T"\nheading = "H"\nabout = "A"\nlead = "L"\n+++\n'
NOTE = """:::note study
id: checkup
what: 215 couples
grade: A
source: Cordova and colleagues, 2014, https://doi.org/10.1037/a0037097
source: A book without an address
checked: 2026-11-22

Couples were drawn by lot.
:::
"""


def read(tmp_path: Path, body: str, front: str = FRONT) -> notation.PartFile:
    path = tmp_path / "part.md"
    path.write_text(front + body, encoding="utf-8")
    return notation.read(path)


def test_a_note_is_read_and_rendered_with_its_label_source_and_date(tmp_path: Path) -> None:
    reading = read(tmp_path, f"## One {{#one}}\n\nA claim.\n\n{NOTE}\nAfter.\n")

    [note] = reading.notes
    assert (note.id, note.kind, note.what, note.grade) == ("checkup", "study", "215 couples", "A")
    assert note.sources == (
        notation.Source("Cordova and colleagues, 2014", "https://doi.org/10.1037/a0037097"),
        notation.Source("A book without an address", ""),
    )
    assert (note.finding, note.more) == ("Couples were drawn by lot.", "")
    assert [(block.kind, block.name) for block in reading.blocks] == [("text", "one"), ("note", "checkup"), ("text", "")]
    shown = render_to_string("guide/_note.html", {"note": note})
    assert "<b>Study</b>, 215 couples. Couples were drawn by lot." in shown
    assert '<a href="https://doi.org/10.1037/a0037097" rel="noreferrer">Cordova and colleagues, 2014</a>' in shown
    assert '<div id="note-checkup">' in shown.split("</summary>")[1] and "Checked 22 November 2026." in shown
    assert notation.Note.from_json(note.to_json()) == note


def test_the_first_paragraph_of_a_note_is_its_finding(tmp_path: Path) -> None:
    [note] = read(tmp_path, "## One {#one}\n\n" + NOTE.replace("by lot.", "by lot.\n\nIt took *years*.\n\nTwo of them.")).notes

    assert note.finding == "Couples were drawn by lot."
    assert note.more == "<p>It took <em>years</em>.</p>\n<p>Two of them.</p>"


def test_what_was_not_read_again_does_not_say_checked(tmp_path: Path) -> None:
    [note] = read(tmp_path, "## One {#one}\n\n" + NOTE.replace("grade: A", "grade: B")).notes
    html = render_to_string("guide/_note.html", {"note": note})

    assert "Checked" not in html
    assert "not read again at the source" in html


def test_words_of_notes_are_not_running_text(tmp_path: Path) -> None:
    reading = read(tmp_path, f"## One {{#one}}\n\nTwo words.\n\n{NOTE}\n:::story maria\n## Maria {{#maria}}\n\nThree more words.\n:::\n")

    assert "drawn by lot" not in reading.text
    assert "Two words." in reading.text and "Three more words." not in reading.text
    assert [heading.id for heading in reading.headings] == ["one"]


def test_the_link_to_a_heading_is_no_part_of_its_name(tmp_path: Path) -> None:
    html = read(tmp_path, "## One & only {#one}\n").html

    assert html == (
        '<div class="heading"><h2 id="one">One &amp; only</h2>'
        '<a class="anchor" href="#one" aria-label="Link to “One &amp; only”">#</a></div>\n'
    )


def test_a_table_can_become_entries_on_a_phone(tmp_path: Path) -> None:
    html = read(tmp_path, "## One {#one}\n\n| What | Therapy | Coaching |\n|---|---|---|\n| Lasts | weeks | months |\n").html

    assert '<table aria-label="One" class="table table--stack" role="table">' in html
    assert '<th role="rowheader" scope="row">Lasts</th>' in html
    assert '<td role="cell" data-label="Therapy">weeks</td>' in html
    assert '<td role="cell" data-label="Coaching">months</td>' in html


def test_markup_in_a_file_is_text(tmp_path: Path) -> None:
    assert "<script>" not in read(tmp_path, "## One {#one}\n\n<script>alert(1)</script>\n").html


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("## No anchor\n", "has no {#anchor}"),
        (NOTE.replace(":::\n", ""), "this container is not closed"),
        (":::ask\nWould you?\n\n" + NOTE, "this container is not closed"),
        (":::aside\ntext\n:::\n", "no container is called 'aside'"),
        (NOTE.replace("note study", "note hearsay"), "its kind"),
        (NOTE.replace("grade: A", "grade: C"), "its kind, its grade"),
        (NOTE.replace("grade: A", "grade: none"), "needs a source"),
        (NOTE.replace("source: ", "origin: "), "needs a source"),
        (NOTE.replace("note study", "note opinion").replace("source: ", "origin: "), "needs a source"),
        (NOTE.replace("checked: 2026-11-22\n", ""), "checked"),
        (NOTE.replace("2026-11-22", "lately"), "lately"),
        (NOTE.replace("Couples were drawn by lot.\n", ""), "its text is missing"),
        (NOTE.replace("id: checkup\n", ""), "id"),
    ],
)
def test_a_slip_is_named_with_its_file(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(notation.NotationError, match=r"part\.md:11: ") as error:
        read(tmp_path, f"A first line.\n\n{body}")

    assert words in str(error.value)


@pytest.mark.parametrize("front", ["", "+++\nslug = \n+++\n", '+++\nslug = "s"\n+++\n', FRONT.replace("lead", "leed")])
def test_a_file_without_its_front_matter_is_named(tmp_path: Path, front: str) -> None:
    with pytest.raises(notation.NotationError, match=r"part\.md"):
        read(tmp_path, "text", front)
