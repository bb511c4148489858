from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PrivateTextField


class CodeForm(forms.Form):
    """A code from the app, or one from paper."""

    code = PrivateTextField(max_length=40, required=True, label=_("Code"), error_messages={"required": _("Write the code.")})

    def __init__(self, *args: Any, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = hint
        self.fields["code"].widget.attrs |= {"autocapitalize": "characters", "autocomplete": "one-time-code", "dir": "ltr"}
