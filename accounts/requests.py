"""Requests as our middleware hands them to views."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django_htmx.middleware import HtmxDetails

from accounts.models import Account


class OwnerRequest(HttpRequest):
    """A request of somebody signed in, as every view has it that is not marked `login_not_required`."""

    user: Account
    htmx: HtmxDetails


def is_on_this_site(address: str) -> bool:
    """Whether `address` is a path from the root of this site, to which somebody may be sent on."""
    return address.startswith("/") and address.isprintable() and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def next_address(request: HttpRequest) -> str:
    """Where the request wants to go next (`next`), if that is an address on this site; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_on_this_site(wanted) else ""


def gives_text_back[View: Callable[..., Any]](view: View) -> View:
    """Marks a view that answers an oversized form with the typed text in it, so that it may read more than BODY_LIMIT."""
    view.gives_text_back = True  # type: ignore[attr-defined]
    return view


def reads_up_to[View: Callable[..., Any]](size: int) -> Callable[[View], View]:
    """View decorator: what is posted may have `size` bytes, where a file comes with it, instead of BODY_LIMIT."""

    def mark(view: View) -> View:
        view.body_limit = size  # type: ignore[attr-defined]
        return view

    return mark


def stores_nothing[View: Callable[..., Any]](view: View) -> View:
    """Marks a view that answers what anybody sends to it and forgets it. There is nothing in it to forge, so it asks for no token, and
    nothing to roll back, so that it works while the database is away."""
    exempt = csrf_exempt(view)
    exempt.stores_nothing = True  # type: ignore[attr-defined]
    return exempt


def asks_nobody[View: Callable[..., Any]](view: View) -> View:
    """Marks a view that does not look at who is signed in: what it is asked with says whose it is."""
    view.asks_nobody = True  # type: ignore[attr-defined]
    return view


def takes_its_time[View: Callable[..., Any]](view: View) -> View:
    """Marks a view that the database may take longer for than for a page, such as one that brings everything in or out."""
    view.takes_its_time = True  # type: ignore[attr-defined]
    return view
