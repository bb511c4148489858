"""How long a request waits for the database (docs/security.md, R65).

A server that is gone refuses connections at once. One that was stopped, or whose disk hangs, does not answer at all, and no timeout on the
server ends that. So the client limits the wait: after it the connection is closed, and the request is answered without a database.
Commands and migrations run outside of `db_timeout` and wait as long as it takes.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any

import psycopg

# Together with the pool's own two seconds it stays below five.
TIMEOUT_S = 2.5
# For views whose policy says `may_take_long`.
LONG_TIMEOUT_S = 60.0
# After the budget is spent, each further query still gets this long, so a page with many queries is not cut off.
MIN_TIMEOUT_S = 0.25
# How long a statement of a signed-in request waits for rows that another request has locked (docs/security.md, R82).
LOCK_TIMEOUT_MS = 1000
# How long a database that is asked to cancel a statement has for it. One that does is slow, and not away.
CANCEL_S = 0.3
# For this long after a timeout no request asks again, so that requests do not queue up behind each other.
PAUSE_S = 1.0

# Set by manage.py: a command has no pool, since it asks in one thread, and a pool hides why the server refuses it.
is_command = False

_until: ContextVar[float | None] = ContextVar("until", default=None)
_silent_at = -PAUSE_S


class DatabaseTimeout(psycopg.OperationalError):
    """The database did not answer in time."""


@contextmanager
def db_timeout(seconds: float) -> Iterator[None]:
    """Within the block the database is waited for `seconds` altogether."""
    token = _until.set(monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def mark_down() -> None:
    """Remember that the database is not answering."""
    global _silent_at
    _silent_at = monotonic()


def is_down() -> bool:
    """Whether the database was given up a moment ago."""
    return monotonic() - _silent_at < PAUSE_S


class TimedConnection(psycopg.Connection[Any]):
    """Waits for an answer as long as `db_timeout` says; raises DatabaseTimeout after that, and is closed then.

    The statement is cancelled first. If the database does that, it is there, and one statement took too long or waited for a lock: that is
    the matter of its request alone. If it does not, it is away for everyone.
    """

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        until = _until.get()
        if until is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(until - monotonic(), MIN_TIMEOUT_S))
        except psycopg.errors._WaitTimeout as error:
            if not self._cancelled(gen):
                mark_down()
            self.pgconn.finish()
            raise DatabaseTimeout("The database does not answer.") from error

    def _cancelled(self, gen: Any) -> bool:
        """Whether the database has ended the statement that `gen` waits for."""
        # An older libpq can only ask without a limit.
        if not psycopg.capabilities.has_cancel_safe():
            return False
        try:
            self.cancel_safe(timeout=CANCEL_S)
            super().wait(gen, timeout=CANCEL_S)
        except (psycopg.errors._WaitTimeout, psycopg.errors.CancellationTimeout):
            return False
        except psycopg.Error as error:
            return isinstance(error, psycopg.errors.QueryCanceled)
        # It had finished in the meantime.
        return True


def check(connection: psycopg.Connection[Any]) -> None:
    """For the pool, before it lends `connection`: end it if the server has hung up meanwhile. Looks at the socket and asks nothing."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if poll.poll(0):
        connection.close()
        raise psycopg.OperationalError("The server has ended the connection.")
