"""What the person of the demo account wrote (guide/content/<language>/demo.toml)."""

from dataclasses import dataclass
from typing import Annotated

from guide.content import FIXED, ContentTable, Fixed, KeyOf

type DaysAgo = Annotated[int, FIXED]


@dataclass(frozen=True)
class WordList:
    key: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class DemoMonth:
    key: str
    feelings: tuple[Annotated[str, KeyOf("emotions.emotion")], ...]


@dataclass(frozen=True)
class DemoCue:
    """When `when`, I will `will`."""

    key: str
    when: str
    will: str


@dataclass(frozen=True)
class DemoPerson:
    key: str
    who: str
    kind: Annotated[str, KeyOf("supporters.kind")]
    reach: str


@dataclass(frozen=True)
class DemoStep:
    """`key` is that of one of the article's actions."""

    key: str
    days_ago: DaysAgo


@dataclass(frozen=True)
class DemoReply:
    said: str
    answer: str


@dataclass(frozen=True)
class DemoTalk:
    """The fields of a talk, as `roadmap.talks.models.Talk` has them. Without an issue it was written down afterwards."""

    key: str
    days_ago: DaysAgo
    approach: Fixed = ""
    issue: str = ""
    feeling: str = ""
    about: str = ""
    need: str = ""
    step: Fixed = ""
    place: str = ""
    reasons: tuple[Annotated[str, KeyOf("reasons.reason")], ...] = ()
    replies: tuple[DemoReply, ...] = ()
    smaller_ask: str = ""
    stop_sentence: str = ""
    response: Fixed = ""
    reason: Fixed = ""
    safe: Fixed = ""
    feelings_before: str = ""
    feelings_after: str = ""
    next_step: str = ""
    note: str = ""


@dataclass(frozen=True)
class DemoReview:
    """`answers` to the six questions in order, from 1 to 5; 0 is one left open."""

    key: str
    days_ago: DaysAgo
    answers: tuple[Annotated[int, FIXED], ...]
    note: str = ""


@dataclass(frozen=True)
class DemoText:
    key: str
    words: str


WORDS = ContentTable("demo", "words", WordList)
MONTHS = ContentTable("demo", "month", DemoMonth)
CUES = ContentTable("demo", "cue", DemoCue)
PEOPLE = ContentTable("demo", "person", DemoPerson)
STEPS = ContentTable("demo", "step", DemoStep)
TALKS = ContentTable("demo", "talk", DemoTalk)
REVIEWS = ContentTable("demo", "review", DemoReview)
TEXTS = ContentTable("demo", "text", DemoText)


def words(key: str) -> tuple[str, ...]:
    return WORDS[key].words


def text(key: str) -> str:
    return TEXTS[key].words
