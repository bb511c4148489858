import uuid
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import VersionedModel
from accounts.compiled import CompiledQuery
from accounts.models import Account
from accounts.vault.fields import SealedJSONField, SealedTextField, Unreadable
from accounts.vault.models import Area
from guide import ladder
from guide.reasons import REASONS
from guide.safety import SafetyAnswer
from roadmap.talks import approaches
from roadmap.talks.replies import likely
from roadmap.talks.wording import full_stop


class TalkState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    # It took place, planned or not.
    HELD = "held", _("Held")
    # A plan that was dropped.
    LET_GO = "let-go", _("Let go")


class TalkResponse(models.TextChoices):
    """What came back, on six steps. Not a score: nothing is added up or averaged."""

    HOSTILE = "hostile", _("Hostile")
    REFUSED = "refused", _("Refused")
    DEFLECTED = "deflected", _("Put off")
    LISTENED = "listened", _("Listened")
    SMALL_YES = "small-yes", _("A small yes")
    YES = "yes", _("Yes")


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class TalkQuerySet(models.QuerySet["Talk"]):
    def held(self) -> "TalkQuerySet":
        """Those that took place, the earliest first; of those of one day see `in_order`."""
        return self.filter(state=TalkState.HELD).order_by("day")

    def last_held(self) -> "Talk | None":
        """The latest one that took place."""
        held = self.filter(state=TalkState.HELD)
        of_last_day = held.filter(day=held.order_by("-day").values("day")[:1]).in_order()
        return of_last_day[-1] if of_last_day else None

    def in_order(self) -> list["Talk"]:
        """By day, then by time written; those without a day last."""
        return sorted(self.all(), key=_order)

    def outlines(self) -> "TalkQuerySet":
        """Without most of their words: what orders, names, draws and counts them."""
        return self.only("account", "day", "state", "written_at", "response", "reason", "safe", *Talk.TITLE)

    def days(self) -> set[date]:
        """Their days, without decrypting anything."""
        return {day for day in self.values_list("day", flat=True) if day}

    def planned(self) -> "TalkQuerySet":
        """Those still to come, the next first; without a day they come last. Of those of one day see `in_order`."""
        return self.filter(state=TalkState.PLANNED).order_by(F("day").asc(nulls_last=True))

    def with_smaller_ask(self) -> "TalkQuerySet":
        """Those planned with something smaller to ask for: an empty text stays empty under its seal."""
        size = models.Func(F("smaller_ask"), function="octet_length", output_field=models.IntegerField())
        return self.with_plan().annotate(size=size).filter(size__gt=0)

    def with_plan(self) -> "TalkQuerySet":
        """Those that were planned here, whatever became of the plan."""
        return self.filter(logged=False)


class WithResponse:
    """What has a `response` that is shown as one of six steps."""

    response: Any

    @property
    def drawn_response(self) -> SafeString:
        """The six steps of a response in order, with a mark on the one that came back."""
        return _drawn_response(self.response if self.response in TalkResponse.values else "")

    @property
    def response_words(self) -> str:
        return str(TalkResponse(self.response).label if self.response in TalkResponse.values else self.response)


@cache
def _drawn_response(response: str) -> SafeString:
    """The same of all talks that ended in this way."""
    return render_to_string("roadmap/talks/_response.html", {"steps": [response == step for step in TalkResponse.values]})


class Talk(WithResponse, VersionedModel):
    """One talk from plan to debrief, or one that was written down afterwards (`logged`)."""

    # Set by the form, so that a form sent twice makes one talk.
    key = models.UUIDField(default=uuid.uuid4)
    # When it is planned for, or when it was; None for a plan without a date.
    day = models.DateField(null=True)
    state = models.CharField(max_length=7, choices=TalkState, default=TalkState.PLANNED)
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

    # The debrief. `reason` is the key of the one that was heard, `safe` a `guide.safety.SafetyAnswer` to "Did it stay safe?".
    response = SealedTextField(default="", hides_empty=True)
    reason = SealedTextField(default="", hides_empty=True)
    safe = SealedTextField(default="", hides_empty=True)
    feelings_before = SealedTextField(default="")
    feelings_after = SealedTextField(default="")
    next_step = SealedTextField(default="")
    note = SealedTextField(default="")

    objects = TalkQuerySet.as_manager()

    # The first of these that has words is its title.
    TITLE: ClassVar = ("approach", "issue", "need", "about")
    SENTENCE: ClassVar = ("feeling", "about", "need")
    PLAN: ClassVar = ("approach", "step", "issue", *SENTENCE, "place", "reasons", "replies", "smaller_ask", "stop_sentence")
    DEBRIEF: ClassVar = ("response", "reason", "safe", "feelings_before", "feelings_after", "next_step", "note")
    WORDS: ClassVar = (*PLAN, *DEBRIEF)
    area = Area.TALKS
    max_rows = 300
    full_words = _("You have %(most)d talks here, which is the limit. Delete one that you no longer need, then save this one.")
    labels: ClassVar = {
        "day": _("Day"),
        "state": _("TalkState"),
        "logged": _("Written down afterwards"),
        "approach": _("What was tried"),
        "step": _("How far this goes"),
        "issue": _("The one thing this is about"),
        "feeling": _("I feel"),
        "about": _("about"),
        "need": _("and I would like"),
        "place": _("Hour and place"),
        "reasons": _("What might stand in the way"),
        "replies": _("What may come back"),
        "smaller_ask": _("A smaller ask"),
        "stop_sentence": _("A sentence to stop with"),
        "response": _("What came back"),
        "reason": _("The reason given"),
        "safe": _("Whether it stayed safe"),
        "feelings_before": _("Feelings before"),
        "feelings_after": _("Feelings after"),
        "next_step": _("What next"),
        "note": _("Note"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="talk_once_each"),
            models.CheckConstraint(condition=Q(state__in=TalkState.values), name="talk_state_known"),
            models.CheckConstraint(condition=~Q(state=TalkState.HELD) | Q(day__isnull=False), name="talk_held_on_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("roadmap:talk", args=[self.pk])

    @classmethod
    def outlines_of(cls, account: Account) -> list["Talk"]:
        """The account's talks in order, without most of their words."""
        return sorted(_outlines_of(account.pk, owner=account), key=_order)

    @property
    def title(self) -> str:
        """What it is called in a list: what was tried, else what it is about."""
        words = approaches.words_of(self.approach) or self.issue or self.need or self.about or gettext("A talk")
        return Truncator(words).chars(90)

    @property
    def heading(self) -> str:
        return self.title

    def clean(self) -> None:
        pairs = isinstance(self.replies, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in self.replies)
        if not pairs or not _all_text(self.reasons) or not all(_all_text(pair) for pair in self.replies):
            raise ValidationError(gettext("What may come back is not written as it should be."))
        if self.state == TalkState.HELD and self.day is None:
            raise ValidationError(gettext("A talk that took place needs its day."))

    @property
    def stayed_safe(self) -> bool:
        """Whether that was said plainly. Anything else, an empty answer included, shows help first."""
        return bool(self.safe == SafetyAnswer.YES)

    @property
    def raises_doubt(self) -> bool:
        """Whether something was said of it that puts help before the next plan."""
        return bool(self.safe and not self.stayed_safe) or (self.response == TalkResponse.HOSTILE and not self.stayed_safe)

    @property
    def reason_words(self) -> str:
        return self.display("reason")

    @property
    def planned(self) -> list[tuple[str, str]]:
        """Label and words of what was planned besides the sentence, without empty fields."""
        return self._labelled(*(name for name in self.PLAN if name not in self.SENTENCE))

    @property
    def sentence(self) -> str:
        """What one will say; empty while no part of it is written."""
        parts = {name: getattr(self, name) or "…" for name in self.SENTENCE}
        said = gettext("I feel %(feeling)s about %(about)s, and I would like %(need)s") % parts
        return said + full_stop(self.need) if any(getattr(self, name) for name in self.SENTENCE) else ""

    @property
    def debriefed(self) -> list[tuple[str, str]]:
        """Label and words of what was noted afterwards, besides the response."""
        return self._labelled(*self.DEBRIEF[1:])

    def _labelled(self, *names: str) -> list[tuple[str, str]]:
        return [(str(self.labels[name]), words) for name in names if (words := self.display(name))]

    def display(self, name: str) -> str:
        """One of its fields as one would read it."""
        value = getattr(self, name)
        if name == "replies":
            return "\n".join(" ".join(part for part in pair if part) for pair in self.pairs)
        if name == "reasons":
            return ", ".join(REASONS[key].name for key in value if key in REASONS)
        if name in ("day", "logged"):
            return super().display(name)
        if name == "response":
            return self.response_words
        names = {"safe": SafetyAnswer, "state": TalkState}.get(name)
        if names and value in names.values:
            return str(names(value).label)
        return REASONS[value].name if name == "reason" and value in REASONS else approaches.words_of(str(value))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What may be said, each with an answer; none while they cannot be read."""
        return [] if isinstance(self.replies, Unreadable) else [(said, answer) for said, answer in self.replies]

    def prepare_for(self, reasons: list[str]) -> None:
        """Fill in what may come back where these are the reasons, and something smaller to ask for. Saves nothing."""
        self.reasons = [key for key in reasons if key in REASONS]
        self.replies = likely(self.reasons)
        if self.reasons:
            self.smaller_ask = ladder.RUNGS[REASONS[self.reasons[0]].rung].title

    def begin_from(self, opener: str) -> bool:
        """Fill in what one of our openers says, and say whether there is one with this key. Saves nothing."""
        if opener not in approaches.OPENERS:
            return False
        chosen = approaches.OPENERS[opener]
        self.approach, self.step, self.about, self.need = chosen.key, "ask", chosen.about, chosen.need
        return True

    @classmethod
    def write(cls, account: Account, key: uuid.UUID, words: dict[str, Any], *, version: int | None, at: datetime, **client: Any) -> "Talk":
        """Store `words`, by field name, as the talk that `key` names. Raises accounts.autosave.models.Conflict as `save_versioned` does."""
        return cls.save_versioned(account, {"key": key}, words, version=version, at=at, **client)

    def change_state(self, state: TalkState) -> None:
        """Let a plan go, or take it up again. A talk that took place meanwhile stays one; words that are on their way are no conflict."""
        self.account.talks.filter(pk=self.pk).exclude(state=TalkState.HELD).update(state=state)


def _order(talk: Talk) -> tuple[date, datetime]:
    return talk.day or date.max, talk.written_at or _LONG_AGO


_outlines_of = CompiledQuery(lambda account_id: Talk.objects.filter(account_id=account_id).outlines(), uuid.UUID(int=1))


def _all_text(texts: object) -> bool:
    return isinstance(texts, list) and all(isinstance(text, str) for text in texts)
