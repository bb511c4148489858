"""Reading an uploaded file. Nothing in it is trusted before it was checked (docs/security.md, R60), and what can be imported is (R88)."""

import codecs
import json
from datetime import datetime
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.portability.file_format import (
    FORMAT,
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    MAX_SHOWN_CHARS,
    VERSION,
    FileContents,
    FileEntry,
    FileRefused,
    SkippedEntry,
)
from accounts.portability.schema import all_schemas, encrypted_schemas, exported_schemas
from accounts.portability.serialization import from_plain
from accounts.vault.models import PrivateModel

# The deepest of an export are the answers to six questions, in the record of a closed look back: eight levels.
_MAX_DEPTH = 8
# Far more than MAX_ENTRIES rows need; a file with more is made to fill the memory.
_MAX_BRACKETS = 500_000

# What tells whose a row was is ignored.
_OWNER_FIELDS = {"id", "pk", "account", "account_id", "owner", "owner_id"}
_HEAD = {"format", "version", "made_on", "settings", "name", *_OWNER_FIELDS}


def read(content: bytes, account: Account, *, at: datetime) -> FileContents:
    """What `content`, uploaded at the moment `at`, holds for `account`; what the account cannot have is among `skipped`.

    Raises FileRefused when nothing in it can be read.
    """
    if len(content) > MAX_FILE_BYTES:
        raise FileRefused(_("The file is larger than 5 MB."))
    if content.startswith(b"PK\x03\x04") or content.startswith(b"\x1f\x8b"):
        raise FileRefused(_("The file is compressed. Unpack it, and upload what is inside."))
    text = _decoded(content)
    if not text.strip():
        raise FileRefused(_("The file is empty."))
    contents = _own_file(text) if text.lstrip().startswith("{") else _file_of_other_app(text)
    if len(contents.entries) + len(contents.skipped) > MAX_ENTRIES:
        raise FileRefused(_("There are more than 20,000 entries in the file. Upload it in parts."))
    entries, skipped = [], list(contents.skipped)
    for entry in contents.entries:
        try:
            to_row(entry, account, at=at)
            entries.append(entry)
        except ValidationError as error:
            skipped.append(SkippedEntry(entry.where, _what(entry), error.messages[0]))
    return FileContents(entries, contents.settings, skipped, contents.encrypted)


def to_row(entry: FileEntry, account: Account, *, at: datetime) -> PrivateModel:
    """The row of an entry that was uploaded at the moment `at`, not stored. Raises ValidationError for one that `account` cannot have."""
    schema = exported_schemas()[entry.model]
    row = from_plain(schema.model, entry.plain, account)
    schema.fill_import_defaults(row, at=at)
    if missing := next((field.name for field in schema.fields if getattr(row, field.name) is None and not field.null), ""):
        raise ValidationError(_("“%(field)s” is missing.") % {"field": missing})
    row.clean()
    return row


def _what(entry: FileEntry) -> str:
    """The area of an entry, and its day if it has one."""
    area, day = exported_schemas()[entry.model].model.area.label, str(entry.plain.get("day", ""))[:MAX_SHOWN_CHARS]
    return f"{area}, {day}" if day else str(area)


def _decoded(content: bytes) -> str:
    """The text of the file, in UTF-8 or, as spreadsheets save it, UTF-16. Raises FileRefused."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("The file is not text in UTF-8 or UTF-16. Upload it as it was exported, or save it as “CSV UTF-8” in the spreadsheet.")
        ) from error


def _own_file(text: str) -> FileContents:
    whole = _parsed(text)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise FileRefused(_("This is JSON, but not a file that this site has made."))
    if whole.get("version") != VERSION:
        raise FileRefused(_("The file comes from another version of this site, which writes it differently."))
    lists = {name: value for name, value in whole.items() if name not in _HEAD | encrypted_schemas().keys()}
    if sum(len(value) for value in lists.values() if isinstance(value, list)) > MAX_ENTRIES:
        raise FileRefused(_("There are more than 20,000 entries in the file. Upload it in parts."))
    contents = FileContents()
    _read_head(whole, contents)
    known = exported_schemas()
    for name in lists.keys() - known.keys():
        contents.skipped.append(
            SkippedEntry("", name[:MAX_SHOWN_CHARS], _("This site does not know it. It may come from a newer version."))
        )
    for name in known:
        rows = lists.get(name, [])
        if isinstance(rows, list):
            for position, row in enumerate(rows, 1):
                _read_row(name, position, row, contents)
        else:
            contents.skipped.append(SkippedEntry("", str(known[name].model.area.label), _("It is not built as an export is.")))
    return contents


def _read_head(whole: dict[str, Any], contents: FileContents) -> None:
    """The settings, and the texts with a lock of their own."""
    for name in encrypted_schemas().keys() & whole.keys():
        text = whole[name]
        if isinstance(text, str) and text.isascii():
            contents.encrypted[name] = text
        else:
            contents.skipped.append(SkippedEntry("", name, _("It is not built as an export is.")))
    settings = whole.get("settings", {})
    if isinstance(settings, dict):
        contents.settings.update(settings)
    else:
        contents.skipped.append(SkippedEntry("", _("Settings"), _("It is not built as an export is.")))


def _read_row(name: str, position: int, row: Any, contents: FileContents) -> None:
    """Add the row, and say which of its fields this program does not know."""
    where, area = _("Entry %(position)d") % {"position": position}, exported_schemas()[name].model.area.label
    if not isinstance(row, dict):
        contents.skipped.append(SkippedEntry(where, str(area), _("It is not built as an export is.")))
        return
    known = {field.name for field in exported_schemas()[name].fields}
    for field_name in row.keys() - known - _OWNER_FIELDS:
        what = f"{area}, {field_name[:MAX_SHOWN_CHARS]}"
        contents.skipped.append(SkippedEntry(where, what, _("This site does not know this field. The rest of the entry is imported.")))
    contents.entries.append(FileEntry(name, where, {key: value for key, value in row.items() if key in known}))


def _parsed(text: str) -> Any:
    if text.count("{") + text.count("[") > _MAX_BRACKETS:
        raise FileRefused(_("There is more in the file than an export holds."))
    try:
        whole = json.loads(text, parse_constant=_refuse_constant)
        too_deep = _is_deeper_than(_MAX_DEPTH, whole)
    except RecursionError:
        too_deep = True
    except ValueError as error:
        raise FileRefused(_("The file ends too early or was changed: it cannot be read to its end.")) from error
    if too_deep:
        raise FileRefused(_("The file is not built as an export is."))
    return whole


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _is_deeper_than(levels: int, value: Any) -> bool:
    """Whether lists and objects are nested more than `levels` deep."""
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper_than(levels - 1, each) for each in inside)


def _file_of_other_app(text: str) -> FileContents:
    """The file of another program that one of our schemas can read. Raises FileRefused."""
    for schema in all_schemas():
        if parsed := schema.parse_other_app(text):
            entries, skipped = parsed
            return FileContents(entries, {}, skipped)
    raise FileRefused(_("This is neither a JSON file of this site nor a CSV file of Daylio."))
