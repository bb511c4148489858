"""Words for feelings in four groups, by energy and by pleasantness (guide/content/<language>/emotions.toml).

No group is better than another and no word has a score. Stored is the key of a word, or a person's own words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from guide.content import FIXED, ContentTable, KeyOf


@dataclass(frozen=True)
class Emotion:
    """`points_to_help`: naming it shows a link to the help lines, without comment."""

    key: str
    group: Annotated[str, KeyOf("emotions.group")]
    word: str
    definition: str
    points_to_help: Annotated[bool, FIXED] = False

    @cached_property
    def drawing(self) -> SafeString:
        """Its place in the square and its word, as a day shows them. Drawn once, because it is the same for everyone."""
        return mark_safe(render_to_string("checkins/_emotion.html", {"emotion": self}).strip())  # noqa: S308, our own HTML


@dataclass(frozen=True)
class Group:
    """`key` is the place in the square: m(ore) or l(ess) energy, then p(leasant) or u(npleasant)."""

    key: str
    name: str

    @cached_property
    def emotions(self) -> list[Emotion]:
        return [emotion for emotion in EMOTIONS.values() if emotion.group == self.key]

    def named(self, keys: set[str]) -> list[Emotion]:
        """Its emotions with these keys."""
        return [emotion for emotion in self.emotions if emotion.key in keys]


# The longest that words of a person's own may be.
MAX_FEELING_CHARS = 60

GROUPS = ContentTable("emotions", "group", Group)
EMOTIONS = ContentTable("emotions", "emotion", Emotion)


@cache
def _keys_by_word(language: str | None) -> dict[str, str]:
    """The words as they are in the language of the page, which is `language`."""
    return {emotion.word.casefold(): emotion.key for emotion in EMOTIONS.values()}


def named(text: str) -> Emotion | None:
    """The emotion that `text` names, by its word in any case or by its key; None for own words."""
    text = text.strip().casefold()
    return EMOTIONS.get(_keys_by_word(get_language()).get(text, text))


@dataclass(frozen=True)
class Feeling:
    """What was noted in a day: the key of one of our words, or the person's own words."""

    text: str

    @cached_property
    def key(self) -> str:
        """The same for the same words in upper and lower case."""
        return self.text if self.emotion else self.text.casefold()

    @cached_property
    def emotion(self) -> Emotion | None:
        return EMOTIONS.get(self.text)

    @cached_property
    def words(self) -> str:
        return self.emotion.word if self.emotion else self.text


def groups_of(feelings: Iterable[Feeling]) -> frozenset[str]:
    """The keys of the groups of these feelings; own words have none."""
    return frozenset(feeling.emotion.group for feeling in feelings if feeling.emotion)
