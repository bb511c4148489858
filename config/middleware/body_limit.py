"""A body is never larger than settings.MAX_BODY_BYTES, for strangers MAX_PUBLIC_BODY_BYTES, or than the view's policy says
(docs/security.md, R59 and R80)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import errors
from config.middleware import GetResponse, Layer
from config.middleware.held import held_for_anyone
from config.middleware.login_required import sign_in_first
from config.policy import policy_of

# A larger body is not read to its end once it has been answered; deploy/Caddyfile lets none through.
MAX_READ_ON_BYTES = 8 * 1024 * 1024


class BodyLimit(Layer):
    """Answers 413 to a larger body. To someone signed in, a view whose policy `returns_typed_text` may read it up to
    DATA_UPLOAD_MAX_MEMORY_SIZE all the same.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        unread = is_oversized(request) and _size(request) > max(_limit(request), settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        response = held_for_anyone(request, errors.too_large(request)) if unread else self.get_response(request)
        if 0 < _size(request) <= MAX_READ_ON_BYTES:
            _read_on(request)
        return response

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        policy, is_signed_in = policy_of(request), request.user.is_authenticated
        # Nothing of a stranger's is read that is longer than a form: it would cost too much (docs/security.md, R80).
        if not policy.public and not is_signed_in and _size(request) > settings.MAX_BODY_BYTES:
            return sign_in_first(request)
        is_read = policy.returns_typed_text and is_signed_in
        return errors.too_large(request) if is_oversized(request) and not is_read else None


def oversized_form(get_response: GetResponse) -> GetResponse:
    """Innermost: a form that is shown again with more text than may be posted is a 413, whatever else is wrong with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 422 and is_oversized(request):
            response.status_code = 413
        return response

    return middleware


def is_oversized(request: HttpRequest) -> bool:
    """Whether the body is larger than its view allows."""
    size = _size(request)
    # Most requests are small, and need no view to be looked up here: static files have none.
    return size > settings.MAX_PUBLIC_BODY_BYTES and size > _limit(request)


def _limit(request: HttpRequest) -> int:
    """Bytes that may be posted to the view."""
    policy = policy_of(request)
    return policy.max_body_bytes or (settings.MAX_PUBLIC_BODY_BYTES if policy.public else settings.MAX_BODY_BYTES)


def _size(request: HttpRequest) -> int:
    """Bytes of the body as announced."""
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _read_on(request: HttpRequest) -> None:
    """Read what is left of the body: a browser or proxy that is still sending may never see the answer before it has sent all."""
    with suppress(OSError):
        while request.read(64 * 1024):
            pass
