"""The guide in memory. Reading it asks no database: each process holds one edition, taken up when the process starts."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import translation

from guide import notation
from guide.models import Part

# A folder for each language the guide is written in.
CONTENT = Path(__file__).parent / "content"
FIRST_LANGUAGE = "en"


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


@cache
def languages() -> tuple[str, ...]:
    """The languages the guide is written in."""
    return tuple(sorted(folder.name for folder in CONTENT.iterdir() if folder.is_dir()))


def language() -> str:
    """The language the guide is shown in: that of the page if the guide is written in it, else the first."""
    code = (translation.get_language() or FIRST_LANGUAGE).split("-")[0]
    return code if code in languages() else FIRST_LANGUAGE


def speaking(language: str) -> AbstractContextManager[None]:
    """The interface in the language of a folder."""
    return translation.override(next((code for code, _ in settings.LANGUAGES if code.split("-")[0] == language), language))


def read_files(language: str = FIRST_LANGUAGE) -> list[notation.Reading]:
    """The parts as written in `guide/content/<language>/`, in order. Raises notation.NotationError."""
    with speaking(language):
        return sorted((notation.read(path) for path in (CONTENT / language).glob("*.md")), key=lambda reading: reading.order)


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
    """Take up the edition anew when it is next asked for."""
    _in.cache_clear()
    languages.cache_clear()
