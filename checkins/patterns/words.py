"""Which words were named for feelings, and how often."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checkins.emotions import Feeling
from checkins.patterns.counted_day import CountedDay

# Words in the list; the others are folded away.
LISTED_WORDS = 6


@dataclass(frozen=True)
class WordCounts:
    """How often each word was named, the most frequent first."""

    counted: list[tuple[Feeling, int]]

    @classmethod
    def count(cls, days: Iterable[CountedDay]) -> "WordCounts":
        feelings = {feeling.key: feeling for day in days for feeling in day.feelings}
        counts = Counter(feeling.key for day in days for feeling in day.feelings)
        counted = [(feelings[key], count) for key, count in counts.items()]
        return cls(sorted(counted, key=lambda each: (-each[1], each[0].words.casefold())))

    @property
    def different(self) -> int:
        return len(self.counted)

    @property
    def most(self) -> list[tuple[Feeling, int]]:
        return self.counted[:LISTED_WORDS]

    @property
    def others(self) -> list[tuple[Feeling, int]]:
        return self.counted[LISTED_WORDS:]

    @property
    def sentence(self) -> str:
        """How many different words, and which were named most often; only one of them, unless others were named as often."""
        whole = ngettext("You used %(count)d word.", "You used %(count)d different words.", self.different) % {"count": self.different}
        often = self.counted[0][1]
        first = [feeling.words for feeling, count in self.counted if count == often]
        if often == 1 or len(first) > 3:
            return whole
        named = ngettext("Most often: %(words)s, %(count)d time.", "Most often: %(words)s, %(count)d times.", often)
        return f"{whole} {named % {'words': get_text_list(first, _('and')), 'count': often}}"
