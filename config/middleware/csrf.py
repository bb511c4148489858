from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from config import errors
from config.policy import policy_of


class Csrf(CsrfViewMiddleware):
    """Accepts a form if the browser says that it is ours (Sec-Fetch-Site, which no page can forge); else asks for the token as Django does.

    Two reasons. Under `Referrer-Policy: no-referrer` browsers send our own forms with "Origin: null", which Django refuses. And signing in
    again changes the token: text typed in another tab in the meantime could not be saved.

    Browsers that do not say where a form comes from (Safari before 16.4) also send "Origin: null", so they are checked by cookie and token.
    """

    def process_view(self, request: HttpRequest, callback: Callable[..., Any], *args: Any) -> HttpResponse | None:  # type: ignore[override]
        policy = policy_of(request)
        if request.method == "POST" and policy.needs_cookies and not self._keeps_cookies(request):
            return errors.no_cookies(request)
        if policy.csrf_exempt or policy.stores_nothing or request.headers.get("Sec-Fetch-Site") == "same-origin":
            return None
        return super().process_view(request, callback, *args)

    def _keeps_cookies(self, request: HttpRequest) -> bool:
        """Whether the browser brought the cookie that its form was given. Test clients that switch CSRF checks off need none."""
        return settings.CSRF_COOKIE_NAME in request.COOKIES or getattr(request, "_dont_enforce_csrf_checks", False)

    def _origin_verified(self, request: HttpRequest) -> bool:
        return super()._origin_verified(request) or (  # type: ignore[misc]
            request.headers["Origin"] == "null" and "Sec-Fetch-Site" not in request.headers
        )

    def _check_referer(self, request: HttpRequest) -> None:
        """Our pages ask browsers to send none; one that is sent must be ours."""
        if "Referer" in request.headers or "Sec-Fetch-Site" in request.headers:
            super()._check_referer(request)  # type: ignore[misc]
