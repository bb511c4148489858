from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import QUIET, PrivateTextField
from checkins.forms import DayField
from roadmap.sheet.contents import PARTS

A_MONTH = timedelta(days=30)
A_YEAR = timedelta(days=366)


class SheetForm(forms.Form):
    """Which days, which parts, and what to begin with."""

    first = DayField(label=_("From"), error_messages={"required": _("Choose a first day.")})
    last = DayField(label=_("Until"), error_messages={"required": _("Choose a last day.")})
    parts = forms.MultipleChoiceField(
        choices=[(key, title) for key, (title, _rows) in PARTS.items()],
        label=_("Which parts"),
        widget=forms.CheckboxSelectMultiple(attrs={**QUIET}),
        error_messages={"required": _("Choose one part or more."), "invalid_choice": _("Choose from these.")},
    )
    begin = PrivateTextField(
        max_length=2000,
        rows=3,
        label=_("What I would like to begin with"),
        help_text=_("It comes first on the sheet and is not stored. If empty, there are lines to write on."),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"first": today - A_MONTH, "last": today, "parts": ["days", "talks", "reviews", "steps"]})
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if last and last > self.today:
            self.add_error("last", _("This day has not come yet. Choose today or an earlier one."))
        elif first and last and first > last:
            self.add_error("first", _("It is after the last day. Change one of the two."))
        elif first and last and last - first > A_YEAR:
            self.add_error("first", _("A year at most goes on one sheet. Choose a later first day."))
        return cleaned
