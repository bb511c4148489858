"""Asking for the passphrase once more before what cannot be undone or taken back (docs/security.md, R6).

Whoever picks up an unlocked device finds a signed-in session. It shows what is there to read; it must not export, delete or change locks.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

SECONDS = 5 * 60


def require_recent_passphrase[View: Callable[..., Any]](view: View) -> View:
    """View decorator: asks for the passphrase first unless it was given in this session within the last five minutes.

    What was posted is not carried along: the page at the same address is opened instead. It asks when it is opened, so that its form is
    filled in and sent within those minutes.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if passphrase_is_recent(request, at=time.time()):
            return view(request, *args, **kwargs)
        address = f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()}, safe='/')}"
        return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)  # type: ignore[attr-defined]

    asking.require_recent_passphrase = True  # type: ignore[attr-defined]
    return asking  # type: ignore[return-value]


def passphrase_is_recent(request: HttpRequest, *, at: float) -> bool:
    """Whether the passphrase itself was given lately, at sign-in or since. A passkey is not enough: whoever unlocks the device has it."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "password" and 0 <= at - record["at"] < SECONDS for record in records)


def was_ever_asked(request: HttpRequest) -> bool:
    """Whether the passphrase itself was given in this session at all."""
    return any(record["method"] == "password" for record in get_authentication_records(request, request.user))


def remember(request: HttpRequest) -> None:
    """The passphrase has just been given. The session gets a new key (R13)."""
    request.session.cycle_key()
    record_authentication(request, request.user, method="password", reauthenticated=True)
