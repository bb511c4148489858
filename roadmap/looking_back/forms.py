from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.autosave.forms import AutosaveForm
from accounts.form_fields import PrivateTextField
from checkins.forms import DayField
from roadmap.forms import RadioField
from roadmap.looking_back.models import LookBack
from roadmap.models import Roadmap

# What two printed pages have room for.
MAX_LONG_TEXT_CHARS = 800
MAX_SHORT_TEXT_CHARS = 300
TWO_YEARS = timedelta(days=731)


def ahead(day: date | None, today: date) -> date | None:
    """`day`, if it lies between `today` and two years from then; raises ValidationError otherwise."""
    if day and not today <= day <= today + TWO_YEARS:
        raise forms.ValidationError(_("Choose today, or a day within the next two years."), "not_ahead")
    return day


class NeedForm(AutosaveForm):
    """What a person would need to see, and the day on which they mean to look back. Fields missing from a post stay as they are."""

    need_to_see = PrivateTextField(
        max_length=MAX_LONG_TEXT_CHARS,
        rows=5,
        label=_("What would you need to see?"),
        help_text=_(
            "Something that could be seen from outside helps most: a talk that went somewhere, one thing tried together, calmer Sundays."
        ),
    )
    look_back_on = DayField(
        required=False,
        label=_("The day to look back"),
        help_text=_("Half a year from the start, unless you choose another. Sooner is always fine."),
    )
    version = forms.CharField(required=False, max_length=64)

    word_names = ("need_to_see", "look_back_on")

    def __init__(self, data: QueryDict | None = None, *, roadmap: Roadmap, today: date) -> None:
        super().__init__(data, initial={"need_to_see": roadmap.need_to_see, "look_back_on": roadmap.look_back_on}, auto_id="%s")
        self.roadmap, self.today = roadmap, today

    def clean_look_back_on(self) -> date | None:
        """A future day; the stored one may also be in the past."""
        day: date | None = self.cleaned_data["look_back_on"]
        return day if day == self.roadmap.look_back_on else ahead(day, self.today)

    @property
    def words(self) -> dict[str, Any]:
        """What to write, by field name; the day is left as it is where none was chosen."""
        return {name: value for name, value in super().words.items() if value is not None}


class LookBackForm(AutosaveForm):
    """What one writes on the day. Sent with `close` it also says what comes then: a new date, or an end."""

    now = PrivateTextField(
        max_length=MAX_LONG_TEXT_CHARS, rows=5, label=_("Now, having read that"), help_text=_("What of it did you see? What not?")
    )
    need_stay = PrivateTextField(max_length=MAX_SHORT_TEXT_CHARS, rows=3, label=_("What I still need to know"))
    need_part = PrivateTextField(max_length=MAX_SHORT_TEXT_CHARS, rows=3, label=_("What I still need to know"))
    need_effort = PrivateTextField(max_length=MAX_SHORT_TEXT_CHARS, rows=3, label=_("What I still need to know"))
    next_step = PrivateTextField(max_length=200, rows=1, label=_("What I will do next"))
    by = DayField(required=False, label=_("By when"))
    who_helps = PrivateTextField(max_length=100, rows=1, label=_("Who helps"))

    then = RadioField(
        required=False,
        label=_("And then"),
        choices=[("again", _("Look back again, on another day")), ("end", _("An end: this roadmap has done its work"))],
    )
    again_on = DayField(required=False, label=_("On which day"))
    restart = forms.BooleanField(
        required=False,
        label=_("Start the 7, 30 and 180 days again from today"),
        help_text=_("What is done stays done, what is open gets new dates."),
    )
    as_step = forms.BooleanField(required=False, label=_("Put the next step on the roadmap"))

    word_names = LookBack.WORDS

    def __init__(self, data: QueryDict | None = None, *, record: LookBack, today: date) -> None:
        super().__init__(data, initial={name: getattr(record, name) for name in LookBack.WORDS}, auto_id="%s")
        self.record, self.today = record, today
        for name in ("restart", "as_step"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def closes(self) -> bool:
        return "close" in self.data

    @property
    def words(self) -> dict[str, Any]:
        words = super().words
        return words | ({"by": words["by"].isoformat() if words["by"] else ""} if "by" in words else {})

    def clean_by(self) -> date | None:
        """A future day; the stored one may also be in the past."""
        day: date | None = self.cleaned_data["by"]
        return day if day == self.record.by_day else ahead(day, self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.closes and not self.errors.get("then"):
            if not cleaned["then"]:
                self.add_error("then", _("Choose what comes then: another day, or an end."))
            elif cleaned["then"] == "again" and "again_on" in cleaned:
                self._check_day(cleaned)
        return cleaned

    def _check_day(self, cleaned: dict[str, Any]) -> None:
        try:
            if not ahead(cleaned["again_on"], self.today):
                self.add_error("again_on", _("Choose the day on which you will look back again."))
        except forms.ValidationError as error:
            self.add_error("again_on", error)
