"""A page held for a stranger: the address itself holds it, encrypted, so that nothing is stored.

It opens in the browser that sent the form alone, and no longer once that browser has left: it is bound to a cookie, which Leave takes away.
Of a view that stores nothing the address holds what was posted, and the view answers it again; of any other the page.
"""

import json
import secrets
import time
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from copy import copy
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import resolve

from accounts.vault import sealing
from config.held import LIFETIME, LIFETIME_OF_A_SECRET, HeldPage
from config.middleware import country

# Longer addresses do not pass every proxy; what does not fit is answered as it is.
MAX_TOKEN_CHARS = 7000

_PURPOSE = b"config.held.address:"


def browser_key(request: HttpRequest) -> str:
    """What this browser's addresses are bound to; another one if it has none yet."""
    return request.COOKIES.get(settings.HELD_COOKIE_NAME) or secrets.token_urlsafe(16)


def of_page(page: HeldPage, key: str) -> str | None:
    """The token that holds `page`, for the browser with that key, or with "" for any; None if it is too long."""
    return _token({"page": asdict(page)}, key, LIFETIME_OF_A_SECRET if page.is_secret else LIFETIME)


def of_post(request: HttpRequest, key: str) -> str | None:
    """The token that holds what was posted to a view that stores nothing; None if it is too long."""
    # Not even looked at: packing it would cost more than the page (docs/security.md, R80).
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_PUBLIC_BODY_BYTES:
        return None
    return _token({"path": request.get_full_path(), "posted": request.POST.urlencode()}, key, LIFETIME)


def show(request: HttpRequest, token: str) -> HeldPage | None:
    """The page that `token` holds; None if it has expired, comes from another browser, or is not ours."""
    for key in (request.COOKIES.get(settings.HELD_COOKIE_NAME, ""), ""):
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            held = json.loads(zlib.decompress(sealing.open_by_program(sealed, _PURPOSE + key.encode())))
        except (sealing.CannotBeRead, ValueError):
            continue
        if held["until"] <= time.time():
            return None
        return HeldPage(**held["page"]) if "page" in held else _answered_again(request, held["path"], held["posted"])
    return None


def _token(held: dict[str, object], key: str, lifetime: timedelta) -> str | None:
    until = time.time() + lifetime.total_seconds()
    plain = zlib.compress(json.dumps(held | {"until": until}).encode(), 9)
    token = urlsafe_b64encode(sealing.seal_by_program(plain, _PURPOSE + key.encode())).decode().rstrip("=")
    return token if len(token) <= MAX_TOKEN_CHARS else None


def _answered_again(request: HttpRequest, path: str, posted: str) -> HeldPage:
    """What the view at `path` answers to what was posted, in the browser that `request` comes from."""
    path_info, _, query = path.partition("?")
    again = copy(request)
    again.META = request.META | {"REQUEST_METHOD": "POST", "PATH_INFO": path_info, "QUERY_STRING": query}
    again.path = again.path_info = path_info
    again.method, again.GET, again.POST = "POST", QueryDict(query), QueryDict(posted)
    match = again.resolver_match = resolve(path_info)
    response = country.keep(again, match.func(again, *match.args, **match.kwargs))
    return HeldPage(path, response.status_code, response.content.decode())
