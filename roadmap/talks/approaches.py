"""What may have been tried: a step of a talk, a way to open one (approaches.toml), or a rung of the ladder (guide.ladder).

Stored is the key, or a person's own words; everything else is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guide import ladder
from guide.content import ContentTable


@dataclass(frozen=True)
class Approach:
    """`hint` says in a few more words what it comes to. A plan that begins from it has `about` and `need` in its sentence. `said` tells
    that it was done on a `%(day)s`.
    """

    key: str
    words: str
    hint: str = ""
    said: str = ""
    about: str = ""
    need: str = ""


STEPS = ContentTable("approaches", "step", Approach)
OPENERS = ContentTable("approaches", "opener", Approach)


def step_choices() -> list[tuple[str, str]]:
    return [(step.key, step.words) for step in STEPS.values()]


def _rungs() -> list[Approach]:
    return [Approach(rung.key, rung.title) for rung in ladder.RUNGS.values()]


def kinds(*, with_steps: bool = True) -> list[tuple[str | Promise, Iterable[Approach]]]:
    """The approaches as they are offered to choose from, by kind."""
    steps = [(_("A step of a talk"), STEPS.values())] if with_steps else []
    return [*steps, (_("A gentle way to open"), OPENERS.values()), (_("A rung of the ladder"), _rungs())]


@cache
def _by_key(language: str | None) -> dict[str, Approach]:
    """All approaches in the language of the page, which is `language`."""
    return {approach.key: approach for approach in (*STEPS.values(), *OPENERS.values(), *_rungs())}


@cache
def _keys_by_words(language: str | None) -> dict[str, str]:
    """The words as they are in the language of the page, which is `language`."""
    return {approach.words.casefold(): approach.key for approach in _by_key(language).values()}


def is_ours(text: str) -> bool:
    """Whether a stored approach is a key of ours, and no words of one's own."""
    return text in _by_key(get_language())


def key_of(text: str) -> str:
    """The key of the approach that `text` names, by its words in any case or by its key; own words as they are."""
    return _keys_by_words(get_language()).get(text.strip().casefold(), text.strip())


def words_of(text: str) -> str:
    """What is shown of a stored approach; own words as they are."""
    approach = _by_key(get_language()).get(text)
    return approach.words if approach else text
