"""Finding a day by words that stand in it: upper and lower case and accents are the same, and slips in typing are forgiven."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from checkins.emotions import Feeling
from checkins.models import CheckIn

# How like a written word another has to be to be taken for a slip of it.
ALIKE = 0.7

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]+")
# Letters that are their own although they look like another with something added.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """`text` without upper case and accents."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_PLAIN)


@dataclass(frozen=True)
class FoundDay:
    """A day that was found."""

    checkin: CheckIn
    words: frozenset[str] = frozenset()

    @property
    def passages(self) -> list[list[tuple[str, bool]]]:
        """Its texts in pieces, each with whether it is a word that was looked for."""
        shown = (*self.checkin.gratitudes, self.checkin.planned_action, self.checkin.note)
        return [self._pieces(text) for text in shown if text]

    @property
    def feelings(self) -> list[tuple[Feeling, list[tuple[str, bool]]]]:
        return [(feeling, self._pieces(feeling.words)) for feeling in self.checkin.feelings]

    def _pieces(self, text: str) -> list[tuple[str, bool]]:
        # Composed, so that a letter and its accent are one; split with the words kept, which are then every other piece.
        pieces = re.split(f"({_WORD.pattern})", unicodedata.normalize("NFC", text))
        return [(piece, fold(piece) in self.words) for piece in pieces if piece]


@dataclass(frozen=True)
class FoundDays:
    """`slips`: what was typed, and the written words it was taken for."""

    hits: list[FoundDay]
    slips: dict[str, list[str]] = field(default_factory=dict)


def _words_of(checkin: CheckIn) -> frozenset[str]:
    """Everything in a day that a person can look for."""
    feelings = (feeling.words for feeling in checkin.feelings)
    planned = (checkin.action, checkin.plan_when, checkin.plan_will)
    return frozenset(_WORD.findall(fold("\n".join((*checkin.gratitudes, *feelings, *planned, checkin.note)))))


def search(checkins: Iterable[CheckIn], query: str) -> FoundDays:
    """The days that have every word of `query`, in the order given.

    A word counts where a written one begins with it; if none does, where one has it inside; if none has, where one is like it.
    """
    sought = list(dict.fromkeys(_WORD.findall(fold(query))))
    words_of = [(checkin, _words_of(checkin)) for checkin in checkins]
    known = Counter(word for _checkin, words in words_of for word in words)
    meant = {word: _meant(word, known) for word in sought}
    if not sought or not all(meant.values()):
        return FoundDays([])
    wanted = frozenset().union(*meant.values())
    hits = [FoundDay(checkin, words & wanted) for checkin, words in words_of if all(words & each for each in meant.values())]
    slips = {
        word: sorted(each, key=lambda other: -known[other]) for word, each in meant.items() if not any(word in other for other in each)
    }
    return FoundDays(hits, slips)


def _meant(word: str, known: Counter[str]) -> frozenset[str]:
    """The written words that `word` stands for."""
    for alike in (str.startswith, str.__contains__):
        if found := frozenset(other for other in known if alike(other, word)):
            return found
    best = process.extract(word, known.keys(), scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=ALIKE, limit=5)
    return frozenset(other for other, score, _place in best if score == best[0][1])
