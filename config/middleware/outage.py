"""The database is away, or the key to an account: what needs it is answered 503, with what was typed (docs/security.md, R65).

Meanwhile the methods in a policy's `without_database` are answered, as to a stranger. docs/architecture.md names the few other modules that
handle a missing database on their own.
"""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg.errors import LockNotAvailable

from accounts.signin.sessions import SessionStore
from accounts.vault.sealing import KeyMissing
from config import errors
from config.middleware import SAFE_METHODS, Layer
from config.ops import db_timeout
from config.policy import policy_of

logger = logging.getLogger(__name__)


class DatabaseAway(HttpResponse):
    """What a layer inside `Outage` answers when the database fails it. Never sent: `Outage` puts its own answer in its place."""

    status_code = 503

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        # The database is there: another request has locked what this one needs.
        self.is_locked = isinstance(error and error.__cause__, LockNotAvailable)

    def page(self, request: HttpRequest) -> HttpResponse:
        return errors.locked(request) if self.is_locked else errors.unavailable(request)


class Outage(Layer):
    """Limits how long a request waits for the database, and answers it when there is none."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        policy = policy_of(request)
        with db_timeout.db_timeout(db_timeout.LONG_TIMEOUT_S if policy.may_take_long else db_timeout.TIMEOUT_S):
            if policy.ignores_session:
                request.user = AnonymousUser()
            is_signed_in = _is_signed_in(request)
            if is_signed_in is None:
                return self._without_database(request) if request.method in policy.without_database else errors.unavailable(request)
            response = self.get_response(request)
            if not isinstance(response, DatabaseAway):
                return response
            # A public page is still read when the database could be asked who reads it, and failed afterwards.
            is_read = is_signed_in and request.method in SAFE_METHODS and request.method in policy.without_database
            return self._without_database(request) if is_read else response.page(request)

    def _without_database(self, request: HttpRequest) -> HttpResponse:
        """The answer as to a stranger. The session is not touched, so that it goes on once the database is back."""
        request.user, session, request.session = AnonymousUser(), request.session, SessionStore()
        response = self.get_response(request)
        request.session = session
        return response.page(request) if isinstance(response, DatabaseAway) else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, KeyMissing):
            return _key_missing(error)
        return DatabaseAway(error) if isinstance(error, (OperationalError, InterfaceError)) else None


def _is_signed_in(request: HttpRequest) -> bool | None:
    """Whether the request comes from someone signed in; None if the database cannot say."""
    if db_timeout.is_down() and settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    try:
        return request.user.is_authenticated
    except (OperationalError, InterfaceError):
        db_timeout.mark_down()
        return None


def uses_database[**Arguments](middleware: Callable[Arguments, HttpResponse]) -> Callable[Arguments, HttpResponse]:
    """Decorator for a layer inside `Outage` that asks the database itself: Django would make a 500 of its failure."""

    @wraps(middleware)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        try:
            return middleware(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            return DatabaseAway(error)
        except KeyMissing as error:
            return _key_missing(error)

    return guarded


def _key_missing(error: KeyMissing) -> DatabaseAway:
    """For the person it is the same: what they wrote cannot be reached just now, and nothing of it is lost."""
    logger.error("An account is sealed with a key that this process does not have. Restart it with every key in SEALING_KEYS.")
    return DatabaseAway(error)
