from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.days import ONE_DAY, day_before, takes_place
from accounts.forms import gives_text_back, next_address
from accounts.requests import OwnerRequest
from accounts.versions import Conflict
from checkins.forms import CheckInForm
from checkins.models import CheckIn

EARLIEST = date(1900, 1, 1)
RECENT = 7


@require_http_methods(["GET", "HEAD", "POST"])
@gives_text_back
def index(request: OwnerRequest) -> HttpResponse:
    """Today's form, and below it the last days that have words."""
    today = request.user.local_day(timezone.now())
    return _day_page(request, today, today, title=_("Check-ins"), recent=request.user.checkins.before(today)[:RECENT])


@require_http_methods(["GET", "HEAD", "POST"])
@gives_text_back
def day(request: OwnerRequest, day: str) -> HttpResponse:
    """One day: read, write, correct. Where there is no such day, that is said, and what was typed is given back under today."""
    today = request.user.local_day(timezone.now())
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        return _no_such_day(request, today, _("There is no such date"), 404)
    if asked > today:
        return _no_such_day(request, today, _("This day has not come yet"), 422)
    if asked < EARLIEST or not takes_place(asked, request.user.zone):
        return _no_such_day(request, today, _("There is no such date"), 404)
    return _day_page(request, asked, today)


def _day_page(request: OwnerRequest, day: date, today: date, **context: Any) -> HttpResponse:
    account = request.user
    if request.method != "POST":
        return _render(request, CheckInForm(checkin=CheckIn.of(account, day)), today, **context)
    form = CheckInForm(request.POST, checkin=CheckIn(account=account, day=day))
    if not form.is_valid():
        return _render(request, form, today, status=422, **context)
    try:
        checkin = CheckIn.write(account, day, form.words, version=form.cleaned_data["version"], at=timezone.now())
    except Conflict as conflict:
        return _render(request, form, today, status=409, stored=conflict.stored, others=form.differences(conflict.stored), **context)
    if request.htmx:
        return render(request, "checkins/day.html#saved", {"checkin": checkin, "today": today})
    return HttpResponseRedirect(next_address(request) or checkin.get_absolute_url())


def _no_such_day(request: OwnerRequest, today: date, problem: str, status: int) -> HttpResponse:
    checkin = CheckIn.of(request.user, today)
    if request.method != "POST":
        return _render(request, CheckInForm(checkin=checkin), today, status=404, problem=problem)
    form = CheckInForm(request.POST, checkin=checkin)
    form.is_valid()
    return _render(request, form, today, status=status, problem=problem)


def _render(request: OwnerRequest, form: CheckInForm, today: date, status: int = 200, **context: Any) -> HttpResponse:
    """The page of a day, or, to htmx, what changes on it when its words are saved."""
    day, zone = form.checkin.day, request.user.zone
    context |= {
        "form": form,
        "checkin": form.checkin,
        "today": today,
        "previous": day_before(day, zone) if day > EARLIEST else None,
        "next": day + ONE_DAY if day < today else None,
        # The fields whose messages htmx brings up to date.
        "posted": [form[name] for name in CheckIn.WORDS if name in request.POST],
    }
    template = "checkins/day.html#saved" if request.htmx and request.method == "POST" else "checkins/day.html"
    return render(request, template, context, status=status)
