"""Importing rows and settings from a file into an account, or finding out what that would do."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import local_day
from accounts.autosave.models import VersionedModel
from accounts.models import ALLOWED_MINUTES, DAY_STARTS, Account
from accounts.portability.file_format import MAX_HEADING_CHARS, MAX_SHOWN_CHARS, FileEntry, SkippedEntry
from accounts.portability.merging import merge
from accounts.portability.parsing import to_row
from accounts.portability.schema import exported_schemas
from accounts.portability.serialization import to_plain, to_value
from accounts.vault.models import Area, PrivateModel

EXPORTED_SETTINGS = (
    "time_zone",
    "day_start",
    "theme",
    "leave_address",
    "blank_minutes",
    "idle_minutes",
    "opens_covered",
    "paused_since",
)


class Outcome(models.TextChoices):
    """What an import did with an entry of the file."""

    ADDED = "added", _("Added")
    MERGED = "merged", _("Merged with what is here")
    UNCHANGED = "unchanged", _("Here already")
    SKIPPED = "skipped", _("Left out")


@dataclass
class ReportLine:
    """One line of the report. `differing` are fields with other words here; `why` says why the entry was left out."""

    outcome: str
    area: str
    where: str
    what: str
    filled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    why: str = ""

    @classmethod
    def of_skipped(cls, skipped: SkippedEntry) -> "ReportLine":
        return cls(Outcome.SKIPPED, "", skipped.where, skipped.what, why=skipped.why)

    def plain(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


def import_entries(
    account: Account, entries: list[FileEntry], *, overwrite: bool, at: datetime, write: bool, added: Mapping[str, int] | None = None
) -> list[ReportLine]:
    """Import `entries`, or without `write` find out what that would do; returns a line for each, in their order.

    `overwrite`: where the account has other words, those of the file count. An entry that the account cannot have (any more) is skipped.
    `added`: how many entries of each model would be added before these.
    """
    lines: list[ReportLine] = []
    for name, group in groupby(entries, key=lambda entry: entry.model):
        more = (added or {}).get(name, 0)
        lines += _Import(account, list(group), overwrite=overwrite, at=at, write=write, added=more).lines()
    return lines


class _Import:
    """The entries of one model."""

    def __init__(self, account: Account, entries: list[FileEntry], *, overwrite: bool, at: datetime, write: bool, added: int) -> None:
        self.account, self.overwrite, self.at, self.write = account, overwrite, at, write
        self.schema = exported_schemas()[entries[0].model]
        self.entries = [(entry, self._row_or_error(entry)) for entry in entries]
        # Locked, so that what another tab saves meanwhile is merged too, and not overwritten.
        here = list(self.schema.rows(account, lock=write))
        self.here = dict(zip(self._keys(here), here, strict=True))
        model = self.schema.model
        # How many more rows the account can have; None for any number.
        self.room = None if model.max_rows is None else model.max_rows - added - sum(model.counts(row) for row in here)
        self.added: list[PrivateModel] = []
        self.changed: list[tuple[PrivateModel, set[str]]] = []

    def _row_or_error(self, entry: FileEntry) -> PrivateModel | str:
        """The row, or why the account cannot have it: the settings of the file, which come first, may have changed that."""
        try:
            return to_row(entry, self.account, at=self.at)
        except ValidationError as error:
            return str(error.messages[0])

    def _keys(self, rows: list[PrivateModel]) -> list[tuple[Any, ...]]:
        """The natural key of each row; rows that may share one are numbered in the order of their words."""
        keys = [tuple(getattr(row, name) for name in self.schema.natural_key) for row in rows]
        shared = [index for index, key in enumerate(keys) if None in key or not self.schema.key_is_unique]
        seen: Counter[tuple[Any, ...]] = Counter()
        for index in sorted(shared, key=lambda index: json.dumps(to_plain(rows[index]))):
            seen[keys[index]] += 1
            keys[index] = (*keys[index], seen[keys[index]])
        return keys

    def lines(self) -> list[ReportLine]:
        rows = [row for _entry, row in self.entries if not isinstance(row, str)]
        keys = iter(self._keys(rows))
        lines = [
            self._import(next(keys), entry.where, row)
            if not isinstance(row, str)
            else ReportLine(Outcome.SKIPPED, str(self.schema.model.area.label), entry.where, "", why=row)
            for entry, row in self.entries
        ]
        if self.write:
            self.schema.save(self.account, self.added, self.changed)
        return lines

    def _import(self, key: tuple[Any, ...], where: str, row: PrivateModel) -> ReportLine:
        heading = str(getattr(row, "heading", ""))[:MAX_HEADING_CHARS]
        line = ReportLine(Outcome.SKIPPED, str(self.schema.model.area.label), where, heading)
        if error := self.schema.import_error(row, self.at):
            line.why = error
        elif key not in self.here:
            self._add(key, row, line)
        else:
            self._merge(self.here[key], row, line)
        return line

    def _add(self, key: tuple[Any, ...], row: PrivateModel, line: ReportLine) -> None:
        if self.room is not None and self.schema.model.counts(row):
            if self.room <= 0:
                line.why = gettext("An account can have %(most)d of these at most.") % {"most": self.schema.model.max_rows}
                return
            self.room -= 1
        self.here[key] = row
        self.added.append(row)
        line.outcome = Outcome.ADDED

    def _merge(self, here: PrivateModel, row: PrivateModel, line: ReportLine) -> None:
        merged = merge(here, row, overwrite=self.overwrite)
        untouched = self.schema.is_untouched(here)
        for name, value in merged.changes.items():
            setattr(here, name, value)
        if merged.changes and not here._state.adding:
            names = set(merged.changes)
            if isinstance(here, VersionedModel) and not untouched:
                here.version, here.written_at = here.version + 1, self.at
                names |= {"version", "written_at"}
            self.changed.append((here, names))
        line.filled = [self.schema.label(name) for name in merged.filled]
        line.differing = [self.schema.label(name) for name in merged.differing]
        line.outcome = Outcome.MERGED if merged.changes else Outcome.SKIPPED if merged.differing else Outcome.UNCHANGED


def settings_of(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in EXPORTED_SETTINGS}


def import_settings(account: Account, settings: dict[str, Any], *, overwrite: bool, write: bool) -> list[ReportLine]:
    """The same for settings; `account` has them then, and with `write` they are stored.

    A setting that is as every new account has it gives way, and on an account in which nothing was written yet so do all.
    """
    overwrite = overwrite or (bool(settings) and is_empty(account))
    here, lines, changed = settings_of(account), [], []
    for name, plain in settings.items():
        line = ReportLine(Outcome.UNCHANGED, gettext("Settings"), "", _setting_label(name))
        lines.append(line)
        try:
            value = _setting_value(name, plain)
        except ValidationError as error:
            line.outcome, line.why = Outcome.SKIPPED, str(error.messages[0])
            continue
        default = Account._meta.get_field(name).get_default()  # type: ignore[union-attr]
        if value in (here[name], default):
            continue
        differs = here[name] != default
        line.outcome = Outcome.SKIPPED if differs and not overwrite else Outcome.MERGED
        line.differing = [line.what] if differs else []
        if line.outcome == Outcome.MERGED:
            changed.append(name)
            setattr(account, name, value)
    if write and changed:
        account.save(update_fields=changed)
    return lines


def is_empty(account: Account) -> bool:
    """Whether nothing was written in the account yet; what was read in the guide does not count."""
    schemas = [schema for schema in exported_schemas().values() if schema.model.area != Area.READING]
    return all(schema.is_untouched(row) for schema in schemas for row in schema.rows(account))


def _setting_label(name: str) -> str:
    if name not in EXPORTED_SETTINGS:
        return name[:MAX_SHOWN_CHARS]
    return str(Account._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _setting_value(name: str, plain: Any) -> Any:
    """The value of a setting for what a file has of it. Raises ValidationError, which says why it is left out."""
    if name not in EXPORTED_SETTINGS:
        raise ValidationError(gettext("This site does not import such a setting."))
    value = to_value(Account._meta.get_field(name), plain)  # type: ignore[arg-type]
    allowed: dict[str, Any] = {"time_zone": local_day.known_zones(), "day_start": DAY_STARTS, **ALLOWED_MINUTES}
    if name in allowed and value not in allowed[name]:
        raise ValidationError(gettext("“%(value)s” is not known here.") % {"value": str(value)[:MAX_SHOWN_CHARS]})
    return value
