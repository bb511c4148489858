"""The five signs of *Knowing your limits* as a list to go through: seen, not seen, or unsure. Nothing is stored and nothing is added up.

What it answers depends on which signs were marked. Two of them can be part of being controlled: those meet help first, also when unsure.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from guide.content import ContentLink, ContentTable


class SignMark(models.TextChoices):
    SEEN = "seen", _("Seen")
    NOT_SEEN = "not-seen", _("Not seen")
    UNSURE = "unsure", _("Unsure")


@dataclass(frozen=True)
class Sign:
    """One sign: `key` is the name of its field, `advice` what to say to someone who saw it or is unsure."""

    key: str
    name: str
    advice: str
    links: tuple[ContentLink, ...]
    help_first: bool = False


SIGNS = ContentTable("signs", "sign", Sign)


class SignsForm(forms.Form):
    """The five signs. None has to be marked."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for sign in SIGNS.values():
            self.fields[sign.key] = forms.ChoiceField(
                label=sign.name,
                required=False,
                choices=SignMark,
                widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
                error_messages={"invalid_choice": _("Choose one of the three, or none.")},
            )

    def marked(self, *marks: SignMark) -> list[Sign]:
        """The signs with one of these marks, in order. Only after `is_valid()`."""
        return [sign for sign in SIGNS.values() if self.cleaned_data[sign.key] in marks]


@dataclass(frozen=True)
class SignsAnswer:
    """What to say to a person who went through the list."""

    help_first: bool
    noticed: list[Sign]
    several: bool
    none_of_them: bool

    @classmethod
    def to(cls, form: SignsForm) -> "SignsAnswer":
        noticed = form.marked(SignMark.SEEN, SignMark.UNSURE)
        return cls(
            help_first=any(sign.help_first for sign in noticed),
            noticed=noticed,
            several=len(form.marked(SignMark.SEEN)) > 1,
            none_of_them=len(form.marked(SignMark.NOT_SEEN)) == len(SIGNS),
        )
