"""How the six questions (guide.six_questions) are answered and read. Nothing is added up (evidence: a19)."""

from django.utils.translation import gettext_lazy as _

from guide.six_questions import GROWING, QUESTIONS, SAFETY, ReviewQuestion

__all__ = ["FEAR", "GROWING", "NAMES", "QUESTIONS", "SAFETY", "ReviewQuestion", "tells_of_fear"]

# The five steps of an answer.
NAMES = {1: _("1, not at all"), 2: "2", 3: "3", 4: "4", 5: _("5, fully")}

# The two lowest answers to this one put help first, whatever the others are.
FEAR = "q4"


def tells_of_fear(answers: dict[str, int]) -> bool:
    return answers.get(FEAR, 5) <= 2
