"""Asking for the passphrase again before anything that cannot be undone (docs/security.md, R6).

A person who picks up an unlocked device finds a signed-in session. It may show what is there to read; it must not export, delete or change
how one signs in.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.requests import OwnerRequest, to_page
from accounts.signin.allauth_bridge import get_authentication_records, record_authentication

# How long a passphrase that was given counts as recent.
_RECENT_S = 5 * 60


def require_recent_passphrase[View: Callable[..., Any]](view: View) -> View:
    """View decorator: asks for the passphrase first unless it was given in this session within the last five minutes.

    A post is not repeated: afterwards the page at the same address opens. The page asks when it is opened, so its form is usually sent
    within those minutes.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if passphrase_is_recent(request, at=time.time()):
            return view(request, *args, **kwargs)
        address = f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()}, safe='/')}"
        return to_page(request, address)

    asking.require_recent_passphrase = True  # type: ignore[attr-defined]
    return asking  # type: ignore[return-value]


def passphrase_is_recent(request: HttpRequest, *, at: float) -> bool:
    """Whether the passphrase was given in the five minutes before `at` (seconds since 1970). A passkey does not count."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "password" and 0 <= at - record["at"] < _RECENT_S for record in records)


def was_ever_asked(request: HttpRequest) -> bool:
    """Whether the passphrase was given in this session at all."""
    return any(record["method"] == "password" for record in get_authentication_records(request, request.user))


def remember(request: OwnerRequest) -> None:
    """Note that the passphrase was given now, and give the session a new key (docs/security.md, R13).

    A passphrase that was hashed at another cost has just been hashed again; this session goes on with the new hash.
    """
    update_session_auth_hash(request, request.user)
    record_authentication(request, request.user, method="password", reauthenticated=True)
