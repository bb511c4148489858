from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.local_day import day_before
from checkins.forms import CheckInForm
from checkins.models import CheckIn
from checkins.rhythm import is_away, week
from config.policy import policy
from config.resubmit import form_with_posted_text
from guide import library, reading
from roadmap.models import Roadmap
from roadmap.outline import Step, left_over

PLAIN = "text/plain; charset=utf-8"

# The drawing on the first page: six months of an invented record, a letter for each day with words in it.
RECORD = [
    {"y": 24 * month, "days": [round(1.6 + 11.17 * day, 2) for day, mark in enumerate(days) if mark == "x"]}
    for month, days in enumerate(
        [
            "xxxxxx.xxxx.x.xx...xx.x.x..x..",
            "xxxxxxxxx.....................",
            "..xx..xx.xxxxxxxxxx.x.xx.xxx..",
            "x.xxxxxxx.xxx......x.xxxxxxxx.",
            "..xx..xxxxxxx.x.xx.xxxx.x.xxx.",
            "xxxxxx.xxxxxx.x.xxxxxxxx.xxxxx",
        ]
    )
]


@policy(public=True)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """For who is signed in: yesterday's action, today's 3-2-1, the next steps, what to read. For everyone else: what this is."""
    if getattr(request, "database_away", False):
        return unavailable(request)
    if not request.user.is_authenticated:
        return render(request, "landing.html", {"minutes": library.current().minutes, "record": RECORD})
    account = request.user
    day = request.today  # type: ignore[attr-defined]
    # The week, and one more for the last day before today, however long ago that was.
    latest = {checkin.day: checkin for checkin in account.checkins.until(day)[:8]}
    checkin = latest.get(day) or CheckIn(account=account, day=day)
    last = next((latest[other] for other in latest if other < day), None)
    away = not checkin.version and last is not None and is_away(last.day, day)
    roadmap, steps = Roadmap.of(account), list(account.actions.next())
    # One thing at a time: the day that was chosen for it comes before what is due every month, and that before the end of a stretch.
    looks_back, review_is_due = roadmap.looks_back_on(day), roadmap.review_is_due(day)
    quiet = away or account.paused_since or looks_back or review_is_due
    context = {
        "today": day,
        "yesterday": day_before(day, account.zone),
        "checkin": checkin,
        "form": CheckInForm(checkin=checkin),
        "last": last if last and last.awaits_outcome and not away and not account.paused_since else None,
        "away": away,
        "first_day": not (checkin.version or last),
        "week": week(latest, day),
        "roadmap": roadmap,
        "looks_back": looks_back,
        "review_is_due": review_is_due and not looks_back,
        "over": None if quiet else left_over(roadmap, steps, day),
        "steps": [Step(action, roadmap, day) for action in steps[:2]],
        "here": reading.place(roadmap.seen.reads),
    }
    return render(request, "today.html", context)


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process is up."""
    return HttpResponse("up", content_type=PLAIN)


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; 503 if not. Says no more than that."""
    try:
        away = getattr(request, "database_away", False)
        complete = not away and _migrations() <= MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        complete = False
    if complete:
        return HttpResponse("up", content_type=PLAIN)
    return HttpResponse("down", status=503, content_type=PLAIN, headers={"Retry-After": "30"})


@cache
def _migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = _("Something in the request is not as a browser would send it. Go back and try again.")
    return _error(request, 400, _("That could not be read"), words)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    words = _("The page had been open too long, or the browser keeps no cookies for this site. Go back, load it again, and send it anew.")
    return _error(request, 403, _("That did not go through"), words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404, _("There is no such page"), _("It may have moved, or the address has a slip in it."))


def not_by_itself(request: HttpRequest) -> HttpResponse:
    words = _("This address only takes what a form sends. Nothing was changed. Go back to the page you came from, or begin anew.")
    return _error(request, 405, _("There is nothing to see here"), words)


def too_large(request: HttpRequest) -> HttpResponse:
    words = _("Nothing was changed. Go back: your words are still on the page you came from. Shorten them, then save again.")
    return _error(request, 413, _("That is too long to be kept"), words)


def too_many(request: HttpRequest) -> HttpResponse:
    words = _("There were many tries from this network just now. Nothing is locked; try again in a minute.")
    response = _error(request, 429, _("Wait a minute"), words)
    response.headers["Retry-After"] = "60"
    return response


def busy(request: HttpRequest) -> HttpResponse:
    """More passphrases at once than the server has memory for (docs/security.md, R3)."""
    words = _("Many passphrases are being checked just now. Nothing was changed. Go back and try again in a few seconds.")
    response = _error(request, 429, _("One moment"), words)
    response.headers["Retry-After"] = "5"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    words = _("It is not your doing, and nothing was half saved. Go back and try again; what you typed should still be there.")
    return _error(None, 500, _("Something went wrong here"), words)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database does not answer. Needs neither it nor a session. What was posted is given back, to be sent again.

    htmx keeps the form on its page, and needs no other.
    """
    form = form_with_posted_text(request) if request.method == "POST" and "HX-Request" not in request.headers else None
    if form is None:
        heading = _("Saving and opening do not work just now")
        words = _("Everything saved before is safe. Go back: what you typed should still be on the page. Try again in a minute or two.")
    elif form.visible_fields():
        heading = _("Saving does not work just now")
        words = _(
            "Your words are below, as you typed them, and only on this page. Keep it open and press the button again in a minute or two. "
            "Everything saved before is safe."
        )
    else:
        heading = _("Saving does not work just now")
        words = _("Nothing was changed, and everything saved before is safe. Press the button again in a minute or two.")
    given = {"form": form, "action": request.get_full_path(), "token": get_token(request)} if form else {}
    response = _error(None, 503, heading, words, "unavailable.html", given)
    response.headers["Retry-After"] = "30"
    return response


def someone_else(request: HttpRequest) -> HttpResponse:
    """What was sent comes from a page of another account (config.form_owner). The answer shows nothing of the one signed in.

    What was posted is given back, to be sent again. htmx loads the page anew, unless there are unsaved words on it (static/js/saving.js).
    """
    heading = _("Someone else is signed in now")
    if "HX-Request" in request.headers:
        return HttpResponse(heading, status=409, content_type=PLAIN, headers={"HX-Refresh": "true"})
    form = form_with_posted_text(request)
    if form is not None and form.visible_fields():
        words = _(
            "So nothing was saved. Your words are below, as you typed them, and only on this page. Keep it open, sign out in another tab, "
            "sign in as yourself there, and press the button again here."
        )
    else:
        words = _("So nothing was changed. Sign out in another tab, sign in as yourself there, and try again.")
    given = {"form": form, "action": request.get_full_path(), "token": get_token(request)} if form else {}
    return _error(None, 409, heading, words, "unavailable.html", given)


def signed_out(request: HttpRequest) -> HttpResponse | None:
    """What was posted after its session had ended, given back to be sent again; None where nobody wrote anything in it."""
    form = form_with_posted_text(request) if request.method == "POST" else None
    if form is None or not form.visible_fields():
        return None
    words = _(
        "So nothing was saved. Your words are below, as you typed them, and only on this page. Keep it open, sign in in another tab, and "
        "press the button again here."
    )
    given = {"form": form, "action": request.get_full_path(), "token": get_token(request), "signs_in": True}
    return _error(None, 403, _("You are signed out"), words, "unavailable.html", given)


def _error(
    request: HttpRequest | None, status: int, heading: str, words: str, template: str = "error.html", more: dict[str, Any] | None = None
) -> HttpResponse:
    """A calm page with Leave on it. Without a request it is the stranger's page, made from nothing that may be broken."""
    context = {"heading": heading, "words": words} | ({} if request else {"leave_to": settings.LEAVE_URL}) | (more or {})
    return HttpResponse(render_to_string(template, context, request), status=status)
