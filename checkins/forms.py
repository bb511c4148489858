from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.autosave.forms import AutosaveForm, client_of
from accounts.form_fields import MAX_LINE_CHARS, QUIET, PrivateTextField
from accounts.vault.fields import MAX_TEXT_CHARS
from checkins import emotions
from checkins.models import ActionOutcome, CheckIn, CheckInQuerySet
from checkins.search import FoundDay, FoundDays, search_days
from guide import content


class DayField(forms.DateField):
    """A day, written as browsers send it: YYYY-MM-DD."""

    default_error_messages: ClassVar = {
        "required": _("Choose a day."),
        "invalid": _("This is not a date. Write it as year, month, day: 2026-11-23."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={**QUIET, "type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)


class CheckInForm(AutosaveForm):
    """One day's 3-2-1 as posted. Fields missing from the post stay as they are; an empty field deletes its words.

    Feelings come from two text fields and from ticked words (`emotion`, repeated). A page shows a word of ours that is chosen in two places
    and says so in `emotion_shown`; unticked in either, it is gone.

    An action may be posted as one sentence, `plan_when` and `action` without `plan_will`: without a "when" it is the plain action.
    """

    gratitude_1 = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=CheckIn.labels["gratitude_1"])
    gratitude_2 = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=CheckIn.labels["gratitude_2"])
    gratitude_3 = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=CheckIn.labels["gratitude_3"])
    emotion_1 = PrivateTextField(max_length=emotions.MAX_FEELING_CHARS, label=CheckIn.labels["emotion_1"])
    emotion_2 = PrivateTextField(max_length=emotions.MAX_FEELING_CHARS, label=CheckIn.labels["emotion_2"])
    action = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=CheckIn.labels["action"])
    plan_when = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=CheckIn.labels["plan_when"])
    plan_will = PrivateTextField(max_length=MAX_LINE_CHARS, rows=1, label=CheckIn.labels["plan_will"])
    note = PrivateTextField(max_length=MAX_TEXT_CHARS, rows=3, label=CheckIn.labels["note"])
    outcome = forms.ChoiceField(
        required=False,
        choices=[("", ""), *ActionOutcome.choices],
        label=CheckIn.labels["outcome"],
        error_messages={"invalid_choice": _("Choose yes, partly, not this time or let it go.")},
    )
    enough = forms.ChoiceField(
        required=False, choices=[("", ""), ("yes", "yes")], error_messages={"invalid_choice": _("Press the button once more.")}
    )

    word_names = CheckIn.WORDS
    # Buttons that offer earlier words, and the fields they fill. Without scripts, pressing one sends the form.
    SUGGESTIONS: ClassVar = {"again_gratitude": CheckIn.GRATITUDES, "again_action": ("action",)}
    no_room = ""

    def __init__(self, data: QueryDict | None = None, *, checkin: CheckIn) -> None:
        initial = {name: getattr(checkin, name) for name in CheckIn.WORDS}
        # The feelings of a day are ticked on its page (`chosen`), and their fields are for another word.
        initial |= dict.fromkeys(CheckIn.EMOTIONS, "")
        initial["action"] = checkin.action or checkin.plan_will
        super().__init__(data and self._with_suggestion(data), initial=initial, auto_id="%s")
        self.checkin = checkin

    def _with_suggestion(self, data: QueryDict) -> QueryDict:
        """`data` with the words of a pressed chip in the first free field; `no_room` names the last field if there is none."""
        for chip, fields in self.SUGGESTIONS.items():
            text, texts = data.get(chip, "").strip(), [data.get(name, "").strip() for name in fields]
            if not text or text in texts:
                continue
            if all(texts):
                self.no_room = fields[-1]
                continue
            data = data.copy()
            data[fields[texts.index("")]] = text
        return data

    @property
    def is_sentence(self) -> bool:
        """Whether what one will do was posted as one sentence: `action` is its end, with or without a "when"."""
        return {"plan_when", "action"} <= self.data.keys() and "plan_will" not in self.data

    @property
    def has_action_and_plan(self) -> bool:
        """Whether there is an action as well as a sentence, which an import may contain; then each has its field."""
        if self.is_bound:
            return "plan_will" in self.data
        return bool(self.checkin.action and (self.checkin.plan_when or self.checkin.plan_will))

    @property
    def answers_only(self) -> bool:
        """Whether the post only answers what became of the action."""
        return "outcome" in self.data and not {*CheckIn.WORDS, "emotion", "emotion_shown"} - {"outcome"} & self.data.keys()

    @property
    def chosen(self) -> list[emotions.Feeling]:
        """The feelings that are ticked on the page: those posted as such, else those stored."""
        texts = self._ticked() if self.is_bound else [feeling.text for feeling in self.checkin.feelings]
        return [emotions.Feeling(text) for text in dict.fromkeys(texts)]

    @property
    def shown(self) -> list[str]:
        """Keys of our words that are chosen: the page shows them in two places."""
        return [feeling.key for feeling in self.chosen if feeling.emotion]

    def chips(self, named_before: list[emotions.Feeling]) -> list[tuple[emotions.Feeling, bool]]:
        """The feelings offered at one press, each with whether it is chosen; what is chosen and was not named before comes first."""
        chosen, named = {feeling.key for feeling in self.chosen}, {feeling.key for feeling in named_before}
        # No page can hold NUL, which the message at the field names.
        new = [feeling for feeling in self.chosen if feeling.key not in named and "\0" not in feeling.key]
        return [(feeling, feeling.key in chosen) for feeling in (*new, *named_before)]

    @property
    def picker(self) -> list[tuple[emotions.Group, list[emotions.Emotion], SafeString]]:
        """The groups, each with those of its words that are ticked, and all of its words as HTML."""
        chosen, language = set(self.shown), content.language()
        return [(group, group.named(chosen), _words(group, chosen, language)) for group in emotions.GROUPS.values()]

    def fill_in(self, stored: CheckIn) -> None:
        """Show the words of `stored` where the post had no such field: sent again from the page, nothing goes that was never in sight."""
        unseen = [name for name in CheckIn.WORDS if not self.is_posted(name)]
        words = {name: getattr(stored, name) for name in unseen}
        feelings = [words.pop(name) for name in CheckIn.EMOTIONS if name in words]
        self.data = data = cast(QueryDict, self.data).copy()
        data.update(words)
        data.setlist("emotion", [*self._ticked(), *filter(None, feelings)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not set(CheckIn.EMOTIONS) & self.errors.keys():
            try:
                cleaned |= self._feelings(cleaned)
            except forms.ValidationError as error:
                self.add_error("emotion_1", error)
        if self.is_sentence and not self.errors:
            will, has_cue = cleaned["action"], bool(cleaned["plan_when"])
            cleaned["plan_will"], cleaned["action"] = (will, "") if has_cue else ("", will)
        if self.no_room:
            self.add_error(self.no_room, _("There is no free line for it. Clear one first, then press it again."))
        if not self.errors and not cleaned["version"] and not any(self.words.values()):
            self.add_error("gratitude_1", _("There is nothing to save yet. One line is a whole day."))
        return cleaned

    def _feelings(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """The two feelings by field: what was typed, then what was ticked, each once. Raises ValidationError for more than two."""
        typed = {name: _key(cleaned[name]) for name in CheckIn.EMOTIONS}
        if not self._picker_posted:
            return typed if len(set(typed.values())) > 1 else typed | {"emotion_2": ""}
        ticked, shown = self._ticked(), set(self._getlist("emotion_shown"))
        gone = {key for key in shown if ticked.count(key) < 2 and key not in typed.values()}
        feelings = [key for key in dict.fromkeys([*typed.values(), *ticked]) if key and key not in gone]
        if len(feelings) > 2:
            raise forms.ValidationError(
                _("Choose two feelings at most: there are %(count)d. Keep the two that weigh most."), "too_many", {"count": len(feelings)}
            )
        return dict(zip(CheckIn.EMOTIONS, [*(self.fields["emotion_1"].clean(key) for key in feelings), "", ""], strict=False))

    @property
    def _picker_posted(self) -> bool:
        return bool({"emotion", "emotion_shown"} & self.data.keys())

    def _ticked(self) -> list[str]:
        return [_key(text) for text in self._getlist("emotion") if text.strip()]

    def _getlist(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def save(self, *, at: datetime) -> CheckIn:
        """Store what was posted, but for `enough`; raises Conflict, see CheckIn.write and CheckIn.answer.

        An answer without a question changes nothing.
        """
        account, day = self.checkin.account, self.checkin.day
        if self.answers_only:
            return CheckIn.answer(account, day, self.cleaned_data["outcome"], at=at) or CheckIn.of(account, day)
        words = {name: text for name, text in self.words.items() if name != "enough"}
        return CheckIn.write(account, day, words, at=at, **self.origin)

    def mark_enough(self, *, at: datetime) -> None:
        """Note that this is enough for the day. A step of its own, so that undoing it takes no word away."""
        CheckIn.write(self.checkin.account, self.checkin.day, {"enough": "yes"}, version=None, at=at, **client_of(self.data))

    def is_posted(self, name: str) -> bool:
        implied = (name in CheckIn.EMOTIONS and self._picker_posted) or (name == "plan_will" and self.is_sentence)
        return implied or super().is_posted(name)


def _words(group: emotions.Group, chosen: set[str], language: str) -> SafeString:
    """The words of a group as HTML, those ticked that are `chosen`."""
    words = (_word(emotion, emotion.key in chosen, language) for emotion in group.emotions)
    return mark_safe("".join(words))  # noqa: S308, our own HTML


@cache
def _word(emotion: emotions.Emotion, is_ticked: bool, language: str) -> str:
    """A word of the list as HTML. Made once: a page has all of them, and nothing else of a page is in it."""
    return render_to_string("checkins/_picker_word.html", {"emotion": emotion, "ticked": is_ticked}).strip()


def _key(text: str) -> str:
    """The key of the word of ours that `text` names, or the text itself."""
    emotion = emotions.named(text)
    return emotion.key if emotion else text.strip()


class FindForm(forms.Form):
    """A search for days by words, a feeling, or both. It is posted, so neither is ever part of an address."""

    q = PrivateTextField(max_length=200, label=_("In your own words"))

    def __init__(self, data: QueryDict | None = None, *, named: Mapping[date, list[emotions.Feeling]]) -> None:
        """`named` holds the feelings of each day with words."""
        super().__init__(data, auto_id="find-%s")
        self.named = named
        self.fields["q"].widget.input_type = "search"
        feelings_by_key = {feeling.key: feeling for feelings in named.values() for feeling in feelings}
        counted = Counter(feeling.key for feelings in named.values() for feeling in feelings)
        choices = [(key, f"{feelings_by_key[key].words} ({count})") for key, count in counted.items()]
        self.fields["emotion"] = forms.ChoiceField(
            choices=[("", _("Any")), *sorted(choices, key=lambda choice: choice[1].casefold())],
            required=False,
            label=_("With a feeling"),
            widget=forms.Select(attrs=QUIET),
            error_messages={"invalid_choice": _("Choose one from the list.")},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error("q", _("Write a word, or choose a feeling."))
        return cleaned

    def find(self, checkins: CheckInQuerySet) -> FoundDays:
        """The check-ins that match the search. Days without the feeling are not decrypted."""
        words, key = self.cleaned_data["q"], self.cleaned_data["emotion"]
        if key:
            checkins = checkins.filter(day__in=[day for day, feelings in self.named.items() if key in (each.key for each in feelings)])
        return search_days(checkins.defer("written_at", "zone"), words) if words else FoundDays([FoundDay(checkin) for checkin in checkins])


class RangeForm(forms.Form):
    """A range of days, first and last included."""

    first = DayField(label=_("From"))
    last = DayField(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("This is before the first day. Swap the two."))
        return cleaned
