import logging
import time
import traceback
from types import TracebackType


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
