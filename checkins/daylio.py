"""Days from the table that Daylio exports: `full_date,date,weekday,time,mood,activities,note_title,note`, newest first, many lines a day.

Moods become feelings. Nothing in the table is a gratitude or an intention, so everything that its lines say is kept in the note of the day,
columns that this program does not know as `name: value`. A table that a spreadsheet has saved again is read too: with semicolons or tabs,
with dates in another order where that leaves no doubt, and the table of 2018, which has the year in a column of its own.
"""

import csv
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.portability.file_format import MAX_SHOWN_CHARS, FileEntry, FileRefused, SkippedEntry
from accounts.vault.fields import MAX_TEXT_CHARS
from checkins import emotions

# Far more than a diary of ten years has. A larger table could be an attempt to fill the memory.
MAX_ROWS = 100_000

_NEEDED = {"mood", "activities", "note"}
_KNOWN = _NEEDED | {"full_date", "year", "date", "weekday", "time", "note_title"}
_DELIMITERS = (",", ";", "\t")

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]+)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})(?:[T ][\d:.]+)?")
_ENDS_A_LINE = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.I)
_BEGINS_AN_ITEM = re.compile(r"\n*<li\b[^<>]*>", re.I)
_NOTATION = re.compile(r"</?(?:p|div|ul|ol|b|i|u|s|em|strong|span|font|h[1-6]|a)\b[^<>]*>|</li\b[^<>]*>", re.I)
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|quot|#39|#x27);")


@dataclass(frozen=True)
class DaylioRow:
    """One row of the table: the line it begins on, counted from 1, and its cells by the name of their column."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def unknown(self) -> list[tuple[str, str]]:
        """Name and value of each column that this program does not know."""
        return [(name, value) for name, value in self.cells.items() if name not in _KNOWN and value]

    @property
    def says_something(self) -> bool:
        return bool(self.unknown) or any(self[name] for name in ("mood", "activities", "note_title", "note"))


class _Unclear(Exception):
    """A row that is left out; the message says why."""


def read(text: str) -> tuple[list[FileEntry], list[SkippedEntry]] | None:
    """The days in the table and the rows that cannot be imported; None if it is no such table. Raises FileRefused."""
    table = _Table.of(text)
    if table is None:
        return None
    skipped, by_day = table.skipped, dict[date, list[DaylioRow]]()
    for row in table.rows:
        try:
            by_day.setdefault(_day_of(row), []).append(row)
        except _Unclear as error:
            skipped.append(SkippedEntry(_where([row.line]), (row["full_date"] or row["date"])[:MAX_SHOWN_CHARS], str(error)))
    skipped.sort(key=lambda each: int(re.findall(r"\d+", each.where)[0]))
    oldest_first = len(by_day) > 1 and list(by_day) == sorted(by_day)
    days = []
    for day, rows in sorted(by_day.items()):
        plain = {"day": day.isoformat(), **_words(rows if oldest_first else rows[::-1])}
        where = _where(sorted(row.line for row in rows))
        if len(plain["note"]) > MAX_TEXT_CHARS:
            skipped.append(SkippedEntry(where, day.isoformat(), _("There is more text in it than a day can hold.")))
        else:
            days.append(FileEntry("checkin", where, plain))
    return days, skipped


class _Table:
    """The rows of the file, read so that one bad quotation mark costs one row."""

    def __init__(self, lines: list[str], first: int, names: list[str], delimiter: str) -> None:
        """`lines[first]` is the line after the names of the columns."""
        self.lines, self.names, self.delimiter = lines, names, delimiter
        self.skipped: list[SkippedEntry] = []
        self.rows: list[DaylioRow] = []
        at = first
        while at < len(lines):
            end = self._end_of_row(at)
            if end is None:
                why = _("A quotation mark opens on this line and is not closed, so it is not clear where the entry ends.")
                self.skipped.append(SkippedEntry(_where([at + 1]), lines[at][:10], why))
                end = at + 1
            else:
                self._add(at, "\n".join(lines[at:end]))
            at = end

    @classmethod
    def of(cls, text: str) -> "_Table | None":
        """The table in `text`; None if its first line with words does not name the columns."""
        lines = re.split(r"\r\n|\r|\n", text)
        first = next((at for at, line in enumerate(lines) if line.strip()), len(lines) - 1)
        told = re.fullmatch(r'"?sep=(.)"?\s*', lines[first], re.I)
        first += bool(told) and first + 1 < len(lines)
        for delimiter in (told[1],) if told else _DELIMITERS:
            names = [cell.strip() for cell in _cells(lines[first], delimiter, first + 1)]
            known = {name.lower() for name in names}
            if known >= _NEEDED and ("full_date" in known or known >= {"year", "date"}):
                return cls(lines, first + 1, [name.lower() if name.lower() in _KNOWN else name for name in names], delimiter)
        return None

    def _end_of_row(self, at: int) -> int | None:
        """The line after the row that begins on line `at`; None if a quotation mark in it is not closed before the next row or the end."""
        if not _is_open(self.lines[at], self.delimiter):
            return at + 1
        for end in range(at + 1, len(self.lines)):
            if self._looks_like_a_row(self.lines[end]):
                return None
            if _odd_quotes(self.lines[end]):
                return end + 1
        return None

    def _looks_like_a_row(self, line: str) -> bool:
        """Whether a line is a whole row by itself, with a day where the day belongs: no note has such a line by chance."""
        if line.count(self.delimiter) < len(self.names) - 1:
            return False
        cells = _cells(line, self.delimiter, 0)
        try:
            return len(cells) == len(self.names) and bool(_day_of(self._row(0, cells)))
        except _Unclear:
            return False

    def _add(self, at: int, text: str) -> None:
        cells = _cells(text, self.delimiter, at + 1)
        if not any(cell.strip() for cell in cells):
            return
        if len(self.rows) + len(self.skipped) >= MAX_ROWS:
            raise FileRefused(_("There is more in the file than an export holds."))
        if len(cells) > self.names.index("mood"):
            self.rows.append(self._row(at + 1, cells))
        else:
            self.skipped.append(
                SkippedEntry(_where([at + 1]), cells[0][:MAX_SHOWN_CHARS], _("It does not have as many columns as the first line."))
            )

    def _row(self, line: int, cells: list[str]) -> DaylioRow:
        """The row; cells beyond the named columns are called by their number."""
        names = [*self.names, *(_("Column %(number)d") % {"number": at + 1} for at in range(len(self.names), len(cells)))]
        return DaylioRow(line, {name: kept for name, cell in zip(names, cells, strict=False) if (kept := _kept(cell))} if cells else {})


def _cells(text: str, delimiter: str, line: int) -> list[str]:
    """The cells of one row. Raises FileRefused for a cell larger than any note."""
    options: list[dict[str, Any]] = [{"strict": True}, {"strict": True, "escapechar": "\\"}, {}]
    for each in options:
        try:
            return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True, **each), [])
        except csv.Error as error:
            if "limit" in str(error):
                raise FileRefused(_("Line %(line)d of the file cannot be read.") % {"line": line}) from error
    return []


def _odd_quotes(line: str) -> bool:
    """Whether quotation marks open or close in the line, however those inside a text are escaped."""
    quotes = line.count('"')
    return quotes % 2 == 1 and (quotes - line.count('\\"')) % 2 == 1


def _is_open(line: str, delimiter: str) -> bool:
    """Whether a quotation mark that opens in the first line of a row is not closed in it."""
    if not _odd_quotes(line):
        return False
    try:
        next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True), None)
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _where(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers))
    return _("Line %(number)s") % {"number": named} if len(numbers) == 1 else _("Lines %(numbers)s") % {"numbers": named}


def _day_of(row: DaylioRow) -> date:
    """The day of a row. Raises _Unclear where there is none, where it could be two, and where the row says nothing."""
    day = _full_date(row) if "full_date" in row.cells else _date_in_year(row)
    if not 1900 <= day.year <= 2200:
        raise _Unclear(_("There is no such day."))
    if not row.says_something:
        raise _Unclear(_("There is nothing in it."))
    return day


def _full_date(row: DaylioRow) -> date:
    """A date with its year. If it could be two dates, the weekday or the month's name next to it may decide; it is never guessed."""
    text = row["full_date"]
    if found := _YEAR_FIRST.fullmatch(text):
        return _existing(int(found[1]), int(found[2]), int(found[3]))
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        raise _Unclear(_("There is no such day."))
    first, separator, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
    possible = [_day_or_none(year, second, first)]
    # In a date with dots the day always comes first.
    if separator != "." and first != second:
        possible.append(_day_or_none(year, first, second))
    days = [day for day in possible if day]
    agreeing = [day for day in days if _agrees(day, row)] or days
    if len(agreeing) == 1:
        return agreeing[0]
    if not days:
        raise _Unclear(_("There is no such day."))
    raise _Unclear(
        _("The date could be read in two ways. Write it as year, month, day: %(day)s.") % {"day": f"{year}-{second:02}-{first:02}"}
    )


def _agrees(day: date, row: DaylioRow) -> bool:
    """Whether the weekday and the month's name in the row, as far as they are English, are those of `day`."""
    weekday, month = row["weekday"][:3].lower(), re.sub(r"[^a-z]", "", row["date"].lower())[:3]
    if weekday not in _WEEKDAYS and month not in _MONTHS:
        return False
    return weekday in (_WEEKDAYS[day.weekday()], "") and (month not in _MONTHS or month == _MONTHS[day.month - 1])


def _date_in_year(row: DaylioRow) -> date:
    """The date of the table of 2018: "18 May" or "May 18", and the year in a column of its own."""
    number, month = re.search(r"\d{1,2}", row["date"]), re.search(r"[^\W\d_]+", row["date"])
    if not (number and month and re.fullmatch(r"\d{4}", row["year"])):
        raise _Unclear(_("There is no such day."))
    if month[0][:3].lower() not in _MONTHS:
        raise _Unclear(_("Only the English names of months are known. Export the file again in the current version of Daylio."))
    return _existing(int(row["year"]), _MONTHS.index(month[0][:3].lower()) + 1, int(number[0]))


def _existing(year: int, month: int, day: int) -> date:
    found = _day_or_none(year, month, day)
    if found is None:
        raise _Unclear(_("There is no such day."))
    return found


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _words(rows: list[DaylioRow]) -> dict[str, Any]:
    """The first two moods of a day, and everything that its rows say."""
    moods = dict.fromkeys(row["mood"] for row in rows if 0 < len(row["mood"]) <= emotions.MAX_FEELING_CHARS)
    feelings = dict.fromkeys(emotion.key if (emotion := emotions.named(mood)) else mood for mood in moods)
    first, second, *_more = [*feelings, "", ""]
    return {"emotion_1": first, "emotion_2": second, "note": "\n\n".join("\n".join(_paragraph(row)) for row in rows)}


def _paragraph(row: DaylioRow) -> Iterator[str]:
    """Time, mood and activities in one line, then the title and the note, then the columns that are not known."""
    activities = ", ".join(activity for each in row["activities"].split("|") if (activity := each.strip()))
    head = ", ".join(filter(None, [row["time"], row["mood"]]))
    yield from filter(None, [": ".join(filter(None, [head, activities])), row["note_title"], _without_notation(row["note"])])
    yield from (f"{name}: {value}" for name, value in row.unknown)


def _kept(cell: str) -> str:
    """A cell without what no page can show; the narrow spaces of clocks become plain ones."""
    return cell.replace("\0", "").replace("\ufffd", "?").replace("\u202f", " ").replace("\xa0", " ").strip()


def _without_notation(note: str) -> str:
    """A note without the notation in which Daylio writes bold words and lists. Anything else that looks like notation stays."""
    text = _NOTATION.sub("", _ENDS_A_LINE.sub("\n", note))
    text = _BEGINS_AN_ITEM.sub("\n– ", text)
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]).replace("\xa0", " "), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
