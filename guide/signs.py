"""The five signs of *Knowing your limits* as a list to go through: seen, not seen, or unsure. Nothing is stored and nothing is added up.

What it answers depends on which signs were marked. Two of them can be part of being controlled: those meet help first, also when unsure.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Mark(models.TextChoices):
    SEEN = "seen", _("Seen")
    NOT_SEEN = "not-seen", _("Not seen")
    UNSURE = "unsure", _("Unsure")


@dataclass(frozen=True)
class Link:
    words: str | Promise
    address: str


@dataclass(frozen=True)
class Sign:
    """One sign: `key` is the name of its field, `advice` what to say to whoever saw it or is unsure."""

    key: str
    name: str | Promise
    advice: str | Promise
    links: tuple[Link, ...]
    help_first: bool = False


SIGNS = (
    Sign(
        key="sign_sabotage",
        name=_("Working against what you do for yourself"),
        advice=_(
            "What you do for yourself is yours, and it may be kept out of sight. "
            "A therapist or a friend can help you hold on to it, and can agree with you on how they reach you."
        ),
        links=(Link(_("Making the first appointment"), "/guide/wellbeing/#first"),),
        help_first=True,
    ),
    Sign(
        key="sign_turned",
        name=_("Turning what you confided against you"),
        advice=_("Confide in somebody else for now. Keeping things to yourself at home is not dishonest when they come back as weapons."),
        links=(Link(_("The people around you"), "/guide/wellbeing/#supports"),),
        help_first=True,
    ),
    Sign(
        key="sign_substance",
        name=_("Drinking or drugs, and no to every kind of help"),
        advice=_(
            "For this one there is a tested way for relatives, and it begins with dangerous situations. "
            "An addiction service talks with families too, without the one who drinks. Some help lines do nothing else."
        ),
        links=(Link(_("When somebody refuses help outright"), "/guide/options/#refuses"), Link(_("Help lines"), "/help/")),
    ),
    Sign(
        key="sign_betrayal",
        name=_("Betrayal that repeats, and is never answered for"),
        advice=_(
            "It is hard to carry alone. Someone outside, a friend who can see two people or a therapist of your own, "
            "can help you find out what you will live with and what you won’t."
        ),
        links=(Link(_("Going on your own"), "/guide/wellbeing/#gains"), Link(_("Six questions"), "/guide/limits/#questions")),
    ),
    Sign(
        key="sign_shut",
        name=_("A door that stays shut"),
        advice=_(
            "Where nothing may be talked about, a better sentence does not open the door. "
            "One calm request and then a date of your own may do more for you than a tenth try. "
            "If the silence is a punishment, or frightens you, a help line is the better place to begin."
        ),
        links=(
            Link(_("One calm request, then stop"), "/guide/talking/#once"),
            Link(_("How long should I wait?"), "/guide/questions/#how-long"),
        ),
    ),
)


class SignsForm(forms.Form):
    """The five signs. None has to be marked."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for sign in SIGNS:
            self.fields[sign.key] = forms.ChoiceField(
                label=str(sign.name),
                required=False,
                choices=Mark,
                widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
                error_messages={"invalid_choice": _("Choose one of the three, or none.")},
            )

    def marked(self, *marks: Mark) -> list[Sign]:
        """The signs with one of these marks, in order. Only after `is_valid()`."""
        return [sign for sign in SIGNS if self.cleaned_data[sign.key] in marks]


@dataclass(frozen=True)
class Answer:
    """What to say to somebody who went through the list."""

    help_first: bool
    noticed: list[Sign]
    several: bool
    none_of_them: bool

    @classmethod
    def to(cls, form: SignsForm) -> "Answer":
        noticed = form.marked(Mark.SEEN, Mark.UNSURE)
        return cls(
            help_first=any(sign.help_first for sign in noticed),
            noticed=noticed,
            several=len(form.marked(Mark.SEEN)) > 1,
            none_of_them=len(form.marked(Mark.NOT_SEEN)) == len(SIGNS),
        )
