from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import QUIET


class NudgeForm(forms.Form):
    """The time of the daily nudge; without a time there is none."""

    nudge_at = forms.TimeField(
        required=False,
        label=_("Every day at"),
        help_text=_("Empty means none. It rests while your check-ins are paused."),
        widget=forms.TimeInput(attrs={**QUIET, "type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": _("This is not a time. Write it as hours and minutes: 19:30.")},
    )

    def clean_nudge_at(self) -> time | None:
        """To the minute."""
        at: time | None = self.cleaned_data["nudge_at"]
        return at and at.replace(second=0, microsecond=0)
