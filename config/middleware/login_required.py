from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from config import errors
from config.middleware import Layer
from config.policy import policy_of


class LoginRequired(Layer):
    """Every page asks for sign-in unless its policy is `public`."""

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        return None if request.user.is_authenticated or policy_of(request).public else sign_in_first(request)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """The way to sign in, and from there back. htmx is told to go there with the whole page; typed text is given back."""
    if request.htmx:  # type: ignore[attr-defined]
        page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(reverse("account_login", query={"next": page}))
    return errors.signed_out(request) or redirect_to_login(request.get_full_path())
