from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import VersionedModel
from accounts.models import Account
from accounts.vault.fields import SealedJSONField, SealedTextField, Unreadable
from accounts.vault.models import Area, ReadableModel
from guide import safety
from guide.six_questions import QUESTIONS

# The five steps of an answer.
NAMES = {1: _("1, not at all"), 2: "2", 3: "3", 4: "4", 5: _("5, fully")}

# The two lowest answers to this one put help first, whatever the others are.
FEAR = "q4"


def tells_of_fear(answers: dict[str, int]) -> bool:
    return answers.get(FEAR, 5) <= 2


class ReviewQuerySet(models.QuerySet["Review"]):
    def finished(self) -> "ReviewQuerySet":
        """The finished reviews, the earliest first."""
        return self.filter(finished=True).order_by("day")


class Review(VersionedModel):
    """The six questions as answered on one day. Until it is `finished` it is a draft, and earlier answers stay out of sight."""

    day = models.DateField()
    finished = models.BooleanField(default=False)

    # From 1 to 5 by name of the question, `q1` to `q6`; a question left open is not there.
    answers = SealedJSONField(default=dict)
    note = SealedTextField(default="")

    objects = ReviewQuerySet.as_manager()

    WORDS: ClassVar = ("answers", "note")
    area = Area.REVIEWS
    max_rows = 120
    full_words = _("You have answered the questions %(most)d times, which is the limit. Delete one of the days, then save this one.")
    labels: ClassVar = {"answers": _("Answers"), "note": _("Note")}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="review_once_a_day")]

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        return reverse("roadmap:new_review")

    @property
    def heading(self) -> str:
        return date_format(self.day, "j F Y")

    def display(self, name: str) -> str:
        if name != "answers" or isinstance(self.answers, Unreadable):
            return super().display(name)
        return "\n".join(
            f"{question.short} {NAMES[self.given[question.key]]}" for question in QUESTIONS.values() if question.key in self.given
        )

    def clean(self) -> None:
        keys, steps = set(QUESTIONS), list(NAMES)
        given = self.answers if isinstance(self.answers, dict) else {"": None}
        if not given.keys() <= keys or not all(type(answer) is int and answer in steps for answer in given.values()):
            raise ValidationError(gettext("The answers are not as they should be."))

    @classmethod
    def of(cls, account: Account, day: date) -> "Review":
        """The review of `day`: the stored one, or a new one that is not saved, with what an earlier draft left unfinished."""
        latest = list(account.reviews.filter(Q(day=day) | Q(finished=False, day__lt=day)).order_by("-day")[:1])
        if latest and latest[0].day == day:
            return latest[0]
        draft = {"answers": latest[0].given, "note": latest[0].note} if latest else {}
        return cls(account=account, day=day, **draft)

    @property
    def given(self) -> dict[str, int]:
        """The answers from 1 to 5 by name of the question; none while they cannot be read."""
        return {} if isinstance(self.answers, Unreadable) else self.answers

    @property
    def row(self) -> list[tuple[str, int | None]]:
        """All six in short and their answers, None for one left open."""
        return [(question.short, self.given.get(question.key)) for question in QUESTIONS.values()]

    @classmethod
    def write(cls, account: Account, day: date, words: dict[str, Any], *, version: int | None, at: datetime, **client: Any) -> "Review":
        """Store `words`, by field name, as the answers of `day`, and delete the draft they came from.

        Raises accounts.autosave.models.Conflict as `save_versioned` does.
        """
        written = cls.save_versioned(account, {"day": day}, words, version=version, at=at, **client)
        account.reviews.filter(finished=False, day__lt=day).delete()
        return written

    @classmethod
    def delete_day(cls, account: Account, day: date) -> None:
        """Delete the answers of `day`, and the safety answers kept on it."""
        account.reviews.filter(day=day).delete()
        account.safetychecks.filter(day=day).delete()


class SafetyCheck(ReadableModel):
    """Answers to the four safety questions that a person chose to keep: those of one day, the later ones counting."""

    day = models.DateField()
    # By name of the question (guide.safety); a question left open is not there.
    answers = SealedJSONField(default=dict)

    area = Area.REVIEWS
    max_rows = 120
    full_words = _("The four questions are kept of %(most)d days, which is the limit. Delete one of the days first.")
    labels: ClassVar = {"answers": _("The four plain questions")}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="safetycheck_once_a_day")]

    def __str__(self) -> str:
        return self.day.isoformat()

    @property
    def heading(self) -> str:
        return date_format(self.day, "j F Y")

    def display(self, name: str) -> str:
        if name != "answers" or isinstance(self.answers, Unreadable):
            return super().display(name)
        given = {words: safety.SafetyAnswer(self.answers[key]).label for key, words in safety.QUESTIONS.items() if key in self.answers}
        return "\n".join(f"{words} {answer}" for words, answer in given.items())

    def clean(self) -> None:
        given = isinstance(self.answers, dict) and self.answers.keys() <= safety.QUESTIONS.keys()
        if not given or not all(answer in safety.SafetyAnswer.values for answer in self.answers.values()):
            raise ValidationError(gettext("The answers are not as they should be."))

    @property
    def four_no(self) -> bool:
        """Whether all four were answered with *no*; answers that cannot be read are not."""
        return not isinstance(self.answers, Unreadable) and safety.four_times_no(self.answers)

    @classmethod
    def keep(cls, account: Account, day: date, answers: dict[str, str]) -> None:
        """Keep the answers of `day`; those of earlier that day are replaced."""
        account.safetychecks.update_or_create(day=day, defaults={"answers": answers})
