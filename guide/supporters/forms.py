import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import QUIET, PrivateTextField, VersionedForm
from guide.supporters.models import FRIEND, KINDS, Supporter


class SupporterForm(VersionedForm):
    """One person on the map."""

    who = PrivateTextField(
        max_length=200,
        required=True,
        label=_("Who"),
        help_text=_("A name, an initial, or a word that only you understand."),
        error_messages={"required": _("Write who it is. One letter is enough.")},
    )
    kind = forms.ChoiceField(
        label=_("Which kind of support"),
        choices=lambda: [(kind.key, kind.name) for kind in KINDS.values()],
        initial=FRIEND,
        widget=forms.RadioSelect(attrs={**QUIET}),
        error_messages={"required": _("Choose one of the five."), "invalid_choice": _("Choose one of the five.")},
    )
    reach = PrivateTextField(
        max_length=500,
        rows=2,
        label=_("How to reach them so that it is not seen"),
        help_text=_("From work, in the break. Through my sister. In person, on Thursdays after choir."),
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={**QUIET}))
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput(attrs={**QUIET}))

    def __init__(self, data: QueryDict | None = None, *, supporter: Supporter | None = None) -> None:
        person = supporter or Supporter()
        initial = {name: getattr(person, name) for name in (*Supporter.WORDS, "key", "version")}
        super().__init__(data, initial=initial if supporter else {"kind": FRIEND, "key": person.key, "version": 0})

    @property
    def words(self) -> dict[str, Any]:
        """What to write, by field name. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in Supporter.WORDS}

    @property
    def new_key(self) -> uuid.UUID:
        """The key the form came with; a post that brings none is of somebody new."""
        return self.cleaned_data["key"] or uuid.uuid4()

    def differences(self, stored: Supporter) -> list[tuple[str, str]]:
        """Label and stored words of each field in which `stored` is not what was posted."""
        return [
            (
                str(self.fields[name].label),
                KINDS[stored.kind].name if name == "kind" and stored.kind in KINDS else getattr(stored, name),
            )
            for name in Supporter.WORDS
            if self.cleaned_data[name] != getattr(stored, name)
        ]
