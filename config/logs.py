import logging
import re
import time
import traceback
from copy import copy
from types import TracebackType


def first_line(said: object) -> str:
    """The first line of what an error or a message says; what PostgreSQL adds below may quote rows."""
    return str(said).strip().partition("\n")[0]


class BriefFilter(logging.Filter):
    """Says in one short line what a stranger's request or a database that is away would otherwise fill the log with.

    Django logs a request that it refuses (a Host header that is none of ours, too many fields) with what was sent and a stack. The pool of
    connections repeats the server's refusal for each try, once a second: it is said again after `AGAIN_S`.
    """

    AGAIN_S = 60.0

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._said_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool | logging.LogRecord:
        if record.name.startswith("django.security."):
            return self._without_text(record, f"Refused a request: {record.name.rpartition('.')[2]}.")
        if record.name == "psycopg.pool":
            reason = first_line(record.getMessage())
            # Each connection has a number of its own.
            known = re.sub(r"0x[0-9a-f]+|\d+", "", reason)
            if (said_at := self._said_at.get(known)) is not None and time.monotonic() - said_at < self.AGAIN_S:
                return False
            self._said_at = {**self._said_at, known: time.monotonic()} if len(self._said_at) < 50 else {known: time.monotonic()}
            return self._without_text(record, reason)
        return True

    def _without_text(self, record: logging.LogRecord, text: str) -> logging.LogRecord:
        """A copy: other handlers see the record as it was."""
        brief = copy(record)
        brief.msg, brief.args, brief.exc_info, brief.exc_text = text, (), None, None
        return brief


class QuietFormatter(logging.Formatter):
    """Formats an exception as its type and its stack, never its message.

    Messages of exceptions quote values ("invalid literal for int(): '…'"), and here values are what a person typed (docs/security.md,
    R64). Times are in UTC. Characters that would begin a new line or control a terminal are escaped.
    """

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:
        said = super().formatMessage(record)
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in said)

    def formatException(self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]) -> str:
        kind, _, trace = ei
        frames = (f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in traceback.extract_tb(trace))
        return "\n".join([*frames, kind.__qualname__ if kind else ""])
