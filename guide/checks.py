"""The content files are sound: every table as its module says, every key, link and evidence note that is named is there."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.urls import Resolver404, get_resolver, resolve

from guide import content, helplines, library, notation, tools
from guide.models import Part
from guide.rows import DataError

_ID = re.compile(r' id="([^"]+)"')
_GUIDE = re.compile(r"/guide/([a-z-]+)/")


@register
def content_is_sound(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """One error for each thing that is wrong in guide/content/, with file and line."""
    # Loading the addresses loads every module that declares a table.
    assert get_resolver().url_patterns
    return [Error(words, id="guide.E001") for language in content.languages() for words in problems(language)]


@register
def help_lines_are_sound(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The first thing that is wrong in the files of help lines, with file and line."""
    try:
        helplines.countries()
    except DataError as error:
        return [Error(str(error), id="guide.E002")]
    return []


def problems(language: str) -> list[str]:
    """What is wrong in the files of one language, a sentence each. Links are followed once the rest is right."""
    faults: list[str] = []
    references: list[content.Reference] = []
    for file, declared in content.tables().items():
        try:
            faults += content.unknown_tables(file, language)
            for table in declared:
                entries, found = content.read(table, language)
                references += found
                faults += _other_keys(table, language, entries)
        except content.ContentError as error:
            faults.append(str(error))
    try:
        readings = library.read_files(language)
    except notation.NotationError as error:
        faults.append(str(error))
    if faults:
        return faults
    notes = {note.id for reading in readings for note in reading.notes}
    faults += [f"{each.where}: {fault}" for each in references if (fault := _fault(each, language, notes))]
    if faults:
        # The tools below look their notes up.
        return faults
    with content.speaking(language):
        targets = {reading.slug: _targets(Part(**Part.columns(reading, language))) for reading in readings}
    links = [reference for reference in references if reference.kind == content.ADDRESS]
    return [f"{each.where}: {fault}" for each in links if (fault := _astray(each.value, targets))]


def _other_keys(table: content.ContentTable[Any], language: str, entries: dict[str, Any]) -> Iterator[str]:
    """Keys are stored, so a translation has the same."""
    first = content.read(table, content.FIRST_LANGUAGE)[0]
    if different := sorted(first.keys() ^ entries.keys()):
        where = f"guide/content/{language}/{table.file}.toml:1"
        yield f"{where}: other [[{table.name}]] than in {content.FIRST_LANGUAGE}: {', '.join(different)}"


def _targets(part: Part) -> set[str]:
    """The anchors of a part as a page shows it, those inside its tools included."""
    blocks = "".join(block.html for block in part.blocks)
    inside = [tools.rendered(block.name, part) for block in part.blocks if block.kind == "tool"]
    return {*_ID.findall(blocks + "".join(inside)), *(note.anchor for note in part.evidence)}


def _fault(reference: content.Reference, language: str, notes: set[str]) -> str:
    """What is wrong with the note or the key that an entry names, "" if nothing is."""
    value = reference.value
    match reference.kind:
        case content.NOTE if value not in notes:
            return f"no evidence note is called {value!r}"
        case content.KeyOf(name):
            table = next((each for file in content.tables().values() for each in file if f"{each.file}.{each.name}" == name), None)
            if table is None or value not in content.read(table, language)[0]:
                return f"there is no {value!r} in {name}"
    return ""


def _astray(link: str, targets: dict[str, set[str]]) -> str:
    """What is wrong with a link of an entry, "" if it leads somewhere."""
    address, _, anchor = link.partition("#")
    try:
        resolve(address)
    except Resolver404:
        return f"no page has the address {address!r}"
    part = _GUIDE.fullmatch(address)
    if part and anchor and anchor not in targets.get(part[1], {anchor}):
        return f"nothing in {address} is called #{anchor}"
    return ""
