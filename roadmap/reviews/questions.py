"""The article's six questions: three about growing, three about being safe. Nothing is added up (evidence: a19)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES = {1: _("1, not at all"), 2: "2", 3: "3", 4: "4", 5: _("5, fully")}


@dataclass(frozen=True)
class Question:
    """`key` is the name of its field and of its stored answer; `words` ask it, `short` names it beside a drawing."""

    key: str
    words: str | Promise
    short: str | Promise


GROWING = (
    Question("q1", _("Are you becoming more of who you want to be, living like this?"), _("Do you grow in this?")),
    Question("q2", _("Have they shown any will to change something, however small?"), _("Do they show any will to change?")),
    Question("q3", _("Can you picture something better, half a year from now?"), _("Can you picture it better in half a year?")),
)
BEING_SAFE = (
    Question("q4", _("Can you say what you need without being afraid of what follows?"), _("Is it safe to say what you need?")),
    Question("q5", _("Are you in better shape than you were: in mood, sleep, health?"), _("Are you in better shape than you were?")),
    Question("q6", _("If your closest friend lived as you do, would you be glad for them?"), _("Would you wish this on your best friend?")),
)
QUESTIONS = (*GROWING, *BEING_SAFE)

# Its two lowest answers put help first, whatever the others are.
FEAR = "q4"


def tells_of_fear(answers: dict[str, int]) -> bool:
    return answers.get(FEAR, 5) <= 2
