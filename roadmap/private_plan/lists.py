"""The five lists and what they begin with (private_plan.toml)."""

from dataclasses import dataclass
from typing import Annotated

from guide.content import KeyOf, Table


@dataclass(frozen=True)
class StarterItem:
    """An item that a list begins with. `key` is stored: that of its list, a hyphen, and a name."""

    key: str
    list: Annotated[str, KeyOf("private_plan.list")]
    words: str


@dataclass(frozen=True)
class StarterList:
    """One list. Keys are ids on the page, so they may come into an address: they are neutral."""

    key: str
    title: str
    lead: str

    @property
    def starters(self) -> dict[str, str]:
        """Its first items: their words by key."""
        return {item.key: item.words for item in ITEMS.values() if item.list == self.key}


LISTS = Table("private_plan", "list", StarterList)
ITEMS = Table("private_plan", "item", StarterItem)
