from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models

from accounts.fields import SealedJSONField, SealedTextField
from accounts.models import Account, PrivateModel
from accounts.versions import VersionedModel


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

    @classmethod
    def write(cls, account: Account, day: date, words: dict[str, Any], *, version: int, at: datetime) -> "Review":
        """Store `words`, by field name, as the answers of `day`. Raises accounts.versions.Conflict as `write_over` does."""
        return cls.write_over(account, {"day": day}, words, version=version, at=at)


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
