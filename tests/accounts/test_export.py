"""Everything out: as JSON, as a table, and to read (docs/security.md, R6, R23, R42 and R51)."""

import csv
import io
import json
import re
from base64 import b64decode

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import Account
from accounts.portability.export import FORMATS, as_csv, as_html, as_json, as_markdown, defused, export
from accounts.portability.schema import schema_of
from accounts.vault.models import PrivateModel
from accounts.vault.scope import acting_for
from checkins.models import CheckIn, DeletedDays
from config.ops import demo_roadmap
from guide.models import PartRead, Reading
from roadmap.models import Action, Roadmap
from roadmap.private_plan import lock
from tests.checkins.days import AT, DAY, write
from tests.conftest import say_passphrase
from tests.roadmap.plans import keep, unlock

ADDRESS = "/accounts/export/"


@pytest.fixture
def full(partner: Account) -> Account:
    """An account with something of everything in it."""
    partner.email = "a@example.org"
    partner.save()
    write(partner, gratitude_1="Jo rang back", emotion_1="at-ease", emotion_2="like a storm", action="Walk", outcome="partly")
    with acting_for(partner):
        demo_roadmap.walk(partner, DAY)
        Reading.open(partner, "talking", at=AT)
        Reading.stop(partner, "talking", PartRead.END)
    return partner


def in_json(account: Account) -> bytes:
    """The account's export, which fits into one file."""
    [(content, _entries)] = as_json(account, DAY)
    return content


def exported(client: Client, kind: str):
    say_passphrase(client)
    return client.post(ADDRESS, {"format": kind})


@pytest.mark.parametrize("kind", ["json", "csv", "md", "html"])
def test_a_file_has_a_name_that_tells_the_day_and_nothing_else(owner: Client, full: Account, kind: str, time_machine) -> None:
    time_machine.move_to("2026-11-24T02:30Z", tick=False)
    response = exported(owner, kind)

    assert response.status_code == 200
    # Before three in the morning it is still the day before.
    assert response["Content-Disposition"] == f'attachment; filename="notes-2026-11-23.{kind}"'
    assert response["Cache-Control"] == "no-store, private"
    assert b"Jo rang back" in response.content


def test_it_asks_for_the_passphrase_first(owner: Client, full: Account) -> None:
    response = owner.post(ADDRESS, {"format": "json"})

    assert (response.status_code, response["Location"]) == (302, f"/accounts/reauthenticate/?next={ADDRESS}")


@pytest.mark.parametrize("kind", ["", "zip", "JSON", "../json"])
def test_a_kind_that_is_none_is_refused(owner: Client, kind: str) -> None:
    assert exported(owner, kind).status_code == 422


def test_the_json_holds_every_row_of_every_model_that_moves(full: Account) -> None:
    with acting_for(full):
        whole = json.loads(in_json(full))
        for model in apps.get_models():
            if issubclass(model, PrivateModel) and schema_of(model).exported:
                assert len(whole[schema_of(model).name]) == schema_of(model).count(full), model
    assert whole["checkin"][0]["gratitude_1"] == "Jo rang back"
    assert whole["settings"]["time_zone"] == "Europe/London"
    assert full.email and full.email not in json.dumps(whole), "the address stays where it was given"


def test_the_json_tells_nobody_whose_it_was(full: Account) -> None:
    with acting_for(full):
        text = in_json(full).decode()
        ids = [str(pk) for model in (CheckIn, Action, Roadmap) for pk in model.objects.values_list("pk", flat=True)]

    assert '"account"' not in text and '"name"' not in text
    for told in (str(full.pk), full.name, full.password, *ids):
        assert told not in text


def test_what_was_deleted_and_can_be_restored_is_not_exported(full: Account) -> None:
    with acting_for(full):
        DeletedDays.delete_days(full, full.checkins.all(), at=AT)

        for kind in FORMATS:
            assert b"Jo rang back" not in export(full, kind, DAY)[0].content


def test_nothing_of_anothers_is_in_it(full: Account, stranger: Account) -> None:
    with acting_for(stranger):
        for kind in FORMATS:
            assert b"Jo rang back" not in export(stranger, kind, DAY)[0].content


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n@"])
def test_a_cell_that_a_spreadsheet_would_calculate_is_defused(start: str) -> None:
    assert defused(f"{start}1+1").startswith("'")


@pytest.mark.parametrize("cell", ["", "Jo rang back", "1+1", "'quoted'", "a=b", "“–”"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert defused(cell) == cell


def test_the_table_has_a_row_for_each_day_in_words(full: Account) -> None:
    write(full, DAY.replace(day=11), gratitude_1="=HYPERLINK(1)", gratitude_2='Two "lines",\nand more', enough="yes")
    with acting_for(full):
        content = as_csv(full, DAY)

    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets know the encoding by it"
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (first["day"], first["emotion_1"], first["emotion_2"], first["outcome"]) == ("2026-03-10", "At ease", "like a storm", "Partly")
    assert second["gratitude_1"] == "'=HYPERLINK(1)"
    assert second["gratitude_2"] == 'Two "lines",\nand more'


def test_to_read_it_has_every_area_and_all_words(full: Account) -> None:
    words = [
        "Jo rang back",
        "I felt at ease and like a storm.",
        "It happened in part.",
        "Done on",
        "Our evenings have gone quiet",
        "Rowan Street",
        "He went second",
        "Go to choir",
    ]
    with acting_for(full):
        markdown, page = as_markdown(full, DAY).decode(), as_html(full, DAY).decode()

    for area in ("Check-ins", "Roadmap", "Talks", "Reviews", "Looking back", "Reading"):
        assert f"\n## {area}\n" in markdown
        assert f">{area}</h2>" in page
    for word in words:
        assert word in markdown
        assert word in page
    assert "### Tuesday 10 March 2026" in markdown
    assert "<title>Notes of 10 March 2026</title>" in page


def test_words_cannot_become_notation(full: Account) -> None:
    write(full, DAY.replace(day=11), gratitude_1="# <b>*loud*</b>\n- [x](y)\n1. one", gratitude_2="<script>alert(1)</script> &amp;")
    with acting_for(full):
        markdown, page = as_markdown(full, DAY).decode(), as_html(full, DAY).decode()

    assert "\\# \\<b\\>\\*loud\\*\\</b\\>  \n\\- \\[x\\](y)  \n\\1. one" in markdown
    assert "\\<script\\>alert(1)\\</script\\> \\&amp;" in markdown
    assert "<script>" not in page


def test_the_page_to_read_needs_no_other_file_and_has_no_inline_style(full: Account) -> None:
    with acting_for(full):
        page = as_html(full, DAY).decode()

    [style] = re.findall(r'(?:href|src)="([^#"][^"]*)"', page)
    css = b64decode(style.removeprefix("data:text/css;base64,")).decode()
    assert css.count("{") == css.count("}") > 6 and "url(" not in css and "@import" not in css
    assert "<style" not in page and "style=" not in page


def test_steps_that_nobody_has_touched_are_not_read_out(partner: Account) -> None:
    with acting_for(partner):
        Roadmap.of(partner)

        assert "## Roadmap" not in as_markdown(partner, DAY).decode()
        assert "Nothing has been written yet" in as_html(partner, DAY).decode()


def test_what_cannot_be_read_is_said_to_be_so(full: Account) -> None:
    with acting_for(full):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE checkins_checkin SET gratitude_1 = %s", [b"\x01damaged"])
            cursor.execute("UPDATE roadmap_review SET answers = %s", [b"\x01damaged"])

        assert "This cannot be read." in as_markdown(full, DAY).decode()
        assert b"gratitude_1" not in in_json(full)


def test_every_private_model_says_how_it_is_read(db: None) -> None:
    """So that what is added later reads well too: its area, and a label for each field with words in it."""
    for model in apps.get_models():
        if issubclass(model, PrivateModel) and schema_of(model).exported:
            assert model.area != "other", model
            assert model.labels, model
            assert set(model.labels) <= {field.name for field in model._meta.concrete_fields}


def test_the_page_names_all_four(owner: Client) -> None:
    say_passphrase(owner)
    page = owner.get(ADDRESS).content.decode()

    assert re.findall(r'name="format" value="(\w+)"', page) == ["html", "json", "csv", "md"]


# The private plan


@pytest.fixture
def planned(full: Account, owner: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser in which the partner's plan is open, with a note in it."""
    monkeypatch.setattr("roadmap.private_plan.models.KeyDerivationCost", lambda *figures: lock.KeyDerivationCost(*(figures or (64, 1, 1))))
    say_passphrase(owner)
    keep(full, first_advocate="Rowan Street, on Tuesdays")
    assert unlock(owner)
    return owner


@pytest.mark.parametrize("kind", ["html", "md"])
def test_the_private_plan_goes_along_while_it_is_open_and_only_if_that_is_ticked(planned: Client, kind: str) -> None:
    ticked, unticked = (planned.post(ADDRESS, {"format": kind, **plan}).content.decode() for plan in ({"plan": "1"}, {}))

    assert "Rowan Street, on Tuesdays" in ticked
    assert "Rowan Street, on Tuesdays" not in unticked
    assert 'name="plan"' in planned.get(ADDRESS).content.decode()


@pytest.mark.parametrize("kind", ["html", "md", "json", "csv"])
def test_locked_it_stays_and_it_looks_the_same_whether_there_is_one(planned: Client, full: Account, sign_in, kind: str) -> None:
    elsewhere = sign_in(full)
    say_passphrase(elsewhere)

    assert b"on Tuesdays" not in elsewhere.post(ADDRESS, {"format": kind, "plan": "1"}).content
    assert 'name="plan"' not in elsewhere.get(ADDRESS).content.decode()
