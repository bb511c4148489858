"""Taking rows from a file into an account, or finding out what that would do."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.autosave.models import VersionedModel
from accounts.models import Account
from accounts.portability.export import rows_of, settings_of
from accounts.portability.merging import is_unique, join, known_by
from accounts.portability.parsing import Entry, form_of, row_of
from accounts.portability.serialization import to_plain
from accounts.vault.models import PrivateModel


class Became(models.TextChoices):
    """What became of an entry of the file."""

    TAKEN = "taken", _("Taken in")
    JOINED = "joined", _("Joined with what is here")
    SAME = "same", _("Here already")
    LEFT = "left", _("Left out")


@dataclass
class Line:
    """One line of the report. `differing` are fields in which something else stands here; `why` says why it was left out."""

    became: str
    area: str
    where: str
    what: str
    filled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    why: str = ""

    def plain(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


def take_in(account: Account, entries: list[Entry], *, over: bool, at: datetime, write: bool) -> list[Line]:
    """Take `entries` in, or without `write` find out what that would do; a line for each, in their order.

    `over`: where something else stands here, the file counts. Raises Refused for an entry that the account cannot have.
    """
    lines: list[Line] = []
    for _name, group in groupby(entries, key=lambda entry: entry.model):
        lines += _Taking(account, list(group), over=over, at=at, write=write).lines()
    return lines


class _Taking:
    """The rows of one model."""

    def __init__(self, account: Account, entries: list[Entry], *, over: bool, at: datetime, write: bool) -> None:
        self.account, self.over, self.at, self.write = account, over, at, write
        self.rows = [(entry.where, row_of(entry, account, at=at)) for entry in entries]
        self.model = type(self.rows[0][1])
        # Held, so that what is saved in another tab meanwhile is joined too, and not written over.
        here = list(rows_of(self.model, account, held=write))
        self.here = dict(zip(self._keys(here), here, strict=True))
        self.new: list[PrivateModel] = []
        self.changed: list[tuple[PrivateModel, set[str]]] = []

    def _keys(self, rows: list[PrivateModel]) -> list[tuple[Any, ...]]:
        """The key by which each of the rows is known; several that may be alike are numbered in the order of their words."""
        keys = [tuple(getattr(row, name) for name in known_by(self.model)) for row in rows]
        alike = [place for place, key in enumerate(keys) if None in key or not is_unique(self.model)]
        seen: Counter[tuple[Any, ...]] = Counter()
        for place in sorted(alike, key=lambda place: json.dumps(to_plain(rows[place]))):
            seen[keys[place]] += 1
            keys[place] = (*keys[place], seen[keys[place]])
        return keys

    def lines(self) -> list[Line]:
        keys = self._keys([row for _where, row in self.rows])
        lines = [self._take(key, where, row) for key, (where, row) in zip(keys, self.rows, strict=True)]
        if self.write:
            self.model._default_manager.bulk_create(self.new, batch_size=500)
            for row, names in self.changed:
                row.save(update_fields=names)
        return lines

    def _take(self, key: tuple[Any, ...], where: str, row: PrivateModel) -> Line:
        line = Line(Became.LEFT, str(self.model.area.label), where, row.heading)
        if why := row.not_now(self.account.local_day(self.at)):
            line.why = why
        elif key not in self.here:
            self.here[key] = row
            self.new.append(row)
            line.became = Became.TAKEN
        else:
            self._join(self.here[key], row, line)
        return line

    def _join(self, here: PrivateModel, row: PrivateModel, line: Line) -> None:
        joined = join(here, row, over=self.over)
        untouched = here.is_untouched
        for name, value in joined.changes.items():
            setattr(here, name, value)
        if joined.changes and not here._state.adding:
            names = set(joined.changes)
            if isinstance(here, VersionedModel) and not untouched:
                here.version, here.written_at = here.version + 1, self.at
                names |= {"version", "written_at"}
            self.changed.append((here, names))
        line.filled, line.differing = [self._label(name) for name in joined.filled], [self._label(name) for name in joined.differing]
        line.became = Became.JOINED if joined.changes else Became.SAME
        if joined.differing and not joined.changes:
            line.became = Became.LEFT

    def _label(self, name: str) -> str:
        return str(self.model.LABELS.get(name) or self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def take_settings(account: Account, settings: dict[str, Any], *, over: bool, write: bool) -> list[Line]:
    """The same for settings: one that is as every new account has it gives way. `account` has them then; with `write` they are stored."""
    here, lines = settings_of(account), []
    form = form_of(settings, account)
    form.is_valid()
    changed = []
    for name in settings:
        new, line = form.cleaned_data[name], Line(Became.SAME, str(_("Settings")), "", str(form.fields[name].label))
        first = account._meta.get_field(name).get_default()  # type: ignore[union-attr]
        if new not in (here[name], first):
            differs = here[name] != first
            line.became = Became.LEFT if differs and not over else Became.JOINED
            line.differing = [line.what] if differs else []
            changed += [name] if line.became == Became.JOINED else []
        lines.append(line)
    for name in changed:
        setattr(account, name, form.cleaned_data[name])
    if write and changed:
        account.save(update_fields=changed)
    return lines
