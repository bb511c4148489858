"""What the page of looking back puts side by side, from one stretch of a person's own record. The record may have gaps or be empty.

When it is closed, what the page showed is stored with it, so that it can be read again as it was on that day. What is deleted afterwards is
deleted there too (`Comparison.only`).
"""

import json
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from checkins.emotions import GROUPS, Group
from checkins.models import CheckIn
from guide.six_questions import QUESTIONS, ReviewQuestion
from roadmap.reviews.models import NAMES, tells_of_fear
from roadmap.talks.models import Talk, WithResponse

# The number that fits on two printed pages, and how many of them are shown open.
MAX_TALKS = 8
MAX_OPEN_TALKS = 4
# The number of days compared at the beginning and at the end, if there are that many.
COMPARED_DAYS = 30
# The drawing of an answer: where the first of five steps is, and how far it is to the next.
FIRST_STEP_PX = 10
STEP_PX = 33


@dataclass(frozen=True)
class ShownTalk(WithResponse):
    """A talk as a line of the record. `digest` is that of all its words; `changed` is its address where they are others by now."""

    key: str
    day: date
    title: str
    response: str
    raises_doubt: bool
    digest: str
    changed: str = ""

    @classmethod
    def of(cls, talk: Talk) -> "ShownTalk":
        assert talk.day
        return cls(str(talk.key), talk.day, talk.title, talk.response, talk.raises_doubt, _digest(talk))

    def next_to(self, talk: Talk) -> "ShownTalk":
        """The same, saying whether `talk`, which it shows, was changed since."""
        return replace(self, changed="" if _digest(talk) == self.digest else talk.get_absolute_url())


@dataclass(frozen=True)
class ShownReview:
    """The six questions as they were answered on a day: from 1 to 5 by name of the question, one left open is not there."""

    day: date
    given: dict[str, int]
    note: str


@dataclass(frozen=True)
class ShownCheck:
    """A day on which the answers to the four questions were kept, and whether each was *no*."""

    day: date
    four_no: bool


@dataclass(frozen=True)
class AnswerChange:
    """One question then and now; None where it was left open."""

    question: ReviewQuestion
    then: int | None
    now: int | None

    @property
    def then_x(self) -> int:
        return FIRST_STEP_PX + STEP_PX * ((self.then or 1) - 1)

    @property
    def now_x(self) -> int:
        return FIRST_STEP_PX + STEP_PX * ((self.now or 1) - 1)

    @property
    def moves(self) -> bool:
        """Whether it was answered both times, and not alike."""
        return bool(self.then and self.now and self.then != self.now)


@dataclass(frozen=True)
class Comparison:
    """`days` is how many have words in them; `early` and `late` count the feelings of each group in the first days and in the last."""

    since: date
    until: date
    talks: list[ShownTalk]
    reviews: list[ShownReview]
    checks: list[ShownCheck]
    days: int
    early: dict[str, int]
    late: dict[str, int]

    @property
    def latest_talks(self) -> list[ShownTalk]:
        """Those that are shown open."""
        return self.talks[-MAX_OPEN_TALKS:]

    @property
    def folded_talks(self) -> list[ShownTalk]:
        """Those before them, of the number that is shown."""
        return self.talks[-MAX_TALKS:-MAX_OPEN_TALKS]

    @property
    def earlier_talks(self) -> list[ShownTalk]:
        return self.talks[:-MAX_TALKS]

    @property
    def first_review(self) -> ShownReview | None:
        return self.reviews[0] if self.reviews else None

    @property
    def last_review(self) -> ShownReview | None:
        """The last review, None if it is the first one too."""
        return self.reviews[-1] if len(self.reviews) > 1 else None

    @property
    def moved(self) -> list[AnswerChange]:
        """The six questions, where there is at least one review."""
        then = self.first_review.given if self.first_review else {}
        now = self.last_review.given if self.last_review else {}
        if not then and not now:
            return []
        return [AnswerChange(question, then.get(question.key), now.get(question.key)) for question in QUESTIONS.values()]

    @property
    def compared_days(self) -> int:
        """How many days are compared at either end; 0 while there is too little to compare."""
        return _compared_days(self.since, self.until)

    @property
    def tallies(self) -> list[tuple[Group, int, int]]:
        """How often a feeling of each group was named in the first days and in the last; none while there is too little to compare."""
        if not self.compared_days or not (self.early or self.late):
            return []
        return [(group, self.early.get(group.key, 0), self.late.get(group.key, 0)) for group in GROUPS.values()]

    @property
    def tally_titles(self) -> list[str]:
        """What the two columns are called."""
        many = self.compared_days
        return [
            ngettext("First day", "First %(count)d days", many) % {"count": many},
            ngettext("Last day", "Last %(count)d days", many) % {"count": many},
        ]

    @property
    def safety(self) -> str:
        """The kept answers to the four questions, and what was noted about talks, in a few sentences."""
        if not self.checks:
            kept = _("You kept no answers to the four questions.")
        elif all(check.four_no for check in self.checks):
            kept = ngettext(
                "You kept your answers to the four questions once: no to all of them.",
                "You kept your answers to the four questions %(count)d times: no to all of them each time.",
                len(self.checks),
            ) % {"count": len(self.checks)}
        else:
            kept = ngettext(
                "You kept your answers to the four questions once: not all of them were no.",
                "You kept your answers to the four questions %(count)d times: not all of them were no.",
                len(self.checks),
            ) % {"count": len(self.checks)}
        unsafe = sum(1 for talk in self.talks if talk.raises_doubt)
        if not unsafe:
            return kept
        talks = ngettext(
            "You noted that one talk was hostile or not plainly safe.",
            "You noted that %(count)d talks were hostile or not plainly safe.",
            unsafe,
        ) % {"count": unsafe}
        return f"{kept} {talks}"

    @property
    def doubt(self) -> bool:
        """Whether something that was noted last puts help first: the last talk, the last answers that were kept, the last review."""
        return bool(
            (self.talks and self.talks[-1].raises_doubt)
            or (self.checks and not self.checks[-1].four_no)
            or (self.reviews and tells_of_fear(self.reviews[-1].given))
        )

    def stored(self) -> dict[str, Any]:
        """All of it as JSON, to be kept with what was written on the day."""
        kept: dict[str, Any] = json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))
        for talk in kept["talks"]:
            del talk["changed"]
        return kept

    @classmethod
    def from_stored(cls, stored: Any) -> "Comparison":
        """What `stored` was made of. Raises ValueError for anything else."""
        try:
            lists = {
                name: [kind(**row | {"day": date.fromisoformat(row["day"])}) for row in stored[name]]
                for name, kind in (("talks", ShownTalk), ("reviews", ShownReview), ("checks", ShownCheck))
            }
            days = {name: date.fromisoformat(stored[name]) for name in ("since", "until")}
            record = cls(**stored | lists | days)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError from error
        if not all(map(_is_as_declared, (record, *record.talks, *record.reviews, *record.checks))) or record.stored() != stored:
            raise ValueError
        return record

    def only(self, *, talks: Container[str], reviews: Container[date], checks: Container[date], days: bool) -> "Comparison":
        """The same without the talks, reviews and answers that are not among these; without `days`, without the days too."""
        kept = replace(
            self,
            talks=[talk for talk in self.talks if talk.key in talks],
            reviews=[review for review in self.reviews if review.day in reviews],
            checks=[check for check in self.checks if check.day in checks],
        )
        return kept if days else replace(kept, days=0, early={}, late={})

    def next_to(self, talks: Iterable[Talk]) -> tuple["Comparison", int]:
        """The same, saying which talks were changed since; and how many of the `talks`, which took place then, are not among them."""
        now = {str(talk.key): talk for talk in talks}
        shown = [talk.next_to(now[talk.key]) if talk.key in now else talk for talk in self.talks]
        return replace(self, talks=shown), len(now.keys() - {talk.key for talk in shown})


def side_by_side(account: Account, since: date, until: date) -> Comparison:
    """The record of the days from `since` to `until`. Four queries."""
    days = {"day__range": (since, until)}
    checkins = list(account.checkins.filter(**days).only("account", "day", *CheckIn.EMOTIONS).order_by("day"))
    many = timedelta(days=_compared_days(since, until))
    return Comparison(
        since,
        until,
        [ShownTalk.of(talk) for talk in account.talks.held().filter(**days).in_order()],
        [ShownReview(review.day, review.given, review.note) for review in account.reviews.finished().filter(**days)],
        [ShownCheck(check.day, check.four_no) for check in account.safetychecks.filter(**days).order_by("day")],
        len(checkins),
        _counts(checkin for checkin in checkins if checkin.day < since + many),
        _counts(checkin for checkin in checkins if checkin.day > until - many),
    )


def _compared_days(since: date, until: date) -> int:
    return min(COMPARED_DAYS, ((until - since).days + 1) // 2)


def _counts(checkins: Iterable[CheckIn]) -> dict[str, int]:
    return dict(Counter(feeling.emotion.group for checkin in checkins for feeling in checkin.feelings if feeling.emotion))


def _digest(talk: Talk) -> str:
    """Changes with any word of a talk, its day and its state."""
    words = [getattr(talk, name) for name in ("day", "state", *Talk.WORDS)]
    return sha256(json.dumps(words, cls=DjangoJSONEncoder).encode()).hexdigest()[:32]


def _is_as_declared(row: Any) -> bool:
    """Whether the values of a dataclass are of the kinds that it declares."""
    kinds = get_type_hints(type(row))
    simple = all(type(getattr(row, name)) is kind for name, kind in kinds.items() if isinstance(kind, type))
    answers = [row.given] if isinstance(row, ShownReview) else []
    counts = [row.early, row.late] if isinstance(row, Comparison) else []
    return (
        simple
        and all(isinstance(given, dict) and given.keys() <= {*QUESTIONS} and {*given.values()} <= {*NAMES} for given in answers)
        and all(isinstance(named, dict) and all(type(count) is int for count in named.values()) for named in counts)
    )
