"""What came back, talk after talk, as a drawing: a line for each response and reason, a mark for each talk. No rate is made of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from guide.reasons import REASONS
from roadmap.talks.models import Talk, TalkResponse

# More would run into one another on a small screen.
MAX_DRAWN_TALKS = 24


@dataclass(frozen=True)
class SequenceLine:
    """One response or reason; there is a mark at each of `marks`, from 0 to 100 along it."""

    name: str | Promise
    marks: list[float]


@dataclass(frozen=True)
class Drawing:
    talks: Sequence[Talk]
    responses: list[SequenceLine]
    reasons: list[SequenceLine]

    @property
    def last(self) -> Talk:
        return self.talks[-1]


def reasons_given(talks: Iterable[Talk]) -> list[tuple[str, int]]:
    """The name of each reason that was given, and how often it was; those of the article first, in its order."""
    given = Counter(talk.reason for talk in talks if talk.reason)
    return [(reason.name, given[reason.key]) for reason in REASONS.values() if given[reason.key]]


def drawing(held: Sequence[Talk]) -> Drawing:
    """The `held` talks, at most MAX_DRAWN_TALKS, the earliest on the left. Reasons that were never given have no line."""
    talks = held

    def marks(name: str, value: str) -> list[float]:
        return [round(100 * (place + 0.5) / len(talks), 2) for place, talk in enumerate(talks) if getattr(talk, name) == value]

    responses = [SequenceLine(response.label, marks("response", response)) for response in reversed(TalkResponse)]
    reasons = [SequenceLine(reason.name, marks("reason", reason.key)) for reason in REASONS.values()]
    return Drawing(talks, responses, [line for line in reasons if line.marks])
