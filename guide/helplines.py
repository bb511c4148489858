"""Help lines by country, from `helplines.toml`, which is made to be corrected by hand."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

DATA = Path(__file__).parent / "helplines.toml"


@dataclass(frozen=True)
class HelpLine:
    """Who answers, for whom, and how to reach them; empty texts where a row has none."""

    who: str
    for_whom: str
    checked: date
    grade: str
    source: str = ""
    hours: str = ""
    phone: str = ""
    text: str = ""
    sms: str = ""
    sms_body: str = ""
    web: str = ""
    email: str = ""

    @property
    def tel(self) -> str:
        """The address that dials `phone`."""
        return "tel:" + re.sub(r"[^\d+*#]", "", self.phone)

    @property
    def sms_link(self) -> str:
        """The address that opens a message to `sms`, with the word to send already in it."""
        number = re.sub(r"[^\d+]", "", self.sms)
        return f"sms:{number}?body={quote(self.sms_body)}" if self.sms_body else f"sms:{number}"

    @property
    def web_name(self) -> str:
        """`web` as one would say it."""
        return re.sub(r"^https?://(www\.)?|/$", "", self.web)


@dataclass(frozen=True)
class Country:
    code: str
    name: str
    emergency: str = ""
    emergency_note: str = ""
    emergency_source: str = ""
    emergency_checked: date | None = None
    emergency_grade: str = ""
    lines: tuple[HelpLine, ...] = field(default=())


def _line(row: dict[str, Any]) -> HelpLine:
    return HelpLine(for_whom=row.pop("for"), **row)


@cache
def _data() -> tuple[dict[str, Country], tuple[HelpLine, ...]]:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    countries = [Country(lines=tuple(map(_line, row.pop("line"))), **row) for row in data["country"]]
    by_name = sorted(countries, key=lambda country: country.name)
    return {country.code: country for country in by_name}, tuple(map(_line, data["world"]["line"]))


def countries() -> tuple[Country, ...]:
    """All countries with lines of their own, by name."""
    return tuple(_data()[0].values())


def country(code: str) -> Country | None:
    """The country with that code in any case, None if we have no lines for it."""
    return _data()[0].get(code.upper())


def world() -> tuple[HelpLine, ...]:
    """Directories for every other country."""
    return _data()[1]
