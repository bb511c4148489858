import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import SealedJSONField, SealedTextField
from accounts.models import Account
from accounts.versions import VersionedModel


class State(models.TextChoices):
    PLANNED = "planned", _("Planned")
    # It took place, whether it had been planned or not.
    HELD = "held", _("Held")
    # A plan that is not to be followed, or not now.
    LET_GO = "let-go", _("Let go")


class Response(models.TextChoices):
    """What came back, on six steps. Not a score: nothing is added up or averaged."""

    HOSTILE = "hostile", _("Hostile")
    REFUSED = "refused", _("Refused")
    DEFLECTED = "deflected", _("Put off")
    LISTENED = "listened", _("Listened")
    SMALL_YES = "small-yes", _("A small yes")
    YES = "yes", _("Yes")


class TalkQuerySet(models.QuerySet["Talk"]):
    def held(self) -> "TalkQuerySet":
        """Those that took place, the earliest first."""
        return self.filter(state=State.HELD).order_by("day", "written_at")

    def planned(self) -> "TalkQuerySet":
        """Those still to come, the next first; without a day they come last."""
        return self.filter(state=State.PLANNED).order_by(F("day").asc(nulls_last=True), "written_at")

    def let_go(self) -> "TalkQuerySet":
        return self.filter(state=State.LET_GO).order_by("-written_at")


class Talk(VersionedModel):
    """One talk from plan to debrief, or one that was written down afterwards (`logged`)."""

    # Made with the form, so that one form sent twice is one talk.
    key = models.UUIDField(default=uuid.uuid4)
    # When it is planned for, or when it was; None for a plan without a date.
    day = models.DateField(null=True)
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    logged = models.BooleanField(default=False)

    # The plan. Of `approach` and `step` the key of one of ours is kept (roadmap.talks.approaches), or own words.
    approach = SealedTextField(default="")
    step = SealedTextField(default="")
    issue = SealedTextField(default="")
    feeling = SealedTextField(default="")
    about = SealedTextField(default="")
    need = SealedTextField(default="")
    place = SealedTextField(default="")
    # Keys of the reasons that may come up (guide.reasons), and pairs of what may be said and what one could answer.
    reasons = SealedJSONField(default=list)
    replies = SealedJSONField(default=list)
    smaller_ask = SealedTextField(default="")
    stop_sentence = SealedTextField(default="")

    # The debrief. `reason` is the key of the one that was heard, `safe` a `guide.safety.Answer` to "Did it stay safe?".
    response = SealedTextField(default="")
    reason = SealedTextField(default="")
    safe = SealedTextField(default="")
    feelings_before = SealedTextField(default="")
    feelings_after = SealedTextField(default="")
    next_step = SealedTextField(default="")
    note = SealedTextField(default="")

    objects = TalkQuerySet.as_manager()

    PLAN: ClassVar = (
        *("approach", "step", "issue", "feeling", "about", "need", "place", "reasons", "replies", "smaller_ask", "stop_sentence"),
    )
    DEBRIEF: ClassVar = ("response", "reason", "safe", "feelings_before", "feelings_after", "next_step", "note")
    WORDS: ClassVar = (*PLAN, *DEBRIEF)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="talk_once_each"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="talk_state_known"),
            models.CheckConstraint(condition=~Q(state=State.HELD) | Q(day__isnull=False), name="talk_held_on_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("roadmap:talk", args=[self.pk])

    @classmethod
    def write(cls, account: Account, key: uuid.UUID, words: dict[str, Any], *, version: int, at: datetime) -> "Talk":
        """Store `words`, by field name, as the talk that `key` names. Raises accounts.versions.Conflict as `write_over` does."""
        return cls.write_over(account, {"key": key}, words, version=version, at=at)

    @classmethod
    def log(cls, account: Account, key: uuid.UUID, *, day: date, approach: str, response: str, at: datetime) -> "Talk":
        """A talk that took place without a plan of ours."""
        words = {"day": day, "approach": approach, "response": response, "state": State.HELD, "logged": True}
        return cls.write(account, key, words, version=0, at=at)
