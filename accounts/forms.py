from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import local_day
from accounts.form_fields import LINE_MESSAGES, QUIET, AddressField
from accounts.models import ALLOWED_MINUTES, DAY_STARTS, Account, Theme

# The messages of a field that offers a list.
CHOOSE = dict.fromkeys(("required", "invalid_choice"), _("Choose one from the list."))


def minutes_in_words(minutes: int) -> str:
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def time_zone_choices(account: Account) -> list[tuple[str, str]]:
    """The time zones to choose from; first, and in words, what `account` has where that is none of them."""
    zones = [(zone, zone.replace("_", " ")) for zone in sorted(local_day.known_zones())]
    if account.asks_time_zone:
        return [("", str(_("Not chosen yet: days are counted in UTC"))), *zones]
    if account.time_zone not in local_day.known_zones():
        told = _("%(zone)s (not known here: days are counted in UTC)") if not account.time_zone_is_known else "%(zone)s"
        return [(account.time_zone, str(told) % {"zone": account.time_zone}), *zones]
    return zones


class TimeZoneForm(forms.Form):
    """Where a person is, asked once when their browser did not say so at sign-up."""

    time_zone = forms.ChoiceField(label=_("Time zone"), error_messages=CHOOSE)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["time_zone"].choices = time_zone_choices(account)  # type: ignore[attr-defined]
        self.fields["time_zone"].widget.attrs |= QUIET

    def save(self) -> None:
        self.account.time_zone = self.cleaned_data["time_zone"]
        self.account.save(update_fields=["time_zone"])


# The settings as the page groups them. Each group is a form of its own.
GROUPS = {
    "device": ("theme", "leave_address"),
    "time": ("time_zone", "day_start"),
    "privacy": ("blank_minutes", "idle_minutes", "opens_covered"),
    "email": ("email",),
}


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Fields missing from the post stay as they are."""

    class Meta:
        model = Account
        fields = ["time_zone", "day_start", "theme", "leave_address", "blank_minutes", "idle_minutes", "opens_covered", "email"]
        help_texts = {"leave_address": _("An unremarkable page. If empty, the one this site has chosen.")}
        error_messages = {
            "leave_address": LINE_MESSAGES | {"invalid": _("This is not the address of a page. It begins with https:// or http://.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("time_zone", time_zone_choices(self.instance), required=not self.instance.asks_time_zone)
        self._offer(
            "day_start",
            [(hour, f"{hour:02}:00") for hour in DAY_STARTS],
            coerce=int,
            help_text=_("What you write before this hour belongs to the evening before."),
        )
        self._offer("theme", Theme.choices, widget=forms.RadioSelect)
        self._offer_minutes("blank_minutes", _("Without activity. It works without the server too; what you are typing is saved first."))
        self._offer_minutes("idle_minutes", _("When no page is open, for instance after closing the window."))
        self._offer(
            "opens_covered",
            [(False, _("The words shown")), (True, _("The words covered"))],
            coerce=lambda choice: str(choice) == "True",
            widget=forms.RadioSelect,
            help_text=_("Covered, a page shows the days and none of the words until you press “Show the words”."),
        )
        self.fields["email"] = AddressField(
            help_text=_(
                "Nothing is sent to it, and it cannot replace a lost passphrase. It is kept encrypted. Empty the field to delete it."
            ),
        )
        for field in self.fields.values():
            field.widget.attrs |= QUIET
        if self.is_bound:
            self.fields = {name: field for name, field in self.fields.items() if name in self.data}

    def _offer(self, name: str, choices: list[Any], **options: Any) -> None:
        """Put a field with these choices in place of the one that the model gives."""
        self.fields[name] = forms.TypedChoiceField(choices=choices, label=self.fields[name].label, error_messages=CHOOSE, **options)

    def _offer_minutes(self, name: str, help_text: Any) -> None:
        choices = [(minutes, minutes_in_words(minutes)) for minutes in ALLOWED_MINUTES[name]]
        self._offer(name, choices, coerce=int, help_text=help_text)

    def groups(self) -> dict[str, list[tuple[forms.BoundField, str]]]:
        """For each group its fields, each with what is stored, in words.

        A field that was not posted is as stored. The first that was refused has focus.
        """
        if self.errors:
            self.fields[next(iter(self.errors))].widget.attrs["autofocus"] = True
        stored = SettingsForm(instance=self.instance) if self.is_bound else self
        return {
            group: [((self if name in self.fields else stored)[name], self._in_words(name, stored.fields[name])) for name in names]
            for group, names in GROUPS.items()
        }

    def group(self) -> str:
        """The group that was posted; the first one with a field in the post, if there were more."""
        return next((group for group, names in GROUPS.items() if self.fields.keys() & set(names)), "device")

    def _in_words(self, name: str, field: forms.Field) -> str:
        value = self.initial[name]
        if name == "time_zone" and not value:
            return str(_("UTC, not chosen"))
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        if name == "leave_address":
            return str(_("A page of your own") if value else _("The usual page"))
        return str(_("One is stored") if value else _("None"))

    def save_changes(self) -> None:
        """Store only what was changed."""
        self.instance.save(update_fields=self.changed_data)
