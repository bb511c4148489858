"""What is too much for one file leaves in several, and comes back whole (docs/security.md, R50 and R60)."""

import json
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Account
from accounts.portability import export
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from roadmap.models import Action
from tests.accounts.test_export import ADDRESS, exported, full
from tests.accounts.test_import import noon, take
from tests.checkins.days import AT, DAY, write

__all__ = ["full", "noon"]

LONG = "Ä" + "so it went on " * 1400


@pytest.fixture
def much(full: Account) -> Account:
    """More than fits into one file, and something of everything."""
    with acting_for(full):
        days = [DAY - timedelta(days=1 + ago) for ago in range(300)]
        rows = [CheckIn(account=full, day=day, version=1, written_at=AT, zone="UTC", gratitude_1=f"{day}", note=LONG) for day in days]
        CheckIn.objects.bulk_create(rows)
    return full


def parts(client: Client) -> list[HttpResponse]:
    page = exported(client, "json").content.decode()
    counted = re.search('name="counted" value="([^"]+)"', page)
    assert counted
    buttons = re.findall('name="part" value="([^"]+)"', page)
    return [client.post(ADDRESS, {"format": "json", "counted": counted[1], "part": part}) for part in buttons]


def content(account: Account) -> dict[str, object]:
    """What an account holds, in an order that does not depend on ids."""
    with acting_for(account):
        files = [json.loads(file) for file, _entries in export.as_json(account, DAY)]
    lists = {name: [json.dumps(row) for file in files for row in file[name]] for name, rows in files[0].items() if isinstance(rows, list)}
    return {name: sorted(rows) for name, rows in lists.items()} | {"settings": files[0]["settings"]}


def test_each_part_can_be_brought_in_any_order_and_all_of_it_comes_back(owner: Client, much: Account, stranger: Account) -> None:
    taken = parts(owner)

    assert [part["Content-Disposition"] for part in taken] == [
        f'attachment; filename="notes-2026-03-20-{number}-of-2.json"' for number in (1, 2)
    ]
    assert all(len(part.content) <= export.MAX_FILE_BYTES for part in taken)
    for part in reversed(taken):
        take(stranger, part.content)
    assert content(stranger) == content(much)
    assert {label for part in taken for label in take(stranger, part.content)} == {"Here already"}


def test_what_was_written_between_two_parts_is_said(owner: Client, much: Account) -> None:
    page = exported(owner, "json").content.decode()
    counted = re.search('name="counted" value="([^"]+)"', page)
    assert counted and "In 2 files" in page and "Part 2 of 2" in page
    write(much, DAY.replace(day=12), gratitude_1="Jo rang back")

    response = owner.post(ADDRESS, {"format": "json", "counted": counted[1], "part": "2"})

    assert response.status_code == 409
    assert "Something has been written since. Download all of them again." in response.content.decode()


def test_what_is_told_apart_by_its_number_alone_stays_in_one_file(partner: Account, stranger: Account, monkeypatch) -> None:
    with acting_for(partner):
        for title in ("Rest", "Walk", "Rest", "Read", "Rest"):
            Action.add(partner, title=title, horizon=30)
    monkeypatch.setattr(export, "MAX_ENTRIES", 3)

    with acting_for(partner):
        made = export.as_json(partner, DAY)

    resting = [sum(row.get("title") == "Rest" for row in json.loads(file)["action"]) for file, _entries in made]
    assert resting == [3, 0]
    assert all(entries <= 3 for _file, entries in made)
    for file, _entries in made:
        take(stranger, file)
    with acting_for(stranger):
        assert sorted(action.title for action in stranger.actions.own()) == ["Read", "Rest", "Rest", "Rest", "Walk"]
