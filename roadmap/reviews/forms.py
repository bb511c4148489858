from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.autosave.forms import AutosaveForm
from accounts.form_fields import PrivateTextField
from guide.six_questions import GROWING, QUESTIONS, SAFETY
from roadmap.forms import RadioField
from roadmap.reviews.models import NAMES, Review


class ReviewForm(AutosaveForm):
    """The six questions of one day. Any may stay open, but not all of them without a note."""

    note = PrivateTextField(max_length=2000, rows=3, label=_("A note for later"), help_text=_("What made you answer as you did?"))

    def __init__(self, data: QueryDict | None = None, *, review: Review) -> None:
        initial = {key: str(answer) for key, answer in review.given.items()} | {"note": review.note}
        super().__init__(data, initial=initial, auto_id="%s")
        self.review = review
        for question in QUESTIONS.values():
            self.fields[question.key] = RadioField(
                label=question.words, required=False, choices=[(str(step), name) for step, name in NAMES.items()]
            )

    @property
    def growing(self) -> list[forms.BoundField]:
        return [self[question.key] for question in QUESTIONS.values() if question.about == GROWING]

    @property
    def being_safe(self) -> list[forms.BoundField]:
        return [self[question.key] for question in QUESTIONS.values() if question.about == SAFETY]

    @property
    def answers(self) -> dict[str, int]:
        """From 1 to 5, by name of the question; one left open is not there. Only after `is_valid()`."""
        return {key: int(answer) for key in QUESTIONS if (answer := self.cleaned_data[key])}

    @property
    def words(self) -> dict[str, Any]:
        """What to write, by field name."""
        return {"answers": self.answers, "note": self.cleaned_data["note"]}

    def save(self, *, finished: bool, at: datetime) -> Review:
        """Store what was posted, `finished` or as a draft; raises accounts.autosave.models.Conflict."""
        words = self.words | ({"finished": True} if finished else {})
        return Review.write(self.review.account, self.review.day, words, at=at, **self.origin)

    def differences(self, stored: Review) -> list[tuple[str, str]]:
        """Label and stored words of each field in which `stored` is not what was posted."""
        mine, theirs = self.answers, stored.given
        different = [question for question in QUESTIONS.values() if mine.get(question.key) != theirs.get(question.key)]
        told = [(question.words, str(theirs.get(question.key, ""))) for question in different]
        return told + ([(str(self.fields["note"].label), stored.note)] if self.cleaned_data["note"] != stored.note else [])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(self.words.values()):
            self.add_error(next(iter(QUESTIONS)), _("There is nothing to keep yet. One answer will do."))
        return cleaned
