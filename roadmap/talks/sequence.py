"""What came back, talk after talk, as a drawing: a line for each response and reason, a mark for each talk. Nothing is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from guide.reasons import REASONS
from roadmap.talks.models import Response, Talk

# More would run into one another on a small screen; the table below the drawing has all.
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


def drawing(held: Sequence[Talk]) -> Drawing:
    """The latest of the `held` talks, the earliest on the left. Reasons that were never given have no line."""
    talks = held[-MAX_DRAWN_TALKS:]

    def marks(name: str, value: str) -> list[float]:
        return [round(100 * (place + 0.5) / len(talks), 2) for place, talk in enumerate(talks) if getattr(talk, name) == value]

    responses = [SequenceLine(response.label, marks("response", response)) for response in reversed(Response)]
    reasons = [SequenceLine(reason.name, marks("reason", reason.key)) for reason in REASONS.values()]
    return Drawing(talks, responses, [line for line in reasons if line.marks])
