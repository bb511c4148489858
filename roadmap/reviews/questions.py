"""The article's six questions: three about growing, three about being safe (six_questions.toml). Nothing is added up (evidence: a19)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from guide.content import Fixed, Table

# The five steps of an answer.
NAMES = {1: _("1, not at all"), 2: "2", 3: "3", 4: "4", 5: _("5, fully")}

GROWING = "growing"
SAFETY = "safety"


@dataclass(frozen=True)
class Question:
    """`key` names its field and its stored answer, `about` is GROWING or SAFETY; `words` ask it, `short` names it beside a drawing."""

    key: str
    about: Fixed
    words: str
    short: str


QUESTIONS = Table("six_questions", "question", Question)

# The two lowest answers to this one put help first, whatever the others are.
FEAR = "q4"


def tells_of_fear(answers: dict[str, int]) -> bool:
    return answers.get(FEAR, 5) <= 2
