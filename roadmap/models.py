from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import AutosavedModel, fingerprint, refuse_conflict
from accounts.compiled import CompiledQuery
from accounts.local_day import ONE_DAY
from accounts.models import Account
from accounts.vault.fields import SealedJSONField, SealedTextField, Unreadable
from accounts.vault.models import Area, ReadableModel
from checkins.models import CheckIn
from guide.models import PartRead, Reading, reads_in
from roadmap.actions import Action, Horizon
from roadmap.looking_back.models import LookBack
from roadmap.private_plan.models import PrivatePlan
from roadmap.reviews.models import Review, SafetyCheck
from roadmap.talks.models import Talk

__all__ = ["Action", "Horizon", "LookBack", "PrivatePlan", "Review", "Roadmap", "SafetyCheck", "Talk"]

LOOK_BACK_AFTER = timedelta(days=180)
REVIEW_AFTER = timedelta(days=30)
LAST_MINUTE = 24 * 60 - 1
# How many of the latest plans are checked for when they were last edited.
LATEST_PLANS = 20


@dataclass(frozen=True)
class Seen:
    """What the rest of the account tells of the roadmap: read along with it, in one query. Each may be None."""

    first_checkin: date | None = None
    # When a plan with something smaller to ask for in it was last worked on, of the LATEST_PLANS.
    smaller_ask: datetime | None = None
    last_review: date | None = None
    last_talk: date | None = None
    next_talk: date | None = None
    looked_back: date | None = None
    planned_talks: int = 0
    # The parts of the guide that were opened.
    reads: list[PartRead] = field(default_factory=list)

    @property
    def read_options(self) -> datetime | None:
        """When the part on other ways forward was last opened, once it was read to its end."""
        return next((read.read_at for read in self.reads if read.part == "options" and read.to_its_end), None)

    @staticmethod
    @cache
    def columns() -> dict[str, Any]:
        """What is read along with a roadmap."""

        def one(rows: models.QuerySet[Any], column: str) -> Subquery:
            return Subquery(rows.filter(account=OuterRef("account")).values(column)[:1])

        planned = Talk.objects.planned().order_by().values("account").annotate(count=models.Count("pk"))
        return {
            "first_checkin": one(CheckIn.objects.order_by("day"), "day"),
            "reads": one(Reading.objects.all(), "parts"),
            "smaller_ask": ArraySubquery(
                Talk.objects.with_smaller_ask()
                .filter(account=OuterRef("account"))
                .order_by(F("day").desc(nulls_first=True))
                .values("written_at")[:LATEST_PLANS]
            ),
            "last_review": one(Review.objects.finished().order_by("-day"), "day"),
            "last_talk": one(Talk.objects.held().order_by("-day"), "day"),
            "next_talk": one(Talk.objects.planned(), "day"),
            "looked_back": one(LookBack.objects.closed(), "closed_on"),
            "planned_talks": Coalesce(one(planned, "count"), 0),
        }

    @classmethod
    def of(cls, roadmap: "Roadmap") -> "Seen":
        """The facts that were read together with `roadmap`."""
        seen = {name: vars(roadmap)[name] for name in cls.columns()}
        times = [at for at in seen["smaller_ask"] if at]
        return cls(**seen | {"reads": reads_in(seen["reads"]), "smaller_ask": max(times, default=None)})


class RoadmapQuerySet(models.QuerySet["Roadmap"]):
    def with_feed(self, token_hash: str) -> "RoadmapQuerySet":
        """The one whose feed has the address with this hash."""
        return self.filter(feed_token_hash=token_hash) if token_hash else self.none()


class Roadmap(AutosavedModel, ReadableModel):
    """One person's roadmap: when it started, and when they mean to look back."""

    started_on = models.DateField()
    look_back_on = models.DateField()
    # Set once the person has looked back and chosen an end; the words stay.
    ended_on = models.DateField(null=True)
    # When the offer of a review was last put off.
    review_put_off_on = models.DateField(null=True)
    feed_token_hash = models.CharField(max_length=64, blank=True)
    # A daily nudge in the calendar: minutes after midnight on the person's clock, and its first day.
    nudge_minute = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(LAST_MINUTE)])
    nudge_since = models.DateField(null=True)
    # Of each entry in the calendar, by its name, what it looked like when it was last fetched and since when it does.
    entry_stamps = SealedJSONField(default=dict, step=1024, hides_empty=True, editable=False)
    need_to_see = SealedTextField(default="", hides_empty=True)

    objects = RoadmapQuerySet.as_manager()

    seen = Seen()

    area = Area.ROADMAP
    labels: ClassVar = {
        "started_on": _("Started"),
        "look_back_on": _("The day to look back"),
        "ended_on": _("Ended"),
        "need_to_see": _("What would you need to see?"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], name="roadmap_one_each"),
            models.CheckConstraint(condition=Q(nudge_minute=None) | Q(nudge_minute__lte=LAST_MINUTE), name="roadmap_nudge_in_a_day"),
        ]

    def __str__(self) -> str:
        return self.started_on.isoformat()

    @property
    def heading(self) -> str:
        return gettext("The half-year")

    @property
    def is_untouched(self) -> bool:
        """Whether it is as laid out at sign-up, in the time zone of that day."""
        chosen = self.ended_on or self.review_put_off_on or self.need_to_see or self.look_back_on != self.started_on + LOOK_BACK_AFTER
        return not chosen and abs(self.started_on - self.account.joined_at.date()) <= ONE_DAY

    @classmethod
    def of(cls, account: Account, *, to_write: bool = False) -> "Roadmap":
        """The account's roadmap and what can be seen of it; `to_write` locks it until the transaction ends.

        On first use it is laid out from the day of sign-up, with the ten actions.
        """
        found = (_roadmap_to_write if to_write else _roadmap)(account.pk, owner=account)
        if not found:
            started_on = account.local_day(account.joined_at)
            with transaction.atomic():
                account.roadmaps.get_or_create(defaults={"started_on": started_on, "look_back_on": started_on + LOOK_BACK_AFTER})
                Action.lay_out(account)
            return cls.of(account, to_write=to_write)
        (roadmap,) = found
        roadmap.seen = Seen.of(roadmap)
        return roadmap

    @property
    def review_due_on(self) -> date:
        """When the six questions may be answered again: a month after the start, the last time, or the day they were put off."""
        last = [day for day in (self.started_on, self.seen.last_review, self.review_put_off_on) if day]
        return max(last) + REVIEW_AFTER

    def review_is_due(self, today: date) -> bool:
        return not self.ended_on and self.review_due_on <= today

    def looks_back_on(self, today: date) -> bool:
        """Whether the day to look back has come."""
        return not self.ended_on and self.look_back_on <= today

    def put_review_off(self, today: date) -> None:
        self.review_put_off_on = today
        self.save(update_fields=["review_put_off_on"])

    @property
    def nudge_time(self) -> time | None:
        return None if self.nudge_minute is None else time(*divmod(self.nudge_minute, 60))

    def nudge_daily(self, at: time | None, *, today: date) -> None:
        """Nudge every day at `at` from `today` on; None ends it."""
        self.nudge_minute, self.nudge_since = (60 * at.hour + at.minute, today) if at else (None, None)
        self.save(update_fields=["nudge_minute", "nudge_since"])

    def open_feed(self, token_hash: str) -> None:
        """Let the feed be read with the token that has this hash, and with no earlier one."""
        self.feed_token_hash = token_hash
        self.save(update_fields=["feed_token_hash"])

    def stamp_entries(self, digests: dict[str, str], *, at: datetime) -> dict[str, datetime]:
        """Since when each entry of the calendar has been as it is, by name; `at`, a moment, for one that was not so before."""
        known = self.entry_stamps if isinstance(self.entry_stamps, dict) else {}
        new = at.replace(microsecond=0).isoformat()
        stamps = {name: known[name] if known.get(name, [""])[0] == digest else [digest, new] for name, digest in digests.items()}
        if stamps != known and not isinstance(self.entry_stamps, Unreadable):
            self.entry_stamps = stamps
            self.save(update_fields=["entry_stamps"])
        return {name: datetime.fromisoformat(since) for name, (_digest, since) in stamps.items()}

    def end_feed(self) -> None:
        self.open_feed("")

    @property
    def need_version(self) -> str:
        return fingerprint(self.need_to_see)

    def plan_to_look_back(
        self,
        *,
        need_to_see: str | None = None,
        look_back_on: date | None = None,
        version: str | None = None,
        client_id: str = "",
        sequence: int = 0,
    ) -> "Roadmap":
        """Write what one would need to see, choose the day, or both; returns the roadmap. One that had ended continues with a new day.

        `version` is the `need_version` that the page had read, None to write over any. Raises accounts.autosave.models.Conflict when
        the words were changed since. A stale save changes nothing.
        """
        if self.is_stale_save(client_id, sequence):
            return self
        changes_words, is_newer = need_to_see not in (None, self.need_to_see), self.is_newer_save(client_id, sequence)
        refuse_conflict(self, changes_words=changes_words, read=version, latest=self.need_version, is_newer_save=is_newer)
        self.client_id, self.sequence = client_id, sequence
        if need_to_see is not None:
            self.need_to_see = need_to_see
        if look_back_on is not None and look_back_on != self.look_back_on:
            self.look_back_on, self.ended_on = look_back_on, None
        self.save(update_fields=["need_to_see", "look_back_on", "ended_on", "client_id", "sequence"])
        return self

    def end(self, today: date) -> None:
        """End the roadmap: nothing is offered any more, and everything can still be read."""
        self.ended_on = today
        self.save(update_fields=["ended_on"])

    def ends(self, horizon: int) -> date:
        """The last day of a horizon."""
        return self.started_on + timedelta(days=horizon)

    def move_start(self, day: date) -> None:
        """Moves every date except a look-back day the person chose. What was left at the end of a stretch is asked about again when that
        ends.
        """
        if self.look_back_on == self.started_on + LOOK_BACK_AFTER:
            self.look_back_on = day + LOOK_BACK_AFTER
        self.started_on = day
        self.save(update_fields=["started_on", "look_back_on"])
        self.account.actions.exclude(stays_in=None).update(stays_in=None)

    def running(self, today: date) -> list[int]:
        """The horizons that are not over on `today`."""
        return [horizon for horizon in Horizon.values if self.ends(horizon) >= today]

    def next_running(self, horizon: int, today: date) -> int | None:
        """The first later horizon that is not over on `today`, None if there is none."""
        return next((later for later in self.running(today) if later > horizon), None)

    def add(self, title: str, horizon: int, today: date, due_on: date | None = None) -> "Action":
        """An action of the person's own: in that horizon, or, when that is over, in the next one that still runs. After the last it is put
        there to stay. One that is open there in the same words is this one, so that a form sent twice adds one step."""
        running = self.running(today)
        there = next((each for each in running if each >= horizon), Horizon.HALF_YEAR.value)
        place: dict[str, Any] = {"horizon": there, "stays_in": None if there in running else there}
        same = (action for action in self.account.actions.open().own().filter(**place) if action.title == title)
        return next(same, None) or Action.add(self.account, title=title, due_on=due_on, **place)


def _with_what_is_seen(account_id: UUID) -> models.QuerySet[Roadmap]:
    return Roadmap.objects.filter(account_id=account_id).annotate(**Seen.columns())[:1]


_roadmap = CompiledQuery(_with_what_is_seen, UUID(int=1))
_roadmap_to_write = CompiledQuery(lambda account_id: _with_what_is_seen(account_id).select_for_update(), UUID(int=1))
