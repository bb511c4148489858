"""A made-up language, based on ours: letters with accents, and brackets round each message. What lacks them is not translated."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from django.utils.translation import trans_real

from guide import helplines
from guide.content import ContentTable, tables

CODE = "xx"
_ACCENTED = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "àƀçđéƒğĥíĵķłɱñøþɋřšŧúṽŵẋýžÀƁÇĐÉƑĞĤÍĴĶŁḾÑØÞɊŘŠŦÚṼŴẊÝŽ")
# What a translator leaves as it is: what is put in, tags, and entities.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{[\w.]*\}|<[^>]*>|&\w+;)")
_CONTEXT = "\x04"


def accented(text: str, kept: re.Pattern[str] = _KEPT) -> str:
    """The text with accents, without what `kept` finds."""
    spans, end = [], 0
    for match in kept.finditer(text):
        spans += [text[end : match.start()].translate(_ACCENTED), match[0]]
        end = match.end()
    return "".join([*spans, text[end:].translate(_ACCENTED)])


class Catalogue:
    """Stands for the messages of one language; `asked` are those that were looked up."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        *_, words = message.rpartition(_CONTEXT)
        self.asked.add(words)
        return f"⟦{accented(words)}⟧" if words else ""

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)

    def language(self) -> str:
        return CODE

    def to_language(self) -> str:
        return CODE


# The parts: text between letters that are shown.
_IN_A_PART = re.compile(
    r"\]\([^)]*\)|\{#[^}]*\}|https?://\S+|^:::.*$|^(?:id|grade|checked|slug|order)\b.*$|^(?:title|heading|about|lead) = |^(?:what|source):",
    re.M,
)
_IN_A_CHART = re.compile(r"^(?:note|source|grade) = .*$|^\w+ = |^\[.*$|^#.*$|\\.", re.M)


def write_guide(content: Path) -> None:
    """The guide in that language, next to the folder with ours."""
    (content / CODE).mkdir()
    for path in (content / "en").iterdir():
        text = path.read_text(encoding="utf-8")
        if path.stem in tables():
            written = "\n".join(_in_accents(table, tomllib.loads(text)[table.name]) for table in tables()[path.stem])
        else:
            written = accented(text, _IN_A_PART if path.suffix == ".md" else _IN_A_CHART)
        (content / CODE / path.name).write_text(written, encoding="utf-8")


def _in_accents(table: ContentTable, rows: list[dict[str, Any]]) -> str:
    """The entries of a table as TOML: what is shown has accents, and keys and addresses are as they were."""
    lines = [[f"[[{table.name}]]", *(f"{name} = {_toml(value)}" for name, value in _fields(table.entry, row))] for row in rows]
    return "\n".join(line for entry in lines for line in entry) + "\n"


def _fields(entry: type, row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(entry, include_extras=True)
    for name, value in row.items():
        yield name, value if name == "key" else _shown(hints[name], value)


def _shown(hint: Any, value: Any) -> Any:
    hint = getattr(hint, "__value__", hint)
    if get_origin(hint) is tuple:
        return [_shown(get_args(hint)[0], each) for each in value]
    if is_dataclass(hint):
        return dict(_fields(hint, value))
    return accented(value) if hint is str else value


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def line_in_it(line: helplines.HelpLine) -> helplines.HelpLine:
    """A help line, which is data and not a message, in that language."""
    shown = ("who", "for_whom", "hours", "text", "sign", "handout")
    return replace(line, **{name: accented(getattr(line, name)) for name in shown})


def lines_in_it(country: helplines.Country) -> helplines.Country:
    first, lines = line_in_it(country.first), tuple(map(line_in_it, country.lines))
    return replace(country, name=accented(country.name), short=accented(country.short), first=first, lines=lines)


def speak(monkeypatch, settings) -> Catalogue:
    """Make it the language of the site."""
    catalogue = Catalogue()
    settings.LANGUAGES = [("en-gb", "English"), (CODE, "Pseudo")]
    settings.LANGUAGE_CODE = CODE
    monkeypatch.setitem(trans_real._translations, CODE, catalogue)
    monkeypatch.setattr(trans_real, "_default", catalogue)
    lines = helplines._data()
    countries = {code: lines_in_it(country) for code, country in lines.countries.items()}
    world = tuple(map(line_in_it, lines.world))
    emergency = tuple(replace(number, where=accented(number.where)) for number in lines.emergency)
    monkeypatch.setattr(helplines, "_data", lambda: helplines.HelpLines(countries, world, emergency))
    return catalogue
