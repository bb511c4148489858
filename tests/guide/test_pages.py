import re
import shutil
from pathlib import Path

import brotli
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from guide import content, doors, helplines, library, stories
from guide.models import Part
from tests.test_site import check_page

SLUGS = ["understanding", "talking", "options", "wellbeing", "limits", "forward", "questions"]
BROTLI = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The guide's files in a folder of the test's own."""
    shutil.copytree(content.CONTENT, tmp_path / "content")
    monkeypatch.setattr(content, "CONTENT", tmp_path / "content")
    library.forget()
    yield tmp_path / "content" / "en"
    library.forget()


def sync(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("sync_guide")
    return capsys.readouterr().out


# Reading


@pytest.mark.parametrize("address", ["/guide/", "/guide/sources/", *(f"/guide/{slug}/" for slug in SLUGS)])
def test_a_stranger_reads_without_a_query_and_without_a_cookie(client: Client, db: None, django_assert_num_queries, address: str) -> None:
    library.current()

    with django_assert_num_queries(0):
        response = client.get(address)

    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("slug", SLUGS)
def test_every_part_keeps_the_rules_of_a_page_read_and_printed(client: Client, owner: Client, slug: str) -> None:
    """The walk over all addresses sees one part alone, and each has tools of its own."""
    for each in (client, owner):
        for address in (f"/guide/{slug}/", f"/guide/{slug}/print/"):
            check_page(each.get(address))


def test_a_part_is_all_there_in_order(client: Client, db: None) -> None:
    for number, slug in enumerate(SLUGS, 1):
        page = client.get(f"/guide/{slug}/").content.decode()
        part = library.current().part(slug)
        assert f"<h1>{part.heading}</h1>" in page
        shown = [block for block in part.blocks if block.kind != "story" or block.name == stories.default_in(slug)]
        assert all(block.html.partition("</div>\n")[2] in page for block in shown)
        assert f"part {number} of 7" in page
        assert f"{part.minutes} minutes" in page
        assert all(f'href="#{heading["id"]}"' in page for heading in part.headings)
    assert 'rel="prev"' not in client.get("/guide/understanding/").content.decode()
    assert 'rel="next"' not in client.get("/guide/questions/").content.decode()
    assert 'href="/guide/talking/" rel="next"' in client.get("/guide/understanding/").content.decode()


def test_the_contents_lead_to_every_part_with_its_reading_time(client: Client, db: None) -> None:
    page = client.get("/guide/").content.decode()

    for part in library.current().parts:
        line = re.search(rf'<li><a href="/guide/{part.slug}/"><span>{part.order}</span><b>{part.title}</b>(.*?)</li>', page, re.S)
        assert f"{part.minutes} min" in line[1]
    assert f"{library.current().minutes} minutes in all" in page


@pytest.mark.parametrize("address", ["/", "/guide/"])
def test_there_are_five_doors_by_where_a_reader_is_before_the_parts(client: Client, db: None, address: str) -> None:
    page = client.get(address).content.decode()

    places = [page.index(f'<a href="{door.address}"><b>{door.words}</b>') for door in doors.DOORS.values()]
    assert len(places) == 5 and places == sorted(places)
    assert address == "/" or places[-1] < page.index('<ol class="index"')


def test_the_box_about_fear_on_the_first_page_and_in_every_part_has_six_numbers(client: Client, db: None) -> None:
    numbers = [f'<a href="{number.tel}"><b>{number.phone}</b>' for number in helplines.emergency_numbers()]
    assert len(numbers) == 6

    for address in ["/", *(f"/guide/{slug}/" for slug in SLUGS)]:
        page = client.get(address).content.decode()
        boxes = re.findall(r'class="fear".*?</ul>', page, re.S)
        assert len(boxes) == 1, address
        assert all(number in box for box in boxes for number in numbers)


def test_numbers_are_typed_in_no_template(settings) -> None:
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        assert not re.search(r"tel:\d|\b(?:999|911|10111)\b", path.read_text()), path


def test_sources_are_one_line_for_each_section(client: Client, db: None) -> None:
    for slug in SLUGS:
        page = client.get(f"/guide/{slug}/").content.decode()
        lines = re.findall(r"<summary>Where this comes from \((\d+)\)</summary>", page)
        assert sum(map(int, lines)) == len(library.current().part(slug).evidence)
        assert len(re.findall(r'<details class="sources(?: |")', page)) == len(lines)


def test_a_question_is_folded_and_its_anchor_is_inside_the_fold(client: Client, db: None) -> None:
    page = client.get("/guide/questions/").content.decode()

    folds = re.findall(r'<details class="question prose"><summary><h2>(.*?)</h2></summary>\s*<div id="([\w-]+)">', page)
    assert len(folds) > 10 and ("How long should I wait?", "how-long") in folds
    assert "suicide" not in dict(folds).values(), "danger is in plain sight"


def test_the_sources_page_has_every_note_and_leads_back_to_it(client: Client, db: None) -> None:
    page = client.get("/guide/sources/").content.decode()

    notes = [(part, note) for part in library.current().parts for note in part.evidence]
    assert len(notes) > 60
    for part, note in notes:
        assert f'href="/guide/{part.slug}/#note-{note.id}">{escape(note.what)}' in page
        assert note.html in page
        assert any(block.kind == "note" and block.name == note.id for block in part.blocks)


def test_whoever_has_the_page_is_told_that_it_is_the_same(client: Client, db: None) -> None:
    first = client.get("/guide/options/")

    again = client.get("/guide/options/", headers={"If-None-Match": first["ETag"]})
    other = client.get("/guide/options/", headers={"If-None-Match": 'W/"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], "private, no-cache")
    assert other.status_code == 200
    assert {"HX-Request", "Cookie", "Accept-Encoding"} <= set(first["Vary"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    "path",
    ["/guide/limits/", "/guide/talking/", "/guide/limits/print/", "/guide/print/", "/help/", "/guide/find-someone/", "/using-this-safely/"],
)
def test_what_tells_most_of_a_reader_is_stored_by_no_browser(client: Client, db: None, path: str) -> None:
    first = client.get(path)

    assert first["Cache-Control"] == "no-store, private" and "ETag" not in first
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 200


def test_a_part_travels_compressed_and_is_the_same_page(client: Client, db: None) -> None:
    packed = client.get("/guide/talking/", headers=BROTLI)

    assert packed["Content-Encoding"] == "br"
    assert brotli.decompress(packed.content) == client.get("/guide/talking/").content
    assert len(packed.content) < 15_000


def test_an_unknown_part_is_answered_with_a_page_that_helps(client: Client, db: None) -> None:
    response = client.get("/guide/unheard-of/")

    assert response.status_code == 404
    assert 'href="/guide/"' in response.content.decode()


def test_a_signed_in_page_is_never_given_to_a_stranger(owner: Client, client: Client) -> None:
    signed_in = owner.get("/guide/talking/")

    assert "/roadmap/" in signed_in.content.decode()
    assert "bar-account" not in client.get("/guide/talking/").content.decode()
    assert "Cookie" in signed_in["Vary"]


# Synchronising


def test_synchronising_is_safe_to_repeat(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert sync(capsys) == "7 parts, 7 changed, 0 deleted.\n"
    assert sync(capsys) == "7 parts, 0 changed, 0 deleted.\n"
    assert list(Part.objects.values_list("slug", flat=True)) == SLUGS


def test_what_changed_and_what_is_gone_in_the_files_is_changed_and_gone_in_the_guide(db: None, client, files: Path, capsys) -> None:
    sync(capsys)
    (files / "questions.md").unlink()
    talking = (files / "talking.md").read_text()
    (files / "talking.md").write_text(talking.replace("order = 2", "order = 3") + "\n## New {#new}\n\nA new passage.\n")
    options = (files / "options.md").read_text()
    (files / "options.md").write_text(options.replace("order = 3", "order = 2"))

    assert sync(capsys) == "6 parts, 2 changed, 1 deleted.\n"

    assert [part.slug for part in library.current().parts][:3] == ["understanding", "options", "talking"]
    assert "A new passage." in client.get("/guide/talking/").content.decode()
    assert client.get("/guide/questions/").status_code == 404


def test_a_slip_in_a_file_changes_nothing_and_is_named(db: None, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sync(capsys)
    (files / "talking.md").write_text("no front matter")

    with pytest.raises(CommandError, match=r"talking\.md"):
        sync(capsys)
    assert Part.objects.count() == 7


def test_before_it_is_synchronised_the_guide_is_read_from_its_files(db: None, client: Client) -> None:
    library.forget()

    assert Part.objects.count() == 0
    assert client.get("/guide/talking/").status_code == 200


def test_a_language_is_a_folder_and_its_pages_are_in_it(db: None, client: Client, files: Path, capsys, settings) -> None:
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    shutil.copytree(files, files.parent / "de")
    talking = (files / "talking.md").read_text()
    (files.parent / "de" / "talking.md").write_text(talking.replace('title = "Talking so it can be heard"', 'title = "Reden"'))

    library.forget()
    assert sync(capsys) == "14 parts, 14 changed, 0 deleted.\n"
    with translation.override("de"):
        assert library.current().part("talking").title == "Reden"
    with translation.override("fr"):
        assert library.current().part("talking").title == "Talking so it can be heard", "what is not written is read in English"

    shutil.rmtree(files.parent / "de")
    library.forget()
    assert sync(capsys) == "7 parts, 0 changed, 0 deleted.\n"
    assert set(Part.objects.values_list("language", flat=True)) == {"en"}
