"""Whether words suggest danger, and of which kind. For all kinds of search; it uses neither a request nor the database.

It recognises typing errors and disguises ("suicde", "strangeld", "k1ll"), because missing a word of danger is worse than one card too many.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from guide import content, foreign, helplines, phrases, words
from guide.helplines import Country, EmergencyNumber


class DangerKind(StrEnum):
    """What it sounds like, the most pressing first."""

    CHOKED = "choked"  # hands on the throat
    HARM = "harm"  # hitting, weapons, threats to kill
    FORCED = "forced"  # rape and all that is sexual and unwanted
    DYING = "dying"  # thoughts of dying, or of hurting oneself
    THEIR_DYING = "their_dying"  # a partner, or anyone else, who speaks of it
    WATCHED = "watched"  # followed, tracked, spied on
    CONTROLLED = "controlled"  # abuse that leaves no mark
    AFRAID = "afraid"
    OWN = "own"  # done by the one who asks, or feared of oneself


_SELF = {"me", "her", "him", "us", "myself", "himself", "herself", "themself", "themselves", "yourself"}
_TO_ONESELF = re.compile(r"\b(?:kill|hurt|harm|cut|burn|shoot|stab|hang|drown|poison|strangl)\w* \w{2,5}sel(?:f|ves) ")
_GLUED = re.compile(rf"(\w+?)({'|'.join(sorted(_SELF, key=len, reverse=True))})")
_GAPS_IN_WORD = re.compile(r"(?<=\w)[*#.\-]+(?=\w)|(?<=\w)[*#]+")
_SPELLED_OUT = re.compile(r"\b(?:\w[ .\-]){3,}\w\b")


@dataclass(frozen=True)
class DangerCard:
    """Help for what words sound like: what is shown before anything else.

    `first` is the kind that the card is about. `emergency` are numbers to call in danger, none where the words are only about dying
    oneself; `dying` are lines for that, else none. `need` is the place on the page of help lines that comes nearest.
    """

    kinds: tuple[DangerKind, ...]
    emergency: tuple[EmergencyNumber, ...]
    dying: tuple[EmergencyNumber, ...]

    @property
    def first(self) -> DangerKind:
        return self.kinds[0]

    @property
    def need(self) -> str:
        match self.first:
            case DangerKind.FORCED:
                return "sexual"
            case DangerKind.DYING | DangerKind.THEIR_DYING:
                return "dying"
            case DangerKind.OWN:
                return "myself"
        return "afraid"


def card(text: str, country: Country | None = None) -> DangerCard | None:
    """The card for `text`, None if it does not sound like danger. With a country it has the numbers of that country alone."""
    found = kinds(text)
    if not found:
        return None
    if country:
        emergency: tuple[EmergencyNumber, ...] = (EmergencyNumber(country.first.phone, country.short),)
        lines = [line for line in country.lines if line.meets("dying") and line.phone]
        dying = tuple(EmergencyNumber(line.phone, line.who) for line in lines[:2]) or tuple(helplines.dying_numbers())
    else:
        emergency, dying = helplines.emergency_numbers(), tuple(helplines.dying_numbers())
    return DangerCard(found, () if {*found} == {DangerKind.DYING} else emergency, dying if DangerKind.DYING in found else ())


def kind(text: str, language: str | None = None) -> DangerKind | None:
    """The most pressing kind of danger that `text` sounds like, None if it does not."""
    found = kinds(text, language)
    return found[0] if found else None


def kinds(text: str, language: str | None = None) -> tuple[DangerKind, ...]:
    """All kinds of danger that `text` sounds like, the most pressing first; none for an ordinary text.

    `language` is that of the words file, by default that of the guide as it is shown.
    """
    known = words.of(language or content.language())
    readings = [known.harmless.sub("| ", reading) for reading in _readings(text, known)]
    found = {kind for reading in readings for kind in _kinds_in(reading, known.danger_patterns)}
    if not found and (tongue := foreign.spoken(text)):
        found = tongue.dangers(text)
    # What one does oneself comes first, but not where something is done to "me" as well: then the one who asks needs help first.
    own_first = DangerKind.OWN in found and not any(" me " in reading for reading in readings)
    return tuple(sorted((kind for kind in DangerKind if kind in found), key=lambda kind: own_first and kind != DangerKind.OWN))


def _kinds_in(reading: str, patterns: dict[str, re.Pattern[str]]) -> Iterator[str]:
    # What someone else says of dying is not said of oneself, and to kill oneself is not to kill.
    without_theirs = patterns[DangerKind.THEIR_DYING].sub("| ", reading)
    without_self = _TO_ONESELF.sub("| ", reading)
    where = {DangerKind.THEIR_DYING: reading, DangerKind.DYING: without_theirs}
    for kind, pattern in patterns.items():
        if pattern.search(where.get(DangerKind(kind), without_self)):
            yield kind


def places(found: tuple[DangerKind, ...]) -> list[str]:
    """The addresses at which the guide speaks of these kinds, the most pressing first."""
    return list(dict.fromkeys(address for kind in found for address in words.DANGERS[kind].to))


def is_word_of(word: str, known: words.LanguageWords) -> bool:
    """Whether a word is danger by itself, or may be a slip of one that is."""
    return not known.alarming.isdisjoint(_meant(word, known))


def _readings(text: str, known: words.LanguageWords) -> set[str]:
    """The plain words of `text` with disguises and slips of words of danger undone, and a space at the end. Where a slip may be of several
    words, there are as many readings.
    """
    text = _SPELLED_OUT.sub(lambda letters: re.sub(r"[ .\-]", "", letters[0]), phrases.undisguised(text))
    text = " ".join(_without_gaps(word, known) for word in text.split())
    said = phrases.plain(text).split()
    by_word = {word: _meant(word, known) for word in {*said}}
    meant = [by_word[word] for word in said]
    most = max(map(len, meant), default=0)
    return {phrases.joined("".join(choice[reading % len(choice)] + " " for choice in meant)) for reading in range(most)}


def _without_gaps(word: str, known: words.LanguageWords) -> str:
    """A word with letters left out or set apart ("r*pe", "su.i.cide") as the word of danger it can only be."""
    if not _GAPS_IN_WORD.search(word):
        return word
    joined = phrases.plain(_GAPS_IN_WORD.sub("", word))
    if joined in known.of_danger:
        return joined
    if "*" in word or "#" in word:
        pieces = re.findall(r"[*#]+|[^*#]+", word)
        pattern = re.compile("".join(rf"\w{{0,{len(piece)}}}" if piece[0] in "*#" else re.escape(piece) for piece in pieces))
        return next((meant for meant in sorted(known.alarming) if pattern.fullmatch(meant)), word)
    return word


def _meant(word: str, known: words.LanguageWords) -> list[str]:
    """The words of danger that a word may be a slip of, all equally like it; else the word. Two that were run together are parted."""
    if len(word) < 4 or word in known.of_danger or known.is_real(word):
        return [word]
    if (glued := _GLUED.fullmatch(word)) and (known.is_real(glued[1]) or glued[1] in known.of_danger):
        return [f"{glued[1]} {glued[2]}"]
    once = re.sub(r"(.)\1{2,}", r"\1", word)
    if once in known.of_danger:
        return [once]
    likely = [meant for meant in known.of_danger if meant[0] == word[0]]
    alike = process.extract(word, likely, scorer=OSA.distance, score_cutoff=2 if len(word) > 5 else 1, limit=None)
    least = min((distance for _, distance, _ in alike), default=0)
    return sorted(meant for meant, distance, _ in alike if distance == least) or [word]
