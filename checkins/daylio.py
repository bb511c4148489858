"""Days from the table that Daylio exports: `full_date,date,weekday,time,mood,activities,note_title,note`, newest first, many lines a day.

Moods become feelings. Nothing in it is a gratitude or something one means to do, so all that a line says is kept as it was, as a note.
"""

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from accounts.portability.file_format import FileEntry, FileRefused, SkippedEntry
from accounts.vault.fields import MAX_TEXT_LENGTH
from checkins import emotions

NEEDED = {"full_date", "mood", "activities", "note"}
LONGEST_FEELING = 60
# Far more than a diary of ten years has; a table with more is made to fill the memory.
MOST_LINES = 100_000

Line = tuple[int, dict[str, str]]

_ENDS_A_LINE = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.I)
_BEGINS_AN_ITEM = re.compile(r"<li\b[^<>]*>", re.I)
_NOTATION = re.compile(r"</?(?:p|div|ul|ol|b|i|u|s|em|strong|span|font|h[1-6]|a)\b[^<>]*>", re.I)
_SIGN = re.compile(r"&(?:amp|lt|gt|nbsp|quot|#39|#x27);")


def read(text: str) -> tuple[list[FileEntry], list[SkippedEntry]] | None:
    """The days in the table and the lines that cannot be taken in; None if it is no such table. Raises FileRefused."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if not set(names) >= NEEDED:
            return None
        lines_with_words = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
        rows = list(islice(lines_with_words, MOST_LINES + 1))
    except csv.Error as error:
        raise FileRefused(_("Line %(line)d of the file cannot be read.") % {"line": reader.line_num}) from error
    if len(rows) > MOST_LINES:
        raise FileRefused(_("There is more in the file than an export holds."))
    left, by_day = [], dict[date, list[Line]]()
    for number, row in rows:
        line = dict(zip(names, (_kept(cell) for cell in row), strict=False))
        day, why = _day(line) if len(row) == len(names) else (None, _("It has not as many columns as the first line."))
        if day:
            by_day.setdefault(day, []).append((number, line))
        else:
            left.append(SkippedEntry(_where([number]), line.get("full_date", "")[:40], why))
    oldest_first = len(by_day) > 1 and list(by_day) == sorted(by_day)
    days = []
    for day, lines in sorted(by_day.items()):
        plain = {"day": day.isoformat(), **_words(lines if oldest_first else lines[::-1])}
        where = _where(sorted(number for number, _line in lines))
        if len(plain["note"]) > MAX_TEXT_LENGTH:
            left.append(SkippedEntry(where, day.isoformat(), _("There is more text in it than a day can hold.")))
        else:
            days.append(FileEntry("checkin", where, plain))
    return days, left


def _where(numbers: list[int]) -> str:
    numbers_in_words = ", ".join(map(str, numbers))
    return (
        _("Line %(number)s") % {"number": numbers_in_words} if len(numbers) == 1 else _("Lines %(numbers)s") % {"numbers": numbers_in_words}
    )


def _day(line: dict[str, str]) -> tuple[date | None, str]:
    """The day of a line, or None and why there is none."""
    try:
        day = date.fromisoformat(line["full_date"])
    except ValueError:
        return None, _("There is no such day.")
    if not 1900 <= day.year <= 2200:
        return None, _("There is no such day.")
    said = any(line.get(name) for name in ("mood", "activities", "note_title", "note"))
    return (day, "") if said else (None, _("There is nothing in it."))


def _words(lines: list[Line]) -> dict[str, Any]:
    """The first two moods of a day, and all that its lines say."""
    moods = dict.fromkeys(line["mood"] for _number, line in lines if 0 < len(line["mood"]) <= LONGEST_FEELING)
    feelings = dict.fromkeys(emotion.key if (emotion := emotions.named(mood)) else mood for mood in moods)
    first, second, *_more = [*feelings, "", ""]
    return {"emotion_1": first, "emotion_2": second, "note": "\n\n".join("\n".join(_paragraph(line)) for _number, line in lines)}


def _paragraph(line: dict[str, str]) -> Iterator[str]:
    """Time, mood and activities in one line, then the title, then the note."""
    activities = ", ".join(activity for each in line["activities"].split("|") if (activity := each.strip()))
    head = ", ".join(filter(None, [line.get("time"), line["mood"]]))
    yield from filter(None, [": ".join(filter(None, [head, activities])), line.get("note_title"), _plain(line["note"])])


def _kept(cell: str) -> str:
    """A cell without what no page can hold."""
    return cell.replace("\0", "").replace("\ufffd", "?").replace("\r\n", "\n").replace("\r", "\n").strip()


def _plain(note: str) -> str:
    """A note without the notation in which Daylio writes bold words and lists. Whatever else looks like it stays."""
    text = _NOTATION.sub("", _BEGINS_AN_ITEM.sub("– ", _ENDS_A_LINE.sub("\n", note)))
    text = _SIGN.sub(lambda sign: html.unescape(sign[0]).replace("\xa0", " "), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
