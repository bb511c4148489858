from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PrivateTextField, refuse_nul
from accounts.models import Account
from accounts.signin.forms import NewPassphraseField


class RecoverForm(forms.Form):
    """A name, the code from the paper, and a new passphrase. Whether name and code belong together is asked last, all at once."""

    login = PrivateTextField(
        max_length=200, required=True, label=_("Name"), error_messages={"required": _("Write the name you sign in with.")}
    )
    code = PrivateTextField(
        max_length=100,
        required=True,
        label=_("Recovery code"),
        help_text=_("Six groups of four, from your paper. Capitals, spaces and dashes do not matter."),
        error_messages={"required": _("Write the code from your paper.")},
    )
    password1 = NewPassphraseField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["code"].widget.attrs |= {"autocapitalize": "characters"}
        refuse_nul({"password1": self.fields["password1"]})

    def clean_login(self) -> str:
        return Account.normalize_username(self.cleaned_data["login"])

    def clean_password1(self) -> str:
        passphrase = self.cleaned_data["password1"]
        validate_password(passphrase, Account(name=self.cleaned_data.get("login", "")))
        return passphrase
