"""Finding what was written by its words. Case, accents and hidden characters make no difference, and slips in typing are forgiven."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from accounts.folding import WORD, fold
from checkins.emotions import Feeling
from checkins.models import CheckIn
from guide import danger

# How similar a word must be to a written word to count as a typing error of it.
ALIKE = 0.7


def pieces(text: str, words: Collection[str]) -> list[tuple[str, bool]]:
    """`text` in pieces, each with whether it is one of `words`, which are folded."""
    # Composed, so that a letter and its accent are one; split with the words kept, which are then every other piece.
    parts = re.split(f"({WORD.pattern})", unicodedata.normalize("NFC", text))
    return [(piece, fold(piece) in words) for piece in parts if piece]


@dataclass(frozen=True)
class FoundTexts:
    """The `indexes`, in the order given, that have every word looked for, and the written `words` that they were found by.

    `slips`: what was typed, and the written words it was taken for.
    """

    indexes: list[int]
    words: frozenset[str] = frozenset()
    slips: dict[str, list[str]] = field(default_factory=dict)


def search(written: Iterable[Iterable[str]], query: str) -> FoundTexts:
    """Those of `written`, each of some texts, that have every word of `query`.

    A word counts where a written one begins with it; if none does, where one has it inside; if none has, where one is like it. A word of
    danger is never taken for another.
    """
    sought = list(dict.fromkeys(WORD.findall(fold(query))))
    words_of = [frozenset(WORD.findall(fold("\n".join(texts)))) for texts in written]
    known = Counter(word for words in words_of for word in words)
    meant = {word: _meant(word, known) for word in sought}
    if not sought or not all(meant.values()):
        return FoundTexts([])
    indexes = [index for index, words in enumerate(words_of) if all(words & each for each in meant.values())]
    slips = {
        word: sorted(each, key=lambda other: -known[other]) for word, each in meant.items() if not any(word in other for other in each)
    }
    return FoundTexts(indexes, frozenset().union(*meant.values()), slips if indexes else {})


def _meant(word: str, known: Counter[str]) -> frozenset[str]:
    """The words in entries that match `word`."""
    for alike in (str.startswith, str.__contains__):
        if found := frozenset(other for other in known if alike(other, word)):
            return found
    if danger.kinds(word):
        return frozenset()
    best = process.extract(word, known.keys(), scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=ALIKE, limit=5)
    return frozenset(other for other, score, _place in best if score == best[0][1])


@dataclass(frozen=True)
class FoundDay:
    """A day that was found, by these written words."""

    checkin: CheckIn
    words: frozenset[str] = frozenset()

    @property
    def passages(self) -> list[list[tuple[str, bool]]]:
        """Its texts in pieces, each with whether it is a word that was looked for."""
        shown = (*self.checkin.gratitudes, self.checkin.planned_action, self.checkin.note)
        return [pieces(text, self.words) for text in shown if text]

    @property
    def feelings(self) -> list[tuple[Feeling, list[tuple[str, bool]]]]:
        return [(feeling, pieces(feeling.words, self.words)) for feeling in self.checkin.feelings]


@dataclass(frozen=True)
class FoundDays:
    """`slips`: what was typed, and the written words it was taken for."""

    hits: list[FoundDay]
    slips: dict[str, list[str]] = field(default_factory=dict)


def search_days(checkins: Iterable[CheckIn], query: str) -> FoundDays:
    """The days that have every word of `query`, in the order given."""
    days = list(checkins)
    found = search((_texts_of(day) for day in days), query)
    return FoundDays([FoundDay(days[index], found.words) for index in found.indexes], found.slips)


def _texts_of(checkin: CheckIn) -> list[str]:
    """Everything in a day that a person can look for."""
    feelings = (feeling.words for feeling in checkin.feelings)
    return [*checkin.gratitudes, *feelings, checkin.action, checkin.plan_when, checkin.plan_will, checkin.note]
