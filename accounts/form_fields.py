"""Form fields that every app uses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, ProhibitNullCharactersValidator, RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

# The longest line that a person may write.
MAX_LINE_CHARS = 500

# Nothing typed is offered by the browser later, nor sent to a spelling service (docs/security.md, R19).
QUIET = {"autocomplete": "off", "spellcheck": "false"}

NUL_REFUSED = _("It contains an invisible character that cannot be stored (NUL). Type it again.")

# Our messages, by the codes of Django's validators, for a field of one line that has them.
LINE_MESSAGES: dict[str, Any] = {
    "max_length": _("%(limit_value)d characters at most. This has %(show_value)d."),
    "null_characters_not_allowed": NUL_REFUSED,
}


class PrivateTextField(forms.CharField):
    """What a person writes: trimmed, with plain line ends, and refused, not silently changed, where a character cannot be stored.

    `max_length` counts characters. `rows=None` is a single line.
    """

    def __init__(self, *, max_length: int, rows: int | None = None, required: bool = False, **options: Any) -> None:
        widget = forms.TextInput() if rows is None else forms.Textarea(attrs={"rows": rows})
        widget.attrs.pop("cols", None)
        widget.attrs |= QUIET
        super().__init__(required=required, widget=widget, **options)
        self.max_characters = max_length
        # Django's own message for NUL comes from a validator; ours says what happened to the text.
        self.validators = []

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if "\0" in value or "\ufffd" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValidationError(
                _("It contains a character that cannot be stored (shown as �). Delete it or type it again."), "unkeepable"
            )
        if len(value) > self.max_characters:
            raise ValidationError(
                ngettext(
                    "%(longest)d character at most. This has %(count)d.",
                    "%(longest)d characters at most. This has %(count)d.",
                    self.max_characters,
                ),
                "too_long",
                {"longest": self.max_characters, "count": len(value)},
            )


class AddressField(forms.EmailField):
    """An e-mail address, or none. `Account.email` is stored sealed."""

    default_error_messages = LINE_MESSAGES | {"invalid": _("This is not an e-mail address. It looks like this: name@example.org")}

    default_validators = [
        *forms.EmailField.default_validators,
        RegexValidator("[\ufffd\ud800-\udfff]", EmailValidator.message, "invalid", inverse_match=True),
    ]

    def __init__(self, **options: Any) -> None:
        # With type "email" a browser would validate it and silently refuse to send the form while the field is folded away.
        widget = forms.TextInput(attrs=QUIET | {"inputmode": "email", "autocapitalize": "none"})
        super().__init__(required=False, label=_("E-mail"), widget=widget, **options)


def refuse_nul(fields: dict[str, forms.Field]) -> None:
    """Our message for Django's validator of NUL."""
    for field in fields.values():
        field.validators = [
            ProhibitNullCharactersValidator(NUL_REFUSED) if isinstance(validator, ProhibitNullCharactersValidator) else validator
            for validator in field.validators
        ]
