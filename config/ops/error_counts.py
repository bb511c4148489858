"""Counts by kind of what goes wrong in the server processes, for `manage.py status`.

Each error that is logged is counted: a page that failed under the name of its exception, an answer with status 503 under that number, and
anything else under the part of the program that logged it. Messages are not looked at, since they may quote what a person typed.
"""

import logging
import threading
import time
from collections import Counter

from django.db import DatabaseError, connection
from django.utils import timezone

from config.ops.models import ErrorCount

# Counts are gathered for so long before they are stored together.
GATHER_S = 5.0


class ErrorCountHandler(logging.Handler):
    """Stores counts from a thread that lives while there is something to store. While the database is away, they wait in memory."""

    def __init__(self, gather_s: float = GATHER_S) -> None:
        super().__init__(logging.ERROR)
        self._gather_s = gather_s
        self._waiting: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        with self._guard:
            self._waiting[kind_of(record)] += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._store, daemon=True, name="counts of errors")
                self._thread.start()

    def _store(self) -> None:
        while True:
            time.sleep(self._gather_s)
            with self._guard:
                if not self._waiting:
                    self._thread = None
                    return
                taken, self._waiting = self._waiting, Counter()
            try:
                ErrorCount.objects.add(taken, day=timezone.now().date())
            except DatabaseError:
                with self._guard:
                    self._waiting.update(taken)
            finally:
                connection.close()


def kind_of(record: logging.LogRecord) -> str:
    """The name of the exception, else the status of the answer, else who logged it."""
    if record.exc_info and record.exc_info[0]:
        return record.exc_info[0].__qualname__
    return str(getattr(record, "status_code", "") or record.name)


def begin() -> None:
    """Count from now on, in this process."""
    handler = ErrorCountHandler()
    for name in ("", "django"):
        logging.getLogger(name).addHandler(handler)
