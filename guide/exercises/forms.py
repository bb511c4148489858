"""Exercises for paper, without an account: nothing that is typed or chosen here is stored."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PrivateTextField
from accounts.sentence import after
from guide import article


@dataclass(frozen=True)
class ExerciseSheet:
    """A page to fill in on paper; its template is `guide/sheets/<key>.html`."""

    key: str
    title: str | Promise


SHEETS = {
    sheet.key: sheet
    for sheet in (
        ExerciseSheet("support", _("Support map")),
        ExerciseSheet("questions", _("Six questions")),
        ExerciseSheet("three-two-one", _("Three, two, one")),
    )
}


def sheets() -> list[ExerciseSheet]:
    return list(SHEETS.values())


class CardForm(forms.Form):
    """The closing question: one of the ten steps, and a line that ties it to a moment. `card` is what the card says."""

    step = forms.ChoiceField(
        label=_("One of ten"),
        choices=lambda: [(action.key, action.title) for action in article.ACTIONS.values()],
        widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Choose one of the ten."), "invalid_choice": _("Choose one of the ten.")},
    )
    when = PrivateTextField(max_length=120, label=_("When …"), help_text=_("For example: I have dropped the children at swimming"))
    will = PrivateTextField(max_length=120, label=_("I will …"), help_text=_("For example: ring the practice in Mill Road"))

    def clean_when(self) -> str:
        return after(gettext("When"), str(self.cleaned_data["when"]))

    def clean_will(self) -> str:
        return after(gettext("I will"), str(self.cleaned_data["will"]))

    @property
    def horizons(self) -> list[tuple[int, list[Any]]]:
        """The choices of `step` by horizon, in days."""
        buttons = list(self["step"])
        days = [action.horizon for action in article.ACTIONS.values()]
        return [(horizon, [button for button, each in zip(buttons, days, strict=True) if each == horizon]) for horizon in sorted({*days})]

    @property
    def title(self) -> str:
        """The step that was chosen. Only after `is_valid()`."""
        return article.ACTIONS[self.cleaned_data["step"]].title
