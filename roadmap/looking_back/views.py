from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.autosave.forms import save_or_conflict
from accounts.models import Account
from accounts.requests import OwnerRequest, form_status, to_page
from accounts.undo.answers import PressAnswer, tell
from accounts.undo.changes import Watched
from config.policy import policy
from roadmap.looking_back.comparison import side_by_side
from roadmap.looking_back.forms import LookBackForm, NeedForm
from roadmap.looking_back.models import LookBack
from roadmap.models import Action, Horizon, Roadmap

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
    request: OwnerRequest, roadmap: Roadmap, form: NeedForm, today: date, record: LookBack | None = None, **context: Any
) -> HttpResponse:
    """The page before the day, or, to htmx, what changes on it."""
    context |= {"form": form, "roadmap": roadmap, "today": today}
    if request.htmx and request.method == "POST":
        return render(request, "roadmap/looking_back/before.html#saved", context, status=form_status(form))
    record = record or LookBack.of(request.user, roadmap.started_on)
    context["record"] = record
    context["doubt"] = side_by_side(request.user, min(record.since, today), today).doubt
    context["closed"] = list(request.user.lookbacks.closed())
    return render(request, "roadmap/looking_back/before.html", context, status=form_status(form))


def _past(request: OwnerRequest, time: str) -> HttpResponse:
    """A time that was closed, to be read again: its words, and the record as it was shown on its day.

    Only where what was seen that day is not stored, as in an import from elsewhere, the record is read as it is now.
    """
    record = _closed(request.user, time)
    if record is None or record.closed_on is None:
        raise Http404
    beside, added = record.beside()
    context = {
        "record": record,
        "beside": beside or side_by_side(request.user, min(record.since, record.closed_on), record.closed_on),
        "as_then": beside is not None,
        "added": added,
    }
    return render(request, "roadmap/looking_back/past.html", context)


def _closed(account: Account, time: str) -> LookBack | None:
    return next((each for each in account.lookbacks.closed() if str(each.round) == time), None)


def _write_need(request: OwnerRequest, roadmap: Roadmap, today: date) -> HttpResponse:
    form = NeedForm(request.POST, roadmap=roadmap, today=today)
    watched, had_ended = _watch(request), roadmap.ended_on
    if not save_or_conflict(form, lambda form: roadmap.plan_to_look_back(**form.words, **form.origin)):
        return _before(request, roadmap, form, today)
    if request.htmx and ("save" not in request.POST or not (had_ended or roadmap.looks_back_on(today))):
        return _before(request, roadmap, NeedForm(roadmap=roadmap, today=today), today, kept=True)
    _tell(request, _("Saved. You look back on %(day)s.") % {"day": date_format(roadmap.look_back_on, "j F Y")}, watched)
    return to_page(request, reverse("roadmap:looking_back"))


def _watch(request: OwnerRequest) -> Watched:
    """What looking back may change of the roadmap, its dates and its end."""
    return Watched(request.user.roadmaps.all(), fields=("need_to_see", "look_back_on", "ended_on", "started_on"))


def _tell(request: OwnerRequest, text: str, *watched: Watched) -> None:
    first, *others = watched
    tell(request, PressAnswer(text, undo=first.token(*others, at=timezone.now()), of=text))


def _the_day(request: OwnerRequest, roadmap: Roadmap, form: LookBackForm, today: date) -> HttpResponse:
    """The page of the day, or, to htmx, what changes on it."""
    record = form.record
    context: dict[str, Any] = {"form": form, "record": record, "today": today}
    if request.htmx and request.method == "POST":
        return render(request, "roadmap/looking_back/the_day.html#saved", context, status=form_status(form))
    context |= {"roadmap": roadmap, "beside": side_by_side(request.user, min(record.since, today), today)}
    context["closed"] = list(request.user.lookbacks.closed())
    return render(request, "roadmap/looking_back/the_day.html", context, status=form_status(form))


def _write_record(request: OwnerRequest, roadmap: Roadmap, record: LookBack, today: date) -> HttpResponse:
    form = LookBackForm(request.POST, record=record, today=today)
    if not form.is_valid():
        return _the_day(request, roadmap, form, today)
    closed = _closed(request.user, request.POST.get("round", ""))
    if closed and not form.differences(closed):
        # The form that closed it, sent twice.
        return to_page(request, reverse("roadmap:looking_back"))
    watched = (_watch(request), Watched(request.user.lookbacks.all()), Watched(request.user.actions.own()))
    closing = _closing(roadmap, record, today) if form.closes else {}
    saved = save_or_conflict(form, lambda form: _save(request, form, closing))
    if saved is None:
        return _the_day(request, roadmap, form, today)
    if form.closes:
        _close(roadmap, saved, form.cleaned_data, today)
        _tell(request, _("Finished. You can read it here at any time."), *watched)
    elif "later" in request.POST:
        roadmap.plan_to_look_back(look_back_on=today + A_MONTH)
        _tell(request, _("You look back on %(day)s.") % {"day": date_format(today + A_MONTH, "j F Y")}, *watched)
    elif request.htmx:
        return _the_day(request, roadmap, LookBackForm(record=saved, today=today), today)
    else:
        _tell(request, _("Saved."), *watched)
    sooner = "save" in request.POST and roadmap.look_back_on > today
    return to_page(request, reverse("roadmap:looking_back", query={"now": 1} if sooner else None))


def _save(request: OwnerRequest, form: LookBackForm, closing: dict[str, Any]) -> LookBack:
    """Store the record. Raises accounts.vault.models.TooManyRows, also if the step that was ticked with it would be one too many."""
    if form.closes and form.cleaned_data["as_step"]:
        Action.refuse_more(request.user)
    return form.record.write(form.words | closing, at=timezone.now(), **form.origin)


def _closing(roadmap: Roadmap, record: LookBack, today: date) -> dict[str, Any]:
    """What is stored when it is closed: the day, what one needed to see, and what was shown."""
    shown = side_by_side(record.account, min(record.since, today), today)
    return {"closed_on": today, "needed": roadmap.need_to_see, "shown": shown.stored()}


def _close(roadmap: Roadmap, record: LookBack, chosen: dict[str, Any], today: date) -> None:
    """A new date or an end, and what was ticked with it."""
    again = chosen["then"] == "again"
    if again and chosen["restart"]:
        roadmap.move_start(today)
    if chosen["as_step"] and record.next_step:
        roadmap.add(record.next_step, _horizon(roadmap, record.by_day), today)
    if again:
        roadmap.plan_to_look_back(look_back_on=chosen["again_on"])
    else:
        roadmap.end(today)


def _horizon(roadmap: Roadmap, by: date | None) -> int:
    """The stretch that `by` falls into; the first without a day."""
    return next((horizon for horizon in Horizon.values if by is None or by <= roadmap.ends(horizon)), Horizon.HALF_YEAR)
