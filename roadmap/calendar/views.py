from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import time_format
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import OwnerRequest, form_status, posted
from accounts.signin import throttle
from accounts.signin.reauthentication import require_recent_passphrase
from accounts.undo.answers import PressAnswer, tell
from accounts.undo.changes import Watched
from accounts.vault.scope import acting_for
from config.policy import Throttle, policy
from roadmap.calendar import feed as calendar_feed
from roadmap.calendar.forms import NudgeForm
from roadmap.models import Roadmap

# A program asks a few times a day. Successful requests are refunded.
FETCHES = throttle.RateLimit(burst=60, more=1, seconds=10)


@policy(forms=(NudgeForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: OwnerRequest) -> HttpResponse:
    """The entries of the calendar, and the ways to get them. A post sets the nudge, or ends the feed's address (`end`)."""
    today = request.today
    roadmap = Roadmap.of(request.user)
    if "end" in request.POST:
        roadmap.end_feed()
        tell(request, PressAnswer(_("Ended. The address no longer works."), "feed"))
        return redirect(reverse("roadmap:calendar", fragment="feed"))
    form = NudgeForm(posted(request), initial={"nudge_at": roadmap.nudge_time})
    if form.is_valid():
        watched = Watched(request.user.roadmaps.all(), fields=("nudge_minute", "nudge_since"))
        at = form.cleaned_data["nudge_at"]
        roadmap.nudge_daily(at, today=today)
        text = _("Every day at %(time)s.") % {"time": time_format(at, "H:i")} if at else _("No nudge.")
        tell(request, PressAnswer(text, "nudge", undo=watched.token(at=timezone.now()), of=_("the daily nudge"), swap="#main"))
        return redirect(reverse("roadmap:calendar", fragment="nudge"))
    context = {
        "form": form,
        "roadmap": roadmap,
        "today": today,
        "days": calendar_feed.in_days(roadmap, today),
        "nudge_words": calendar_feed.nudge_words(),
    }
    return render(request, "roadmap/calendar/calendar.html", context, status=form_status(form))


@policy(shows_secret=True)
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def address(request: OwnerRequest) -> HttpResponse:
    """Make a secret address, which replaces an earlier one. It is shown in this one response only."""
    roadmap, made = Roadmap.of(request.user), ""
    if request.method == "POST":
        made = calendar_feed.new_token(request.user)
        roadmap.open_feed(calendar_feed.digest(made))
        made = request.build_absolute_uri(reverse("feed", args=[made]))
    return render(request, "roadmap/calendar/address.html", {"roadmap": roadmap, "made": made})


@policy()
@require_safe
def download(request: OwnerRequest) -> HttpResponseBase:
    """The calendar as a file, as it is now."""
    return _file(request, Roadmap.of(request.user), "attachment")


@policy(public=True, ignores_session=True, throttle=Throttle(throttle.by_network("feed", FETCHES), methods=("GET", "HEAD")))
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar for a program that knows the secret address; 404 for any other address."""
    account = calendar_feed.account_of(token)
    if account is None:
        raise Http404
    with acting_for(account):
        if not account.roadmaps.with_feed(calendar_feed.digest(token)).exists():
            raise Http404
        return _file(request, Roadmap.of(account), "inline")


def _file(request: HttpRequest, roadmap: Roadmap, disposition: str) -> HttpResponseBase:
    """The calendar; 304 if the program already has this version."""
    file = calendar_feed.as_file(roadmap, at=timezone.now())
    modified = int(file.changed_at.timestamp())
    headers = {
        "Content-Disposition": f'{disposition}; filename="{calendar_feed.FILE_NAME}"',
        "ETag": file.etag,
        "Last-Modified": http_date(modified),
    }
    response = HttpResponse(file.content, calendar_feed.CONTENT_TYPE, headers=headers)
    return get_conditional_response(request, etag=file.etag, last_modified=modified, response=response) or response
