"""What somebody takes with them: JSON that comes back, a table of their days, and all of it to read."""

import base64
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from django.apps import apps
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.forms import SettingsForm
from accounts.models import Account
from accounts.portability.merging import known_by
from accounts.portability.serialization import fields_of, to_plain
from accounts.vault.models import Area, PrivateModel

FORMAT, VERSION = "even-keel", 1

# How large a file may be, and how many entries it may have, to be brought back (R60).
LARGEST = 5 * 1024 * 1024
MOST = 20_000

# What a spreadsheet would take for a formula (R51).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 500

# As an address, so that it goes along inside the page and is no inline style.
STYLE = "data:text/css;base64," + base64.b64encode(Path(__file__).with_name("record.css").read_bytes()).decode()


@dataclass(frozen=True)
class File:
    """`entries` is how many it can bring back, for one that can."""

    name: str
    kind: str
    content: bytes
    entries: int = 0


def moving() -> list[type[PrivateModel]]:
    """The models whose rows leave and come back, in the order in which their areas are read."""
    areas = list(Area)
    models = [model for model in apps.get_models() if issubclass(model, PrivateModel) and model.MOVES]
    return sorted(models, key=lambda model: areas.index(model.area))


def packing() -> dict[str, type[PrivateModel]]:
    """The models that leave and come back as one text with a lock of its own, by name."""
    models = [model for model in apps.get_models() if issubclass(model, PrivateModel) and model.PACKS]
    return {str(model._meta.model_name): model for model in models}


def rows_of(model: type[PrivateModel], account: Account, *, held: bool = False) -> Iterator[PrivateModel]:
    """The account's rows, the earlier ones first where they have days. `held`: nobody else changes them until this transaction ends."""
    names = [field.name for field in model._meta.concrete_fields]
    order = [name for name in ("day", "horizon", "position", "round") if name in names]
    rows = model._default_manager.filter(account=account).order_by(*order, "pk")
    for row in (rows.select_for_update() if held else rows).iterator(CHUNK):
        row.account = account
        yield row


class AllSettings(SettingsForm):
    """The settings of the settings page, and the pause that goes on."""

    class Meta(SettingsForm.Meta):
        fields = [*SettingsForm.Meta.fields, "paused_since"]


def settings_of(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in AllSettings.Meta.fields}


# The name of a model, and a row of it as it stands in a file.
Line = tuple[str, str]


def as_json(account: Account, today: date, key: bytes = b"") -> list[tuple[bytes, int]]:
    """All of it, as `accounts.portability.parsing` reads it: one file, or as many as it takes for each to come back, in any order.

    Each with how many entries it has. What has its default is left out; so is whatever tells whose it was. What has a lock of its own stays
    behind it, and is there in every file, so that none shows whether `key` opened anything.
    """
    head = {"format": FORMAT, "version": VERSION, "made_on": today.isoformat(), "settings": settings_of(account)}
    head |= {name: model.packed(account, key) for name, model in packing().items()}
    room = LARGEST - len(_file(head, []).encode())
    files: list[list[Line]] = [[]]
    size = 0
    for lines in _lines(account):
        more = sum(len(line.encode()) + 2 for _name, line in lines)
        if files[-1] and (size + more > room or len(files[-1]) + len(lines) > MOST):
            files.append([])
            size = 0
        files[-1] += lines
        size += more
    return [(_file(head, lines).encode(), len(lines)) for lines in files]


def _lines(account: Account) -> Iterable[list[Line]]:
    """Each row; those that would be known by the same values together, since one file tells them apart by their number."""
    alike: dict[tuple[Any, ...], list[Line]] = {}
    for model in moving():
        name = str(model._meta.model_name)
        for row in rows_of(model, account):
            line = json.dumps(_lean(row), ensure_ascii=False)
            alike.setdefault((name, *(getattr(row, each) for each in known_by(model))), []).append((name, line))
    return alike.values()


def _lean(row: PrivateModel) -> dict[str, Any]:
    defaults = {field.name: field.get_default() for field in fields_of(type(row))}
    return {name: value for name, value in to_plain(row).items() if value != defaults[name]}


def _file(head: dict[str, Any], lines: list[Line]) -> str:
    """A line for each row, so that somebody can read it too."""
    rows: dict[str, list[str]] = {str(model._meta.model_name): [] for model in moving()}
    for name, line in lines:
        rows[name].append(line)
    members = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, default=date.isoformat)}" for name, value in head.items()]
    members += [f"{json.dumps(name)}: [{','.join(f'\n{line}' for line in listed)}]" for name, listed in rows.items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def as_csv(account: Account, today: date, key: bytes = b"") -> bytes:
    """The days as a table. Spreadsheets know the encoding by its mark, and find nothing to calculate."""
    text = io.StringIO()
    writer = csv.writer(text)
    for model in moving():
        if model.COLUMNS:
            writer.writerow(model.COLUMNS)
            writer.writerows([defused(row.shown(name)) for name in model.COLUMNS] for row in rows_of(model, account))
    return text.getvalue().encode("utf-8-sig")


def defused(cell: str) -> str:
    """The cell, with a mark in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.lstrip(" \n").startswith(FORMULA) else cell


Section = tuple[str, list[tuple[str, list[tuple[str, str]]]]]


def outline(account: Account, key: bytes = b"") -> Iterator[Section]:
    """What there is to read: each area with its rows, each row with its heading and its labelled words; last what `key` opens."""
    for area, models in groupby(moving(), key=lambda model: model.area):
        rows = [(row.heading, row.in_words) for model in models for row in rows_of(model, account) if not row.is_untouched]
        if rows:
            yield str(area.label), rows
    for model in apps.get_models():
        if key and issubclass(model, PrivateModel) and (behind := model.unlocked(account, key)):
            yield str(model.area.label), behind


def as_markdown(account: Account, today: date, key: bytes = b"") -> bytes:
    parts = [f"# {_notes_of(today)}"]
    for area, rows in outline(account, key):
        parts.append(f"## {area}")
        for heading, words in rows:
            parts.append(f"### {_plain(heading)}")
            parts += [f"**{label}**\n\n{_plain(text)}" for label, text in words]
    return ("\n\n".join(parts) + "\n").encode()


def _plain(text: str) -> str:
    """Text that is read as it stands: nothing in it is notation, and its lines stay lines."""
    marked = re.sub(r"([\\`*_\[\]<>|~#]|&(?=#?\w+;))", r"\\\1", text)
    # Of spaces alone, not of empty lines: from each of many in a row it would look through all that follow.
    marked = re.sub(r"^([^\S\n]*)([-+=]|\d+(?=[.)]))", r"\1\\\2", marked, flags=re.M)
    return marked.replace("\n", "  \n")


def as_html(account: Account, today: date, key: bytes = b"") -> bytes:
    context = {"heading": _notes_of(today), "sections": outline(account, key), "style": STYLE}
    return render_to_string("accounts/portability/record.html", context).encode()


def _notes_of(today: date) -> str:
    return _("Notes of %(day)s") % {"day": date_format(today, "j F Y")}


# The endings of files, and how a browser knows them.
FORMATS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
TO_READ: dict[str, Callable[[Account, date, bytes], bytes]] = {"csv": as_csv, "md": as_markdown, "html": as_html}


def export(account: Account, kind: str, today: date, key: bytes = b"") -> list[File]:
    """A file of that kind, one of FORMATS, or several: what is made to come back may be too much for one.

    Their names tell the day and which of them it is, and nothing else. What `key` opens goes along, without its lock where it is made to
    be read.
    """
    made = as_json(account, today, key) if kind == "json" else [(TO_READ[kind](account, today, key), 0)]
    which = [""] if len(made) == 1 else [f"-{part}-of-{len(made)}" for part in range(1, len(made) + 1)]
    return [File(f"notes-{today.isoformat()}{part}.{kind}", FORMATS[kind], *each) for part, each in zip(which, made, strict=True)]
