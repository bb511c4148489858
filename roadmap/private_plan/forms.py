from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.autosave.forms import VersionedForm
from accounts.form_fields import QUIET, PrivateTextField
from accounts.models import Account
from accounts.vault import sealing
from roadmap.private_plan.contents import LISTS, PlanContents, PlanEntry, PlanItem, StarterList, next_own, own_line
from roadmap.private_plan.lock import CannotUnlock
from roadmap.private_plan.models import PrivatePlan

MAX_ITEM_CHARS = 200
MAX_NOTE_CHARS = 4000


class PhraseField(forms.CharField):
    """A second passphrase. Never sent back, and not for the browser to keep."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, widget=forms.PasswordInput(attrs={**QUIET, "autocapitalize": "none"}), **options)
        self.validators = []

    def validate(self, value: str) -> None:
        super().validate(value)
        if "\0" in value or "\ufffd" in value:
            raise ValidationError(_("It contains a character that cannot be stored. Type it again."), "unkeepable")


class UnlockForm(forms.Form):
    """The phrase, or a printed code. `key` is what it opened."""

    # The same words whatever is there: nothing, an empty plan, or a full one.
    shut = _("This opens nothing. Capitals and spaces count. If nothing was ever set, it looks just the same.")

    passphrase = PhraseField(
        label=_("Second passphrase"),
        help_text=_("Not the one you sign in with. A printed code opens it too. If the browser offers to keep it, say no."),
        error_messages={"required": _("Write the second passphrase, or the printed code.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, plan: PrivatePlan, **options: Any) -> None:
        super().__init__(data, **options)
        self.plan = plan
        self.key = b""

    def open_with(self, typed: str) -> bytes:
        return self.plan.open_with(typed)

    def clean_passphrase(self) -> str:
        typed: str = self.cleaned_data["passphrase"]
        try:
            self.key = self.open_with(typed)
        except CannotUnlock as error:
            raise ValidationError(self.shut, "shut") from error
        except sealing.CannotBeRead as error:
            message = _("What is stored here cannot be read: it was changed outside this program.")
            raise ValidationError(message, "cannot_be_read") from error
        return typed


class BringForm(UnlockForm):
    """The passphrase of a plan in a file. If it is valid, that plan replaces the present one."""

    shut = _("This opens nothing. Capitals and spaces count. If no plan was included, it looks just the same.")

    def __init__(self, *args: Any, packed: str, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.packed, self.at = packed, at
        self.fields["passphrase"].help_text = _("The one it had when the file was made, or the code printed then.")

    def open_with(self, typed: str) -> bytes:
        return self.plan.unpack(self.packed, typed, at=self.at)


class NewPhraseForm(forms.Form):
    """A second passphrase, twice: a slip in it would lock out the one who set it."""

    phrase = PhraseField(
        label=_("Second passphrase"),
        help_text=_("12 characters or more: four or five words that you have used nowhere else and that no one would guess."),
        error_messages={"required": _("Choose a second passphrase.")},
    )
    again = PhraseField(label=_("The same once more"), error_messages={"required": _("Write it once more.")})

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        self.account = account

    def clean_phrase(self) -> str:
        phrase: str = self.cleaned_data["phrase"].strip()
        validate_password(phrase, self.account)
        if self.account.check_password(phrase):
            raise ValidationError(
                _("This is the passphrase you sign in with. A person who knows that one should not have this one too."), "same"
            )
        return phrase

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"phrase", "again"} <= cleaned.keys() and cleaned["phrase"] != cleaned["again"].strip():
            self.add_error("again", ValidationError(_("The two are not the same. Enter both again."), "differ"))
        return cleaned


class ClearForm(forms.Form):
    """The word that is typed so that a plan is not cleared by accident."""

    word = forms.CharField(
        label=_("Type the word “clear”"),
        help_text=_("So that it cannot happen by accident."),
        widget=forms.TextInput(attrs={**QUIET, "autocapitalize": "none"}),
        error_messages={"required": _("Type the word “clear”, or keep the plan.")},
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().casefold() != gettext("clear").casefold():
            raise ValidationError(_("Type the word “clear”, or keep the plan."), "other")
        return word


class ChangePhraseForm(UnlockForm, NewPhraseForm):
    """The phrase that opens it now, and another."""

    field_order = ("passphrase", "phrase", "again")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["passphrase"].label = _("The second passphrase until now, or the printed code")
        self.fields["passphrase"].help_text = ""
        self.fields["phrase"].label = _("New second passphrase")


@dataclass(frozen=True)
class PlanRow:
    """One line of a list with its fields. A line of one's own has a field for its words; one of ours can be left out instead."""

    item: PlanItem
    done: BoundField
    note: BoundField
    left_out: BoundField | None
    words: BoundField | None

    @property
    def title(self) -> str:
        return self.item.words or str(_("A line of your own"))


@dataclass(frozen=True)
class PlanList:
    part: StarterList
    rows: list[PlanRow]

    @property
    def kept(self) -> list[PlanRow]:
        return [row for row in self.rows if not row.item.entry.left_out]

    @property
    def left_out(self) -> list[PlanRow]:
        return [row for row in self.rows if row.item.entry.left_out]

    @property
    def kept_items(self) -> int:
        """How many items there are, without the line that is still empty."""
        return sum(1 for row in self.kept if row.item.words)

    @property
    def ticked(self) -> int:
        return sum(1 for row in self.kept if row.item.entry.done)

    @property
    def has_errors(self) -> bool:
        return any(row.note.errors or (row.words and row.words.errors) for row in self.rows)


class PrivatePlanForm(VersionedForm):
    """The whole plan as posted: every line is there, and a box that is not is a box that is not ticked.

    Lines of one's own come by their keys, also those that `contents` does not know: each list ends with an empty one.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, *, contents: PlanContents) -> None:
        super().__init__(data, auto_id="%s")
        posted = filter(None, (own_line(name.removeprefix("words-")) for name in (data or {}) if name.startswith("words-")))
        keys = dict.fromkeys([*contents.entries, *(key for _, _, key in posted)])
        self.contents = replace(contents, entries={**{key: PlanEntry() for key in keys if own_line(key)}, **contents.entries})
        self.lists = [PlanList(part, [self._row(item) for item in self._items(part)]) for part in LISTS.values()]

    def _items(self, part: StarterList) -> list[PlanItem]:
        items = self.contents.items(part)
        empty = next_own(part, self.contents.entries)
        return [*items, PlanItem(empty, "", PlanEntry(), own=True)] if empty else items

    def _row(self, item: PlanItem) -> PlanRow:
        key, entry = item.key, item.entry
        note = _("Note on “%(item)s”") % {"item": item.words} if item.words else _("Note")
        box = forms.CheckboxInput(attrs={**QUIET, "class": "mark"})
        fields: dict[str, forms.Field] = {
            f"done-{key}": forms.BooleanField(required=False, initial=entry.done, widget=box),
            f"note-{key}": PrivateTextField(max_length=MAX_NOTE_CHARS, rows=1, label=note, initial=entry.note),
        }
        if item.own:
            fields[f"words-{key}"] = PrivateTextField(max_length=MAX_ITEM_CHARS, label=_("A line of your own"), initial=entry.words)
        else:
            fields[f"out-{key}"] = forms.BooleanField(required=False, label=_("Not for me"), initial=entry.left_out, widget=box)
        self.fields |= fields
        done, text, last = (self[name] for name in fields)
        return PlanRow(item, done, text, None if item.own else last, last if item.own else None)

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    @property
    def entries(self) -> dict[str, PlanEntry]:
        """What to write: every line with something to keep. A line of one's own without words is deleted."""
        entries = {}
        for row in (row for each in self.lists for row in each.rows):
            done, note = self.cleaned_data[row.done.name], self.cleaned_data[row.note.name]
            out = bool(row.left_out and self.cleaned_data[row.left_out.name])
            words = self.cleaned_data[row.words.name] if row.words else ""
            if note or words or (row.words is None and (done or out)):
                entries[row.item.key] = PlanEntry(done, out, note, words)
        return entries

    def differences(self, stored: PlanContents) -> list[tuple[str, str]]:
        """The words of each line in which `stored` is not what was posted, and what it holds there."""
        mine, theirs = self.entries, stored.entries
        words = {item.key: item.words for item in stored.all_items()}
        keys = dict.fromkeys([*words, *mine])
        return [
            (words.get(key) or mine[key].words, theirs.get(key, PlanEntry()).in_words if key in words else str(_("Not there")))
            for key in keys
            if mine.get(key) != theirs.get(key)
        ]
