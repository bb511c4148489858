"""Search over the guide's passages: PostgreSQL full text, forgiving of slips in typing.

What is looked for is as a search engine takes it: words, "a phrase", or, -not. Words are found in their other forms. If no passage has all
of them, those the guide does not know are taken for slips of words it knows; if that helps nothing either, passages with some of them do.
"""

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case, F, Value, When
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from guide import library
from guide.models import Passage
from guide.notation import LABELS

MOST = 20
# The text search configurations PostgreSQL brings along, by language of the guide; any other is searched without word forms.
CONFIGURATIONS = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch", "pt": "portuguese"}

# How like a known word another has to be to be taken for a slip of it.
ALIKE = 0.7
_WORD = re.compile(r"[^\W\d_]{3,}")
_NOT = re.compile(r'(?<!\w)-\s*("[^"]*"|\S+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
# Around what was found, until the text is escaped. Private characters, which stand in no text of ours.
_START, _STOP = "\ue000", "\ue001"
_GAP = " … "

_vocabularies: dict[tuple[str, str], dict[str, int]] = {}


def configuration(language: str) -> str:
    return CONFIGURATIONS.get(language, "simple")


@dataclass(frozen=True)
class Hit:
    """A passage that was found: where it stands, and what of it, the words looked for marked. `label` is that of an evidence note."""

    part: str
    heading: str
    label: str
    address: str
    excerpt: SafeString


@dataclass(frozen=True)
class Found:
    """`slips` are words taken for others: what was typed, and what was looked for. `some` says that no passage has all of the words."""

    hits: list[Hit]
    slips: list[tuple[str, str]]
    some: bool = False


def search(words: str) -> Found:
    """The passages that answer `words` best, best first; none if there is nothing to look for in them."""
    language = library.language()
    words = words.translate(_QUOTES)
    if not re.search(r"\w", _NOT.sub("", words)):
        return Found([], [])
    if hits := _hits(_all_of(words, language), language):
        return Found(hits, [])
    slips = _slips(words, language)
    for typed, meant in slips:
        words = re.sub(rf"\b{re.escape(typed)}\b", meant, words)
    if slips and (hits := _hits(_all_of(words, language), language)):
        return Found(hits, slips)
    return Found(_hits(_some_of(words, language), language), slips, some=True)


def _all_of(words: str, language: str) -> SearchQuery:
    return SearchQuery(words, config=configuration(language), search_type="websearch")


def _some_of(words: str, language: str) -> SearchQuery:
    """The same with "or" between the words, and without what is not wanted: nearly every passage is without that."""
    return _all_of(" or ".join(re.findall(r'"[^"]+"|[^\s"]+', _NOT.sub(" ", words))), language)


def _hits(query: SearchQuery, language: str) -> list[Hit]:
    # A passage of the text before a note on it; names and figures stand in the notes.
    rank = SearchRank(F("search"), query, cover_density=True, normalization=Value(1))
    found = (
        Passage.objects.filter(language=language, search=query)
        .annotate(rank=rank * Case(When(kind="", then=Value(1.0)), default=Value(0.5)))
        .annotate(excerpt=_headline(query, language))
        .order_by("-rank", "part", "order")[:MOST]
    )
    titles = {part.slug: part.title for part in library.current().parts}
    return [
        Hit(
            part=titles.get(passage.part, ""),
            heading=passage.heading,
            label=str(LABELS.get(passage.kind, "")),
            address=reverse("guide:part", args=[passage.part]) + (f"#{passage.anchor}" if passage.anchor else ""),
            excerpt=_marked(passage.excerpt, passage.text),
        )
        for passage in found
    ]


def _headline(query: SearchQuery, language: str) -> SearchHeadline:
    return SearchHeadline(
        "text",
        query,
        config=configuration(language),
        start_sel=_START,
        stop_sel=_STOP,
        max_words=38,
        min_words=20,
        max_fragments=2,
        fragment_delimiter=_GAP,
    )


def _marked(excerpt: str, text: str) -> SafeString:
    """The excerpt as HTML, with dots where the passage goes on before or after it."""
    first, *_, last = excerpt.replace(_START, "").replace(_STOP, "").split(_GAP) * 2
    before, after = "" if text.startswith(first) else "… ", "" if text.endswith(last) else " …"
    marked = escape(excerpt).replace(_START, "<mark>").replace(_STOP, "</mark>")
    return mark_safe(f"{before}{marked}{after}")  # noqa: S308, escaped just here


def _slips(words: str, language: str) -> list[tuple[str, str]]:
    """The words the guide does not know in any form, each with the word it knows that is most like it."""
    typed = list(dict.fromkeys(_WORD.findall(words)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) word, plainto_tsquery(%s, word) query WHERE numnode(query) > 0"
            " AND NOT EXISTS (SELECT 1 FROM guide_passage WHERE language = %s AND search @@ query)",
            [typed, configuration(language), language],
        )
        unknown = {word for (word,) in cursor.fetchall()}
    known = _vocabulary(language, library.current().edition)
    best = {word: _most_like(word.lower(), known) for word in typed if word in unknown}
    return [(word, meant) for word, meant in best.items() if meant]


def _most_like(word: str, known: dict[str, int]) -> str | None:
    """The word most like it, the more frequent of two equally like ones; None if none is like it."""
    alike = process.extract(word, known.keys(), scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=ALIKE, limit=5)
    return max(alike, key=lambda match: (match[1], known[match[0]]))[0] if alike else None


def _vocabulary(language: str, edition: str) -> dict[str, int]:
    """The words of the index, unstemmed, each with the number of passages it stands in. Asked for once for each edition."""
    if not _vocabularies.get((language, edition)):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, ndoc FROM ts_stat(format('SELECT words FROM guide_passage WHERE language = %%L', %s::text))"
                " WHERE length(word) > 2",
                [language],
            )
            _vocabularies[language, edition] = dict(cursor.fetchall())
    return _vocabularies[language, edition]
