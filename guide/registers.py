"""Where to find a therapist or counsellor, by country, from `find_someone.toml`."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from guide.content import ContentTable, Fixed, KeyOf
from guide.helplines import readable, site_of


@dataclass(frozen=True)
class TherapyOption:
    """A register of people to talk to, or a way that costs little. `web` is empty where a way has no one address.

    `grade` is "A" if `source` is a page of the register or service itself, "B" if it is another page that can be trusted.
    """

    key: str
    place: Annotated[str, KeyOf("find_someone.place")]
    who: str
    about: str
    source: Fixed
    checked: date
    grade: Fixed
    web: Fixed = ""
    low_cost: bool = False

    @property
    def web_name(self) -> str:
        """`web` as it is read."""
        return readable(self.web)

    @property
    def source_name(self) -> str:
        """The site of `source`."""
        return site_of(self.source)

    @property
    def by_the_service(self) -> bool:
        return self.grade == "A"


@dataclass(frozen=True)
class TherapyCountry:
    """A country; `key` is its ISO 3166-1 code in small letters. `note` is what a reader should know about its registers, or ""."""

    key: str
    name: str
    note: str = ""

    @property
    def code(self) -> str:
        return self.key.upper()

    @property
    def registers(self) -> list[TherapyOption]:
        return [way for way in self.ways if not way.low_cost]

    @property
    def low_cost(self) -> list[TherapyOption]:
        return [way for way in self.ways if way.low_cost]

    @property
    def ways(self) -> list[TherapyOption]:
        return [way for way in WAYS.values() if way.place == self.key]


PLACES = ContentTable("find_someone", "place", TherapyCountry)
WAYS = ContentTable("find_someone", "way", TherapyOption)


def places() -> list[TherapyCountry]:
    """All countries with ways of their own, by name."""
    return sorted(PLACES.values(), key=lambda place: place.name)


def place(code: str) -> TherapyCountry | None:
    """The country with that code in any case, None if we know no ways there."""
    return PLACES.get(code.lower())
