import json
import re
import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import Conflict, Draft
from accounts.vault.models import TooManyRows


class VersionedForm(forms.Form):
    """A form over a row that is edited in place: its hidden `version` says which version its page had read.

    A field that is not in the post leaves the row as it is; an empty field deletes its words.
    """

    version: forms.Field = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    # The names of the row's fields that this form writes.
    word_names: ClassVar[tuple[str, ...]] = ()
    # What `save_or_conflict` found: the row as another page saved it, and how it differs from what was posted.
    stored: Any = None
    others: list[tuple[str, str]] = []

    def __init__(self, *positional: Any, **options: Any) -> None:
        super().__init__(*positional, **options)
        # A form that is shown again is filled in with what the post did not have: those fields are not on the page that htmx updates.
        self.posted_names = frozenset(self.data)

    def clean_version(self) -> Any:
        """The version the page was shown: 0 if there was no row yet, None if the POST did not come from one of our pages."""
        return self.cleaned_data["version"] or 0 if "version" in self.data else None

    @property
    def posted_fields(self) -> list[forms.BoundField]:
        """The fields that were posted, whose messages htmx updates."""
        return [field for field in self if field.name in self.posted_names and field.name != "version"]

    def is_posted(self, name: str) -> bool:
        """Whether the post says what becomes of the row's field `name`."""
        return name in self.data

    @property
    def words(self) -> dict[str, Any]:
        """What to write, by field name. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in self.word_names if name in self.cleaned_data and self.is_posted(name)}

    @property
    def origin(self) -> dict[str, Any]:
        """Where the words come from, as `save_versioned` takes it: the `version` read, and the open page if the post names one."""
        return {"version": self.cleaned_data["version"]} | client_of(self.data)

    def label(self, name: str) -> str:
        return str(self.fields[name].label)

    def display(self, stored: Any, name: str) -> str:
        """The field `name` of the `stored` row as one would read it."""
        return str(stored.display(name))

    def differences(self, stored: Any) -> list[tuple[str, str]]:
        """Label and stored words of each field in which `stored` is not what was posted."""
        compared = self.words.keys() - {*getattr(stored, "never_conflicts", ())}
        different = [name for name, value in self.words.items() if name in compared and value != getattr(stored, name)]
        return [(self.label(name), self.display(stored, name)) for name in different]


def client_of(data: Any) -> dict[str, Any]:
    """The `client_id` of the open page that posted `data`, and the `sequence` number of its save; empty unless both are as ours are."""
    client_id, sequence = (str(data.get(name) or "") for name in ("client_id", "sequence"))
    is_ours = re.fullmatch(r"[\w-]{12}", client_id, re.A) and re.fullmatch(r"[0-9]{1,9}", sequence)
    return {"client_id": client_id, "sequence": int(sequence)} if is_ours else {}


class AutosaveForm(VersionedForm):
    """A form that is saved while one types (static/js/saving.js)."""

    # Its fields reserve room for an error, which may come with any save.
    saved_while_typed = True

    @property
    def new_client_id(self) -> str:
        """A client id for the page that is about to be shown."""
        return secrets.token_urlsafe(9)


def save_or_conflict[Form: VersionedForm, Row](form: Form, save: Callable[[Form], Row]) -> Row | None:
    """What `save` stored of the form; None, with the reason left in the form, where it is not valid, another page saved meanwhile, or the
    account has as many rows as it can have.

    After a conflict `form.stored` is the row as it now is, and `form.others` its differences: the page shows both, answered 409
    (`accounts.requests.form_status`).
    """
    if not form.is_valid():
        return None
    try:
        return save(form)
    except Conflict as conflict:
        form.stored, form.others = conflict.stored, form.differences(conflict.stored)
        return None
    except TooManyRows as full:
        form.add_error(None, str(full))
        return None


class DraftForm(forms.Form):
    """What is in a form that was not sent yet: the address of its page, and each text or choice by field name, as JSON."""

    place = forms.RegexField(r"^/[\w/-]*/$", max_length=200)
    words = forms.CharField(required=False, strip=False)

    def clean_words(self) -> dict[str, list[str]] | None:
        """The texts by field name; None if none were sent."""
        if not self.cleaned_data["words"]:
            return None
        if len(self.cleaned_data["words"].encode(errors="surrogatepass")) > Draft.MAX_BYTES:
            raise ValidationError(_("This is too much for a draft. Send the form with its button."), "too_long")
        try:
            words = json.loads(self.cleaned_data["words"])
            return {name.encode().decode(): [text.encode().decode() for text in texts] for name, texts in words.items()}
        # Not a mapping of field names to lists of text, or text with a lone surrogate.
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ValidationError(_("These are not words by field."), "shape") from error
