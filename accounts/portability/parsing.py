"""Reading a file that somebody brings: nothing in it is believed before it has been looked at (docs/security.md, R60)."""

import json
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.portability.export import FORMAT, LARGEST, MOST, VERSION, AllSettings, moving, packing
from accounts.portability.serialization import fields_of, from_plain
from accounts.vault.models import PrivateModel

DEEPEST = 6
# Far more than MOST rows need; a file with more is made to fill the memory.
MOST_BRACKETS = 500_000

# What tells whose a row was is not asked for.
OWNER = {"id", "pk", "account", "account_id", "owner", "owner_id"}


class Refused(Exception):
    """The file cannot be taken in; says why, and repeats nothing of it."""


@dataclass(frozen=True)
class Entry:
    """One row as it stands in the file. `model` is the name of its model, `where` says where it was found."""

    model: str
    where: str
    plain: dict[str, Any]


@dataclass(frozen=True)
class Contents:
    """What a file holds. `left` are things that cannot be taken in, each with where it stands, what it is and why."""

    entries: list[Entry]
    settings: dict[str, Any] = field(default_factory=dict)
    left: list[tuple[str, str, str]] = field(default_factory=list)
    # What has a lock of its own, by the name of its model. Nobody can look into it without its passphrase.
    packed: dict[str, str] = field(default_factory=dict)


def read(content: bytes, account: Account, *, at: datetime) -> Contents:
    """What `content`, brought at the moment `at`, holds, each row one that `account` could have. Raises Refused."""
    if len(content) > LARGEST:
        raise Refused(_("The file is larger than 5 MB."))
    if content.startswith(b"PK\x03\x04") or content.startswith(b"\x1f\x8b"):
        raise Refused(_("The file is packed. Unpack it, and bring what is inside."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_("The file is not text in UTF-8. Bring it as it was exported, without opening and saving it in between.")) from error
    if not text.strip():
        raise Refused(_("The file is empty."))
    contents = _ours(text) if text.lstrip().startswith("{") else _others(text)
    if len(contents.entries) + len(contents.left) > MOST:
        raise Refused(_("There are more than 20,000 entries in the file. Bring it in parts."))
    for entry in contents.entries:
        row_of(entry, account, at=at)
    _check_settings(contents.settings, account)
    return contents


def row_of(entry: Entry, account: Account, *, at: datetime) -> PrivateModel:
    """The row as it arrives at the moment `at`, not stored. Raises Refused for one that the account cannot have."""
    model = _models()[entry.model]
    try:
        row = from_plain(model, entry.plain, account)
        row.arrive(at=at)
        if missing := next((field.name for field in fields_of(model) if getattr(row, field.name) is None and not field.null), ""):
            raise ValidationError(_("“%(field)s” is missing.") % {"field": missing})
        row.clean()
    except ValidationError as error:
        words = {"where": entry.where, "area": model.area.label, "problem": error.messages[0]}
        raise Refused(_("%(where)s (%(area)s): %(problem)s") % words) from error
    return row


def _models() -> dict[str, type[PrivateModel]]:
    return {str(model._meta.model_name): model for model in moving()}


def _ours(text: str) -> Contents:
    whole = _parsed(text)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise Refused(_("This is JSON, but not a file that this site has made."))
    if whole.get("version") != VERSION:
        raise Refused(_("The file comes from another version of this site, which writes it differently."))
    packed = {name: whole[name] for name in packing() if name in whole}
    beside = {"format", "version", "made_on", "settings", *OWNER, "name", *packed}
    lists = {name: value for name, value in whole.items() if name not in beside}
    settings = whole.get("settings", {})
    if not lists.keys() <= _models().keys():
        raise Refused(_("There is something in the file that this site does not know. It may come from a newer version."))
    built = isinstance(settings, dict) and all(isinstance(rows, list) for rows in lists.values())
    if not built or not all(isinstance(text, str) and text.isascii() for text in packed.values()):
        raise Refused(_("The file is not built as an export is."))
    if sum(map(len, lists.values())) > MOST:
        raise Refused(_("There are more than 20,000 entries in the file. Bring it in parts."))
    entries = [_entry(name, place, row) for name in _models() for place, row in enumerate(lists.get(name, []), 1)]
    return Contents(entries, settings, packed=packed)


def _entry(name: str, place: int, row: Any) -> Entry:
    where = _("Entry %(place)d") % {"place": place}
    if not isinstance(row, dict):
        raise Refused(_("%(where)s: The file is not built as an export is.") % {"where": where})
    return Entry(name, where, {key: value for key, value in row.items() if key not in OWNER})


def _parsed(text: str) -> Any:
    if text.count("{") + text.count("[") > MOST_BRACKETS:
        raise Refused(_("There is more in the file than an export holds."))
    try:
        whole = json.loads(text, parse_constant=_no_number)
        deep = _deeper_than(whole, DEEPEST)
    except RecursionError:
        deep = True
    except ValueError as error:
        raise Refused(_("The file ends too early or was changed: it cannot be read to its end.")) from error
    if deep:
        raise Refused(_("The file is not built as an export is."))
    return whole


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _deeper_than(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in one another more than `levels` deep."""
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper_than(each, levels - 1) for each in inside)


def _others(text: str) -> Contents:
    """The file of another program that one of our models can read."""
    for model in apps.get_models():
        if issubclass(model, PrivateModel) and (found := model.read_foreign(text)) is not None:
            rows, left = found
            return Contents([Entry(str(model._meta.model_name), where, plain) for where, plain in rows], {}, left)
    raise Refused(_("This is neither a JSON file of this site nor a CSV file of Daylio."))


def _check_settings(settings: dict[str, Any], account: Account) -> None:
    if form_of(settings, account).errors or not settings.keys() <= set(AllSettings.Meta.fields):
        raise Refused(_("The settings in the file are not as they should be."))


def form_of(settings: dict[str, Any], account: Account) -> AllSettings:
    """The form of the settings page, filled in with what is in the file."""
    data = {name: "" if value is None else str(value) for name, value in settings.items()}
    # The form writes into its instance already when it is only asked.
    return AllSettings(data, instance=copy(account))
