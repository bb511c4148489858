"""What somebody may have tried: a step of a talk, a way to open one, or a rung of the ladder.

Stored is the key, or a person's own words; everything else is shown.
"""

from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guide import ladder


@dataclass(frozen=True)
class Approach:
    key: str
    words: str | Promise
    # What it comes to, in a few more words.
    hint: str | Promise = ""


STEPS = (
    Approach("seed", _("Mention it"), _("In passing, in a good moment; no answer wanted")),
    Approach("issue", _("Name one difficulty"), _("And what might make it easier")),
    Approach("ask", _("Ask"), _("A clear question, for a few sessions or something smaller")),
)
OPENERS = (
    Approach("closer", _("“I’d like us to get better at this together”")),
    Approach("new-tools", _("“Shall we look for something new to try?”")),
    Approach("years-to-come", _("“I’d like to put some time into us now”")),
)
RUNGS = tuple(Approach(key, lazy(lambda key: ladder.RUNGS[key].title, str)(key)) for key in ladder.RUNGS)

# As they are offered to choose from.
KINDS = (
    (_("A step of a talk"), STEPS),
    (_("A gentle way to open"), OPENERS),
    (_("A rung of the ladder"), RUNGS),
)

BY_KEY = {approach.key: approach for _kind, approaches in KINDS for approach in approaches}


@cache
def _keys_by_words(language: str | None) -> dict[str, str]:
    """The words as they are in the language of the page, which is `language`."""
    return {str(approach.words).casefold(): approach.key for approach in BY_KEY.values()}


def key_of(text: str) -> str:
    """The key of the approach that `text` names, by its words in any case or by its key; own words as they are."""
    return _keys_by_words(get_language()).get(text.strip().casefold(), text.strip())


def words_of(text: str) -> str:
    """What is shown of a stored approach; own words as they are."""
    return str(BY_KEY[text].words) if text in BY_KEY else text
