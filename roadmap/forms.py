from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.autosave.forms import VersionedForm
from accounts.form_fields import QUIET, PrivateTextField
from checkins.forms import DayField
from checkins.models import EARLIEST
from roadmap.models import Action, Horizon

A_YEAR = timedelta(days=366)


def within_a_year(day: date | None, today: date) -> date | None:
    """`day`, if it is not farther from `today` than a year; raises ValidationError otherwise."""
    if day and abs(day - today) > A_YEAR:
        raise forms.ValidationError(_("Choose a day within a year of today."), "too_far")
    return day


class RadioField(forms.ChoiceField):
    """One of a few, all of them in sight."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.RadioSelect(attrs={**QUIET}), **options)
        self.error_messages |= {"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")}


class NewActionForm(forms.Form):
    title = PrivateTextField(
        max_length=200,
        required=True,
        label=_("What you will do"),
        help_text=_("Small enough to know when it is done."),
        error_messages={"required": _("Write what you will do, in a few words.")},
    )
    horizon = forms.TypedChoiceField(
        choices=Horizon,
        coerce=int,
        initial=Horizon.WEEK,
        label=_("In which horizon"),
        widget=forms.RadioSelect(attrs={**QUIET}),
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )

    due_on = DayField(required=False, label=_("A day, if it has one"))

    def __init__(self, *args: Any, running: list[int], today: date, **options: Any) -> None:
        """Shows the horizons that are `running`. Others are accepted too, because the guide does not know the dates."""
        super().__init__(*args, **options)
        self.today = today
        if running:
            self.fields["horizon"].widget.choices = [(each, Horizon(each).label) for each in running]
            self.initial = {**self.initial, "horizon": self._initial(running)}

    def clean_due_on(self) -> date | None:
        return within_a_year(self.cleaned_data["due_on"], self.today)

    def _initial(self, running: list[int]) -> int:
        """The horizon asked for if it runs, else the first that does."""
        return next((each for each in running if str(each) == str(self.initial.get("horizon"))), running[0])


class WordsForm(VersionedForm):
    """The note of a step, and the title of one's own. Fields missing from a post stay as they are."""

    title = PrivateTextField(max_length=200, rows=1, label=_("What you will do"))
    note = PrivateTextField(max_length=2000, rows=3, label=_("Your note"))
    version = forms.CharField(required=False, max_length=64)

    word_names = ("title", "note")

    def __init__(self, data: QueryDict | None = None, *, action: Action) -> None:
        super().__init__(data, initial={"title": action.title, "note": action.note}, auto_id="%s")
        self.action = action
        if action.key:
            del self.fields["title"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "title" in self.data and not cleaned.get("title", self.action.key):
            self.add_error("title", _("Write what you will do, in a few words."))
        return cleaned


class DueOnForm(forms.Form):
    """A day of its own for a step; left empty, it is due with its horizon."""

    due_on = DayField(required=False, label=_("A day of its own"))

    def __init__(self, data: QueryDict | None = None, *, today: date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="%s", initial=initial)
        self.today = today

    def clean_due_on(self) -> date | None:
        return within_a_year(self.cleaned_data["due_on"], self.today)

    def save(self, action: Action) -> None:
        action.give_day(self.cleaned_data["due_on"])


class DoneOnForm(forms.Form):
    """The day on which a step was done."""

    done_on = DayField(label=_("Done on"), error_messages={"required": _("Choose the day it was done.")})

    def __init__(self, data: QueryDict | None = None, *, today: date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="%s", initial=initial)
        self.today = today

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if not EARLIEST <= day <= self.today:
            raise forms.ValidationError(_("Choose today or an earlier day."), "not_yet")
        return day

    def save(self, action: Action) -> None:
        action.correct_done_on(self.cleaned_data["done_on"])


class StartForm(forms.Form):
    """Where the roadmap starts. Up to a year ago, or a year ahead: farther off the dates would say nothing."""

    started_on = DayField(label=_("Start on"), error_messages={"required": _("Choose a day to start on.")})

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_started_on(self) -> date | None:
        return within_a_year(self.cleaned_data["started_on"], self.today)
