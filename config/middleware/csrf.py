from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

from config.policy import policy_of


class Csrf(CsrfViewMiddleware):
    """Accepts a form if the browser says that it is ours (Sec-Fetch-Site, which no page can forge); else asks for the token as Django does.

    Two reasons. Under `Referrer-Policy: no-referrer` browsers send our own forms with "Origin: null", which Django refuses. And signing in
    again changes the token: text typed in another tab in the meantime could not be saved.
    """

    def process_view(self, request: HttpRequest, callback: Callable[..., Any], *args: Any) -> HttpResponseForbidden | None:
        policy = policy_of(request)
        if policy.csrf_exempt or policy.stores_nothing or request.headers.get("Sec-Fetch-Site") == "same-origin":
            return None
        return super().process_view(request, callback, *args)
