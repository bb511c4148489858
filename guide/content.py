"""Content that is data: lists of entries in TOML, in the folder of each language, next to the parts of the guide.

A module says what its entries look like and which table of which file holds them:

    @dataclass(frozen=True)
    class Rung:
        key: str                          # every entry has one; it is what may be stored, and the same in all languages
        title: str
        links: tuple[ContentLink, ...] = ()   # a list; a dataclass inside is written as an inline table
        note: NoteId                      # the id of an evidence note
        instead: Annotated[str, KeyOf("ladder.rung")] = ""

    RUNGS = ContentTable("ladder", "rung", Rung)  # [[rung]] in guide/content/<language>/ladder.toml

`RUNGS` is a mapping from keys to entries, in the order of the file and in the language of the page: read it when a page is made, never
when a module is loaded. Fields without a default are required and not empty. `guide.checks` compares every file with its tables when the
program starts, follows the links in it, and names file and line of what is wrong.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from django.conf import settings
from django.utils import translation

# A folder for each language the guide is written in.
CONTENT = Path(__file__).parent / "content"
FIRST_LANGUAGE = "en"

_KEY = re.compile(r"[a-z0-9_-]+")


class ContentError(Exception):
    """A content file is not as its tables say. The message begins with file and line."""


@dataclass(frozen=True)
class KeyOf:
    """Marks a field that holds the key of an entry in another table, named like "ladder.rung". "" is the key of nothing."""

    table: str


# Marks a field that is not shown, so not translated: it is the same in every language.
FIXED = "fixed"
NOTE = "note"
ADDRESS = "address"
type Fixed = Annotated[str, FIXED]
# The id of an evidence note in any part of the guide.
type NoteId = Annotated[str, NOTE]
# A page of ours, from the root: "/guide/options/#refuses".
type Address = Annotated[str, ADDRESS]


@dataclass(frozen=True)
class ContentLink:
    words: str
    address: Address


@dataclass(frozen=True)
class Reference:
    """Something that an entry points to. `kind` is NOTE, ADDRESS or a KeyOf; `where` is its file and line."""

    kind: str | KeyOf
    value: str
    where: str


@cache
def languages() -> tuple[str, ...]:
    """The languages the guide is written in."""
    return tuple(sorted(folder.name for folder in CONTENT.iterdir() if folder.is_dir()))


def language() -> str:
    """The language the guide is shown in: that of the page if the guide is written in it, else the first."""
    if len(languages()) == 1:
        # Asked hundreds of times for a page; which language a page has is slow to find out.
        return FIRST_LANGUAGE
    code = (translation.get_language() or FIRST_LANGUAGE).split("-")[0]
    return code if code in languages() else FIRST_LANGUAGE


def speaking(language: str) -> AbstractContextManager[None]:
    """The interface in the language of a folder."""
    return translation.override(next((code for code, _ in settings.LANGUAGES if code.split("-")[0] == language), language))


class ContentTable[Entry](Mapping[str, Entry]):
    """The `[[name]]` tables of `<file>.toml` as entries by key, in the language of the page."""

    def __init__(self, file: str, name: str, entry: type[Entry]) -> None:
        self.file, self.name, self.entry = file, name, entry
        _tables.setdefault(file, []).append(self)

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def _entries(self) -> dict[str, Entry]:
        return read(self, language())[0]

    def __hash__(self) -> int:
        return id(self)


_tables: dict[str, list[ContentTable[Any]]] = {}


def tables() -> dict[str, list[ContentTable[Any]]]:
    """The tables that modules have declared so far, by file."""
    return _tables


@cache
def read(table: ContentTable[Any], language: str) -> tuple[dict[str, Any], list[Reference]]:
    """The entries of a table in one language, and what they point to. Raises ContentError."""
    source = _source(table.file, language)
    entries: dict[str, Any] = {}
    references: list[Reference] = []
    for number, row in enumerate(source.data.get(table.name, [])):
        place = _Place(source, table.name, number)
        entry = _entry(table.entry, row, place, references)
        if not _KEY.fullmatch(entry.key):
            raise ContentError(f"{place.of('key')}: a key is made of small letters, digits and hyphens, not {entry.key!r}")
        if entry.key in entries:
            raise ContentError(f"{place.of('key')}: the key {entry.key!r} is there already")
        entries[entry.key] = entry
    if not entries:
        raise ContentError(f"{source.name}:1: no [[{table.name}]] in it")
    return entries, references


def unknown_tables(file: str, language: str) -> Iterator[str]:
    """A sentence for each table in the file that no module has declared."""
    source = _source(file, language)
    known = {table.name for table in _tables[file]}
    for name in source.data:
        if name not in known:
            yield f"{_Place(source, name, 0).of('')}: nothing reads [{name}]"


def forget() -> None:
    """Read the files again when they are next asked for."""
    for cached in (languages, read, _source):
        cached.cache_clear()


@dataclass(frozen=True)
class _Source:
    name: str
    text: str
    data: dict[str, Any]

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def heads(self) -> dict[str, list[int]]:
        """The numbers of the lines at which the tables of each name begin."""
        heads: dict[str, list[int]] = {}
        for number, words in enumerate(self.lines, 1):
            if head := re.match(r"\[\[?(\w+)\]", words):
                heads.setdefault(head[1], []).append(number)
        return heads


@cache
def _source(file: str, language: str) -> _Source:
    path = CONTENT / language / f"{file}.toml"
    name = f"guide/content/{language}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        return _Source(name, text, tomllib.loads(text))
    except FileNotFoundError as error:
        raise ContentError(f"{name}:1: there is no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise ContentError(f"{name}:{line[1] if line else 1}: {error}") from error


@dataclass(frozen=True)
class _Place:
    """An entry in its file: the table's name, and how many of that name come before it. `tomllib` keeps no lines, so they are looked up."""

    source: _Source
    table: str
    number: int

    def of(self, field: str) -> str:
        """File and line of a field, or of the entry's first line when the field is not written."""
        heads = self.source.heads.get(self.table, [])[self.number :]
        start = heads[0] if heads else 1
        end = heads[1] - 1 if len(heads) > 1 else None
        for line, words in enumerate(self.source.lines[start:end], start + 1):
            if field and re.match(rf"\s*{field}\s*=", words):
                return f"{self.source.name}:{line}"
        return f"{self.source.name}:{start}"


def _entry(kind: type[Any], row: Any, place: _Place, references: list[Reference], within: str = "") -> Any:
    """A row of the file as an entry. `within` is the field of the entry that an inline table is in."""
    if not isinstance(row, dict):
        raise ContentError(f"{place.of(within)}: a table is needed, not {row!r}")
    known = {field.name: field for field in fields(kind)}
    for name in row:
        if name not in known:
            raise ContentError(f"{place.of(within or name)}: no field is called {name!r}; there are {', '.join(known)}")
    hints = get_type_hints(kind, include_extras=True)
    values: dict[str, Any] = {}
    for name, field in known.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if name in row:
            values[name] = _value(hints[name], row[name], place, references, within or name, required)
        elif required:
            raise ContentError(f"{place.of(within)}: {name!r} is missing")
    return kind(**values)


def _value(hint: Any, value: Any, place: _Place, references: list[Reference], field: str, required: bool) -> Any:
    """A value as the type `hint` wants it; what it points to goes to `references`."""
    hint = getattr(hint, "__value__", hint)
    if get_origin(hint) is Annotated:
        hint, mark = get_args(hint)
        if mark != FIXED and value:
            references.append(Reference(mark, value, place.of(field)))
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise ContentError(f"{place.of(field)}: {field!r} is a list")
        return tuple(_value(get_args(hint)[0], each, place, references, field, required=True) for each in value)
    if is_dataclass(hint):
        return _entry(hint, value, place, references, within=field)  # type: ignore[arg-type]
    if type(value) is not hint:
        raise ContentError(f"{place.of(field)}: {field!r} is {_KINDS.get(hint, hint)}, not {value!r}")
    if required and value == "":
        raise ContentError(f"{place.of(field)}: {field!r} is empty")
    return value


_KINDS = {str: "a text in quotation marks", bool: "true or false", int: "a whole number", float: "a number with a point", date: "a day"}
