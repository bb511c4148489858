"""Requests as our middleware hands them to views."""

from datetime import date

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import Account

# The media type of an answer without markup.
PLAIN_TEXT = "text/plain; charset=utf-8"


class OwnerRequest(HttpRequest):
    """A request of someone signed in, as every view has it whose policy is not `public` (config.policy)."""

    user: Account
    htmx: HtmxDetails
    # The person's own calendar day at the start of the request (accounts.local_day); set by config.middleware.account_scope.
    today: date


def is_on_this_site(address: str) -> bool:
    """Whether `address` is a path from the root of this site, that a browser may be sent on to."""
    return address.startswith("/") and address.isprintable() and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def next_address(request: HttpRequest) -> str:
    """Where the request wants to go next (`next`), if that is an address on this site; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_on_this_site(wanted) else ""


def is_covered(request: HttpRequest) -> bool:
    """Whether what was written is covered: as was last pressed in this session, else as the settings say. False for strangers."""
    if not request.user.is_authenticated:
        return False
    return bool(request.session.get("covered", request.user.opens_covered))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, also of an empty one; None for any other method, which leaves the form unbound."""
    return request.POST if request.method == "POST" else None


def form_status(*forms: BaseForm) -> int:
    """The status of a page that shows these forms: 409 after a conflict (`accounts.autosave.forms`), 422 after an error, else 200."""
    if any(getattr(form, "stored", None) is not None for form in forms):
        return 409
    return 422 if any(form.errors for form in forms) else 200


def is_from_script(request: HttpRequest) -> bool:
    """Whether a script of ours sent it, by htmx or fetch, and takes the answer; else the browser shows that as its page."""
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "fetch"


def to_page(request: HttpRequest, address: str) -> HttpResponse:
    """Leads on to the page at `address`. htmx would follow a redirect and put that page into this one, so it is told to go there."""
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)  # type: ignore[attr-defined]
