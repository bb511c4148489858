from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.autosave.versions import Conflict
from accounts.models import Account
from accounts.requests import OwnerRequest
from config.policy import policy
from roadmap.looking_back.comparison import side_by_side
from roadmap.looking_back.forms import LookBackForm, NeedForm
from roadmap.looking_back.models import LookBack
from roadmap.models import Horizon, Roadmap

A_MONTH = timedelta(days=30)


@policy(returns_typed_text=True, forms=(NeedForm, LookBackForm))
@require_http_methods(["GET", "HEAD", "POST"])
def looking_back(request: OwnerRequest) -> HttpResponse:
    """Until the day: what one would need to see, and the day itself. From the day on, or sooner with `now`: everything side by side.
    With `time` one that was closed is read again."""
    today = request.today
    roadmap = Roadmap.of(request.user, to_write=request.method == "POST")
    if {"need_to_see", "look_back_on"} & request.POST.keys():
        return _write_need(request, roadmap, today)
    if request.method != "POST" and "time" in request.GET:
        return _past(request, request.GET["time"])
    record = LookBack.of(request.user, roadmap.started_on)
    if request.method == "POST":
        return _write_record(request, roadmap, record, today)
    if roadmap.ended_on or (roadmap.look_back_on > today and "now" not in request.GET):
        return _before(request, roadmap, NeedForm(roadmap=roadmap, today=today), today, record=record)
    return _the_day(request, roadmap, LookBackForm(record=record, today=today), today)


def _before(
    request: OwnerRequest, roadmap: Roadmap, form: NeedForm, today: date, status: int = 200, record: LookBack | None = None, **context: Any
) -> HttpResponse:
    """The page before the day, or, to htmx, what changes on it."""
    context |= {"form": form, "roadmap": roadmap, "today": today}
    if request.htmx and request.method == "POST":
        return render(request, "roadmap/looking_back/before.html#saved", context, status=status)
    record = record or LookBack.of(request.user, roadmap.started_on)
    context["record"] = record
    context["doubt"] = side_by_side(request.user, min(record.since, today), today).doubt
    context["closed"] = request.user.lookbacks.closed()
    return render(request, "roadmap/looking_back/before.html", context, status=status)


def _past(request: OwnerRequest, time: str) -> HttpResponse:
    """A time that was closed, to be read again: its words, and the record up to its day.

    The record is as it stands now: a copy would keep what somebody takes out afterwards.
    """
    record = _closed(request.user, time)
    if record is None or record.closed_on is None:
        raise Http404
    beside = side_by_side(request.user, min(record.since, record.closed_on), record.closed_on)
    return render(request, "roadmap/looking_back/past.html", {"record": record, "beside": beside})


def _closed(account: Account, time: str) -> LookBack | None:
    return next((each for each in account.lookbacks.closed() if str(each.round) == time), None)


def _write_need(request: OwnerRequest, roadmap: Roadmap, today: date) -> HttpResponse:
    form = NeedForm(request.POST, roadmap=roadmap, today=today)
    if not form.is_valid():
        return _before(request, roadmap, form, today, status=422)
    if not roadmap.came_late(**form.page):
        if others := form.differences(roadmap):
            return _before(request, roadmap, form, today, status=409, others=others)
        roadmap.plan_to_look_back(**form.words, **form.page)
    if request.htmx and "save" not in request.POST:
        return _before(request, roadmap, NeedForm(roadmap=roadmap, today=today), today, kept=True)
    return _on(request, reverse("roadmap:looking_back"))


def _the_day(request: OwnerRequest, roadmap: Roadmap, form: LookBackForm, today: date, status: int = 200, **context: Any) -> HttpResponse:
    """The page of the day, or, to htmx, what changes on it."""
    record = form.record
    context |= {"form": form, "record": record, "today": today}
    if request.htmx and request.method == "POST":
        return render(request, "roadmap/looking_back/the_day.html#saved", context, status=status)
    context |= {"roadmap": roadmap, "beside": side_by_side(request.user, min(record.since, today), today)}
    context["closed"] = request.user.lookbacks.closed()
    return render(request, "roadmap/looking_back/the_day.html", context, status=status)


def _write_record(request: OwnerRequest, roadmap: Roadmap, record: LookBack, today: date) -> HttpResponse:
    form = LookBackForm(request.POST, record=record, today=today)
    if not form.is_valid():
        return _the_day(request, roadmap, form, today, status=422)
    closed = _closed(request.user, request.POST.get("round", ""))
    if closed and not form.differences(closed):
        # The form that closed it, sent twice.
        return _on(request, reverse("roadmap:looking_back"))
    closing = {"closed_on": today, "needed": roadmap.need_to_see} if form.closes else {}
    try:
        record = record.write(form.words | closing, version=form.cleaned_data["version"], at=timezone.now(), **form.page)
    except Conflict as conflict:
        return _the_day(request, roadmap, form, today, status=409, stored=conflict.stored, others=form.differences(conflict.stored))
    if form.closes:
        _close(roadmap, record, form.cleaned_data, today)
    elif "later" in request.POST:
        roadmap.plan_to_look_back(look_back_on=today + A_MONTH)
    elif request.htmx and "save" not in request.POST:
        return _the_day(request, roadmap, LookBackForm(record=record, today=today), today)
    sooner = "save" in request.POST and roadmap.look_back_on > today
    return _on(request, reverse("roadmap:looking_back", query={"now": 1} if sooner else None))


def _on(request: OwnerRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _close(roadmap: Roadmap, record: LookBack, chosen: dict[str, Any], today: date) -> None:
    """A new date or an end, and what was ticked with it."""
    again = chosen["then"] == "again"
    if again and chosen["anew"]:
        roadmap.move_start(today)
    if chosen["as_step"] and record.next_step:
        roadmap.add(record.next_step, _horizon(roadmap, record.by_day), today)
    if not again:
        return roadmap.end(today)
    return roadmap.plan_to_look_back(look_back_on=chosen["again_on"])


def _horizon(roadmap: Roadmap, by: date | None) -> int:
    """The stretch that `by` falls into; the first without a day."""
    return next((horizon for horizon in Horizon.values if by is None or by <= roadmap.ends(horizon)), Horizon.HALF_YEAR)
