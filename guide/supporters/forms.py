import uuid

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.autosave.forms import VersionedForm
from accounts.form_fields import QUIET, PrivateTextField
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

    word_names = Supporter.WORDS

    def is_posted(self, name: str) -> bool:
        """A post holds the whole person: a field that is not in it is empty."""
        return True

    @property
    def new_key(self) -> uuid.UUID:
        """The key in the form; a post without one is about a new person."""
        return self.cleaned_data["key"] or uuid.uuid4()
