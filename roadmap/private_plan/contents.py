"""What a private plan holds: for each item of the five lists (private_plan.toml) whether it is ticked or left out, a note, and items in
one's own words."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Annotated

from django.urls import reverse
from django.utils.translation import gettext as _

from guide.content import ContentTable, KeyOf

MAX_OWN_ITEMS = 200
_OWN = re.compile(r"([a-z]+)-own-(\d{1,3})")


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


LISTS = ContentTable("private_plan", "list", StarterList)
ITEMS = ContentTable("private_plan", "item", StarterItem)


@dataclass(frozen=True)
class PlanEntry:
    """What was written to one item. `words` is empty where the item is one of ours."""

    done: bool = False
    left_out: bool = False
    note: str = ""
    words: str = ""

    @property
    def in_words(self) -> str:
        """Everything but the words of the item, to be read in one line."""
        marks = [_("Not for me")] if self.left_out else [_("Ticked") if self.done else _("Not ticked")]
        return ". ".join(filter(None, [*marks, self.note]))


@dataclass(frozen=True)
class PlanItem:
    """One line of a list: ours, or of one's own (`key` says which list, and which line of it)."""

    key: str
    words: str
    entry: PlanEntry
    own: bool = False


@dataclass(frozen=True)
class PlanContents:
    """All of it. `version` counts the changes; `code_on` is the day on which a code was made, None when there is none."""

    version: int = 0
    saved_at: datetime | None = None
    code_on: date | None = None
    entries: Mapping[str, PlanEntry] = field(default_factory=dict)

    @classmethod
    def from_bytes(cls, stored: bytes) -> "PlanContents":
        data = json.loads(stored)
        return cls(
            data["version"],
            data["saved_at"] and datetime.fromisoformat(data["saved_at"]),
            data["code_on"] and date.fromisoformat(data["code_on"]),
            {key: PlanEntry(**entry) for key, entry in data["entries"].items()},
        )

    def get_absolute_url(self) -> str:
        return reverse("roadmap:plan")

    def to_bytes(self) -> bytes:
        """As it is stored: what was left as it began takes no room."""
        data = {
            "version": self.version,
            "saved_at": self.saved_at and self.saved_at.isoformat(),
            "code_on": self.code_on and self.code_on.isoformat(),
            "entries": {key: {name: value for name, value in asdict(entry).items() if value} for key, entry in self.entries.items()},
        }
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

    def changed_to(self, entries: Mapping[str, PlanEntry], *, at: datetime) -> "PlanContents":
        """The next version, with these entries."""
        return replace(self, version=self.version + 1, saved_at=at, entries=entries)

    def items(self, part: StarterList) -> list[PlanItem]:
        """The lines of a list: ours, then one's own in the order they were written."""
        ours = [PlanItem(key, words, self.entries.get(key, PlanEntry())) for key, words in part.starters.items()]
        own = sorted(filter(None, (own_line(key) for key in self.entries)))
        return ours + [PlanItem(key, self.entries[key].words, self.entries[key], own=True) for of, _, key in own if of == part.key]

    def all_items(self) -> list[PlanItem]:
        return [item for part in LISTS.values() for item in self.items(part)]

    def outline(self) -> list[tuple[StarterList, list[PlanItem]]]:
        """The five lists in order."""
        return [(part, self.items(part)) for part in LISTS.values()]


def entries_of(stored: bytes) -> dict[str, PlanEntry]:
    """The entries of imported contents. Raises ValueError for values that this program cannot have stored."""
    known = {item.key for item in PlanContents().all_items()}
    try:
        entries = {key: PlanEntry(**entry) for key, entry in json.loads(stored)["entries"].items()}
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError from error
    for key, entry in entries.items():
        kinds = {name: type(value) for name, value in asdict(entry).items()}
        if kinds != {"done": bool, "left_out": bool, "note": str, "words": str} or not (key in known or own_line(key)):
            raise ValueError
    return entries


def own_line(key: str) -> tuple[str, int, str] | None:
    """The list that a line of one's own is in, its number, and its key; None for what is no such line."""
    match = _OWN.fullmatch(key)
    return (match[1], int(match[2]), key) if match and match[1] in LISTS and int(match[2]) < MAX_OWN_ITEMS else None


def next_own(part: StarterList, keys: Mapping[str, object]) -> str | None:
    """The key of the next line of one's own, None when the list has as many as it takes."""
    taken = [line[1] for key in keys if (line := own_line(key)) and line[0] == part.key]
    number = max(taken, default=-1) + 1
    return f"{part.key}-own-{number}" if number < MAX_OWN_ITEMS else None
