"""What a view may do, as one typed decorator: the only thing about a view that middleware reads.

Imports nothing but Django, so that every app may import it. Each view has exactly one policy; the defaults are the
strictest, so that a forgotten argument requires sign-in, a token and a database.
"""

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Protocol

from django.forms import Form, ModelForm
from django.http import HttpRequest
from django.urls import Resolver404, resolve


class ThrottleBucket(Protocol):
    """A count of attempts (`accounts.signin.throttle`)."""

    def consume(self) -> bool:
        """Use up one attempt; False if none was left."""

    def refund(self) -> None:
        """Give one attempt back."""


@dataclass(frozen=True)
class Throttle:
    """How often a view may be asked: a request by one of `methods` consumes one try from each of `buckets(request)`, or is answered 429.

    Successful requests are refunded unless `refund` is False.
    """

    buckets: Callable[[HttpRequest], Iterable[ThrottleBucket]]
    _: KW_ONLY
    methods: tuple[str, ...] = ("POST",)
    refund: bool = True


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What one view may do. Used as a decorator, outermost: `@policy(public=True)`."""

    # Open to people who are not signed in.
    public: bool = False
    # Ignores who is signed in; the address itself (a token) identifies the account.
    ignores_session: bool = False
    # Answers what is sent and forgets it. Nothing to roll back, so no transaction; nothing to forge, so no CSRF token.
    stores_nothing: bool = False
    # Takes forms without a CSRF token, although it stores something.
    csrf_exempt: bool = False
    # What it makes would be lost on a browser that keeps no cookies, so such a browser is told that first.
    needs_cookies: bool = False
    # Methods that are answered, as to a stranger, while the database is away. Others are answered 503 by the outage middleware.
    without_database: tuple[str, ...] = ()
    # The database may take up to `db_timeout.LONG_TIMEOUT_S` for it instead of `TIMEOUT_S`.
    may_take_long: bool = False
    # Answered before everything else where there is more to do than can be done.
    urgent: bool = False
    # A POST hashes a passphrase. Such requests have a few slots of their own (config.middleware.overload).
    hashes: bool = False
    # Bytes that may be posted; None for settings.MAX_BODY_BYTES, or MAX_PUBLIC_BODY_BYTES if it is public.
    max_body_bytes: int | None = None
    # Shows an oversized form again with the typed text, so more than the limit is read, and answered 413 (docs/security.md, R59).
    returns_typed_text: bool = False
    # Forms with fields that people write in: a page that gives typed text back shows it under their labels (config.resubmit).
    forms: "tuple[type[Form | ModelForm[Any]], ...]" = ()
    # A POST is answered with something that is shown once and never again, such as a code: then it is not held (config.held).
    shows_secret: bool = False
    # A page that answers a POST may show the private plan: it is held only as long as the plan stays open.
    shows_plan: bool = False
    # How often it may be asked; None for as often as one likes.
    throttle: Throttle | None = None

    def __call__[View: Callable[..., Any]](self, view: View) -> View:
        """Attach this policy to `view`."""
        view.policy = self  # type: ignore[attr-defined]
        return view


# Reads as a decorator where it is used as one.
policy = Policy

# For an address that does not exist: the response is public and needs no database.
NO_SUCH_ADDRESS = Policy(public=True, stores_nothing=True, without_database=("GET", "HEAD", "POST"))


def policy_of(request: HttpRequest) -> Policy:
    """The policy of the view that will answer `request`; looked up once per request. A view without one gets the defaults."""
    if not hasattr(request, "policy"):
        try:
            view = resolve(request.path_info).func
        except Resolver404:
            request.policy = NO_SUCH_ADDRESS  # type: ignore[attr-defined]
        else:
            request.policy = getattr(view, "policy", Policy())  # type: ignore[attr-defined]
    return request.policy  # type: ignore[attr-defined, no-any-return]
