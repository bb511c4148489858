from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from accounts.requests import is_from_script
from accounts.vault import split_secret
from accounts.vault.scope import acting_for
from config import form_owner
from config.held import HeldPage, address
from config.held.models import HeldForm
from config.middleware import GetResponse
from config.middleware.outage import uses_database
from config.policy import policy_of

# Where nothing can be held, typed text is in the answer itself (config.resubmit).
NOT_HELD = {403, 405, 429}


def held(get_response: GetResponse) -> GetResponse:
    """Answers 303 to `/held/<token>/` in place of every page that would answer a plain POST (`config.held`)."""

    @uses_database
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not _is_page_for_plain_post(request, response):
            return response
        key = address.browser_key(request)
        token = _token(request, response, key)
        if token is None:
            return response
        redirect = _redirect(token)
        redirect.cookies = response.cookies
        if "Clear-Site-Data" in response.headers:
            redirect.headers["Clear-Site-Data"] = response.headers["Clear-Site-Data"]
        elif len(token) != HeldForm.TOKEN_CHARS and settings.HELD_COOKIE_NAME not in request.COOKIES:
            redirect.set_cookie(settings.HELD_COOKIE_NAME, key, secure=settings.COOKIES_SECURE, httponly=True, samesite="Lax")
        return redirect

    return middleware


def held_for_anyone(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For a layer outside this one: 303 to `response`, which holds nothing private, if it is a page that would answer a plain POST."""
    if not _is_page_for_plain_post(request, response):
        return response
    token = address.of_page(HeldPage(request.get_full_path(), response.status_code, response.content.decode()), "")
    return _redirect(token) if token else response


def _redirect(token: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("held", args=[token])})


def _is_page_for_plain_post(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        request.method == "POST"
        and not is_from_script(request)
        # Newer browsers say themselves whether a script asks or a person goes to a page.
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and (response.status_code == 200 or 400 <= response.status_code < 500)
        and response.status_code not in NOT_HELD
        and response.headers.get("Content-Type", "").startswith("text/html")
        # A file to save, such as an export, is no page.
        and "Content-Disposition" not in response.headers
        and bool(response.content)
    )


def _token(request: HttpRequest, response: HttpResponse, key: str) -> str | None:
    """The token that leads to the page of `response`; None if it cannot be held."""
    policy, account = policy_of(request), request.user
    html = response.content.decode()
    page = HeldPage(request.get_full_path(), response.status_code, html, is_secret=policy.shows_secret and response.status_code == 200)
    # The last page of an account, and the answer to a form that was not read, hold nothing private.
    if "Clear-Site-Data" in response.headers or (response.status_code == 413 and not policy.returns_typed_text):
        return address.of_page(page, "")
    # Words from a page of another account are not stored for this one.
    if not isinstance(account, Account) or form_owner.belongs_to_other(request):
        return address.of_post(request, key) if policy.stores_nothing else address.of_page(page, key)
    at = timezone.now()
    if policy.shows_plan and split_secret.load(request, at=at):
        page = HeldPage(page.path, page.status, html, page.is_secret, needs_open_plan=True)
    with acting_for(account):
        return HeldForm.hold(account, page, at=at)
