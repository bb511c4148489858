"""What somebody takes with them: JSON that comes back, a table of their days, and all of it to read."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.apps import apps
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.forms import SettingsForm
from accounts.models import Account, Area, PrivateModel
from accounts.portability.rows import fields_of, to_plain

FORMAT, VERSION = "even-keel", 1

# What a spreadsheet would take for a formula (R51).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 500


@dataclass(frozen=True)
class File:
    name: str
    kind: str
    content: bytes


def moving() -> list[type[PrivateModel]]:
    """The models whose rows leave and come back, in the order in which their areas are read."""
    areas = list(Area)
    models = [model for model in apps.get_models() if issubclass(model, PrivateModel) and model.MOVES]
    return sorted(models, key=lambda model: areas.index(model.area))


def packing() -> dict[str, type[PrivateModel]]:
    """The models that leave and come back as one text with a lock of its own, by name."""
    models = [model for model in apps.get_models() if issubclass(model, PrivateModel) and model.PACKS]
    return {str(model._meta.model_name): model for model in models}


def rows_of(model: type[PrivateModel], account: Account) -> Iterator[PrivateModel]:
    """The account's rows, the earlier ones first where they have days."""
    names = [field.name for field in model._meta.concrete_fields]
    order = [name for name in ("day", "horizon", "position", "round") if name in names]
    for row in model._default_manager.filter(account=account).order_by(*order, "pk").iterator(CHUNK):
        row.account = account
        yield row


class AllSettings(SettingsForm):
    """The settings of the settings page, and the pause that goes on."""

    class Meta(SettingsForm.Meta):
        fields = [*SettingsForm.Meta.fields, "paused_since"]


def settings_of(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in AllSettings.Meta.fields}


def as_json(account: Account, today: date, key: bytes = b"") -> bytes:
    """All of it, as `accounts.portability.files` reads it. What has its default is left out; so is whatever tells whose it was.

    What has a lock of its own stays behind it. It is there in every file, so that none shows whether `key` opened anything.
    """
    rows = {str(model._meta.model_name): [_lean(row) for row in rows_of(model, account)] for model in moving()}
    packed = {name: model.packed(account, key) for name, model in packing().items()}
    head = {"format": FORMAT, "version": VERSION, "made_on": today.isoformat(), "settings": settings_of(account)}
    return json.dumps(head | rows | packed, ensure_ascii=False, indent=1, default=date.isoformat).encode()


def _lean(row: PrivateModel) -> dict[str, Any]:
    defaults = {field.name: field.get_default() for field in fields_of(type(row))}
    return {name: value for name, value in to_plain(row).items() if value != defaults[name]}


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
    marked = re.sub(r"([\\`*_\[\]<>|~#])", r"\\\1", text)
    marked = re.sub(r"^(\s*)([-+=]|\d+(?=[.)]))", r"\1\\\2", marked, flags=re.M)
    return marked.replace("\n", "  \n")


def as_html(account: Account, today: date, key: bytes = b"") -> bytes:
    return render_to_string("accounts/portability/record.html", {"heading": _notes_of(today), "sections": outline(account, key)}).encode()


def _notes_of(today: date) -> str:
    return _("Notes of %(day)s") % {"day": date_format(today, "j F Y")}


# The endings of files, what makes them, and how a browser knows them.
FORMATS: dict[str, tuple[Callable[[Account, date, bytes], bytes], str]] = {
    "json": (as_json, "application/json"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "md": (as_markdown, "text/markdown; charset=utf-8"),
    "html": (as_html, "text/html; charset=utf-8"),
}


def export(account: Account, kind: str, today: date, key: bytes = b"") -> File:
    """A file of that kind, one of FORMATS. Its name tells nothing but the day.

    What `key` opens goes along, without its lock where it is made to be read.
    """
    make, content_type = FORMATS[kind]
    return File(f"notes-{today.isoformat()}.{kind}", content_type, make(account, today, key))
