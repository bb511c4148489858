from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.choices import CallableChoiceIterator
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.autosave.forms import AutosaveForm, VersionedForm
from accounts.form_fields import MAX_LINE_CHARS, QUIET, PrivateTextField
from checkins.forms import DayField
from checkins.models import EARLIEST
from guide import reasons
from guide.safety import SafetyAnswer
from roadmap.forms import RadioField, within_a_year
from roadmap.talks import approaches, wording
from roadmap.talks.models import Talk, TalkResponse, TalkState

MAX_REPLIES = 12


class ApproachField(PrivateTextField):
    """A choice from our list that takes own words as well; the value is a key of ours or those words."""

    def __init__(self, *, with_steps: bool, none: Any, **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.widget = forms.Select(attrs={**QUIET}, choices=CallableChoiceIterator(lambda: [("", none), *self._groups(with_steps)]))

    @staticmethod
    def _groups(with_steps: bool) -> list[tuple[Any, list[tuple[str, str]]]]:
        kinds = approaches.kinds(with_steps=with_steps)
        return [(kind, [(approach.key, approach.words) for approach in each]) for kind, each in kinds]

    def clean(self, value: Any) -> str:
        return approaches.key_of(super().clean(value))


class _TalkForm(VersionedForm):
    """A form over one talk. What is not in a post is left as it is, unless the post is one of our pages, which sends a version."""

    word_names = ("day", *Talk.WORDS)

    def __init__(self, data: QueryDict | None = None, *, talk: Talk, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={**self.initial_words(talk), **(initial or {})}, auto_id="%s")
        self.talk = talk
        for name, field in self.fields.items():
            field.label = field.label or Talk.labels.get(name)

    @staticmethod
    def initial_words(talk: Talk) -> dict[str, Any]:
        """The initial values of the fields."""
        return {name: getattr(talk, name) for name in _TalkForm.word_names}

    def is_posted(self, name: str) -> bool:
        return super().is_posted(name) or "version" in self.data

    def label(self, name: str) -> str:
        return str(Talk.labels[name])


def took_place(day: date | None, talk: Talk, today: date) -> date:
    """The day given, else the one it had been planned for if that has come, else today; raises ValidationError for one still to come."""
    day = day or min(talk.day or today, today)
    if not EARLIEST <= day <= today:
        raise forms.ValidationError(_("Choose today or an earlier day."), "not_yet")
    return day


@dataclass(frozen=True)
class PlanFold:
    """A line of the plan that opens, and in a few words what it `holds`."""

    key: str
    title: Any
    holds: str
    is_open: bool

    @property
    def template(self) -> str:
        return f"roadmap/talks/_rest_{self.key}.html"


class TalkPlanForm(AutosaveForm, _TalkForm):
    """The plan of a talk. Any part may stay empty, but not all of it."""

    issue = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, help_text=_("For you alone. It is not part of what you say."))
    feeling = PrivateTextField(
        max_length=100, help_text=_("A feeling, not a verdict: “ignored” says what they did, “lonely” says how it is for you.")
    )
    about = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1)
    need = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, help_text=_("Something they could say yes to on the spot."))
    step = RadioField(required=False, choices=approaches.step_choices)
    approach = ApproachField(with_steps=False, none=_("None of these"), label=_("Is it one of these?"))
    day = DayField(required=False)
    place = PrivateTextField(max_length=200, rows=1)
    reasons = forms.MultipleChoiceField(
        required=False,
        choices=reasons.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"autocomplete": "off"}),
        error_messages={"invalid_choice": _("Choose from these.")},
    )
    smaller_ask = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=_("If that is too much, ask for"))
    stop_sentence = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1)

    NUDGED = ("issue", *Talk.SENTENCE)
    # What is folded below the sentence: the title of each line, and its fields.
    REST: ClassVar[dict[str, tuple[Any, tuple[str, ...]]]] = {
        "about": (_("What it is about"), ("issue",)),
        "far": (Talk.labels["step"], ("step", "approach")),
        "when": (_("When and where"), ("day", "place")),
        "back": (Talk.labels["replies"], ("reasons",)),
        "stop": (_("A way to stop"), ("smaller_ask", "stop_sentence")),
    }

    def __init__(self, data: QueryDict | None = None, *, talk: Talk, today: date, typed: QueryDict | None = None, more: int = 0) -> None:
        """`typed` is shown again, unchecked, with `more` empty rows for what may come back."""
        super().__init__(data, talk=talk, initial=self._typed(typed) if typed else None)
        self.today = today
        self.asked_for_rows = bool(typed and {"suggest", "more"} & typed.keys())
        given = data if typed is None else typed
        pairs = talk.pairs if given is None else self.rows_of(given)
        self.rows = range(1, min(MAX_REPLIES, max(1, len(pairs) + more)) + 1)
        if talk.approach and not approaches.is_ours(talk.approach):
            select = self.fields["approach"].widget
            select.choices = [*select.choices, (talk.approach, talk.approach)]
        for row, (said, answer) in zip_longest(self.rows, pairs[:MAX_REPLIES], fillvalue=("", "")):
            self.fields[f"reply_{row}"] = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=_("They might say"), initial=said)
            self.fields[f"answer_{row}"] = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=_("You could answer"), initial=answer)

    def _typed(self, typed: QueryDict) -> dict[str, Any]:
        names = {*self.base_fields} - {"reasons"}
        return {name: typed[name] for name in names if name in typed} | {"reasons": typed.getlist("reasons")}

    @staticmethod
    def rows_of(typed: QueryDict) -> list[tuple[str, str]]:
        """What may be said, and the answers, as posted, up to the last row that the post names."""
        rows = [row for row in range(1, MAX_REPLIES + 1) if f"reply_{row}" in typed or f"answer_{row}" in typed]
        return [(typed.get(f"reply_{row}", ""), typed.get(f"answer_{row}", "")) for row in range(1, max(rows, default=0) + 1)]

    @property
    def openers(self) -> list[approaches.Approach]:
        """Gentle ways to open, each of which a plan can begin from."""
        return list(approaches.OPENERS.values())

    @property
    def steps(self) -> list[tuple[approaches.Approach, bool]]:
        """How far a talk can go, each with whether it is chosen."""
        return [(step, step.key == self["step"].value()) for step in approaches.STEPS.values()]

    @property
    def replies(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"reply_{row}"], self[f"answer_{row}"]) for row in self.rows]

    @cached_property
    def nudges(self) -> dict[str, wording.Nudge]:
        return wording.nudges({name: str(self[name].value() or "") for name in (*self.NUDGED, "step")})

    @property
    def nudged(self) -> list[tuple[forms.BoundField, wording.Nudge | None]]:
        """The fields whose words one might look at again, each with the hint if there is one."""
        return [(self[name], self.nudges.get(name)) for name in self.NUDGED]

    @property
    def sentence(self) -> list[tuple[forms.BoundField, wording.Nudge | None]]:
        """Those that the sentence is made of."""
        return [(field, nudge) for field, nudge in self.nudged if field.name in Talk.SENTENCE]

    @property
    def rest(self) -> list[PlanFold]:
        """What is folded below the sentence. A line is open where something is wrong in it, or where a row was asked for."""
        asked = {"back"} if self.asked_for_rows else set()
        in_rows = [name for row in self.rows for name in (f"reply_{row}", f"answer_{row}")]
        wrong = {key for key, (_title, names) in self.REST.items() if self.errors.keys() & {*names, *(in_rows if key == "back" else ())}}
        return [PlanFold(key, title, self._holds(key), key in wrong | asked) for key, (title, _names) in self.REST.items()]

    def _holds(self, key: str) -> str:
        """What one line holds now, in a few words; empty while it holds nothing."""
        talk = self.talk
        match key:
            case "about":
                return Truncator(talk.issue).chars(30)
            case "far":
                return approaches.words_of(talk.step)
            case "when":
                return date_format(talk.day, "l j F") if talk.day else ""
            case "back" if talk.pairs:
                count = len(talk.pairs)
                return ngettext("%(count)d reply", "%(count)d replies", count) % {"count": count}
            case "stop" if talk.smaller_ask or talk.stop_sentence:
                return gettext("written")
        return ""

    @property
    def full_stop(self) -> str:
        return wording.full_stop(str(self["need"].value() or ""))

    @property
    def words(self) -> dict[str, Any]:
        words = super().words
        pairs = [[self.cleaned_data[f"reply_{row}"], self.cleaned_data[f"answer_{row}"]] for row in self.rows]
        if "version" in self.data or any(any(pair) for pair in pairs):
            words["replies"] = [pair for pair in pairs if any(pair)]
        return words

    def clean_day(self) -> date | None:
        """A day within a year, or the stored one; for a talk that took place, not a future day."""
        day: date | None = self.cleaned_data["day"]
        if self.talk.state == TalkState.HELD:
            return took_place(day, self.talk, self.today)
        return day if day == self.talk.day else within_a_year(day, self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any((self.initial_words(self.talk) | self.words)[name] for name in Talk.PLAN):
            self.add_error("feeling", _("There is nothing to keep yet. One line is a plan."))
        return cleaned


class _TookPlace(_TalkForm):
    day = DayField(label=_("When it was"), required=False)
    response = RadioField(label=_("What came back"), choices=TalkResponse)

    def __init__(self, data: QueryDict | None = None, *, talk: Talk, today: date) -> None:
        super().__init__(data, talk=talk)
        self.today = today
        if talk.state != TalkState.HELD:
            self.initial["day"] = min(talk.day or today, today)

    def clean_day(self) -> date:
        return took_place(self.cleaned_data["day"], self.talk, self.today)

    @property
    def words(self) -> dict[str, Any]:
        return super().words | {"day": self.cleaned_data["day"], "state": TalkState.HELD}


class _Tried(_TookPlace):
    """What was tried, chosen from our list or in own words."""

    approach = ApproachField(with_steps=True, none=_("Choose, or write below"), label=_("What you tried"))
    own_words = PrivateTextField(max_length=200, label=_("Or in your own words"))

    def __init__(self, data: QueryDict | None = None, *, talk: Talk, today: date) -> None:
        super().__init__(data, talk=talk, today=today)
        if not approaches.is_ours(talk.approach):
            self.initial = {**self.initial, "approach": "", "own_words": talk.approach}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["approach"] = approaches.key_of(cleaned.get("own_words") or "") or cleaned.get("approach", "")
        if not cleaned["approach"] and not {"approach", "own_words"} & self.errors.keys():
            self.add_error("approach", _("Choose what you tried, or write it in a few words."))
        return cleaned


class LogForm(_Tried):
    """A talk that took place without a plan of ours: three answers and it is written down."""

    @staticmethod
    def blank_fields(today: date) -> SafeString:
        """The fields with nothing in them, the same for everyone on a day."""
        return _blank_fields(get_language(), today)

    @property
    def words(self) -> dict[str, Any]:
        return super().words | {"approach": self.cleaned_data["approach"], "logged": True}


@lru_cache(maxsize=16)
def _blank_fields(language: str | None, today: date) -> SafeString:
    return render_to_string("roadmap/talks/_log_fields.html", {"form": LogForm(talk=Talk(), today=today)})


class DebriefForm(_TookPlace):
    """What came back of a plan, and how it was."""

    reason = RadioField(
        label=_("A reason they gave"),
        required=False,
        choices=lambda: [("", _("None, or another")), *reasons.choices()],
    )
    safe = RadioField(
        label=_("Did it stay safe?"),
        help_text=_("While you talked, and afterwards."),
        required=False,
        choices=[(answer, answer.label) for answer in (SafetyAnswer.YES, SafetyAnswer.UNSURE, SafetyAnswer.NO, SafetyAnswer.RATHER_NOT)],
    )
    feelings_before = PrivateTextField(max_length=200, label=_("Before, I felt"))
    feelings_after = PrivateTextField(max_length=200, label=_("Afterwards, I felt"))
    next_step = PrivateTextField(
        max_length=MAX_LINE_CHARS,
        rows=1,
        label=_("What next?"),
        help_text=_("Letting it rest is a next step too. So is something for you alone."),
    )
    note = PrivateTextField(max_length=2000, rows=3, label=_("A note"))


class LogDebriefForm(_Tried, DebriefForm):
    """The same of a talk that had no plan: what was tried can be corrected too."""
