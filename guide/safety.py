"""The four plain questions about being safe, as one component for every page that leads to asking a partner for something.

They are not a validated screen and have no score. The only conclusion from them is whether each was answered with *no*: anything else, an
empty answer included, shows help before scripts.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SafetyAnswer(models.TextChoices):
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

# The same questions, as things that were marked.
MARKED = {
    "safety_afraid": _("being afraid of how they might react"),
    "safety_force": _("threats, force, or things broken in anger"),
    "safety_checked": _("that they check your phone, your money, or where you go"),
    "safety_kept": _("that they keep you away from other people"),
}


class SafetyForm(forms.Form):
    """The four questions. None has to be answered. Draw it with `guide/_safety_questions.html`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, words in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=words,
                required=False,
                choices=SafetyAnswer,
                widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
                error_messages={"invalid_choice": _("Choose one of the four answers, or none.")},
            )

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by name of the question; a question without an answer is left out. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in QUESTIONS if self.cleaned_data[name]}


def four_times_no(answers: dict[str, str]) -> bool:
    """Whether all four questions were answered with *no*. Anything else means: help first."""
    return all(answers.get(name) == SafetyAnswer.NO for name in QUESTIONS)


@dataclass(frozen=True)
class MarkedAnswers:
    """What was marked, in the words of MARKED, by answer. `left_open` are the questions without an answer."""

    yes: list[str]
    unsure: list[str]
    rather_not: list[str]
    left_open: list[str]
    force: bool

    @classmethod
    def of(cls, answers: dict[str, str]) -> "MarkedAnswers":
        def said(answer: str) -> list[str]:
            return [str(words) for name, words in MARKED.items() if answers.get(name, "") == answer]

        force = answers.get("safety_force") in (SafetyAnswer.YES, SafetyAnswer.UNSURE)
        return cls(said(SafetyAnswer.YES), said(SafetyAnswer.UNSURE), said(SafetyAnswer.RATHER_NOT), said(""), force)

    @property
    def anything(self) -> bool:
        """Whether any answer calls for help first; a question left open is not yet one."""
        return bool(self.yes or self.unsure or self.rather_not)


# Stored in the session, which Leave ends. Nothing else about the answers is stored.
_FOUR_NO = "four_no"


def words_are_open(request: HttpRequest) -> bool:
    """Whether all four were answered with *no* in this session. A reader without a session costs no query."""
    return hasattr(request, "session") and bool(request.session.get(_FOUR_NO))


def remember(request: HttpRequest, all_no: bool) -> bool:
    """Let the session know until Leave that all four were *no*, or forget it; returns whether that is known from now on.

    Another site cannot do that (Sec-Fetch-Site), and without a database nothing is stored. A session is not written for a reader about whom
    there is nothing to remember.
    """
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return False
    if all_no:
        was_modified, request.session[_FOUR_NO] = request.session.modified, True
        try:
            # Here, where it can still be said that it failed. config.middleware.sessions sees to a session that has ended meanwhile.
            with suppress(UpdateError):
                request.session.save()
        except DatabaseError:
            del request.session[_FOUR_NO]
            request.session.modified = was_modified
            return False
    elif _FOUR_NO in request.session:
        del request.session[_FOUR_NO]
        if not request.session.keys():
            request.session.flush()
    return True
