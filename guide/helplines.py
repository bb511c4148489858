"""Help lines by country, from `helplines.toml`, which is made to be corrected by hand."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
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
    def compared(self) -> bool:
        """Whether `checked` is the day somebody compared the row with `source`; if not, it is the day it was written down."""
        return self.grade == "A"

    @property
    def tel(self) -> str:
        """The address that dials `phone`."""
        return "tel:" + quote(re.sub(r"[^\d+*#]", "", self.phone), safe="+*")

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
    """`first` is the number to call in danger: it has no name, and for whom says what else there is to know."""

    code: str
    name: str
    first: HelpLine
    lines: tuple[HelpLine, ...]


def _line(row: dict[str, Any]) -> HelpLine:
    return HelpLine(for_whom=row.pop("for"), **row)


def _country(row: dict[str, Any]) -> Country:
    emergency = {key.removeprefix("emergency_"): row[key] for key in row if key.startswith("emergency_")}
    first = HelpLine(who="", for_whom=emergency.pop("note", ""), phone=row["emergency"], **emergency)
    return Country(row.get("code", ""), row.get("name", ""), first, tuple(map(_line, row["line"])))


@cache
def _data() -> tuple[dict[str, Country], Country]:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    by_name = sorted(map(_country, data["country"]), key=lambda country: country.name)
    return {country.code: country for country in by_name}, _country(data["world"])


def countries() -> tuple[Country, ...]:
    """All countries with lines of their own, by name."""
    return tuple(_data()[0].values())


def country(code: str) -> Country | None:
    """The country with that code in any case, None if we have no lines for it."""
    return _data()[0].get(code.upper())


def world() -> Country:
    """Every other country: directories, and the number to call where we know no better one."""
    return _data()[1]


def due(today: date, days: int) -> list[tuple[str, HelpLine]]:
    """The rows that nobody has compared with their source for so many days, the longest first, each with its country; "" for the world's.

    Those that were never compared come before them.
    """
    rows = [(country.name, line) for country in (*countries(), world()) for line in (country.first, *country.lines)]
    old = [(where, line) for where, line in rows if not line.compared or line.checked <= today - timedelta(days=days)]
    return sorted(old, key=lambda row: (row[1].compared, row[1].checked))
