"""Search over the guide, for words as people type them.

What was typed is interpreted in three ways, and the results are combined. Phrases of the words file lead to places and add words of the
guide. Each word is searched for in all passages: headings weigh most and notes least, and a rare word counts more than a common one. Words
of danger lead to what the guide says about them. An unknown word may be a typing error, so the page asks about it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from math import log
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db import connection
from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from rapidfuzz import process
from rapidfuzz.distance import OSA

from accounts.folding import without_invisible
from guide import content, danger, foreign, library, passages, phrases, words
from guide.models import Passage
from guide.notation import LABELS

MAX_HITS = 8
# How many other words to look for are offered.
_MAX_NEAR = 3
# PostgreSQL's text search configurations, by language of the guide. Other languages are searched without word forms.
CONFIGURATIONS = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch", "pt": "portuguese"}

# Letters that a slip may differ by, and from how many letters on there may be two.
_LETTERS_FOR_A_SLIP = 4
_LETTERS_FOR_TWO = 8
# What a word found in the text of a note (D), the text (B, pages C) and a heading (A) is worth.
_WEIGHTS = "{0.05, 0.3, 0.3, 1.0}"
# What a place is worth that a phrase leads to, for the phrase and for each of its words; each further place of a list is worth less.
_PLACE = 4.0
_PLACE_FOR_EACH_WORD = 2.0
_NEXT_PLACE = 0.85
_PLACE_OF_DANGER = 9.0
# Of an entry about what the whole guide is about, which says less than any other.
_COMMON = 0.3
# The least score of a hit, as a share of the best one.
_MIN_SHARE = 0.08
# The weight of a word that is meant, compared with one that was typed.
_MEANT = 0.4
# Endings that PostgreSQL's stems keep apart: guilt and guilty, therapy and therapist.
_ENDING = re.compile(r"(?:iness|ness|ily|ies|ist|ists|ism|ments?|ful|less|ly|y|s|e)$")
# Marks around what was found, until the text is escaped: private-use characters, which our texts do not contain.
_START = "\ue000"
_STOP = "\ue001"
_GAP = " … "

_vocabularies: dict[tuple[str, str], "_Vocabulary"] = {}


def configuration(language: str) -> str:
    return CONFIGURATIONS.get(language, "simple")


@dataclass(frozen=True)
class SearchHit:
    """A passage that was found: its address, and an excerpt with the search words marked. `label` is that of an evidence note."""

    part: str
    heading: SafeString
    label: str
    address: str
    excerpt: SafeString


@dataclass(frozen=True)
class SearchResult:
    """The result of a search.

    `kinds` are the kinds of danger that the words sound like, the most pressing first. `theirs` answers a partner's threat to die, apart
    from the other hits. `meant` is what may have been meant, if something was a slip; the hits are for that. `tongue` is the language that
    was typed, if it was another one, and `translated` what was looked for instead. `some` says that no passage has all of the words. `near`
    are other words to look for, which lead to the same places.
    """

    hits: list[SearchHit] = field(default_factory=list)
    kinds: tuple[danger.DangerKind, ...] = ()
    theirs: list[SearchHit] = field(default_factory=list)
    meant: str = ""
    tongue: foreign.Tongue | None = None
    translated: str = ""
    some: bool = False
    near: list[str] = field(default_factory=list)


def search(typed: str) -> SearchResult:
    """The hits for the words that were typed, best first."""
    typed = without_invisible(typed)
    language = content.language()
    kinds = danger.kinds(typed)
    tongue = foreign.spoken(typed)
    translated = tongue.translated(typed) if tongue else ""
    vocabulary = _vocabulary(language, library.current().edition)
    meant = "" if tongue else _meant(typed, language, vocabulary)
    asked = _Asked.of(translated if tongue else meant or typed, language, vocabulary)
    places = danger.places(kinds)
    theirs = words.DANGERS[danger.DangerKind.THEIR_DYING].to if {danger.DangerKind.DYING, danger.DangerKind.THEIR_DYING} & {*kinds} else ()
    scores, some = _scores(asked, places, language)
    hits = _hits(scores, asked, language)
    return SearchResult(
        [hit for hit in hits if hit.address not in theirs][:MAX_HITS],
        kinds,
        [hit for address in theirs for hit in hits if hit.address == address],
        meant,
        tongue,
        translated,
        some,
        asked.near(language) if hits and not kinds else [],
    )


@dataclass(frozen=True)
class _Asked:
    """What to look for: groups of words, any of which will do, each group with what it is worth; and places to go."""

    typed: int  # how many of the groups were typed: they come first
    groups: list[tuple[float, list[str]]]
    places: dict[str, float]
    said: Set[str]  # the keys of the entries that were typed

    @classmethod
    def of(cls, text: str, language: str, vocabulary: "_Vocabulary") -> "_Asked":
        said = phrases.joined(phrases.plain(text)) + " "
        typed = list(dict.fromkeys(re.findall(r"\w+", phrases.plain(text))))
        meant: dict[str, None] = {}
        places: defaultdict[str, float] = defaultdict(float)
        keys = set()
        for pattern, entry in words.of(language).entry_patterns:
            if match := max(pattern.finditer(said), key=lambda match: len(match[0].split()), default=None):
                keys.add(entry.key)
                meant |= dict.fromkeys(phrases.plain(entry.means).split())
                worth = (_PLACE + _PLACE_FOR_EACH_WORD * len(match[0].split())) * (_COMMON if entry.common else 1)
                for number, address in enumerate(entry.to):
                    places[address] += worth * _NEXT_PLACE**number
        groups = [(1.0, [word, *vocabulary.kin(word)]) for word in typed]
        groups += [(_MEANT, [word]) for word in meant if word not in typed]
        return cls(len(typed), groups, places, keys)

    def near(self, language: str) -> list[str]:
        """Other words to look for: those that lead to where these words lead first, the straightest first."""
        first = max(self.places, key=lambda place: self.places[place], default="")
        alike = (entry for entry in words.of(language).entries if entry.shown and first in entry.to and entry.key not in self.said)
        return [entry.shown for entry in sorted(alike, key=lambda entry: entry.to.index(first))][:_MAX_NEAR]

    def words(self) -> Iterable[str]:
        return (word for _, group in self.groups for word in group)


def _scores(asked: _Asked, of_danger: list[str], language: str) -> tuple[dict[int, float], bool]:
    """What each passage is worth, by id, and whether every one of them lacks some of the words.

    None is worth anything if each lacks more than half of the words, and no phrase says where to go.
    """
    ranks = _ranks(asked, language)
    total = len({passage for of_word in ranks.values() for passage in of_word})
    scores: defaultdict[int, float] = defaultdict(float)
    has: defaultdict[int, int] = defaultdict(int)
    for number, of_word in ranks.items():
        for passage, rank in of_word.items():
            scores[passage] += asked.groups[number][0] * log(1 + total / len(of_word)) * rank
            has[passage] += number < asked.typed
    typed = sum(number < asked.typed for number in ranks)
    for passage in scores:
        scores[passage] *= 0.5 + 0.5 * has[passage] / max(typed, 1)
    places = asked.places | {address: _PLACE_OF_DANGER * _NEXT_PLACE**number for number, address in enumerate(of_danger)}
    for passage, address in _at(places, language).items():
        scores[passage] += places[address]
    most = max(has.values(), default=0)
    return scores if places or most * 2 >= typed else {}, not places and most < typed


def _ranks(asked: _Asked, language: str) -> dict[int, dict[int, float]]:
    """For the number of each group that is looked for, very common words not being, the rank of each passage with one of its words."""
    rows = [(number, word) for number, (_, group) in enumerate(asked.groups) for word in group]
    ranks: defaultdict[int, dict[int, float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, passage.id, max(ts_rank(%s, search, query, 1)) FROM unnest(%s::int[], %s::text[]) AS asked (number, word)"
            " CROSS JOIN plainto_tsquery(%s::regconfig, word) AS query"
            " LEFT JOIN guide_passage AS passage ON search @@ query AND language = %s"
            " WHERE numnode(query) > 0 GROUP BY number, passage.id",
            [_WEIGHTS, [number for number, _ in rows], [word for _, word in rows], configuration(language), language],
        )
        for number, passage, rank in cursor.fetchall():
            ranks[number] |= {passage: rank} if passage else {}
    return ranks


def _at(addresses: Iterable[str], language: str) -> dict[int, str]:
    """Addresses by the id of the passage at each; addresses without a passage are left out."""
    where = Q(pk__in=[])
    for address in addresses:
        path, _, anchor = address.partition("#")
        where |= Q(part=path.strip("/").rpartition("/")[2], anchor=anchor)
    found = Passage.objects.filter(where, language=language).defer("text", "search", "words")
    return {passage.pk: passages.address_of(passage) for passage in found}


def _hits(scores: dict[int, float], asked: _Asked, language: str) -> list[SearchHit]:
    least = _MIN_SHARE * max(scores.values(), default=0)
    best = sorted((passage for passage in scores if scores[passage] >= least), key=lambda passage: (-scores[passage], passage))
    best = best[: MAX_HITS + 4]
    query = SearchQuery(" or ".join([*dict.fromkeys(asked.words())] or ["x"]), config=configuration(language), search_type="websearch")
    found = (
        Passage.objects.filter(pk__in=best)
        .defer("search", "words")
        .annotate(
            marked=_headline("heading", query, language, highlight_all=True),
            excerpt=_headline("text", query, language, max_words=30, min_words=18, max_fragments=1, fragment_delimiter=_GAP),
        )
    )
    by_id: dict[int, Any] = {passage.pk: passage for passage in found}
    titles = {part.slug: part.title for part in library.current().parts}
    return [
        SearchHit(
            part=titles.get(passage.part, ""),
            heading=_marked(passage.marked),
            label=str(LABELS.get(passage.kind, "")),
            address=passages.address_of(passage),
            excerpt=_cut(passage.excerpt, passage.text),
        )
        for passage in (by_id[pk] for pk in best)
    ]


def _headline(field: str, query: SearchQuery, language: str, **options: Any) -> SearchHeadline:
    return SearchHeadline(field, query, config=configuration(language), start_sel=_START, stop_sel=_STOP, **options)


def _marked(text: str) -> SafeString:
    return mark_safe(escape(text).replace(_START, "<mark>").replace(_STOP, "</mark>"))  # noqa: S308, escaped just here


def _cut(excerpt: str, text: str) -> SafeString:
    """The excerpt as HTML, with dots where the passage goes on before or after it."""
    first, *_, last = excerpt.replace(_START, "").replace(_STOP, "").split(_GAP) * 2
    before, after = "" if text.startswith(first) else "… ", "" if text.endswith(last) else " …"
    return mark_safe(f"{before}{_marked(excerpt)}{after}")  # noqa: S308, escaped just above


def _meant(typed: str, language: str, vocabulary: "_Vocabulary") -> str:
    """What was typed with each slip put right, "" if there is none. A slip is no word at all, and no word of danger in disguise."""
    known = words.of(language)

    def put_right(match: re.Match[str]) -> str:
        word = phrases.plain(match[0])
        if word in vocabulary.counts or known.is_known(word) or danger.is_word_of(word, known):
            return match[0]
        return vocabulary.most_like(word, known.sought) or match[0]

    meant = re.sub(rf"(?<!['’])\b[^\W\d_]{{{_LETTERS_FOR_A_SLIP},}}\b(?!['’])", put_right, typed)
    return meant if meant != typed else ""


@dataclass(frozen=True)
class _Vocabulary:
    """The words of the guide as they are written, each with the number of passages that contain it, and grouped by stem."""

    counts: dict[str, int]
    by_stem: dict[str, list[str]]

    @classmethod
    def of(cls, counts: dict[str, int]) -> "_Vocabulary":
        by_stem: defaultdict[str, list[str]] = defaultdict(list)
        for word in counts:
            by_stem[_ENDING.sub("", word)].append(word)
        return cls(counts, by_stem)

    def kin(self, word: str) -> list[str]:
        """Words of the guide that differ from it by their endings alone."""
        stem = _ENDING.sub("", word)
        return [other for other in self.by_stem.get(stem, []) if other != word] if len(stem) > 3 else []

    def most_like(self, word: str, sought: Set[str]) -> str | None:
        """The word most like it, None if none is like enough. Of two equally like ones it is that which people look for."""
        near = [known for known in sought | self.counts.keys() if len(known) >= _LETTERS_FOR_A_SLIP]
        alike = [
            (slips, known not in sought, -self.counts.get(known, 0), known)
            for known, slips, _ in process.extract(word, near, scorer=OSA.distance, score_cutoff=2, limit=None)
            if slips == 1 or len(known) >= _LETTERS_FOR_TWO
        ]
        return min(alike)[3] if alike else None


def _vocabulary(language: str, edition: str) -> _Vocabulary:
    """Read once for each edition."""
    if (language, edition) not in _vocabularies:
        with connection.cursor() as cursor:
            of_language = "format('SELECT words FROM guide_passage WHERE language = %%L', %s::text)"
            cursor.execute(f"SELECT word, ndoc FROM ts_stat({of_language})", [language])  # noqa: S608, nothing but our own words
            counts = dict(cursor.fetchall())
        if not counts:
            return _Vocabulary.of({})
        _vocabularies[language, edition] = _Vocabulary.of(counts)
    return _vocabularies[language, edition]
