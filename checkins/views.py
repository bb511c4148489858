from datetime import date
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reselect, retarget

from accounts.autosave.forms import save_or_conflict
from accounts.local_day import ONE_DAY, day_before, takes_place
from accounts.models import Account
from accounts.requests import OwnerRequest, form_status, is_covered, next_address, posted
from accounts.signin import throttle
from accounts.signin.reauthentication import require_recent_passphrase
from accounts.undo.answers import PressAnswer, tell, tell_in_place
from accounts.undo.changes import Watched
from checkins import calendar, suggestions
from checkins.date_range import CHOICES, USUAL, DateRange
from checkins.forms import CheckInForm, FindForm, RangeForm
from checkins.models import EARLIEST, CheckIn, DeletedDays, Pause
from checkins.patterns import Patterns, read
from checkins.rhythm import Rhythm
from config.policy import Throttle, policy
from guide import danger, helplines

# Days listed below today's form.
LISTED_DAYS = 7
# Days listed below the month, unless all of them are asked for.
MAX_LISTED_DAYS = 14
# Days shown of those that were found.
MAX_FOUND_DAYS = 100


@policy(returns_typed_text=True, forms=(CheckInForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: OwnerRequest) -> HttpResponse:
    """Today's form, and below it the last days that have words."""
    today = request.today
    return _day_page(request, today, today, title=_("Check-ins"))


@policy(returns_typed_text=True, forms=(CheckInForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: OwnerRequest, day: str) -> HttpResponse:
    """One day: read, write, correct. Where there is no such day, that is said, and what was typed is given back under today."""
    today = request.today
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        return _no_such_day(request, today, _("There is no such date"), 404)
    # Whatever is stored can be read and corrected; only a new day has to be one that has come.
    can_be_new = EARLIEST <= asked <= today and takes_place(asked, request.user.zone)
    if can_be_new or request.user.checkins.filter(day=asked).exists():
        return _day_page(request, asked, today)
    if asked > today:
        return _no_such_day(request, today, _("This day has not come yet"), 422)
    return _no_such_day(request, today, _("There is no such date"), 404)


def _day_page(request: OwnerRequest, day: date, today: date, **context: Any) -> HttpResponse:
    account = request.user
    if request.method != "POST":
        return _render(request, CheckInForm(checkin=CheckIn.of(account, day)), today, **context)
    form = CheckInForm(request.POST, checkin=CheckIn(account=account, day=day))
    watched = Watched(account.checkins.filter(day=day)) if form.answers_only else None
    checkin = save_or_conflict(form, lambda form: form.save(at=timezone.now()))
    if checkin is None:
        form.fill_in(form.stored or CheckIn.of(account, day))
        if watched is not None and request.htmx:
            return _whole_page(request, form, today)
        return _render(request, form, today, **context)
    if watched is not None:
        return _answered(request, checkin, watched)
    if form.cleaned_data["enough"]:
        return _enough(request, form)
    if request.htmx:
        return render(request, "checkins/day.html#saved", {"checkin": checkin, "today": today})
    return HttpResponseRedirect(next_address(request) or checkin.get_absolute_url())


def _answered(request: OwnerRequest, checkin: CheckIn, watched: Watched) -> HttpResponse:
    """What came of the action is noted: that is said where it was asked."""
    if checkin.outcome:
        text = _("%(outcome)s, noted.") % {"outcome": checkin.display("outcome")}
        undo = watched.token(at=timezone.now())
        tell(request, PressAnswer(text, "outcome", undo=undo, label=_("Change"), of=_("Did it happen?"), swap="#outcome"))
    return HttpResponseRedirect(next_address(request) or checkin.get_absolute_url())


def _enough(request: OwnerRequest, form: CheckInForm) -> HttpResponse:
    """That is enough for the day: said in place of the form."""
    watched = Watched(request.user.checkins.filter(day=form.checkin.day))
    form.mark_enough(at=timezone.now())
    undo = watched.token(at=timezone.now())
    tell(request, PressAnswer(_("That is enough for today."), "enough", undo=undo, of=_("That is enough for today"), swap="#main"))
    return HttpResponseRedirect(next_address(request) or form.checkin.get_absolute_url())


def _whole_page(request: OwnerRequest, form: CheckInForm, today: date) -> HttpResponse:
    """The page of the day in place of the one on which only its outcome was asked."""
    response = _render(request, form, today, whole=True)
    return retarget(reselect(response, "#main"), "#main")


def _no_such_day(request: OwnerRequest, today: date, problem: str, status: int) -> HttpResponse:
    checkin = CheckIn.of(request.user, today)
    if request.method != "POST":
        return _render(request, CheckInForm(checkin=checkin), today, status=404, problem=problem)
    form = CheckInForm(request.POST, checkin=checkin)
    form.is_valid()
    return _render(request, form, today, status=status, problem=problem)


def _render(request: OwnerRequest, form: CheckInForm, today: date, status: int | None = None, **context: Any) -> HttpResponse:
    """The page of a day, or, to htmx, what changes on it when its words are saved."""
    day, zone = form.checkin.day, request.user.zone
    context |= {
        "form": form,
        "checkin": form.checkin,
        "today": today,
        "previous": day_before(day, zone) if day > EARLIEST else None,
        "next": day + ONE_DAY if day < today or request.user.checkins.filter(day=day + ONE_DAY).exists() else None,
    }
    if request.htmx and request.method == "POST" and "whole" not in context:
        return render(request, "checkins/day.html#saved", context, status=status or form_status(form))
    latest, covered = suggestions.recent(request.user, date.max), is_covered(request)
    context |= {
        # Covered, the page has no words of other days.
        "offered": suggestions.offered([] if covered else latest, form.checkin),
        "chips": form.chips([] if covered else suggestions.named_before(request.user)),
        "recent": [other for other in latest if other.day != today][:LISTED_DAYS],
    }
    return render(request, "checkins/day.html", context, status=status or form_status(form))


@policy(forms=(FindForm,), throttle=Throttle(throttle.by_account("search", throttle.SEARCHES), refund=False))
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: OwnerRequest) -> HttpResponse:
    """All days: a month as a picture and as a list. A post looks for words or a feeling."""
    account = request.user
    today = request.today
    written = CheckIn.feelings_between(account)
    form = FindForm(posted(request), named=written)
    if form.is_valid():
        found = form.find(account.checkins.latest_first())
        help_first = danger.card(form.cleaned_data["q"], helplines.country(account.country))
        context = {"form": form, "found": found, "shown": found.hits[:MAX_FOUND_DAYS], "today": today, "card": help_first}
        return render(request, "checkins/found.html", context)
    last, covered = max([today, *written]), is_covered(request)
    if covered:
        # Which days have words may be seen, and not one of the words.
        written = dict.fromkeys(written, [])
    first = _first_of_month(request.GET.get("month"), today, last)
    month = calendar.month(first, written, today, account.zone, EARLIEST)
    listed = month.days_with_words[: None if "all" in request.GET else MAX_LISTED_DAYS]
    context = {
        "form": form,
        "today": today,
        "month": month,
        "days": CheckIn.between(account, listed[-1], listed[0]) if listed else [],
        "earlier": max((day for day in written if day < first), default=None),
        "anything": bool(written),
    }
    return render(request, "checkins/history.html", context, status=form_status(form))


def _first_of_month(asked: str | None, today: date, last: date) -> date:
    """The first day of the month `asked` for as 2026-03, of this one if none is. Raises Http404 for one after that of the `last` day."""
    try:
        first = date.fromisoformat(f"{asked}-01") if asked else today.replace(day=1)
    except ValueError as error:
        raise Http404 from error
    if not EARLIEST <= first <= last:
        raise Http404
    return first


@policy()
@require_safe
def year(request: OwnerRequest, year: int) -> HttpResponse:
    """One year as a picture, and in words."""
    today = request.today
    if not EARLIEST.year <= year <= request.user.checkins.last_day(today).year:
        raise Http404
    written = CheckIn.feelings_between(request.user, date(year, 1, 1), date(year, 12, 31))
    if is_covered(request):
        written = dict.fromkeys(written, [])
    return render(request, "checkins/year.html", {"year": calendar.year(year, written, today, EARLIEST), "today": today})


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: OwnerRequest, day: str) -> HttpResponse:
    """Delete a day. Asks once, with the words in sight; what another tab wrote meanwhile is shown before it goes."""
    today = request.today
    try:
        asked = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    checkins = request.user.checkins.filter(day=asked)
    found = checkins.first()
    seen = found is None or request.POST.get("version", str(found.version)) == str(found.version)
    if request.method == "POST" and seen:
        _tell_deleted(request, DeletedDays.delete_days(request.user, checkins, at=timezone.now()))
        return _to_the_month_of(asked, request.user.checkins.last_day(today))
    if found is None:
        return redirect("checkins:day", day)
    context = {"checkin": found, "today": today, "changed": request.method == "POST"}
    return render(request, "checkins/delete.html", context, status=409 if request.method == "POST" else 200)


@policy(may_take_long=True)
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def delete_range(request: OwnerRequest) -> HttpResponse:
    """Delete a range of days. Says how many there are, and deletes them once that number is confirmed."""
    form = RangeForm(posted(request))
    count = 0
    if form.is_valid():
        checkins = request.user.checkins.between(form.cleaned_data["first"], form.cleaned_data["last"])
        count = checkins.count()
        if count and request.POST.get("counted") == str(count):
            _tell_deleted(request, DeletedDays.delete_days(request.user, checkins, at=timezone.now()))
            return redirect("checkins:history")
        if not count:
            form.add_error("first", _("No day between these two has words in it."))
    return render(request, "checkins/delete_range.html", {"form": form, "count": count}, status=form_status(form))


def _tell_deleted(request: OwnerRequest, deleted: DeletedDays | None) -> None:
    """Say which days were deleted, with the way back."""
    if deleted is None:
        return
    first, last = deleted.dates[0], deleted.dates[-1]
    text = _("Deleted: %(day)s.") % {"day": date_format(first, "l j F Y")}
    if first != last:
        count = len(deleted.dates)
        words = _("Deleted: %(count)d days, from %(first)s to %(last)s.")
        text = words % {"count": count, "first": date_format(first, "j F Y"), "last": date_format(last, "j F Y")}
    tell(request, PressAnswer(text, undo="last", undo_at=reverse("checkins:restore"), of=text))


@policy()
@require_POST
def restore(request: OwnerRequest) -> HttpResponse:
    """Restore what was deleted last, if that was within ten minutes. A second press changes nothing."""
    deleted = DeletedDays.last(request.user, at=timezone.now())
    if deleted is None:
        tell(request, PressAnswer(_("Undo is no longer possible."), detail=_("Undo works for ten minutes."), failed=True))
        return redirect("checkins:history")
    last, left = deleted.dates[-1], deleted.restore()
    detail = _("Days that you have written again since stay as you wrote them.") if left else ""
    tell(request, PressAnswer(_("Undone."), detail=detail))
    return _to_the_month_of(last, request.user.checkins.last_day(request.today))


def _to_the_month_of(day: date, last: date) -> HttpResponse:
    """Redirect to the days of that month, or the nearest one that can be shown."""
    return redirect(f"{reverse('checkins:history')}?month={max(EARLIEST, min(day, last)):%Y-%m}")


@policy()
@require_safe
def patterns(request: OwnerRequest) -> HttpResponse:
    """What has become of the days: counts and drawings of what was written, over a stretch of time that can be chosen."""
    account = request.user
    today = request.today
    written = CheckIn.days(account)
    last = max([today, *written[-1:]])
    try:
        date_range = DateRange.choose(request.GET.get("range", USUAL), written[0] if written else None, last)
    except KeyError as error:
        raise Http404 from error
    context = {
        "date_range": date_range,
        "choices": [(key, name) for key, (_back, name) in CHOICES.items()],
        "has_earlier": bool(written) and written[0] < date_range.first,
        "rhythm": Rhythm.over(date_range, frozenset(written), Pause.days(account, today)),
        "patterns": Patterns.over(date_range, read(account, date_range.first, last), account.talks.held().days()),
        "today": today,
    }
    return render(request, "checkins/patterns.html", context)


@policy()
@require_POST
def pause(request: OwnerRequest) -> HttpResponse:
    """Pause for as long as one likes, or end the pause."""
    today = request.today
    watched = Watched(Account.objects.filter(pk=request.user.pk), fields=("paused_since",))
    pauses = Watched(request.user.pauses.all())
    if "start" in request.POST:
        Pause.start(request.user, today)
        text, of = _("Paused. Nothing is asked, and nothing fades."), _("Pause from today")
    elif "end" in request.POST:
        Pause.end(request.user, today)
        text, of = _("The pause has ended."), _("End the pause")
    else:
        raise BadRequest
    undo = watched.token(pauses, at=timezone.now())
    tell_in_place(request, PressAnswer(text, "pause", undo=undo, of=of, swap="#pause", also="#paused"))
    return HttpResponseRedirect(next_address(request) or f"{reverse('checkins:patterns')}#pause")


@policy()
@require_POST
def cover(request: OwnerRequest) -> HttpResponse:
    """Cover what one has written until the next press, in this session; `cover` is 1 or 0."""
    request.session["covered"] = covers = request.POST.get("cover") == "1"
    tell_in_place(request, PressAnswer(_("The words are covered.") if covers else _("The words are shown."), "cover"))
    return HttpResponseRedirect(next_address(request) or reverse("checkins:history"))
