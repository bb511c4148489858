"""The four plain questions about being safe, as one component for every page that leads to asking a partner for something.

They are not a validated screen and have no score. All that is read off them is whether each was answered with *no*: anything else, an
empty answer included, shows help before scripts.
"""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    NO = "no", _("No")
    UNSURE = "unsure", _("Not sure")
    YES = "yes", _("Yes")
    RATHER_NOT = "rather-not", _("I would rather not say")


# By the name of their field, which is also the key under which an answer is stored where a person asks for that.
QUESTIONS = {
    "safety_afraid": _("Are you afraid of how they might react?"),
    "safety_force": _("Have there been threats, force, or things broken in anger?"),
    "safety_checked": _("Do they check your phone, your money, or where you go?"),
    "safety_kept": _("Do they keep you away from other people?"),
}


class SafetyForm(forms.Form):
    """The four questions. None has to be answered. Draw it with `guide/_safety_questions.html`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, words in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=words,
                required=False,
                choices=Answer,
                widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
                error_messages={"invalid_choice": _("Choose one of the four answers, or none.")},
            )

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by name of the question; a question without an answer is left out. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in QUESTIONS if self.cleaned_data[name]}


def four_times_no(answers: dict[str, str]) -> bool:
    """Whether all four questions were answered with *no*. Anything else means: help first."""
    return all(answers.get(name) == Answer.NO for name in QUESTIONS)
