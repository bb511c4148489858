from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import VersionedModel
from accounts.models import Account
from accounts.vault.fields import SealedJSONField, SealedTextField, Unreadable
from accounts.vault.models import Area
from roadmap.looking_back.comparison import Comparison


class LookBackQuerySet(models.QuerySet["LookBack"]):
    def closed(self) -> "LookBackQuerySet":
        """Those that ended with a new date or an end, the latest first."""
        return self.exclude(closed_on=None).order_by("-round")


MAX_ROUNDS = 50


class LookBack(VersionedModel):
    """What a person wrote while looking back: the first time, the second. Open until it is closed with a new date or an end."""

    round = models.PositiveSmallIntegerField()
    # The days it looks at: from the start of the roadmap or the last time, to the day on which it was closed.
    since = models.DateField()
    closed_on = models.DateField(null=True)

    # Empty ones are hidden: which of the three ways has words tells which way someone leans.
    # A copy of what the person would need to see, made when this was closed.
    needed = SealedTextField(default="", hides_empty=True)
    now = SealedTextField(default="", hides_empty=True)
    need_stay = SealedTextField(default="", hides_empty=True)
    need_part = SealedTextField(default="", hides_empty=True)
    need_effort = SealedTextField(default="", hides_empty=True)
    next_step = SealedTextField(default="", hides_empty=True)
    # A day as YYYY-MM-DD, or empty.
    by = SealedTextField(default="", hides_empty=True)
    who_helps = SealedTextField(default="", hides_empty=True)
    # What the page showed when this was closed (Comparison.stored); empty until then.
    shown = SealedJSONField(default=dict, hides_empty=True)

    objects = LookBackQuerySet.as_manager()

    WORDS: ClassVar = ("needed", "now", "need_stay", "need_part", "need_effort", "next_step", "by", "who_helps")
    area = Area.LOOKING_BACK
    labels: ClassVar = {
        "since": _("From"),
        "closed_on": _("To"),
        "needed": _("What you needed to see"),
        "now": _("What you see now"),
        "need_stay": _("To stay as it is, what you need to know"),
        "need_part": _("To part, what you need to know"),
        "need_effort": _("For six months of full effort, what you need to know"),
        "next_step": _("Next step"),
        "by": _("By when"),
        "who_helps": _("Who helps"),
    }
    # Twenty years of looking back every half-year, and some.
    max_rows = MAX_ROUNDS
    full_words = _("You have looked back %(most)d times, which is the limit. Delete what you wrote while looking back, then begin again.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "round"], name="lookback_once_each")]

    def __str__(self) -> str:
        return str(self.round)

    def get_absolute_url(self) -> str:
        return reverse("roadmap:looking_back")

    @property
    def heading(self) -> str:
        return gettext("Round %(round)d") % {"round": self.round}

    def clean(self) -> None:
        if not 0 < self.round <= MAX_ROUNDS:
            raise ValidationError(gettext("There is no such round."))
        try:
            self._as_shown()
        except ValueError as error:
            raise ValidationError(gettext("What was looked at is not as it should be.")) from error

    @classmethod
    def of(cls, account: Account, started_on: date) -> "LookBack":
        """The one that is open, or a new one that is not saved: from `started_on` the first time, else from the day of the last."""
        last = account.lookbacks.order_by("round").last()
        if last is None:
            return cls(account=account, round=1, since=started_on)
        return last if last.closed_on is None else cls(account=account, round=last.round + 1, since=last.closed_on)

    @classmethod
    def forget_deleted(cls, account: Account) -> None:
        rows = [row for row in account.lookbacks.closed().select_for_update() if row.shown]
        if not rows:
            return
        talks = {str(key) for key in account.talks.values_list("key", flat=True)}
        reviews, checks = ({*rows.values_list("day", flat=True)} for rows in (account.reviews.all(), account.safetychecks.all()))
        has_days = account.checkins.exists()
        for row in rows:
            shown = row._as_shown()
            kept = shown and shown.only(talks=talks, reviews=reviews, checks=checks, days=has_days)
            if kept and kept != shown:
                row.shown = kept.stored()
                row.save(update_fields=["shown"])

    @property
    def has_words(self) -> bool:
        """A closed record is kept even without words."""
        return bool(self.closed_on) or super().has_words

    def write(self, words: dict[str, Any], *, version: int | None, at: datetime, **client: Any) -> "LookBack":
        """Store `words`, by field name; returns it as it now is. Raises accounts.autosave.models.Conflict as `save_versioned` does."""
        return LookBack.save_versioned(self.account, {"round": self.round}, words, version=version, at=at, since=self.since, **client)

    def _as_shown(self) -> Comparison | None:
        """What the page showed when this was closed; None if that is not stored or cannot be read. Raises ValueError for other values."""
        return Comparison.from_stored(self.shown) if self.shown and not isinstance(self.shown, Unreadable) else None

    def beside(self) -> tuple[Comparison | None, int]:
        """What the page showed when this was closed, saying of the talks which were changed since; and how many talks of that time were
        written down later. None if that is not stored or cannot be read."""
        if (shown := self._as_shown()) is None:
            return None, 0
        return shown.next_to(self.account.talks.held().filter(day__range=(shown.since, shown.until)))

    @property
    def by_day(self) -> date | None:
        """By when the next step is meant to be done; None without a day, or while it cannot be read."""
        try:
            return date.fromisoformat(self.by)
        except ValueError:
            return None
