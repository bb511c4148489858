"""Ending a session: for Leave, signing out, the idle lock, ending a device and a new passphrase (docs/security.md, R73 to R75).

Deleting an account does not go through here: its sessions go with it, and `accounts.portability.deletion` signs the browser out.

Ended means ended: no page, tab or process accepts a session after that. A page says it with a mark, a cookie that scripts may set
(settings.LEFT_COOKIE_NAME), before it sends anything, since a message may be lost. `config.middleware.leaving` honours the mark at the next
request. While the database cannot be told, the browser's session cookie is taken away at once, its digest is refused by every process on
this machine and deleted by a thread as soon as the database answers, and it stays in the mark, signed, so that any machine can do that.
"""

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from enum import Enum

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.signin import sessions

# What a page sets; anything else in the mark is a signed digest.
LEFT = "1"
RETRY_S = 0.25

# The cookies that go with a session.
COOKIES = (settings.SESSION_COOKIE_NAME, settings.HALF_COOKIE_NAME, settings.KNOWN_COOKIE_NAME, settings.HELD_COOKIE_NAME)

_signer = Signer(salt="accounts.signin.ending")


def end(digests: Iterable[str]) -> int | None:
    """Delete the stored sessions with these digests; returns how many there were.

    None if the database is away: then they are refused on this machine, and deleted as soon as it answers.
    """
    wanted = {*digests}
    try:
        return sessions.delete_stored(wanted)
    except (OperationalError, InterfaceError):
        _end_later(wanted)
        return None


class EndedBy(Enum):
    """How a person ends the session of the browser they are using."""

    LEAVE = "leave"
    # Also what the idle lock does. The browser stays known as one in which the passphrase was given (accounts.signin.throttle).
    SIGN_OUT = "sign out"


def end_session(request: HttpRequest, ended_by: EndedBy) -> None:
    """End the session of `request` once its answer is ready and what it has written is stored (`config.middleware.leaving`)."""
    request.ends_session = ended_by  # type: ignore[attr-defined]


def leave_token(session_key: str | None) -> str:
    """What the link to Leave carries, for browsers that do not say where a request comes from; empty without a session."""
    if not session_key:
        return ""
    return salted_hmac("accounts.signin.ending", sessions.digest(session_key), algorithm="sha256").hexdigest()[:32]


def comes_from_here(request: HttpRequest) -> bool:
    """Whether a request to leave was made on a page of ours or typed by hand: no other site ends a session (R75)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in {"same-origin", "none"}
    expected = leave_token(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return bool(expected) and constant_time_compare(request.GET.get("token", ""), expected)


class SessionEnding:
    """Ends the session of one request, and deletes its cookies in the response."""

    def __init__(self, request: HttpRequest) -> None:
        """End the session; the rest of the request is treated as a stranger's."""
        self._mark = request.COOKIES.get(settings.LEFT_COOKIE_NAME, "")
        self._digests = _signed_digests(self._mark)
        if key := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            self._digests.add(sessions.digest(key))
        self._cookies = [name for name in COOKIES if name in request.COOKIES]
        # How many stored sessions it was; None while the database cannot be told.
        self._ended = end(self._digests) if self._digests else 0
        request.session = sessions.SessionStore()
        request.user = AnonymousUser()
        for name in self._cookies:
            del request.COOKIES[name]

    def clear(self, request: HttpRequest, response: HttpResponseBase, ended_by: EndedBy | None) -> None:
        """Take our cookies from the browser; for Leave also what a browser may store besides. None for a mark that was found.

        The mark stays until a stored session was ended, or another has begun: where none was found, a request that was under way may have
        given it another key, and is still to be answered.
        """
        has_begun = request.session.modified and not request.session.is_empty()
        for name in self._cookies:
            if ended_by == EndedBy.SIGN_OUT and name == settings.KNOWN_COOKIE_NAME:
                continue
            if name not in response.cookies and not (has_begun and name == settings.SESSION_COOKIE_NAME):
                response.delete_cookie(name, samesite="Lax")
        is_honoured = has_begun or bool(self._ended) or (self._ended == 0 and bool(_signed_digests(self._mark)))
        if is_honoured and self._mark:
            response.delete_cookie(settings.LEFT_COOKIE_NAME, samesite="Lax")
        elif not is_honoured and self._digests:
            mark = LEFT if self._ended == 0 else _signer.sign(",".join(sorted(self._digests)))
            response.set_cookie(
                settings.LEFT_COOKIE_NAME, mark, max_age=settings.SESSION_COOKIE_AGE, secure=settings.COOKIES_SECURE, samesite="Lax"
            )
        if ended_by == EndedBy.LEAVE:
            response.headers["Clear-Site-Data"] = '"cookies", "storage"' if is_honoured or not self._digests else '"storage"'


def _signed_digests(mark: str) -> set[str]:
    """The digests in a mark that we have set; none in one that a page has set."""
    with suppress(BadSignature):
        return {*_signer.unsign(mark).split(",")}
    return set()


# Digests of sessions that have ended and could not be deleted yet.
_to_delete: set[str] = set()
_lock = threading.Lock()


def resume() -> None:
    """In a process that starts: delete what an earlier one could not."""
    if digests := sessions.refused.left_over():
        _end_later(digests)


def _end_later(digests: set[str]) -> None:
    with _lock:
        begins = not _to_delete
        _to_delete.update(digests)
        sessions.refused.add(digests)
    if begins:
        threading.Thread(target=_delete_when_possible, daemon=True, name="sessions that have ended").start()


def _delete_when_possible() -> None:
    while True:
        with _lock:
            digests = {*_to_delete}
        try:
            sessions.delete_stored(digests)
        except (OperationalError, InterfaceError):
            time.sleep(RETRY_S)
            continue
        finally:
            connection.close()
        with _lock:
            _to_delete.difference_update(digests)
            sessions.refused.discard(digests)
            if not _to_delete:
                return
