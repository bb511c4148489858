from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PrivateTextField


class SearchEverythingForm(forms.Form):
    """Words to look for in everything one has written."""

    q = PrivateTextField(
        max_length=200,
        required=True,
        label=_("Words to find"),
        error_messages={"required": _("Write a word to look for.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="%s")
        self.fields["q"].widget.input_type = "search"
