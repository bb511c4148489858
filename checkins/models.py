from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.fields import SealedTextField
from accounts.models import Account
from accounts.versions import VersionedModel
from checkins import emotions


class Outcome(models.TextChoices):
    """What became of the action: the next visit asks once."""

    YES = "yes", gettext_lazy("Yes")
    PARTLY = "partly", gettext_lazy("Partly")
    NOT = "not", gettext_lazy("Not this time")


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def before(self, day: date) -> "CheckInQuerySet":
        """Days before `day`, the latest first."""
        return self.filter(day__lt=day).order_by("-day")

    def until(self, day: date) -> "CheckInQuerySet":
        """Days up to and with `day`, the latest first."""
        return self.filter(day__lte=day).order_by("-day")


class CheckIn(VersionedModel):
    """One day's 3-2-1. Every part may stay empty, but a day without a single word is no row."""

    day = models.DateField()
    # The time zone in which `written_at` was `day`.
    zone = models.CharField(max_length=64)

    gratitude_1 = SealedTextField(default="")
    gratitude_2 = SealedTextField(default="")
    gratitude_3 = SealedTextField(default="")
    # The key of one of our words, or own words.
    emotion_1 = SealedTextField(default="")
    emotion_2 = SealedTextField(default="")
    action = SealedTextField(default="")
    plan_when = SealedTextField(default="")
    plan_will = SealedTextField(default="")
    outcome = SealedTextField(default="")

    objects = CheckInQuerySet.as_manager()

    GRATITUDES: ClassVar = ("gratitude_1", "gratitude_2", "gratitude_3")
    EMOTIONS: ClassVar = ("emotion_1", "emotion_2")
    WORDS: ClassVar = (*GRATITUDES, *EMOTIONS, "action", "plan_when", "plan_will", "outcome")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="checkin_once_a_day")]

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        return reverse("checkins:day", args=[self.day.isoformat()])

    @classmethod
    def of(cls, account: Account, day: date) -> "CheckIn":
        """The account's check-in for `day`: the stored one, or a new one that is not saved (version 0)."""
        return account.checkins.filter(day=day).first() or cls(account=account, day=day)

    @property
    def gratitudes(self) -> list[str]:
        return [text for name in self.GRATITUDES if (text := getattr(self, name))]

    @property
    def feelings(self) -> list[emotions.Feeling]:
        return [emotions.Feeling(text) for name in self.EMOTIONS if (text := getattr(self, name))]

    @property
    def plan(self) -> str:
        """The sentence "When …, I will …", empty when neither half is there."""
        if not (self.plan_when or self.plan_will):
            return ""
        return _("When %(when)s, I will %(will)s.") % {"when": self.plan_when or "…", "will": self.plan_will or "…"}

    @property
    def deed(self) -> str:
        """The one action of the day, in either form."""
        return self.plan or self.action

    @classmethod
    def write(cls, account: Account, day: date, words: dict[str, str], *, version: int, at: datetime) -> "CheckIn":
        """Store `words`, by field name, over what stands there; returns the check-in as it now is.

        `version` is the one the writer had read, 0 for a day that had no words. Raises accounts.versions.Conflict as `write_over` does.
        """
        return cls.write_over(account, {"day": day}, words, version=version, at=at, zone=account.time_zone)
