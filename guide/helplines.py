"""Help lines by country and by need, from `helplines.toml`, which is made to be corrected by hand."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guide.rows import DataFile, DataRow

DATA = Path(__file__).parent / "helplines.toml"

# The needs, in the order of the page. A line that can be reached in writing or by signing is under `text` by itself.
NEEDS: dict[str, str | Promise] = {
    "afraid": _("Afraid or hurt"),
    "dying": _("Thinking of dying"),
    "sexual": _("Sexual violence"),
    "myself": _("Worried about what I do"),
    "drink": _("Drink or drugs"),
    "young": _("Children and young people"),
    "text": _("By text, chat or sign language"),
    "lgbt": _("LGBT+"),
    "men": _("Men"),
}
_CHOSEN_NEEDS = [need for need in NEEDS if need != "text"]

_PHONE = r"[+*\d][\d *#-]*"
_ADDRESS = r"https?://[^\s/]+\.[^\s]+"


def call_address(phone: str) -> str:
    """The address that dials a number, however it is spaced."""
    return "tel:" + quote(re.sub(r"[^\d+*#]", "", phone), safe="+*")


def readable(web: str) -> str:
    """A web address without scheme and trailing slash, to be read."""
    return re.sub(r"^https?://(www\.)?|/$", "", web)


def site_of(address: str) -> str:
    """The host of a web address, to be read."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


@dataclass(frozen=True)
class HelpLine:
    """Who answers, for whom, and how to reach them; empty texts where a row has none.

    `handout` says in a word or two for whom the line is; a line with it is on the page for helpers.
    """

    who: str
    for_whom: str
    checked: date
    grade: str
    needs: tuple[str, ...] = ()
    source: str = ""
    hours: str = ""
    phone: str = ""
    text: str = ""
    sms: str = ""
    sms_body: str = ""
    chat: str = ""
    sign: str = ""
    web: str = ""
    email: str = ""
    handout: str = ""

    @property
    def by_the_service(self) -> bool:
        """Whether `source` is a page of the service itself, or of who runs it."""
        return self.grade == "A"

    @property
    def tel(self) -> str:
        """The address that dials `phone`."""
        return call_address(self.phone)

    @property
    def sms_link(self) -> str:
        """The address that opens a message to `sms`, with the word to send already in it."""
        number = re.sub(r"[^\d+]", "", self.sms)
        return f"sms:{number}?body={quote(self.sms_body)}" if self.sms_body else f"sms:{number}"

    @property
    def web_name(self) -> str:
        """`web` as it is read."""
        return readable(self.web)

    @property
    def source_name(self) -> str:
        """The site of `source`."""
        return site_of(self.source)

    @property
    def in_writing(self) -> bool:
        """Whether it can be used without speaking aloud."""
        return bool(self.text or self.sms or self.chat or self.sign or self.email)

    def meets(self, need: str) -> bool:
        return self.in_writing if need == "text" else need in self.needs


@dataclass(frozen=True)
class Country:
    """`first` is the number to call in danger: it has no name, and for whom says what else there is to know."""

    code: str
    name: str
    short: str
    first: HelpLine
    lines: tuple[HelpLine, ...]

    def by_need(self) -> list[tuple[str, str | Promise, list[HelpLine]]]:
        """Each need with its title and the lines that meet it, which may be none."""
        return [(need, title, [line for line in self.lines if line.meets(need)]) for need, title in NEEDS.items()]

    def checked(self) -> tuple[date, date]:
        """The first and the last day on which one of its numbers was compared with its source."""
        days = [line.checked for line in (self.first, *self.lines)]
        return min(days), max(days)


@dataclass(frozen=True)
class EmergencyNumber:
    """A number, and where it works, in a word or two."""

    phone: str
    where: str

    @property
    def tel(self) -> str:
        """The address that dials `phone`."""
        return call_address(self.phone)


@dataclass(frozen=True)
class HelpLines:
    """All that the files hold: countries by code in the order of their names, directories for the world, emergency numbers."""

    countries: dict[str, Country]
    world: tuple[HelpLine, ...]
    emergency: tuple[EmergencyNumber, ...]


def _line(row: DataRow, needs: bool = True) -> HelpLine:
    line = HelpLine(
        who=row.text("who"),
        for_whom=row.text("for"),
        checked=row.day("checked"),
        grade=row.text("grade", "[AB]", "A or B"),
        needs=row.choices("needs", _CHOSEN_NEEDS),
        source=row.text("source", _ADDRESS, "the address of a page"),
        hours=row.text("hours", default=""),
        phone=row.text("phone", _PHONE, "one number", default=""),
        text=row.text("text", default=""),
        sms=row.text("sms", r"\d+", "digits only", default=""),
        sms_body=row.text("sms_body", default=""),
        chat=row.text("chat", _ADDRESS, "the address of a page", default=""),
        sign=row.text("sign", default=""),
        web=row.text("web", _ADDRESS, "the address of a page", default=""),
        email=row.text("email", r"[\w.+-]+@[\w.-]+\.\w+", "an e-mail address", default=""),
        handout=row.text("handout", default=""),
    )
    row.finish()
    if not (line.phone or line.sms or line.chat or line.web or line.email):
        row.refuse(f"{line.who} has neither phone, sms, chat, web nor email")
    if needs and not (line.needs or line.in_writing):
        row.refuse(f"{line.who} has no needs, so it would never be found")
    return line


def _lines(rows: list[DataRow]) -> tuple[HelpLine, ...]:
    lines: list[HelpLine] = []
    for row in rows:
        line = _line(row)
        if line.who in {each.who for each in lines}:
            row.refuse(f"{line.who} is in this country twice", "who")
        lines.append(line)
    return tuple(lines)


def _country(row: DataRow, rows: list[DataRow], known: dict[str, Country]) -> Country:
    """A country; one that is known already is given these lines before its own, or with `instead` in place of them."""
    code = row.text("code", "[A-Z]{2}", "two capital letters")
    if code in known:
        instead = row.switch("instead")
        row.finish()
        if instead and not rows:
            row.refuse(f"{code} has no lines to put in place of ours", "instead")
        return replace(known[code], lines=(*_lines(rows), *(() if instead else known[code].lines)))
    name = row.text("name")
    first = HelpLine(
        who="",
        for_whom=row.text("emergency_note", default=""),
        phone=row.text("emergency", r"\d{2,5}", "a number of two to five digits"),
        source=row.text("emergency_source", _ADDRESS, "the address of a page"),
        checked=row.day("emergency_checked"),
        grade=row.text("emergency_grade", "[AB]", "A or B"),
    )
    short = row.text("short", default="") or name
    row.finish()
    return Country(code, name, short, first, _lines(rows))


def load(*paths: Path) -> HelpLines:
    """What these files hold together. A later file may add countries, and lines, which come before those of an earlier one.

    Raises `DataError` with the file and the line of what is wrong.
    """
    countries: dict[str, Country] = {}
    world: list[HelpLine] = []
    emergency: list[EmergencyNumber] = []
    for path in paths:
        file, seen = DataFile(path), set()
        for row, rows in file.rows("country"):
            country = _country(row, rows, countries)
            if country.code in seen:
                row.refuse(f"{country.code} is in this file twice", "code")
            seen.add(country.code)
            countries[country.code] = country
        for _row, rows in file.rows("world"):
            world = [*(_line(each, needs=False) for each in rows), *world]
        for row, _rows in file.rows("emergency"):
            emergency.append(EmergencyNumber(row.text("phone", r"\d{2,5}", "a number of two to five digits"), row.text("where")))
            row.finish()
    by_name = sorted(countries.values(), key=lambda country: country.name)
    return HelpLines({country.code: country for country in by_name}, tuple(world), tuple(emergency))


def own_lines() -> Path | None:
    """The file in which the operator of this site adds lines, None without one."""
    path = settings.SITE_DIR / "helplines.toml" if settings.SITE_DIR else None
    return path if path and path.exists() else None


@cache
def _data() -> HelpLines:
    own = own_lines()
    return load(DATA, own) if own else load(DATA)


def countries() -> tuple[Country, ...]:
    """All countries with lines of their own, by name."""
    return tuple(_data().countries.values())


def country(code: str) -> Country | None:
    """The country with that code in any case, None if we have no lines for it."""
    return _data().countries.get(code.upper())


def at_country(request: HttpRequest) -> str:
    """The end of an address that keeps the country this request's address names; empty if it names none that we have lines for."""
    match = re.search(r"(?:^|&)country=([A-Za-z]{2})(?:&|$)", request.META.get("QUERY_STRING", ""))
    chosen = country(match[1]) if match else None
    return f"?country={chosen.code}" if chosen else ""


# Help, and public pages that lead there, as links and as where forms go.
_LEADS_TO_HELP = re.compile(
    r'''((?:href|action)="/(?:(?:help|guide(?:/[\w-]+)*|using-this-safely|privacy|accounts/(?:login|signup))/)?)(#[\w-]+)?"'''
)


def keep_country(html: str, ending: str) -> str:
    """The page with that ending on its links to help, and to public pages that lead there: a choice once made is not asked for again."""
    return _LEADS_TO_HELP.sub(rf'\1{ending}\2"', html) if ending else html


def world() -> tuple[HelpLine, ...]:
    """Directories for every other country."""
    return _data().world


def emergency_numbers() -> tuple[EmergencyNumber, ...]:
    """The six emergency numbers for a reader whose country is not known. One alone would be wrong for most."""
    return _data().emergency


# Countries on pages that name several at once: as many as there is room for.
_SEVERAL = ("GB", "IE", "US", "CA", "AU", "NZ", "IN", "ZA")


def dying_numbers() -> list[EmergencyNumber]:
    """One line for thoughts of dying for each of several countries; those with the same number together."""
    places: dict[str, list[str]] = {}
    for code in _SEVERAL:
        found = country(code)
        if found and (phone := next((line.phone for line in found.lines if line.meets("dying") and line.phone), "")):
            places.setdefault(re.sub(r"\D", "", phone), [phone]).append(found.short)
    return [EmergencyNumber(phone, ", ".join(names)) for phone, *names in places.values()]


def handout_rows() -> list[tuple[Country, list[HelpLine], str]]:
    """Several countries with the lines about abuse that are marked for the handout, and a number for thoughts of dying or ""."""
    rows = []
    for found in filter(None, map(country, _SEVERAL)):
        dying = next((line.phone for line in found.lines if line.meets("dying") and line.phone), "")
        rows.append((found, [line for line in found.lines if line.handout], dying))
    return rows


def last_checked() -> date:
    """The last day on which any row was compared with its source."""
    return max(each.checked()[1] for each in countries())


def due(today: date, days: int) -> list[tuple[str, HelpLine]]:
    """The rows not compared with their source for that many days, the oldest first, each with its country, or "" for all countries."""
    rows = [(country.name, line) for country in countries() for line in (country.first, *country.lines)]
    rows += [("", line) for line in world()]
    return sorted((row for row in rows if row[1].checked <= today - timedelta(days=days)), key=lambda row: row[1].checked)
