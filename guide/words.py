"""What people type, and what it means here: `words.toml`, next to the parts of the guide. `guide.phrases` explains how phrases are written.

`real_words.txt` in the same folder lists words of the language, which are therefore no typing errors.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from guide import content, phrases
from guide.content import Address, ContentTable, Fixed


@dataclass(frozen=True)
class WordClass:
    """What `@key` is short for in phrases. `of_danger`: its words count as words of danger, so slips of them are seen through."""

    key: str
    says: Fixed
    of_danger: bool = False


@dataclass(frozen=True)
class GuidePage:
    """A page that search finds besides the parts: `about` is what it looks through and shows."""

    key: str
    address: Address
    title: str
    about: str


@dataclass(frozen=True)
class SearchDoor:
    """A way in, offered where nothing was found."""

    key: str
    address: Address
    title: str
    about: str


@dataclass(frozen=True)
class Danger:
    """The phrases of one kind of danger, a value of `guide.danger.DangerKind`, and where the guide speaks of it, the best first."""

    key: str
    says: Fixed
    to: tuple[Address, ...]


@dataclass(frozen=True)
class Harmless:
    """What only sounds like danger."""

    key: str
    says: Fixed


@dataclass(frozen=True)
class WordEntry:
    """What people type, the words to look for as well, and where it leads, the best first. `common`: the whole guide is about it.

    `shown` are words to offer to someone who looked for something near.
    """

    key: str
    says: Fixed
    means: Fixed = ""
    to: tuple[Address, ...] = ()
    common: bool = False
    shown: str = ""


CLASSES = ContentTable("words", "class", WordClass)
PAGES = ContentTable("words", "page", GuidePage)
SEARCH_DOORS = ContentTable("words", "door", SearchDoor)
DANGERS = ContentTable("words", "danger", Danger)
HARMLESS = ContentTable("words", "harmless", Harmless)
ENTRIES = ContentTable("words", "entry", WordEntry)


# What makes another word of a real one ("midlife"), which dictionaries do not list.
_BEFORE_A_WORD = re.compile(r"^(?:mid|step|pre|post|non|over|under|self|anti|semi|ex|re|un)")


class LanguageWords:
    """The phrases of one language as patterns over plain words, and the words they are made of."""

    def __init__(self, language: str) -> None:
        classes = content.read(CLASSES, language)[0]
        self._classes = {key: phrases.listed(row.says) for key, row in classes.items()}
        self._violent = [phrase for key, row in classes.items() if row.of_danger for phrase in self._classes[key]]
        self._plain = [phrase for key, row in classes.items() if not row.of_danger for phrase in self._classes[key]]
        self.dangers: dict[str, Danger] = content.read(DANGERS, language)[0]
        self.entries: list[WordEntry] = list(content.read(ENTRIES, language)[0].values())
        self._harmless: Iterable[Harmless] = content.read(HARMLESS, language)[0].values()
        real = content.CONTENT / language / "real_words.txt"
        # In order, a word a line. One text and no set, which would take ten times the memory in each process.
        self._real = real.read_text(encoding="utf-8") if real.exists() else ""

    @cached_property
    def danger_patterns(self) -> dict[str, re.Pattern[str]]:
        return {key: self._pattern(danger.says) for key, danger in self.dangers.items()}

    @cached_property
    def entry_patterns(self) -> list[tuple[re.Pattern[str], WordEntry]]:
        return [(self._pattern(entry.says), entry) for entry in self.entries]

    @cached_property
    def harmless(self) -> re.Pattern[str]:
        return self._pattern(",".join(row.says for row in self._harmless))

    @cached_property
    def of_danger(self) -> frozenset[str]:
        """The words that phrases of danger are made of, in all their forms, from four letters on."""
        named = phrases.words_of([*self._danger_phrases, *self._violent]) - phrases.words_of(self._plain)
        return frozenset(word for word in self._forms(named) if len(word) > 3)

    @cached_property
    def alarming(self) -> frozenset[str]:
        """Those that are danger by themselves; no slip of one is ever taken for another word."""
        return self._forms(phrases.words_of(phrase for phrase in self._danger_phrases if " " not in phrase))

    @cached_property
    def sought(self) -> frozenset[str]:
        """The words that people look for by themselves."""
        says = (phrase for entry in self.entries for phrase in phrases.listed(entry.says))
        words = phrases.words_of(phrase for phrase in says if " " not in phrase)
        beginnings = {word.removesuffix("*") for word in words if word.endswith("*")}
        return frozenset(word for word in self._forms(words) if len(word) > 3 and (word not in beginnings or self.is_real(word)))

    def is_known(self, word: str) -> bool:
        """Whether it is no slip: a word of the language, in small letters, or one that this file has."""
        return self.is_real(word) or self.is_real(_BEFORE_A_WORD.sub("", word)) or bool(self._named.fullmatch(word))

    def is_real(self, word: str) -> bool:
        """Whether it is a word of the language, in small letters."""
        low, high = 0, len(self._real)
        while low < high:
            start = self._real.rfind("\n", 0, (low + high) // 2) + 1
            end = self._real.find("\n", start)
            found = self._real[start:end]
            if found == word:
                return True
            low, high = (end + 1, high) if found < word else (low, start)
        return False

    @cached_property
    def _named(self) -> re.Pattern[str]:
        """Any word of any entry."""
        named = sorted(phrases.words_of(phrase for entry in self.entries for phrase in phrases.listed(entry.says)))
        return re.compile("|".join(re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in named))

    @property
    def _danger_phrases(self) -> list[str]:
        return [phrase for danger in self.dangers.values() for phrase in phrases.listed(danger.says)]

    def _pattern(self, says: str) -> re.Pattern[str]:
        return phrases.compiled(phrases.listed(says), self._classes)

    def _forms(self, words: set[str]) -> frozenset[str]:
        """The words, and for each that ends in * the real words that begin so."""
        forms = {word.removesuffix("*") for word in words}
        for beginning in (word.removesuffix("*") for word in words if word.endswith("*")):
            start = self._real.find(f"\n{beginning}") + 1
            # They follow one another, as the file is in order.
            while start and self._real.startswith(beginning, start):
                end = self._real.find("\n", start)
                forms.add(self._real[start:end])
                start = end + 1
        return frozenset(forms)


@cache
def of(language: str) -> LanguageWords:
    """The words of a language. Raises content.ContentError."""
    return LanguageWords(language)


def prepare() -> None:
    """Compile the phrases of the language of the page, so that no search waits half a second for it. Raises content.ContentError."""
    known = of(content.language())
    _ = known.danger_patterns, known.entry_patterns, known.harmless, known.of_danger, known.alarming


def forget() -> None:
    """Read the files again when they are next asked for."""
    of.cache_clear()
