from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import QUIET, PrivateTextField
from roadmap.models import Action, Horizon

A_YEAR = timedelta(days=366)


class DayField(forms.DateField):
    """A day, written as browsers send it: YYYY-MM-DD."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={**QUIET, "type": "date"}, format="%Y-%m-%d"), **options)
        self.error_messages["invalid"] = _("This is not a date. Write it as year, month, day: 2026-11-23.")


def within_a_year(day: date | None, today: date) -> date | None:
    """`day`, if it is not farther from `today` than a year; raises ValidationError otherwise."""
    if day and abs(day - today) > A_YEAR:
        raise forms.ValidationError(_("Choose a day within a year of today."), "too_far")
    return day


class OneOf(forms.ChoiceField):
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
        label=_("In which stretch"),
        widget=forms.RadioSelect(attrs={**QUIET}),
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )


class NoteForm(forms.Form):
    note = PrivateTextField(max_length=2000, rows=3, label=_("Your note"))

    def save(self, action: Action) -> None:
        action.write_note(self.cleaned_data["note"])


class MoveForm(forms.Form):
    move = forms.TypedChoiceField(
        choices=Horizon,
        coerce=int,
        label=_("Move to"),
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )

    def save(self, action: Action) -> None:
        action.move(self.cleaned_data["move"])


class StartForm(forms.Form):
    """Where the roadmap starts. Up to a year ago, or a year ahead: farther off the dates would say nothing."""

    started_on = DayField(label=_("Start on"), error_messages={"required": _("Choose a day to start on.")})

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_started_on(self) -> date | None:
        return within_a_year(self.cleaned_data["started_on"], self.today)
