"""The article's six questions: three about growing, three about being safe (six_questions.toml)."""

from dataclasses import dataclass

from guide.content import ContentTable, Fixed

GROWING = "growing"
SAFETY = "safety"


@dataclass(frozen=True)
class ReviewQuestion:
    """`key` names its field and its stored answer, `about` is GROWING or SAFETY; `words` ask it, `short` names it next to a drawing."""

    key: str
    about: Fixed
    words: str
    short: str


QUESTIONS = ContentTable("six_questions", "question", ReviewQuestion)
