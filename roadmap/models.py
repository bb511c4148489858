from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import SealedTextField
from accounts.models import Account, PrivateModel
from roadmap import article
from roadmap.lookback.models import LookBack
from roadmap.reviews.models import Review, SafetyCheck
from roadmap.talks.models import Talk

__all__ = ["Action", "Horizon", "LookBack", "Review", "Roadmap", "SafetyCheck", "Talk"]

LOOK_BACK_AFTER = timedelta(days=180)
REVIEW_AFTER = timedelta(days=30)


class Horizon(models.IntegerChoices):
    """A stretch of the roadmap, in days from its start."""

    WEEK = 7, _("7 days")
    MONTH = 30, _("30 days")
    HALF_YEAR = 180, _("180 days")


class Roadmap(PrivateModel):
    """One person's roadmap: when it started, and when they mean to look back."""

    started_on = models.DateField()
    look_back_on = models.DateField()
    # Set once somebody has looked back and chosen an end; the words stay.
    ended_on = models.DateField(null=True)
    # When the offer of a review was last put off.
    review_put_off_on = models.DateField(null=True)
    feed_token_hash = models.CharField(max_length=64, blank=True)
    need_to_see = SealedTextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], name="roadmap_one_each")]

    def __str__(self) -> str:
        return self.started_on.isoformat()

    @classmethod
    def of(cls, account: Account) -> "Roadmap":
        """The account's roadmap, with the day of its last review. On first use it is laid out, from the day of sign-up, with the article's
        ten actions."""
        finished = Review.objects.filter(account=OuterRef("account"), finished=True).order_by("-day")
        roadmap: Roadmap | None = account.roadmaps.annotate(last_review=Subquery(finished.values("day")[:1])).first()
        if roadmap is None:
            started_on = account.local_day(account.joined_at)
            with transaction.atomic():
                roadmap, _created = account.roadmaps.get_or_create(
                    defaults={"started_on": started_on, "look_back_on": started_on + LOOK_BACK_AFTER}
                )
                Action.lay_out(account)
        return roadmap

    @property
    def review_due_on(self) -> date:
        """When the six questions may be answered again: a month after the start, the last time, or the day they were put off."""
        last = [day for day in (self.started_on, getattr(self, "last_review", None), self.review_put_off_on) if day]
        return max(last) + REVIEW_AFTER

    def review_is_due(self, today: date) -> bool:
        return not self.ended_on and self.review_due_on <= today

    def put_review_off(self, today: date) -> None:
        self.review_put_off_on = today
        self.save(update_fields=["review_put_off_on"])

    def ends(self, horizon: int) -> date:
        """The last day of a horizon."""
        return self.started_on + timedelta(days=horizon)

    def move_start(self, day: date) -> None:
        self.started_on = day
        self.save(update_fields=["started_on"])


class ActionQuerySet(models.QuerySet["Action"]):
    def open(self) -> "ActionQuerySet":
        """Neither done nor set aside."""
        return self.filter(done_on=None, set_aside_on=None)

    def in_order(self) -> "ActionQuerySet":
        return self.order_by("horizon", "position", "id")


class Action(PrivateModel):
    """One action: one of the article's ten (`key`), or the person's own (`title`)."""

    horizon = models.PositiveSmallIntegerField(choices=Horizon)
    key = models.CharField(max_length=30, null=True)  # noqa: DJ001, null so that own actions do not share one empty key
    position = models.PositiveSmallIntegerField(default=0)
    done_on = models.DateField(null=True)
    set_aside_on = models.DateField(null=True)
    # When a tick that was offered was last declined.
    offer_declined_on = models.DateField(null=True)
    # The horizon at whose end it was left where it stands; moved on, it is asked about again at the end of the next.
    stays_in = models.PositiveSmallIntegerField(null=True)
    title = SealedTextField(default="")
    note = SealedTextField(default="")

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="action_once_each"),
            models.CheckConstraint(condition=Q(horizon__in=Horizon.values), name="action_horizon_known"),
            models.CheckConstraint(condition=Q(done_on=None) | Q(set_aside_on=None), name="action_not_done_and_set_aside"),
        ]

    def __str__(self) -> str:
        return self.key or "own"

    def get_absolute_url(self) -> str:
        return reverse("roadmap:action", args=[self.pk])

    @classmethod
    def lay_out(cls, account: Account) -> None:
        """Give the account those of the ten actions it does not have."""
        Action.objects.bulk_create(
            [
                Action(account=account, key=action.key, horizon=action.horizon, position=position)
                for position, action in enumerate(article.ACTIONS)
            ],
            ignore_conflicts=True,
        )

    @classmethod
    def add(cls, account: Account, *, title: str, horizon: int) -> "Action":
        """An action of the person's own, last in its horizon."""
        last = account.actions.filter(horizon=horizon).aggregate(last=models.Max("position"))["last"]
        return cls.objects.create(account=account, title=title, horizon=horizon, position=(last or 0) + 1)

    @property
    def from_article(self) -> article.ArticleAction | None:
        """What the article says of it; None for an own action."""
        return article.BY_KEY.get(self.key or "")

    @property
    def words(self) -> str:
        return str(self.from_article.title) if self.from_article else self.title

    @property
    def is_open(self) -> bool:
        return self.done_on is None and self.set_aside_on is None

    def tick(self, *, today: date) -> None:
        """Done. A second tick changes nothing."""
        self._move(done_on=self.done_on or today, set_aside_on=None)

    def set_aside(self, *, today: date) -> None:
        self._move(done_on=None, set_aside_on=self.set_aside_on or today)

    def reopen(self) -> None:
        """Neither done nor set aside any more."""
        self._move(done_on=None, set_aside_on=None)

    def _move(self, *, done_on: date | None, set_aside_on: date | None) -> None:
        self.done_on, self.set_aside_on = done_on, set_aside_on
        self.save(update_fields=["done_on", "set_aside_on"])

    def write_note(self, text: str) -> None:
        self.note = text
        self.save(update_fields=["note"])
