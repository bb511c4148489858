"""The six questions over time: a small drawing for each, all on one scale. They are not compared with anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from guide.six_questions import QUESTIONS, ReviewQuestion
from roadmap.reviews.models import Review

# A drawing, 100 wide: how far down the lowest answer is, and how far up each next one.
LOWEST_ANSWER_PX = 56
ANSWER_STEP_PX = 12


@dataclass(frozen=True)
class AnswerPoint:
    review: Review
    answer: int
    x: float

    @property
    def y(self) -> int:
        return LOWEST_ANSWER_PX - ANSWER_STEP_PX * (self.answer - 1)


@dataclass(frozen=True)
class SmallMultiple:
    """One question; `lines` join answers that follow one another, so that a question left open leaves a gap."""

    question: ReviewQuestion
    points: list[AnswerPoint]
    lines: list[str]


def small_multiples(reviews: Sequence[Review]) -> list[SmallMultiple]:
    """One for each question. `reviews` are finished, the earliest first; their positions follow the days between them."""
    return [_small_multiple(question, reviews) for question in QUESTIONS.values()]


def _small_multiple(question: ReviewQuestion, reviews: Sequence[Review]) -> SmallMultiple:
    points: list[AnswerPoint] = []
    runs: list[list[AnswerPoint]] = [[]]
    for review in reviews:
        answer = review.given.get(question.key)
        if answer is None:
            runs.append([])
            continue
        point = AnswerPoint(review, answer, _place(review, reviews))
        points.append(point)
        runs[-1].append(point)
    lines = [" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1]
    return SmallMultiple(question, points, lines)


def _place(review: Review, reviews: Sequence[Review]) -> float:
    """The position of a review between the first, at 4, and the last, at 96; a single one is in the middle."""
    span = (reviews[-1].day - reviews[0].day).days
    return round(4 + 92 * (review.day - reviews[0].day).days / span, 2) if span else 50.0
