from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import SealedJSONField, SealedTextField, Unreadable
from accounts.models import Account, PrivateModel
from accounts.versions import VersionedModel
from roadmap.reviews.questions import QUESTIONS


class ReviewQuerySet(models.QuerySet["Review"]):
    def finished(self) -> "ReviewQuerySet":
        """Those that were handed in, the earliest first."""
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="review_once_a_day")]

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        return reverse("roadmap:new_review")

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
        return [(str(question.short), self.given.get(question.key)) for question in QUESTIONS]

    @classmethod
    def write(cls, account: Account, day: date, words: dict[str, Any], *, version: int, at: datetime) -> "Review":
        """Store `words`, by field name, as the answers of `day`, and take out the draft they began from.

        Raises accounts.versions.Conflict as `write_over` does.
        """
        written = cls.write_over(account, {"day": day}, words, version=version, at=at)
        account.reviews.filter(finished=False, day__lt=day).delete()
        return written


class SafetyCheck(PrivateModel):
    """Answers to the four safety questions that a person chose to keep: those of one day, the later ones counting."""

    day = models.DateField()
    # By name of the question (guide.safety); a question left open is not there.
    answers = SealedJSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="safetycheck_once_a_day")]

    def __str__(self) -> str:
        return self.day.isoformat()

    @classmethod
    def keep(cls, account: Account, day: date, answers: dict[str, str]) -> None:
        """Keep the answers of `day`; those of earlier that day are replaced."""
        account.safetychecks.update_or_create(day=day, defaults={"answers": answers})
