"""A secret kept between requests in two halves; neither half alone tells anything.

One half is in the session: random bytes, which every session has from sign-in, so that a stored session does not show whether there is a
secret. The other is in a cookie that ends with the browser: the secret and the moment of its last use, sealed with the first half. Five
minutes after that moment the server no longer accepts the cookie. Leaving and signing out end the session, and `forget` gives it another
half, so that a copy of the cookie opens nothing.
"""

import base64
import secrets
import struct
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.vault import sealing

COOKIE = settings.HALF_COOKIE_NAME
IDLE = timedelta(minutes=5)

_HALF = "half"
_PURPOSE = b"accounts.vault.split_secret"
_SECONDS = struct.Struct(">q")


def reset(session: SessionBase) -> None:
    """Give the session a new half. What was stored with the one before can no longer be opened."""
    session[_HALF] = secrets.token_hex(32)


def store(request: HttpRequest, response: HttpResponseBase, secret: bytes, *, at: datetime) -> None:
    """Store `secret` until five minutes after the moment `at`; storing it again prolongs that."""
    if _HALF not in request.session:
        reset(request.session)
    sealed = _key(request.session).seal(_SECONDS.pack(int(at.timestamp())) + secret, _PURPOSE)
    response.set_cookie(COOKIE, base64.urlsafe_b64encode(sealed).decode(), secure=settings.COOKIES_SECURE, httponly=True, samesite="Lax")


def load(request: HttpRequest, *, at: datetime) -> bytes | None:
    """The stored secret; None if there is none or its five minutes were over at the moment `at`."""
    cookie = request.COOKIES.get(COOKIE, "")
    if not cookie or _HALF not in request.session:
        return None
    try:
        opened = _key(request.session).open(base64.urlsafe_b64decode(cookie), _PURPOSE)
    except (sealing.CannotBeRead, ValueError):
        return None
    (used,) = _SECONDS.unpack_from(opened)
    # The clocks of two servers may differ a little, in either direction.
    return opened[_SECONDS.size :] if abs(at - datetime.fromtimestamp(used, UTC)) < IDLE else None


def forget(request: HttpRequest, response: HttpResponseBase) -> None:
    """Destroy both halves."""
    reset(request.session)
    clear_cookie(request, response)


def clear_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Delete the browser's half. The other half went with its session."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")


def _key(session: SessionBase) -> sealing.SealingKey:
    return sealing.SealingKey(bytes.fromhex(session[_HALF]))
