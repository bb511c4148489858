"""What an exported file is, for those who write it and those who read it."""

from dataclasses import dataclass, field
from typing import Any

FORMAT = "even-keel"
VERSION = 1

# How large a file may be, and how many entries it may have, to be imported (docs/security.md, R60).
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_ENTRIES = 20_000
# How much of a name or value from a file a report shows.
MAX_SHOWN_CHARS = 40
# How much of the words of an entry it shows.
MAX_HEADING_CHARS = 90


class FileRefused(Exception):
    """No part of the file can be imported. The message says why, without quoting the file."""


@dataclass(frozen=True)
class FileEntry:
    """One row as it is in a file: the name of its model, where in the file it was found, and its values by field name."""

    model: str
    where: str
    plain: dict[str, Any]


@dataclass(frozen=True)
class SkippedEntry:
    """What is not imported: where in the file it was found, what it is, and why."""

    where: str
    what: str
    why: str


@dataclass(frozen=True)
class FileContents:
    """What a file holds."""

    entries: list[FileEntry] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    skipped: list[SkippedEntry] = field(default_factory=list)
    # Text with a lock of its own, by the name of its model. Only its own passphrase opens it.
    encrypted: dict[str, str] = field(default_factory=dict)
