from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, ProhibitNullCharactersValidator, RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import local_day
from accounts.models import Account, Theme
from accounts.signin import names
from accounts.signin.passphrases import HINT

NAME_TAKEN = _("This name is taken. Take another, or the one we made up.")

QUIET = {"autocomplete": "off", "spellcheck": "false"}


class PrivateTextField(forms.CharField):
    """What a person writes: trimmed, with plain line ends, and refused, not silently changed, where a character cannot be kept.

    `rows=None` is a single line. Nothing typed is offered by the browser later, nor sent to a spelling service (docs/security.md, R19).
    """

    def __init__(self, *, max_length: int, rows: int | None = None, required: bool = False, **options: Any) -> None:
        widget = forms.TextInput() if rows is None else forms.Textarea(attrs={"rows": rows})
        widget.attrs.pop("cols", None)
        widget.attrs |= QUIET
        super().__init__(required=required, widget=widget, **options)
        self.longest = max_length
        # Django's own message for NUL comes from a validator; ours says what happened to the text.
        self.validators = []

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if "\0" in value or "\ufffd" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValidationError(_("A character in it cannot be kept (shown as �). Take it out or type it again."), "unkeepable")
        if len(value) > self.longest:
            raise ValidationError(
                ngettext(
                    "%(longest)d character at most. This has %(count)d.",
                    "%(longest)d characters at most. This has %(count)d.",
                    self.longest,
                ),
                "too_long",
                {"longest": self.longest, "count": len(value)},
            )


class NameField(forms.CharField):
    """A name to sign in with, in the one form it is stored in; what counts is how long it is in that form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, **options)
        self.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}

    def to_python(self, value: Any) -> str:
        return Account.normalize_username(super().to_python(value) or "")


class AddressField(forms.EmailField):
    """An e-mail address, or none. Whoever reads it puts it into `Account.email`, which seals it."""

    default_validators = [
        *forms.EmailField.default_validators,
        RegexValidator("[\ufffd\ud800-\udfff]", EmailValidator.message, "invalid", inverse_match=True),
    ]

    def __init__(self, **options: Any) -> None:
        # Of type "email" a browser judges it, and where it is folded away refuses to send the form without a word.
        widget = forms.TextInput(attrs=QUIET | {"inputmode": "email", "autocapitalize": "none"})
        super().__init__(required=False, label=_("E-mail"), widget=widget, **options)


def minutes_in_words(minutes: int) -> str:
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def refuse_nul(fields: dict[str, forms.Field]) -> None:
    """Say in our words what Django's validator says of NUL."""
    message = _("There is an invisible character in it that cannot be kept (NUL). Type it anew.")
    for field in fields.values():
        field.validators = [
            ProhibitNullCharactersValidator(message) if isinstance(validator, ProhibitNullCharactersValidator) else validator
            for validator in field.validators
        ]


class SignUpForm(allauth_forms.SignupForm):
    """A name, offered, and one passphrase. The time zone comes from the browser if it says it; e-mail is optional."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passphrase = self.fields["password1"]
        name = self.fields["username"] = NameField(
            label=_("Name to sign in with"),
            help_text=_("We made this one up. Keep it, take another, or write one nobody would guess."),
            initial=names.offer,
        )
        name.widget.attrs["maxlength"] = "64"
        passphrase.label = _("Passphrase")
        passphrase.help_text = HINT
        passphrase.widget.attrs = {"autocomplete": "new-password", "minlength": "12", "maxlength": "128"}
        self.fields["email"] = AddressField(
            help_text=_(
                "You may leave this empty. Nothing is sent to it, and it cannot replace a lost passphrase. It is kept encrypted; "
                "under Account you can change it or take it out."
            )
        )
        name.error_messages["required"] = _("Choose a name to sign in with.")
        passphrase.error_messages["required"] = _("Choose a passphrase.")
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

    def clean_time_zone(self) -> str:
        """A zone we know, else UTC: whoever signs up without JavaScript sets it later."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in local_day.known_zones() else "UTC"


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


class AgainForm(forms.Form):
    """The passphrase of who is signed in, once more."""

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
        if not get_adapter().reauthenticate(self.account, passphrase):
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


class SettingsForm(forms.ModelForm):
    """What is not in the post is left as it is."""

    class Meta:
        model = Account
        fields = ["time_zone", "day_start", "theme", "leave_address", "blank_minutes", "idle_minutes"]
        labels = {"leave_address": _("Where Leave goes")}
        help_texts = {"leave_address": _("A page that nobody would wonder about. Empty means the one this site has chosen.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = {"required": _("Choose one from the list."), "invalid_choice": _("Choose one from the list.")}
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(local_day.known_zones())]
        self.fields["time_zone"] = forms.ChoiceField(choices=zones, label=_("Time zone"), error_messages=choose)
        self.fields["day_start"] = forms.TypedChoiceField(
            choices=[(hour, f"{hour:02}:00") for hour in range(7)],
            coerce=int,
            label=_("A new day begins at"),
            help_text=_("What you write before this hour belongs to the evening before."),
            error_messages=choose,
        )
        self.fields["theme"] = forms.ChoiceField(choices=Theme, label=_("Light or dark"), widget=forms.RadioSelect, error_messages=choose)
        self.fields["blank_minutes"] = forms.TypedChoiceField(
            choices=[(minutes, minutes_in_words(minutes)) for minutes in (1, 2, 5, 10, 15, 30, 60)],
            coerce=int,
            label=_("An open page puts itself away after"),
            help_text=_("If nobody touches it. It works without the server too; what you are typing is saved first."),
            error_messages=choose,
        )
        self.fields["idle_minutes"] = forms.TypedChoiceField(
            choices=[(minutes, minutes_in_words(minutes)) for minutes in (5, 10, 15, 20, 30, 45, 60)],
            coerce=int,
            label=_("You are signed out after"),
            help_text=_("Without a word from any page, for instance when the window was closed."),
            error_messages=choose,
        )
        self.fields["email"] = AddressField(
            initial=self.instance.email,
            help_text=_(
                "Nothing is sent to it, and it cannot replace a lost passphrase. It is kept encrypted. Empty the field to take it out."
            ),
        )
        for field in self.fields.values():
            field.widget.attrs |= QUIET
        if self.is_bound:
            self.fields = {name: field for name, field in self.fields.items() if name in self.data}

    def keep(self) -> None:
        """Store what was changed, and nothing else."""
        changed = set(self.changed_data)
        if "email" in changed:
            self.instance.email = self.cleaned_data["email"]
            changed = changed - {"email"} | {"sealed_email"}
        self.instance.save(update_fields=changed)
