"""Requests as our middleware hands them to views."""

from datetime import date

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import Account


class OwnerRequest(HttpRequest):
    """A request of someone signed in, as every view has it whose policy is not `public` (config.policy)."""

    user: Account
    htmx: HtmxDetails
    # The person's own calendar day at the start of the request (accounts.local_day); set by config.middleware.account_scope.
    today: date


def is_on_this_site(address: str) -> bool:
    """Whether `address` is a path from the root of this site, to which somebody may be sent on."""
    return address.startswith("/") and address.isprintable() and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def next_address(request: HttpRequest) -> str:
    """Where the request wants to go next (`next`), if that is an address on this site; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_on_this_site(wanted) else ""
