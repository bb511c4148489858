"""What the page of looking back puts side by side, from one stretch of a person's own record. The record may have gaps or be empty."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from checkins.emotions import GROUPS, Group
from checkins.models import CheckIn
from guide.safety import four_times_no
from roadmap.reviews.models import Review, SafetyCheck
from roadmap.reviews.questions import QUESTIONS, Question, tells_of_fear
from roadmap.talks.models import Talk

# The number that fits on two printed pages.
MOST_TALKS = 8
# The number of days compared at the beginning and at the end, if there are that many.
COMPARED_DAYS = 30
# The drawing of an answer: where the first of five steps is, and how far it is to the next.
FIRST_STEP_PX = 10
STEP_PX = 33


@dataclass(frozen=True)
class Moved:
    """One question then and now; None where it was left open."""

    question: Question
    then: int | None
    now: int | None

    @property
    def then_x(self) -> int:
        return FIRST_STEP_PX + STEP_PX * ((self.then or 1) - 1)

    @property
    def now_x(self) -> int:
        return FIRST_STEP_PX + STEP_PX * ((self.now or 1) - 1)


@dataclass(frozen=True)
class Tally:
    """How often a feeling of each group was named, in so many days."""

    title: str
    counts: list[tuple[Group, int]]


@dataclass(frozen=True)
class SideBySide:
    since: date
    until: date
    talks: list[Talk]
    reviews: list[Review]
    checks: list[SafetyCheck]
    checkins: list[CheckIn]

    @property
    def latest_talks(self) -> list[Talk]:
        return self.talks[-MOST_TALKS:]

    @property
    def earlier_talks(self) -> list[Talk]:
        return self.talks[:-MOST_TALKS]

    @property
    def first_review(self) -> Review | None:
        return self.reviews[0] if self.reviews else None

    @property
    def last_review(self) -> Review | None:
        """The last review, None if it is the first one too."""
        return self.reviews[-1] if len(self.reviews) > 1 else None

    @property
    def moved(self) -> list[Moved]:
        """The six questions, where there is at least one review."""
        then = self.first_review.given if self.first_review else {}
        now = self.last_review.given if self.last_review else {}
        return [Moved(question, then.get(question.key), now.get(question.key)) for question in QUESTIONS.values()] if then or now else []

    @property
    def tallies(self) -> list[Tally]:
        """The first days and the last, as many of each; none while there is too little to compare."""
        days = (self.until - self.since).days + 1
        many = min(COMPARED_DAYS, days // 2)
        if not many or not any(checkin.feelings for checkin in self.checkins):
            return []
        early = [checkin for checkin in self.checkins if checkin.day < self.since + timedelta(days=many)]
        late = [checkin for checkin in self.checkins if checkin.day > self.until - timedelta(days=many)]
        first = ngettext("First day", "First %(count)d days", many) % {"count": many}
        last = ngettext("Last day", "Last %(count)d days", many) % {"count": many}
        return [Tally(first, _counts(early)), Tally(last, _counts(late))]

    @property
    def safety(self) -> str:
        """The kept answers to the four questions, and what was noted about talks, in a few sentences."""
        if not self.checks:
            kept = _("You kept no answers to the four questions.")
        elif all(four_times_no(check.answers) for check in self.checks):
            kept = ngettext(
                "Of the four questions you kept your answers once: four times no.",
                "Of the four questions you kept your answers %(count)d times: each time four times no.",
                len(self.checks),
            ) % {"count": len(self.checks)}
        else:
            kept = ngettext(
                "Of the four questions you kept your answers once: not four times no.",
                "Of the four questions you kept your answers %(count)d times, and not always four times no.",
                len(self.checks),
            ) % {"count": len(self.checks)}
        unsafe = sum(1 for talk in self.talks if talk.raises_doubt)
        if not unsafe:
            return kept
        talks = ngettext(
            "Of one talk you noted that it was hostile or not plainly safe.",
            "Of %(count)d talks you noted that they were hostile or not plainly safe.",
            unsafe,
        ) % {"count": unsafe}
        return f"{kept} {talks}"

    @property
    def doubt(self) -> bool:
        """Whether something that was noted last puts help first: the last talk, the last answers that were kept, the last review."""
        return bool(
            (self.talks and self.talks[-1].raises_doubt)
            or (self.checks and not four_times_no(self.checks[-1].answers))
            or (self.reviews and tells_of_fear(self.reviews[-1].given))
        )


def side_by_side(account: Account, since: date, until: date) -> SideBySide:
    """The record of the days from `since` to `until`. Four queries."""
    days = {"day__range": (since, until)}
    return SideBySide(
        since,
        until,
        account.talks.held().filter(**days).in_order(),
        list(account.reviews.finished().filter(**days)),
        list(account.safetychecks.filter(**days).order_by("day")),
        list(account.checkins.filter(**days).only("account", "day", *CheckIn.EMOTIONS).order_by("day")),
    )


def _counts(checkins: Iterable[CheckIn]) -> list[tuple[Group, int]]:
    named = Counter(feeling.emotion.group for checkin in checkins for feeling in checkin.feelings if feeling.emotion)
    return [(group, named[group.key]) for group in GROUPS.values()]
