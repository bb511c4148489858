"""Today, the first page: the one page that knows all apps."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.local_day import day_before
from accounts.models import Account
from accounts.requests import OwnerRequest, is_covered
from accounts.undo.answers import PressAnswer, pop_answer, tell_in_place
from accounts.undo.changes import Watched
from checkins import suggestions
from checkins.forms import CheckInForm
from checkins.models import CheckIn
from checkins.rhythm import is_away, week
from config.policy import policy
from guide import doors, helplines, library, reading
from roadmap.models import Action, Roadmap
from roadmap.outline import Step, left_over

# The drawing of a record on the first page: where along its line a day was written.
HULLS = (4, 22, 40, 73, 91, 124)
# Today asks for at most three things. One of them is the check-in.
MAX_OTHER_ASKS = 2


@policy(public=True)
@require_http_methods(["GET", "HEAD", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """For people who are signed in, the day; for others, what this is. A post refuses a recovery code."""
    is_signed_in = request.user.is_authenticated
    if is_signed_in and "no_code" in request.POST:
        return _refuse_code(request)  # type: ignore[arg-type]
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if is_signed_in:
        return _today(request)  # type: ignore[arg-type]
    context = {
        "minutes": library.current().minutes,
        "doors": doors.DOORS.values(),
        "emergency_numbers": helplines.emergency_numbers(),
        "hulls": HULLS,
    }
    return render(request, "landing.html", context)


def _today(request: OwnerRequest) -> HttpResponse:
    """Yesterday's action, today's 3-2-1, the next steps, what to read."""
    account, day = request.user, request.today
    # The week, the last day before today, however long ago that was, and what is offered again.
    recent = suggestions.recent(account, day)
    latest = {checkin.day: checkin for checkin in recent}
    checkin = latest.get(day) or CheckIn(account=account, day=day)
    last = next((latest[other] for other in latest if other < day), None)
    away = not checkin.version and last is not None and is_away(last.day, day)
    form, answer, covered = CheckInForm(checkin=checkin), pop_answer(request), is_covered(request)
    roadmap, actions = Roadmap.of(account), Action.next_of(account)
    steps = _steps(account, roadmap, day, actions, answer)
    context = {
        "today": day,
        "yesterday": day_before(day, account.zone),
        "checkin": checkin,
        "form": form,
        # Covered, the page has no words of other days.
        "chips": form.chips([] if covered else suggestions.named_before(account)),
        "offered": suggestions.offered([] if away or covered else recent, checkin),
        "last": _asked_about(last, answer, quiet=bool(away or account.paused_since)),
        "away": away,
        "first_day": not (checkin.version or last) and _is_first_day(account, roadmap, day),
        "week": week(latest, day),
        "roadmap": roadmap,
        "steps": steps,
        "over": left_over(roadmap, actions, day),
        "here": reading.place(roadmap.seen.reads),
    }
    asks = _asks(account, day, context)
    context["asks"] = asks
    if "late" not in asks:
        context |= {
            "steps": [step for step in steps if not _can_wait(step, answer)],
            "waiting": sum(_can_wait(step, answer) for step in steps),
        }
    return render(request, "today/today.html", context)


def _can_wait(step: Step | None, answer: PressAnswer | None) -> bool:
    """Whether a step that is late is not shown, unless it is asked whether it is wanted; one line says that it can wait."""
    return step is not None and step.is_late and not (answer and answer.place == step.place)


def _is_first_day(account: Account, roadmap: Roadmap, day: date) -> bool:
    """The day of sign-up, with nothing planned yet and no roadmap from before."""
    return account.local_day(account.joined_at) == day <= roadmap.started_on and roadmap.seen.next_talk is None


def _asked_about(last: CheckIn | None, answer: PressAnswer | None, *, quiet: bool) -> CheckIn | None:
    """The last day, if it is open what came of its action, or if that was answered just now."""
    if last is None or quiet:
        return None
    return last if last.awaits_outcome or (answer and answer.place == "outcome") else None


def _steps(account: Account, roadmap: Roadmap, day: date, actions: list[Any], answer: PressAnswer | None) -> list[Step | None]:
    """The next two steps; the one that was pressed just now first, or, when it has left, None."""
    place = answer.place if answer else ""
    pressed = [action for action in Action.all_of(account) if place == action.row_id] if place.startswith("action-") else []
    steps: list[Step | None] = [Step(action, roadmap, day) for action in [*pressed, *(each for each in actions if each not in pressed)][:2]]
    return [None, *steps[1:]] if answer and answer.gone else steps


def _asks(account: Account, day: date, shown: dict[str, Any]) -> list[str]:
    """What is asked besides the check-in, the most important first, and never more than a few questions."""
    roadmap, away, first = shown["roadmap"], shown["away"], shown["first_day"]
    quiet = bool(away or account.paused_since)
    asks = {
        "zone": account.asks_time_zone,
        "outcome": bool(shown["last"]),
        # One of the two: the day that was chosen for it comes before what is due every month.
        "look-back": not quiet and roadmap.looks_back_on(day),
        "review": not quiet and roadmap.review_is_due(day) and not roadmap.looks_back_on(day),
        "talk": not quiet and bool(roadmap.seen.next_talk and roadmap.seen.next_talk <= day),
        "code": account.offers_recovery_code(day),
        "over": not quiet and bool(shown["over"]),
        "late": not quiet and any(step.is_late for step in shown["steps"] if step),
        "need": not quiet and not first and not roadmap.need_to_see,
    }
    return [name for name, is_asked in asks.items() if is_asked][:MAX_OTHER_ASKS]


def _refuse_code(request: OwnerRequest) -> HttpResponse:
    watched = Watched(Account.objects.filter(pk=request.user.pk), fields=("code_refusals", "code_refused_on"))
    request.user.refuse_recovery_code(request.today)
    text = _("No code, then. You can make one under Account at any time.")
    tell_in_place(request, PressAnswer(text, "code", undo=watched.token(at=timezone.now()), of=_("No code for me"), swap="#code"))
    return HttpResponseRedirect(reverse("today"))
