from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.autosave.models import Conflict, VersionedModel
from accounts.compiled import CompiledQuery
from accounts.local_day import ONE_DAY
from accounts.models import Account
from accounts.sentence import after
from accounts.vault.fields import SealedJSONField, SealedTextField, Unreadable
from accounts.vault.models import Area, PrivateModel, ReadableModel
from checkins import emotions

# No day before this one can be written.
EARLIEST = date(1900, 1, 1)
A_YEAR = timedelta(days=366)


class ActionOutcome(models.TextChoices):
    """What became of the action: the next visit asks once. Let go, it is neither done nor not done."""

    YES = "yes", gettext_lazy("Yes")
    PARTLY = "partly", gettext_lazy("Partly")
    NOT = "not", gettext_lazy("Not this time")
    LET_GO = "letgo", gettext_lazy("Let it go")


# As it reads afterwards.
OUTCOME_TEXTS: dict[str, Any] = {
    ActionOutcome.YES: gettext_lazy("It happened."),
    ActionOutcome.PARTLY: gettext_lazy("It happened in part."),
    ActionOutcome.NOT: gettext_lazy("Not this time."),
    ActionOutcome.LET_GO: gettext_lazy("Let go."),
}


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def latest_first(self) -> "CheckInQuerySet":
        """All of them, also one that a change of time zone or of the day's start has put into tomorrow (docs/security.md, R87)."""
        return self.order_by("-day")

    def last_day(self, today: date) -> date:
        """The latest day that can be looked at: `today`, or a later one that is stored."""
        latest = self.order_by("-day").values_list("day", flat=True).first()
        return max(today, latest or today)

    def until(self, day: date) -> "CheckInQuerySet":
        """Days up to and including `day`, the latest first."""
        return self.filter(day__lte=day).order_by("-day")

    def between(self, first: date, last: date) -> "CheckInQuerySet":
        """Days from `first` to `last`, both included, the latest first."""
        return self.filter(day__range=(first, last)).order_by("-day")


class CheckIn(VersionedModel):
    """One day's 3-2-1. Every part may be empty. A day without words has no row, unless "That is enough for today" was pressed."""

    day = models.DateField()
    # The time zone in which `written_at` was `day`.
    zone = SealedTextField(step=64, validators=[MaxLengthValidator(64), ProhibitNullCharactersValidator()])

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
    # "yes" after "That is enough for today" was pressed: a complete day, with or without words.
    enough = SealedTextField(default="", db_default="", hides_empty=True)
    # Text imported from another diary. A 3-2-1 has no field for it, so it is only shown where there is some.
    note = SealedTextField(default="", db_default="")

    objects = CheckInQuerySet.as_manager()

    GRATITUDES: ClassVar = ("gratitude_1", "gratitude_2", "gratitude_3")
    EMOTIONS: ClassVar = ("emotion_1", "emotion_2")
    WORDS: ClassVar = (*GRATITUDES, *EMOTIONS, "action", "plan_when", "plan_will", "outcome", "enough", "note")
    never_conflicts: ClassVar = ("enough",)

    area = Area.CHECKINS
    # Ten years without a gap. Days of the last year are always taken.
    max_rows = 4000
    full_words = gettext_lazy(
        "You have written on %(most)d days, which is the limit. Delete a day that you no longer need, then write this one."
    )
    labels: ClassVar = {
        "gratitude_1": gettext_lazy("Glad of, 1"),
        "gratitude_2": gettext_lazy("Glad of, 2"),
        "gratitude_3": gettext_lazy("Glad of, 3"),
        "emotion_1": gettext_lazy("First feeling"),
        "emotion_2": gettext_lazy("Second feeling"),
        "action": gettext_lazy("One thing you will do"),
        "plan_when": gettext_lazy("When"),
        "plan_will": gettext_lazy("I will"),
        "outcome": gettext_lazy("Did it happen?"),
        "enough": gettext_lazy("Enough for that day"),
        "note": gettext_lazy("From another diary"),
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="checkin_once_a_day")]

    def __str__(self) -> str:
        return self.day.isoformat()

    @classmethod
    def find_to_write(cls, account: Account, **key: Any) -> "CheckIn | None":
        return next(iter(_day_to_write(account.pk, key["day"], owner=account)), None)

    @classmethod
    def refuse_another(cls, account: Account, key: dict[str, Any], *, at: datetime) -> None:
        # The days of the last year are few in any case: saving today needs no count.
        if key["day"] < at.date() - A_YEAR:
            super().refuse_another(account, key, at=at)

    def get_absolute_url(self) -> str:
        return reverse("checkins:day", args=[self.day.isoformat()])

    @property
    def heading(self) -> str:
        return date_format(self.day, "l j F Y")

    def display(self, name: str) -> str:
        value = str(getattr(self, name))
        if name in self.EMOTIONS:
            return emotions.Feeling(value).words
        if name == "outcome":
            return str(ActionOutcome(value).label) if value in ActionOutcome.values else value
        return _("Yes") if name == "enough" and value == "yes" else value

    def clean(self) -> None:
        if self.day < EARLIEST:
            raise ValidationError(_("There is no such day."))

    @classmethod
    def of(cls, account: Account, day: date) -> "CheckIn":
        """The account's check-in for `day`: the stored one, or a new one that is not saved (version 0)."""
        return next(iter(_between(account.pk, day, day, owner=account)), None) or cls(account=account, day=day)

    @classmethod
    def days(cls, account: Account, last: date = date.max) -> list[date]:
        """The account's days up to and including `last`, the earliest first; nothing is decrypted."""
        return _days(account.pk, last)

    @classmethod
    def between(cls, account: Account, first: date, last: date) -> "list[CheckIn]":
        """The account's check-ins from `first` to `last`, both included, the latest first."""
        return _between(account.pk, first, last, owner=account)

    @classmethod
    def feelings_between(cls, account: Account, first: date = date.min, last: date = date.max) -> dict[date, list[emotions.Feeling]]:
        """The feelings of each day, the earliest first; nothing else is decrypted."""
        # One for each word that was named, however often: what it stands for is then looked up once.
        feeling = cache(emotions.Feeling)
        return {day: [feeling(text) for text in texts if text] for day, *texts in _feelings_between(account.pk, first, last)}

    @property
    def gratitudes(self) -> list[str]:
        return [text for name in self.GRATITUDES if (text := getattr(self, name))]

    @property
    def feelings(self) -> list[emotions.Feeling]:
        return [emotions.Feeling(text) for name in self.EMOTIONS if (text := getattr(self, name))]

    @property
    def plan(self) -> str:
        """The sentence "When …, I will …", empty when neither half is there. A half may begin or end as the sentence does by itself."""
        if not (self.plan_when or self.plan_will):
            return ""
        when = after(str(self.labels["plan_when"]), self.plan_when).rstrip(" ,.")
        will = after(str(self.labels["plan_will"]), self.plan_will).rstrip(" .")
        return _("When %(when)s, I will %(will)s.") % {"when": when or "…", "will": will or "…"}

    @property
    def planned_action(self) -> str:
        """The one action of the day, in either form; in both where an import brought both, so that neither is hidden."""
        return " – ".join(filter(None, (self.action, self.plan)))

    @property
    def awaits_outcome(self) -> bool:
        """Whether it is still open what became of the action."""
        return bool(self.planned_action) and not self.outcome

    @property
    def outcome_text(self) -> str:
        """What became of the action, in words; empty while it is open."""
        return str(OUTCOME_TEXTS.get(self.outcome, ""))

    @classmethod
    def write(cls, account: Account, day: date, words: dict[str, str], *, version: int | None, at: datetime, **client: Any) -> "CheckIn":
        """Store `words`, by field name, in place of the present ones; returns the check-in as it now is.

        `version` is the one the writer had read, 0 for a day that had no words, None to write over any version; `client` identifies
        the open page. Raises accounts.autosave.models.Conflict as `save_versioned` does.
        """
        return cls.save_versioned(account, {"day": day}, words, version=version, at=at, zone=account.zone.key, **client)

    @classmethod
    def answer(cls, account: Account, day: date, outcome: str, *, at: datetime) -> "CheckIn | None":
        """Say what became of the day's action; returns the check-in, None if the day has no action (any more).

        Needs no version, because an answer overwrites no words. Raises Conflict when there is another answer.
        """
        stored = cls.find_to_write(account, day=day)
        if stored is None or not stored.planned_action:
            return None
        if stored.outcome and stored.outcome != outcome:
            raise Conflict(stored)
        stored.change_words({"outcome": outcome}, version=stored.version, at=at, zone=account.zone.key)
        return stored

    # What a deleted day keeps: all but the id and account, which it gets again, and what cannot be read.
    _RECORDED: ClassVar = ("day", "zone", "version", "written_at", *WORDS)

    def to_record(self) -> dict[str, str]:
        """Its fields as text, by name, to be restored by `from_record`."""
        fields = [self._meta.get_field(name) for name in self._RECORDED]
        return {field.name: field.value_to_string(self) for field in fields if not isinstance(getattr(self, field.name), Unreadable)}  # type: ignore[union-attr]

    @classmethod
    def from_record(cls, account: Account, record: dict[str, str]) -> "CheckIn":
        """The check-in that `to_record` was made of, not stored and with a new id."""
        return cls(account=account, **{name: cls._meta.get_field(name).to_python(text) for name, text in record.items()})  # type: ignore[union-attr]


_days = CompiledQuery(
    lambda account_id, last: CheckIn.objects.filter(account_id=account_id).until(last).order_by("day").values_list("day", flat=True),
    UUID(int=1),
    date.min,
)
_between = CompiledQuery(
    lambda account_id, first, last: CheckIn.objects.filter(account_id=account_id).between(first, last), UUID(int=1), date.min, date.max
)
_day_to_write = CompiledQuery(
    lambda account_id, day: CheckIn.objects.select_for_update().filter(account_id=account_id, day=day), UUID(int=1), date.min
)
_feelings_between = CompiledQuery(
    lambda account_id, first, last: (
        CheckIn.objects.filter(account_id=account_id).between(first, last).order_by("day").values_list("day", *CheckIn.EMOTIONS)
    ),
    UUID(int=1),
    date.min,
    date.max,
)


class DeletedDays(PrivateModel):
    """Days that were just deleted. Sealed again, they can be restored for ten minutes."""

    LIFETIME: ClassVar = timedelta(minutes=10)

    deleted_at = models.DateTimeField()
    days = SealedJSONField(default=list)

    area = Area.CHECKINS

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "deleted_at"], name="deleteddays_one_at_a_time")]

    def __str__(self) -> str:
        return self.deleted_at.isoformat()

    @classmethod
    def delete_days(cls, account: Account, checkins: CheckInQuerySet, *, at: datetime) -> "DeletedDays | None":
        """Delete `checkins`, which are the account's; returns what can be restored, None if there was nothing."""
        cls.delete_expired(account, at=at)
        deleted = list(checkins.order_by("day").select_for_update())
        if not deleted:
            return None
        checkins.filter(pk__in=[checkin.pk for checkin in deleted]).delete()
        kept, _created = cls.objects.get_or_create(account=account, deleted_at=at)
        kept.days = [*(checkin.to_record() for checkin in deleted), *kept.days]
        kept.save(update_fields=["days"])
        return kept

    @classmethod
    def last(cls, account: Account, *, at: datetime) -> "DeletedDays | None":
        """What was deleted last and can still be restored; None if there is nothing."""
        return cls.objects.filter(account=account, deleted_at__gt=at - cls.LIFETIME).order_by("-deleted_at").first()

    @classmethod
    def delete_expired(cls, account: Account, *, at: datetime) -> None:
        cls.objects.filter(account=account, deleted_at__lte=at - cls.LIFETIME).delete()

    @property
    def dates(self) -> list[date]:
        return sorted(date.fromisoformat(record["day"]) for record in self.days)

    def restore(self) -> int:
        """Restore the days; returns how many were left out because they have been written again. Those can be restored later."""
        # Locked, so that a double submit restores each day once.
        held = DeletedDays.objects.select_for_update().filter(account=self.account, pk=self.pk).first()
        if held is None:
            return 0
        rows = [CheckIn.from_record(self.account, record) for record in held.days]
        CheckIn.objects.bulk_create(rows, ignore_conflicts=True)
        back = set(self.account.checkins.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        held.days = [record for row, record in zip(rows, held.days, strict=True) if row.pk not in back]
        if held.days:
            held.save(update_fields=["days"])
        else:
            held.delete()
        return len(held.days)


class Pause(ReadableModel):
    """Days, from `first` to `last`, both included, on which the rhythm was paused. A current pause is `account.paused_since`."""

    first = models.DateField()
    last = models.DateField()

    area = Area.CHECKINS
    max_rows = 500
    full_words = gettext_lazy("There are %(most)d pauses, which is the limit.")
    labels: ClassVar = {"first": gettext_lazy("From"), "last": gettext_lazy("Until")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "first"], name="pause_begins_once"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="pause_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    @property
    def heading(self) -> str:
        return _("A pause")

    @classmethod
    def start(cls, account: Account, today: date) -> None:
        """Pause from `today` on. An account that is paused already stays as it is."""
        Account.objects.filter(pk=account.pk, paused_since=None).update(paused_since=today)
        account.refresh_from_db(fields=["paused_since"])

    @classmethod
    def end(cls, account: Account, today: date) -> None:
        """End the pause: `today` counts again. A pause that began and ended on one day is not stored."""
        first, last = account.paused_since, today - ONE_DAY
        if first and first <= last:
            cls.objects.update_or_create(account=account, first=first, defaults={"last": last})
        account.paused_since = None
        account.save(update_fields=["paused_since"])

    @classmethod
    def days(cls, account: Account, today: date) -> set[date]:
        """Each paused day up to and including `today`."""
        spans = _pauses(account.pk)
        if account.paused_since:
            spans.append((account.paused_since, today))
        days, following = set[date](), EARLIEST
        # Each day once: a file may contain thousands of overlapping pauses.
        for first, last in sorted(spans):
            first, last = max(first, following), min(last, today)
            days |= {first + after * ONE_DAY for after in range((last - first).days + 1)}
            following = max(following, last + ONE_DAY)
        return days


_pauses = CompiledQuery(lambda account_id: Pause.objects.filter(account_id=account_id).values_list("first", "last"), UUID(int=1))
