"""Error pages: calm, with Leave on them, and with the typed text if it would be lost otherwise."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.requests import PLAIN_TEXT
from config import resubmit
from config.policy import policy_of


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = _("Something in the request is not as a browser would send it. Go back and try again.")
    return _page(request, 400, _("That could not be read"), words)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    words = _("The page had been open too long, or the browser keeps no cookies for this site. Go back, reload it, and send it again.")
    return _page(request, 403, _("That did not go through"), words)


def no_cookies(request: HttpRequest) -> HttpResponse:
    """403: the browser did not bring the cookie that came with the form, so signing in would not last. Nothing was created."""
    words = _(
        "So signing in would not last. Nothing was made. Allow this site to keep cookies until the browser is "
        "closed, then open the page again. If you have just left, or cleared them, opening the page again is enough."
    )
    return _page(request, 403, _("This browser keeps no cookies here"), words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, _("There is no such page"), _("It may have moved, or the address may have a mistake in it."))


def no_longer_held(request: HttpRequest) -> HttpResponse:
    """404: a page that answered a form is gone (config.held)."""
    words = _(
        "The answer to a form is kept for 15 minutes, in the browser that sent it, and until you leave. Nothing that you saved is lost. "
        "Go back to the page with the form and send it again."
    )
    return _page(request, 404, _("This page is no longer kept"), words)


def not_by_itself(request: HttpRequest) -> HttpResponse:
    words = _("This address only takes what a form sends. Nothing was changed. Go back to the page you came from, or start again.")
    return _page(request, 405, _("There is nothing to see here"), words)


def too_large(request: HttpRequest) -> HttpResponse:
    words = _("Nothing was changed. Go back: your words are still on the page you came from. Shorten them, then save again.")
    return _page(request, 413, _("That is too long to save"), words)


def too_many(request: HttpRequest) -> HttpResponse:
    words = _("There were many attempts just now, from this network or this account. Nothing is locked; try again in a minute.")
    return _page(request, 429, _("Wait a minute"), words, retry_after_s=60)


def busy(request: HttpRequest) -> HttpResponse:
    """More passphrases at once than the server has memory for (docs/security.md, R3)."""
    words = _("Many passphrases are being checked just now. Nothing was changed. Go back and try again in a few seconds.")
    return _page(request, 429, _("One moment"), words, retry_after_s=5)


def server_error(request: HttpRequest) -> HttpResponse:
    words = _("It was not your mistake, and nothing was half saved. Go back and try again; what you typed should still be there.")
    return _page(None, 500, _("Something went wrong here"), words)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer, or the key to the account is not here. Needs neither database nor session. What was posted is
    given back, to be sent again.

    htmx keeps the form on its page, so no page is needed.
    """
    if request.method != "POST" or "HX-Request" in request.headers:
        heading = _("Saving and opening do not work just now")
        words = _("Everything saved before is safe. Go back: what you typed should still be on the page. Try again in a minute or two.")
        return _page(None, 503, heading, words, retry_after_s=30)
    policy = policy_of(request)
    heading = _("Saving does not work just now")
    if policy.stores_nothing:
        heading = _("Search does not work just now")
    elif policy.needs_cookies:
        heading = _("Signing in does not work just now")
    typed = _(
        "Your words are below, as you typed them, and only on this page. Keep it open and press the button again in a minute or two. "
        "Everything saved before is safe."
    )
    pressed = _("Nothing was changed, and everything saved before is safe. Press the button again in a minute or two.")
    return _resubmit(request, 503, heading, typed, pressed, retry_after_s=30)


def overloaded(request: HttpRequest | None) -> HttpResponse:
    """503: more is asked than can be answered (config.middleware.overload). What a plain form has posted is given back; without a request
    there was none."""
    heading = _("There are too many requests just now")
    pressed = _("Nothing was changed, and everything saved before is safe. Try again in a few seconds.")
    if request is None:
        return _page(None, 503, heading, pressed, retry_after_s=5)
    typed = _(
        "Your words are below, as you typed them, and only on this page. Press the button again in a few seconds. Everything saved before "
        "is safe."
    )
    return _resubmit(request, 503, heading, typed, pressed, retry_after_s=5)


def locked(request: HttpRequest) -> HttpResponse:
    """503: another request has locked the rows that this one needs (docs/security.md, R82). What was posted is given back."""
    heading = _("This is being changed just now")
    if request.method != "POST" or "HX-Request" in request.headers:
        words = _(
            "Something else is changing it, for example another page of yours. Everything saved before is safe. Try again in a moment."
        )
        return _page(None, 503, heading, words, retry_after_s=2)
    typed = _(
        "Something else is changing it, for example another page of yours, so nothing was saved here. Your words are below, as you typed "
        "them, and only on this page. Press the button again in a moment. Everything saved before is safe."
    )
    pressed = _(
        "Something else is changing it, for example another page of yours, so nothing was changed here. Everything saved before is safe. "
        "Press the button again in a moment."
    )
    return _resubmit(request, 503, heading, typed, pressed, retry_after_s=2)


def someone_else(request: HttpRequest) -> HttpResponse:
    """409: the form comes from a page of another account (config.form_owner). The response shows nothing of the account that is signed in.

    What was posted is given back, to be sent again. htmx reloads the page, unless there are unsaved words on it (static/js/saving.js).
    """
    heading = _("Someone else is signed in now")
    if "HX-Request" in request.headers:
        return HttpResponse(heading, status=409, content_type=PLAIN_TEXT, headers={"HX-Refresh": "true"})
    typed = _(
        "So nothing was saved. Your words are below, as you typed them, and only on this page. Keep it open, sign out in another tab, "
        "sign in as yourself there, and press the button again here."
    )
    pressed = _("So nothing was changed. Sign out in another tab, sign in as yourself there, and try again.")
    return _resubmit(request, 409, heading, typed, pressed)


def signed_out(request: HttpRequest) -> HttpResponse | None:
    """403: what was posted after its session had ended, given back to be sent again; None if there is no text in it, or too much to be
    read for a stranger (docs/security.md, R80).
    """
    is_read = request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) <= settings.MAX_BODY_BYTES
    form = resubmit.form_with_posted_text(request) if is_read else None
    if form is None or not form.visible_fields():
        return None
    typed = _(
        "So nothing was saved. Your words are below, as you typed them, and only on this page. Keep it open, sign in in another tab, and "
        "press the button again here."
    )
    return _resubmit(request, 403, _("You are signed out"), typed, typed, signs_in=True, form=form)


def _resubmit(
    request: HttpRequest,
    status: int,
    heading: str,
    typed: str,
    pressed: str,
    *,
    retry_after_s: int = 0,
    signs_in: bool = False,
    form: resubmit.Resubmission | None = None,
) -> HttpResponse:
    """A page with all that was posted in a form, to be sent again. Says `typed` if there is text in it, else `pressed`."""
    form = form or resubmit.form_with_posted_text(request)
    words = typed if form and form.visible_fields() else pressed
    if form is None:
        return _page(None, status, heading, words, retry_after_s=retry_after_s)
    context = {"form": form, "action": request.get_full_path(), "token": get_token(request), "signs_in": signs_in}
    return _page(None, status, heading, words, "resubmit.html", context, retry_after_s=retry_after_s)


def _page(
    request: HttpRequest | None,
    status: int,
    heading: str,
    words: str,
    template: str = "error.html",
    more: dict[str, Any] | None = None,
    *,
    retry_after_s: int = 0,
) -> HttpResponse:
    """A calm page with Leave on it. Without a request it is the stranger's page, made from nothing that may be broken."""
    context = (
        {"heading": heading, "words": words}
        | ({} if request else {"leave_to": settings.LEAVE_URL, "left_cookie": settings.LEFT_COOKIE_NAME})
        | (more or {})
    )
    response = HttpResponse(render_to_string(template, context, request), status=status)
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
