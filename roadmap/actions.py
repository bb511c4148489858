"""The steps of the roadmap: the article's ten and the person's own."""

import secrets
from datetime import date
from functools import cached_property
from typing import ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, ProhibitNullCharactersValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import fingerprint, refuse_conflict
from accounts.compiled import CompiledQuery
from accounts.models import Account
from accounts.vault.fields import KeyedHashField, SealedDateField, SealedIntegerField, SealedTextField
from accounts.vault.models import Area, ReadableModel
from guide import article

# No position is higher.
MAX_POSITION = 20_000


class Horizon(models.IntegerChoices):
    """A stretch of the roadmap, in days from its start."""

    WEEK = 7, _("7 days")
    MONTH = 30, _("30 days")
    HALF_YEAR = 180, _("180 days")


class ActionQuerySet(models.QuerySet["Action"]):
    def open(self) -> "ActionQuerySet":
        """Neither done nor set aside."""
        return self.filter(done_on=None, set_aside_on=None)

    def left_over(self, horizon: int) -> "ActionQuerySet":
        """The open actions of a horizon that were not left there on purpose."""
        return self.open().filter(Q(stays_in=None) | ~Q(stays_in=horizon), horizon=horizon)

    def own(self) -> "ActionQuerySet":
        """The person's own, without the article's ten."""
        return self.filter(key_hash=None)

    def named(self, key: str) -> "Action":
        """The one of the article's ten with this key, among those of the account acted for. Raises Action.DoesNotExist."""
        return self.get(key_hash=Action.hash_of(key))

    def carry(self, *, to: int) -> None:
        """Move them to that horizon, after the actions there."""
        moved = self.exclude(horizon=to).in_order()
        if moved:
            first = Action._after_the_last(moved[0].account, to)
            for position, action in enumerate(moved, first):
                action.horizon, action.position = to, position
            Action.objects.bulk_update(moved, ["horizon", "position"], batch_size=500)

    def set_aside(self, *, today: date) -> None:
        self.update(set_aside_on=today)

    def keep_in_place(self) -> None:
        """Keep them where they are, without asking again."""
        self.update(stays_in=F("horizon"))

    def in_order(self) -> list["Action"]:
        """By horizon, and within it in the person's order."""
        return sorted(self.all(), key=Action.sort_key)


class Action(ReadableModel):
    """One action: one of the article's ten (`key`), or the person's own (`title`)."""

    horizon = models.PositiveSmallIntegerField(choices=Horizon)
    # Sealed, and identified by a hash that needs the account's own key. Both are null for the person's own actions.
    key = SealedTextField(null=True, step=64, validators=[MaxLengthValidator(30), ProhibitNullCharactersValidator()])
    key_hash = KeyedHashField(of="key")
    position = SealedIntegerField(default=0, validators=[MinValueValidator(0), MaxValueValidator(MAX_POSITION)])
    # A day of its own; without one it is due at the end of its horizon.
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    # The day it was done before it was unticked: if it is ticked again, this day is used.
    was_done_on = SealedDateField(null=True)
    set_aside_on = models.DateField(null=True)
    # When a tick that was offered was last declined.
    offer_declined_on = SealedDateField(null=True)
    # The horizon at whose end it was left as it is. If it is moved, the question comes again at the end of the next horizon.
    stays_in = models.PositiveSmallIntegerField(null=True)
    title = SealedTextField(default="")
    note = SealedTextField(default="")

    objects = ActionQuerySet.as_manager()

    area = Area.ROADMAP
    max_rows = 200
    full_words = _("You have %(most)d steps of your own, which is the limit. Delete one that you no longer need, then add this one.")
    labels: ClassVar = {
        "horizon": _("Within"),
        "due_on": _("Due"),
        "done_on": _("Done"),
        "set_aside_on": _("Set aside"),
        "note": _("Note"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key_hash"], name="action_once_each"),
            models.CheckConstraint(condition=Q(horizon__in=Horizon.values), name="action_horizon_known"),
            models.CheckConstraint(condition=Q(done_on=None) | Q(set_aside_on=None), name="action_not_done_and_set_aside"),
        ]

    def __str__(self) -> str:
        return self.key or "own"

    @classmethod
    def counts(cls, row: "Action") -> bool:
        return row.key is None

    @classmethod
    def counted(cls, account: Account) -> ActionQuerySet:
        return account.actions.own()

    def sort_key(self) -> tuple[int, int, UUID]:
        """The horizon, the position in it, and a tie-breaker."""
        return self.horizon, self.position or 0, self.pk

    @property
    def row_id(self) -> str:
        """The id of its row in a page."""
        return f"action-{self.pk}"

    @property
    def heading(self) -> str:
        return self.words

    def display(self, name: str) -> str:
        return str(self.get_horizon_display()) if name == "horizon" else super().display(name)

    @property
    def is_untouched(self) -> bool:
        """One of the ten as it was laid out."""
        laid_out = (
            {"horizon": self.from_article.horizon, "position": list(article.ACTIONS).index(self.key or "")} if self.from_article else {}
        )
        moved = any(getattr(self, name) != value for name, value in laid_out.items())
        return (
            bool(laid_out)
            and not moved
            and self.is_open
            and not (self.offer_declined_on or self.stays_in or self.note or self.due_on or self.was_done_on)
        )

    def clean(self) -> None:
        if not self.words or (self.done_on and self.set_aside_on):
            raise ValidationError(gettext("There is no such step."))

    def get_absolute_url(self) -> str:
        return self._address

    @cached_property
    def _address(self) -> str:
        # A row of the roadmap has it eight times.
        return reverse("roadmap:action", args=[self.pk])

    @classmethod
    def lay_out(cls, account: Account) -> None:
        """Give the account those of the ten actions it does not have."""
        laid_out = [
            Action(account=account, key=action.key, horizon=action.horizon, position=position)
            for position, action in enumerate(article.ACTIONS.values())
        ]
        # In no order, so that the place of a row in a copy does not tell which step it is.
        secrets.SystemRandom().shuffle(laid_out)
        Action.objects.bulk_create(laid_out, ignore_conflicts=True)

    @classmethod
    def all_of(cls, account: Account) -> list["Action"]:
        """The account's actions, by horizon, and within it in the person's order."""
        return sorted(_all_of(account.pk, owner=account), key=cls.sort_key)

    @classmethod
    def with_id(cls, account: Account, pk: UUID) -> list["Action"]:
        """The account's action with this id, alone in its list; empty if there is none."""
        return _with_id(account.pk, pk, owner=account)

    @classmethod
    def next_of(cls, account: Account) -> list["Action"]:
        """The open actions in order; those left at the end of their horizon come last."""
        return sorted(_open_of(account.pk, owner=account), key=lambda action: (action.stays_in == action.horizon, action.sort_key()))

    @staticmethod
    def hash_of(key: str) -> str:
        """The value of `key_hash` for the account that is being acted for."""
        field = Action._meta.get_field("key_hash")
        assert isinstance(field, KeyedHashField)
        return field.hash(key)

    @classmethod
    def add(cls, account: Account, *, title: str, horizon: int, stays_in: int | None = None, due_on: date | None = None) -> "Action":
        """Add an action of the person's own, last in its horizon. Raises accounts.vault.models.TooManyRows."""
        cls.refuse_more(account)
        last = cls._after_the_last(account, horizon)
        return cls.objects.create(account=account, title=title, horizon=horizon, position=last, stays_in=stays_in, due_on=due_on)

    @staticmethod
    def _after_the_last(account: Account, horizon: int) -> int:
        positions = account.actions.filter(horizon=horizon).values_list("position", flat=True)
        return max((position for position in positions if position is not None), default=-1) + 1

    @cached_property
    def from_article(self) -> article.ArticleAction | None:
        """The article's entry for it; None for an own action."""
        return article.ACTIONS.get(self.key or "")

    @property
    def words(self) -> str:
        return self.from_article.title if self.from_article else self.title

    @property
    def is_open(self) -> bool:
        return self.done_on is None and self.set_aside_on is None

    def tick(self, *, today: date) -> None:
        """Mark it done today, or on the day it was done before. A second tick changes nothing."""
        self._move(done_on=self.done_on or self.was_done_on or today, set_aside_on=None)

    def set_aside(self, *, today: date) -> None:
        self._move(done_on=None, set_aside_on=self.set_aside_on or today)

    def reopen(self) -> None:
        """Open it again: neither done nor set aside."""
        self._move(done_on=None, set_aside_on=None)

    def _move(self, *, done_on: date | None, set_aside_on: date | None) -> None:
        self.was_done_on = None if done_on else self.done_on or self.was_done_on
        self.done_on, self.set_aside_on = done_on, set_aside_on
        self.save(update_fields=["done_on", "set_aside_on", "was_done_on"])

    def correct_done_on(self, day: date) -> None:
        """Set the day on which it was done, and mark it done if it is not."""
        self._move(done_on=day, set_aside_on=None)

    def give_day(self, day: date | None) -> None:
        """Set its own due day; None for the end of its horizon."""
        self.due_on = day
        self.save(update_fields=["due_on"])

    def move(self, horizon: int) -> None:
        """Move it to another horizon, after the actions there."""
        if horizon != self.horizon:
            self.horizon, self.position = horizon, self._after_the_last(self.account, horizon)
            self.save(update_fields=["horizon", "position"])

    def move_up(self) -> None:
        self._change_places(-1)

    def move_down(self) -> None:
        self._change_places(1)

    def _change_places(self, by: int) -> None:
        """Swap it with the previous or next action that is not set aside. At either end this does nothing."""
        # Locked in primary-key order, so concurrent moves cannot deadlock.
        locked = self.account.actions.select_for_update().filter(horizon=self.horizon, set_aside_on=None).order_by("pk")
        row = locked.in_order()
        here = next((place for place, action in enumerate(row) if action.pk == self.pk), None)
        if here is None or not 0 <= here + by < len(row):
            return
        row[here], row[here + by] = row[here + by], row[here]
        for position, action in enumerate(row):
            action.position = position
        Action.objects.bulk_update(row, ["position"])

    def decline_offer(self, today: date) -> None:
        """Decline the offered tick for what is seen up to `today`."""
        self.offer_declined_on = today
        self.save(update_fields=["offer_declined_on"])

    @property
    def words_version(self) -> str:
        return fingerprint(self.title, self.note)

    def write(self, *, version: str | None = None, **words: str) -> "Action":
        """Store the note, and the title of an own action; returns the action.

        `version` is the `words_version` that the page had read, None to write over any. Raises accounts.autosave.models.Conflict.
        """
        changes_words = any(text != getattr(self, name) for name, text in words.items())
        refuse_conflict(self, changes_words=changes_words, read=version, latest=self.words_version)
        for name, text in words.items():
            setattr(self, name, text)
        self.save(update_fields=words)
        return self


_all_of = CompiledQuery(lambda account_id: Action.objects.filter(account_id=account_id), UUID(int=1))
_with_id = CompiledQuery(lambda account_id, pk: Action.objects.filter(account_id=account_id, pk=pk), UUID(int=1), UUID(int=2))
_open_of = CompiledQuery(lambda account_id: Action.objects.filter(account_id=account_id).open(), UUID(int=1))
