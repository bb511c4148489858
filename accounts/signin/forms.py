from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import local_day
from accounts.form_fields import QUIET, AddressField, refuse_nul
from accounts.models import Account
from accounts.signin import invitations
from accounts.signin.invitations import Invitation
from accounts.signin.names import NAME_TAKEN
from accounts.signin.passphrases import HINT


class NameField(forms.CharField):
    """A name to sign in with, in the one form it is stored in; what counts is how long it is in that form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, **options)
        self.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}

    def to_python(self, value: Any) -> str:
        return Account.normalize_username(super().to_python(value) or "")


class InvitationField(forms.CharField):
    """The code of an invitation, as it is printed."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Invitation"),
            help_text=_("This site is for people who were given a code. Type it as it is printed; capitals and dashes do not count."),
            max_length=64,
            widget=forms.TextInput(attrs=QUIET | {"autocapitalize": "characters", "maxlength": "64"}),
            error_messages={"required": _("Type the code you were given.")},
        )


class SignUpForm(allauth_forms.SignupForm):
    """A name, offered, and one passphrase. The time zone comes from the browser if it says it; e-mail is optional."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passphrase = self.fields["password1"]
        name = self.fields["username"] = NameField(
            label=_("Name to sign in with"),
            help_text=_("We made this one up. Keep it, take another, or write one that no one would guess."),
            initial=Account.objects.unused_name,
        )
        name.widget.attrs["maxlength"] = "64"
        passphrase.label = _("Passphrase")
        passphrase.help_text = HINT
        passphrase.widget.attrs = {"autocomplete": "new-password", "minlength": "12", "maxlength": "128"}
        self.fields["email"] = AddressField(
            help_text=_(
                "You may leave this empty. Nothing is sent to it, and it cannot replace a lost passphrase. It is kept encrypted; "
                "under Account you can change it or delete it."
            )
        )
        name.error_messages["required"] = _("Choose a name to sign in with.")
        passphrase.error_messages["required"] = _("Choose a passphrase.")
        if invitations.are_needed():
            self.fields["invitation"] = InvitationField()
        self.fields["time_zone"] = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
        refuse_nul(self.fields)

    def clean(self) -> dict[str, Any]:
        """The address goes to the account, which seals it, and not to allauth, which would keep it in the clear."""
        cleaned = super().clean()
        self.address = cleaned.pop("email", "")
        return cleaned

    def clean_username(self) -> str:
        name = super().clean_username()
        if Account.objects.named(name).exists():
            raise ValidationError(NAME_TAKEN, "taken")
        return name

    def clean_invitation(self) -> str:
        code: str = self.cleaned_data["invitation"]
        if not Invitation.objects.valid(today=timezone.now().date()).filter(pk=invitations.digest(code)).exists():
            raise ValidationError(invitations.WRONG, "wrong")
        return code

    def clean_time_zone(self) -> str:
        """A time zone that can be chosen, else empty: a person whose browser does not say it is asked later.

        Browsers that keep the zone to themselves, such as Tor's, say UTC.
        """
        zone = self.cleaned_data["time_zone"]
        return zone if zone in local_day.known_zones() - {"UTC"} else ""


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["login"] = NameField(label=_("Name"))
        passphrase = self.fields["password"]
        passphrase.label = _("Passphrase")
        passphrase.help_text = ""
        name.error_messages["required"] = _("Write the name you sign in with.")
        passphrase.error_messages["required"] = _("Write your passphrase.")
        refuse_nul(self.fields)
        passphrase.widget.attrs = {"autocomplete": "current-password"}


class ReauthenticateForm(forms.Form):
    """The passphrase of the person who is signed in, once more."""

    password = forms.CharField(
        label=_("Passphrase"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Write your passphrase.")},
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        refuse_nul(self.fields)

    def clean_password(self) -> str:
        passphrase = self.cleaned_data["password"]
        if not self.account.check_password(passphrase):
            raise ValidationError(_("This is not your passphrase. Capitals count in it."), "wrong")
        return passphrase


class NewPassphraseField(forms.CharField):
    """A passphrase that is to replace another; nothing is cut from it."""

    def __init__(self) -> None:
        super().__init__(
            label=_("New passphrase"),
            help_text=HINT,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": "12", "maxlength": "128"}),
            error_messages={"required": _("Choose a passphrase.")},
        )


class NewPassphraseForm(forms.Form):
    """A new passphrase for an account, judged as at sign-up."""

    password1 = NewPassphraseField()

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        refuse_nul(self.fields)

    def clean_password1(self) -> str:
        passphrase = self.cleaned_data["password1"]
        validate_password(passphrase, self.account)
        return passphrase
