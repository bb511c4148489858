"""What holds for every request: headers, the size of what is sent, who acts, and who has to sign in first."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware import common
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Account
from accounts.signin import throttle
from accounts.signin.passphrases import Busy
from accounts.vault.scope import acting_for
from config import form_owner, views
from config.ops import db_timeout
from config.policy import policy_of

GetResponse = Callable[[HttpRequest], HttpResponse]

# Of a larger body nothing more is read once it has been answered; deploy/Caddyfile lets none through.
READ_ON = 8 * 1024 * 1024

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}

# On every response, static files and errors included (docs/security.md, R57). Django's own middleware sets the rest.
HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Browsers ignore it over plain HTTP; sent always, it cannot be lost to a proxy that forgets to say "https".
    "Strict-Transport-Security": f"max-age={settings.SECURE_HSTS_SECONDS}"
    + ("; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""),
    "X-Robots-Tag": "noindex",
}


def headers(get_response: GetResponse) -> GetResponse:
    """Outermost: nothing is stored by a browser unless a view says so (R16), and every response keeps to itself (R57)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware


class BodyLimit:
    """A body is never larger than BODY_LIMIT (R59), or than its view says (accounts.requests.reads_up_to).

    Views that give a refused text back may read more, and then answer 413 with it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size, limit = _size(request), settings.BODY_LIMIT
        if size > limit:
            limit = _limit(request)
        unread = size > max(limit, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        response = views.too_large(request) if unread else self.get_response(request)
        if response.status_code == 422 and size > limit:
            response.status_code = 413
        if 0 < size <= READ_ON:
            _read_on(request)
        return response

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        too_large = _size(request) > _limit(request) and not policy_of(request).returns_typed_text
        return views.too_large(request) if too_large else None


def _limit(request: HttpRequest) -> int:
    """How many bytes may be sent to the view."""
    return policy_of(request).max_body_bytes or settings.BODY_LIMIT


def _size(request: HttpRequest) -> int:
    """Bytes of the body as announced."""
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _read_on(request: HttpRequest) -> None:
    """Read what nobody wanted of the body: a browser or proxy that is still sending may never see the answer before it has sent all."""
    with suppress(OSError):
        while request.read(64 * 1024):
            pass


class CommonMiddleware(common.CommonMiddleware):
    """Refuses names that are not ours, except where it is asked whether all is well: proxies and monitors ask by address."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        return None if request.path_info.startswith("/health/") else super().process_request(request)


class CsrfMiddleware(CsrfViewMiddleware):
    """Takes a browser's word that a form is ours (Sec-Fetch-Site, which no page can forge), and else asks for the token as Django does.

    Two reasons. Under `Referrer-Policy: no-referrer` browsers send our own forms with "Origin: null", which Django refuses. And signing in
    anew changes the token: what was typed in another tab meanwhile could not be saved any more.
    """

    def process_view(self, request: HttpRequest, callback: Callable[..., Any], *args: Any) -> HttpResponseForbidden | None:
        policy = policy_of(request)
        if policy.csrf_exempt or policy.stores_nothing or request.headers.get("Sec-Fetch-Site") == "same-origin":
            return None
        return super().process_view(request, callback, *args)


class Acting:
    """Each signed-in request acts for its account in one transaction; so does each write of anyone else. A 5xx rolls all of it back (R66).

    Pages that are open to all are served while the database is away, as to a stranger. How long a request waits to learn that is
    limited (R65).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        longer = policy_of(request).may_take_long
        with db_timeout.db_timeout(db_timeout.LONG_TIMEOUT_S if longer else db_timeout.TIMEOUT_S):
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if policy_of(request).ignores_session:
            request.user = AnonymousUser()
        if db_timeout.is_down() and settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self._as_a_stranger(request)
        try:
            signed_in = request.user.is_authenticated
        except (OperationalError, InterfaceError):
            db_timeout.mark_down()
            return self._as_a_stranger(request)
        try:
            throttle_policy = policy_of(request).throttle
            taken = list(throttle_policy.buckets(request)) if throttle_policy and request.method in throttle_policy.methods else []
            if not all(bucket.consume() for bucket in taken):
                return views.too_many(request)
            response = self._stored(request, signed_in)
            if getattr(request, "gave_up", False):
                raise OperationalError("The view got no answer.")
            if response.status_code < 400:
                for bucket in taken if throttle_policy and throttle_policy.refund else ():
                    bucket.refund()
            if request.user.is_authenticated:
                throttle.make_known(request, response)
            return response
        except (OperationalError, InterfaceError):
            # What anybody may read is still read, also when the database could be asked and not be written to.
            open_to_all = request.method in SAFE_METHODS and policy_of(request).public
            return self._as_a_stranger(request) if signed_in and open_to_all else views.unavailable(request)

    def _stored(self, request: HttpRequest, signed_in: bool) -> HttpResponse:
        """The answer, once all that was written for it is stored. An account that was deleted meanwhile is signed in no more."""
        account = request.user.pk
        try:
            response = self._in_scope(request, signed_in)
            if response.status_code != 500 or not _is_gone(account):
                return response
        except IntegrityError:
            # That a row belongs to nobody any more is found only when its transaction ends.
            if not _is_gone(account):
                raise
        request.session.flush()
        request.user = AnonymousUser()
        return self._in_scope(request, signed_in=False)

    def _in_scope(self, request: HttpRequest, signed_in: bool) -> HttpResponse:
        with self._scope(request, signed_in):
            if signed_in:
                request.today = request.user.local_day(timezone.now())  # type: ignore[attr-defined, union-attr]
                request.session.keep_alive(request.user.idle_minutes, at=timezone.now())  # type: ignore[attr-defined, union-attr]
            response = self.get_response(request)
            if response.status_code >= 500:
                _roll_back()
        return response

    def _as_a_stranger(self, request: HttpRequest) -> HttpResponse:
        request.user = AnonymousUser()
        request.database_away = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def _scope(self, request: HttpRequest, signed_in: bool) -> AbstractContextManager[Any]:
        if signed_in:
            return acting_for(request.user)  # type: ignore[arg-type]
        return nullcontext() if request.method in SAFE_METHODS or policy_of(request).stores_nothing else transaction.atomic()

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """Words from a page of one account are never written into another."""
        return views.someone_else(request) if request.method == "POST" and form_owner.belongs_to_other(request) else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A database that does not answer is a 503 with a calm page, too many passphrases at once a 429 that has changed nothing."""
        if isinstance(error, Busy):
            _roll_back()
            return views.busy(request)
        if not isinstance(error, (OperationalError, InterfaceError)):
            return None
        request.gave_up = True  # type: ignore[attr-defined]
        return views.unavailable(request)


def _is_gone(account: UUID | None) -> bool:
    """Whether the account of that id has been deleted; None is nobody's."""
    return account is not None and not Account.objects.filter(pk=account).exists()


def _roll_back() -> None:
    """Undo what the request has written, if it may write at all."""
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)


def explained(get_response: GetResponse) -> GetResponse:
    """Innermost: an address that forms send to says so when it is opened by itself, as after signing in again, and shows no empty page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = views.not_by_itself(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks for sign-in unless its view says otherwise. htmx is told to go there with the whole page; words are given back."""

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponseBase | None:
        if request.user.is_authenticated or policy_of(request).public:
            return None
        return self.handle_no_permission(request, view_func)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:  # type: ignore[override]
        if getattr(request, "database_away", False):
            return views.unavailable(request)
        if request.htmx:  # type: ignore[attr-defined]
            page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(reverse(self.get_login_url(view_func), query={"next": page}))
        return views.signed_out(request) or super().handle_no_permission(request, view_func)
