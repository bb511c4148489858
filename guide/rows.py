"""Rows of a TOML file that people correct by hand: each value is checked, and an error says the file and the line."""

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn

_HEADING = re.compile(r"^\s*\[{1,2}\s*([\w.]+)\s*\]{1,2}\s*(#.*)?$")


class DataError(ValueError):
    """What is wrong in a file of data; the text names the file and the line."""


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """The text of a file. Raises `DataError` if it cannot be read or is not in UTF-8."""
    try:
        data = path.read_bytes()
        return data.decode(encoding)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataError(f"{path}, line {line}: this is not text in UTF-8. Save the file as UTF-8") from None


class DataRow:
    """One table of a TOML file: its values are read one after the other, and `finish` refuses any that were not read."""

    def __init__(self, values: dict[str, Any], path: Path, lines: list[str], line: int) -> None:
        self._values, self._path, self._lines, self.line = dict(values), path, lines, line

    def refuse(self, what: str, key: str = "") -> NoReturn:
        """Raise `DataError` for this row, or for the line on which `key` is."""
        own = takewhile(lambda row: not _HEADING.match(row[1]), enumerate(self._lines[self.line :], self.line + 1))
        line = next((number for number, text in own if re.match(rf"\s*{re.escape(key)}\s*=", text)), self.line) if key else self.line
        raise DataError(f"{self._path}, line {line}: {what}")

    def text(self, key: str, pattern: str = r"\S(?:.*\S)?", shape: str = "a text that is not empty", default: str | None = None) -> str:
        """The text of `key`, which must match all of `pattern`; `shape` says so in words. Without a `default` it must be there."""
        value = self._values.pop(key, default)
        if value is None:
            self.refuse(f"{key} is missing")
        if value is not default and not (isinstance(value, str) and re.fullmatch(pattern, value)):
            self.refuse(f"{key} must be {shape}", key)
        return str(value)

    def choices(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """The texts of `key`, each of them allowed; none if the key is not there."""
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and value in allowed for value in values):
            self.refuse(f"{key} must be a list of: {', '.join(allowed)}", key)
        return tuple(values)

    def switch(self, key: str) -> bool:
        """Whether `key` is true; false if it is not there."""
        value = self._values.pop(key, False)
        if not isinstance(value, bool):
            self.refuse(f"{key} must be true or false", key)
        return value

    def day(self, key: str) -> date:
        value = self._values.pop(key, None)
        if type(value) is not date:
            self.refuse(f"{key} must be a day, such as 2026-11-30", key)
        return value

    def finish(self) -> None:
        """Refuse keys that were not read, so that a typing error in a key does not hide a number."""
        for key in self._values:
            if not isinstance(self._values[key], dict) and not _are_rows(self._values[key]):
                self.refuse(f"{key} is not a key of such a row", key)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


class DataFile:
    """A TOML file, read once. Its tables come in the file's order."""

    def __init__(self, path: Path) -> None:
        """Raises `DataError` if it cannot be read or is not TOML."""
        self._path, self._lines = path, read_text(path).splitlines()
        try:
            self.data = tomllib.loads("\n".join(self._lines))
        except tomllib.TOMLDecodeError as error:
            raise DataError(f"{path}: {error}") from None

    def rows(self, name: str) -> Iterator[tuple[DataRow, list[DataRow]]]:
        """Each table of that name, with the tables named `line` inside it."""
        found = self.data.get(name, [])
        starts, inner = self._starts(name), self._starts(f"{name}.line")
        for values in [found] if isinstance(found, dict) else found:
            row = DataRow(values, self._path, self._lines, next(starts, 0))
            yield row, [DataRow(line, self._path, self._lines, next(inner, 0)) for line in values.get("line", [])]

    def _starts(self, heading: str) -> Iterator[int]:
        """The numbers, from 1, of the lines with that heading."""
        return (number for number, text in enumerate(self._lines, 1) if (match := _HEADING.match(text)) and match[1] == heading)
