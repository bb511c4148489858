"""The guide in memory. Reading it asks no database: each process holds one edition, taken up when the process starts."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256

from django.db import DatabaseError

from guide import content, foreign, notation, words
from guide.content import FIRST_LANGUAGE, language, speaking
from guide.models import Part


@dataclass(frozen=True)
class Library:
    """All parts in order. `edition` changes with any of them."""

    parts: tuple[Part, ...]

    @cached_property
    def edition(self) -> str:
        return sha256("".join(part.edition for part in self.parts).encode()).hexdigest()

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)

    def part(self, slug: str) -> Part | None:
        return next((part for part in self.parts if part.slug == slug), None)

    def neighbours(self, part: Part) -> tuple[Part | None, Part | None]:
        """The parts before and after, None at the ends."""
        place = self.parts.index(part)
        return (self.parts[place - 1] if place else None), (self.parts[place + 1] if place + 1 < len(self.parts) else None)

    def next_unread(self, read: Iterable[str]) -> Part | None:
        """The first part whose slug is not among `read`, None when all are."""
        seen = set(read)
        return next((part for part in self.parts if part.slug not in seen), None)


def read_files(language: str = FIRST_LANGUAGE) -> list[notation.PartFile]:
    """The parts as written in `guide/content/<language>/`, in order. Raises notation.NotationError."""
    with speaking(language):
        return sorted((notation.read(path) for path in (content.CONTENT / language).glob("*.md")), key=lambda reading: reading.order)


def current() -> Library:
    """The edition this process serves, in the language of the page."""
    return _in(language())


@cache
def _in(language: str) -> Library:
    """The edition in one language: as synchronised into the database, or, while that cannot be asked, as the files have it."""
    try:
        parts = tuple(Part.objects.filter(language=language))
    except DatabaseError:
        parts = ()
    return Library(parts or tuple(Part(**Part.columns(reading, language)) for reading in read_files(language)))


def forget() -> None:
    """Load the edition again the next time it is used."""
    _in.cache_clear()
    content.forget()
    words.forget()
    foreign.forget()
