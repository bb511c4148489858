"""What a person can export: JSON to import again, a table of their days, and everything to read."""

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

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.portability.file_format import FORMAT, MAX_ENTRIES, MAX_FILE_BYTES, VERSION
from accounts.portability.importing import settings_of
from accounts.portability.schema import ReadableLines, Schema, all_schemas, encrypted_schemas, exported_schemas
from accounts.portability.serialization import to_plain
from accounts.vault.models import PrivateModel

# What a spreadsheet would take for a formula (docs/security.md, R51).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# As an address, so that it is part of the file and no inline style.
_STYLE = "data:text/css;base64," + base64.b64encode(Path(__file__).with_name("record.css").read_bytes()).decode()


@dataclass(frozen=True)
class ExportFile:
    """`kind` is its media type; `entries` is how many can be imported from it."""

    name: str
    kind: str
    content: bytes
    entries: int = 0


# The name of a model, and a row of it as one line of a file.
NamedLine = tuple[str, str]


def as_json(account: Account, today: date, key: bytes = b"") -> list[tuple[bytes, int]]:
    """Everything, as `accounts.portability.parsing` reads it: the content of each file, and how many entries it has.

    There are as many files as it takes for each to be imported, in any order. Default values are left out, and so is whatever tells whose
    they were. Text with a lock of its own stays behind it and is in every file, so that none shows whether `key` opened anything.
    """
    head = {"format": FORMAT, "version": VERSION, "made_on": today.isoformat(), "settings": settings_of(account)}
    head |= {name: schema.encrypted(account, key) for name, schema in encrypted_schemas().items()}
    room = MAX_FILE_BYTES - len(_file(head, []).encode())
    files: list[list[NamedLine]] = [[]]
    size = 0
    for lines in _lines(account):
        more = sum(len(line.encode()) + 2 for _name, line in lines)
        if files[-1] and (size + more > room or len(files[-1]) + len(lines) > MAX_ENTRIES):
            files.append([])
            size = 0
        files[-1] += lines
        size += more
    return [(_file(head, lines).encode(), len(lines)) for lines in files]


def _lines(account: Account) -> Iterable[list[NamedLine]]:
    """Each row; rows with the same natural key together, because within one file they are told apart by their number."""
    by_key: dict[tuple[Any, ...], list[NamedLine]] = {}
    for name, schema in exported_schemas().items():
        for row in schema.rows(account):
            line = json.dumps(_without_defaults(schema, row), ensure_ascii=False)
            by_key.setdefault((name, *(getattr(row, each) for each in schema.natural_key)), []).append((name, line))
    return by_key.values()


def _without_defaults(schema: Schema, row: PrivateModel) -> dict[str, Any]:
    defaults = {field.name: field.get_default() for field in schema.fields}
    return {name: value for name, value in to_plain(row).items() if value != defaults[name]}


def _file(head: dict[str, Any], lines: list[NamedLine]) -> str:
    """A line for each row, so that a person can read it too."""
    rows: dict[str, list[str]] = {name: [] for name in exported_schemas()}
    for name, line in lines:
        rows[name].append(line)
    members = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, default=date.isoformat)}" for name, value in head.items()]
    members += [f"{json.dumps(name)}: [{','.join(f'\n{line}' for line in listed)}]" for name, listed in rows.items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def as_csv(account: Account, today: date, key: bytes = b"") -> bytes:
    """The days as a table. A byte order mark tells spreadsheets the encoding, and no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    for schema in exported_schemas().values():
        if schema.columns:
            writer.writerow(schema.columns)
            writer.writerows([defused(row.display(name)) for name in schema.columns] for row in schema.rows(account))
    return text.getvalue().encode("utf-8-sig")


def defused(cell: str) -> str:
    """The cell, with a mark in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA_STARTS) else cell


# The title of an area, and the heading and lines of each of its rows.
ExportSection = tuple[str, list[tuple[str, ReadableLines]]]


def outline(account: Account, key: bytes = b"") -> Iterator[ExportSection]:
    """Everything to read, area by area; last what `key` opens."""
    for area, schemas in groupby(exported_schemas().values(), key=lambda schema: schema.model.area):
        written = ((schema, row) for schema in schemas for row in schema.rows(account) if not schema.is_untouched(row))
        rows = [(row.heading, schema.readable_lines(row)) for schema, row in written]
        if rows:
            yield str(area.label), rows
    for schema in all_schemas() if key else []:
        if unlocked := schema.unlocked(account, key):
            yield str(schema.model.area.label), unlocked


def as_markdown(account: Account, today: date, key: bytes = b"") -> bytes:
    parts = [f"# {_notes_of(today)}"]
    for area, rows in outline(account, key):
        parts.append(f"## {area}")
        for heading, words in rows:
            parts.append(f"### {_plain(heading)}")
            parts += [f"**{label}**\n\n{_plain(text)}" if label else _plain(text) for label, text in words]
    return ("\n\n".join(parts) + "\n").encode()


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: nothing in it is notation, and its lines stay lines."""
    marked = re.sub(r"([\\`*_\[\]<>|~#]|&(?=#?\w+;))", r"\\\1", text)
    # Match spaces but not newlines; otherwise a long run of blank lines takes quadratic time.
    marked = re.sub(r"^([^\S\n]*)([-+=]|\d+(?=[.)]))", r"\1\\\2", marked, flags=re.M)
    return marked.replace("\n", "  \n")


def as_html(account: Account, today: date, key: bytes = b"") -> bytes:
    context = {"heading": _notes_of(today), "sections": list(outline(account, key)), "style": _STYLE}
    return render_to_string("accounts/portability/record.html", context).encode()


def _notes_of(today: date) -> str:
    return _("Notes of %(day)s") % {"day": date_format(today, "j F Y")}


# The media type of each kind of file, by its ending.
FORMATS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
TO_READ: dict[str, Callable[[Account, date, bytes], bytes]] = {"csv": as_csv, "md": as_markdown, "html": as_html}


def export(account: Account, kind: str, today: date, key: bytes = b"") -> list[ExportFile]:
    """The file of that kind, one of FORMATS; several where JSON is too much for one that can be imported.

    The names contain the day and the part, and nothing else. What `key` opens is included, without its lock in formats to read.
    """
    made = as_json(account, today, key) if kind == "json" else [(TO_READ[kind](account, today, key), 0)]
    which = [""] if len(made) == 1 else [f"-{part}-of-{len(made)}" for part in range(1, len(made) + 1)]
    return [ExportFile(f"notes-{today.isoformat()}{part}.{kind}", FORMATS[kind], *each) for part, each in zip(which, made, strict=True)]
