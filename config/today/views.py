"""Today, the first page: the one page that knows all apps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.local_day import day_before
from checkins.forms import CheckInForm
from checkins.models import CheckIn
from checkins.rhythm import is_away, week
from config.policy import policy
from guide import doors, helplines, library, reading
from roadmap.models import Roadmap
from roadmap.outline import Step, left_over

# The drawing of a record on the first page: where along its line a day was written.
HULLS = (4, 22, 40, 73, 91, 124)


@policy(public=True)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """For people who are signed in: yesterday's action, today's 3-2-1, the next steps, what to read. For others: what this is."""
    if not request.user.is_authenticated:
        context = {
            "minutes": library.current().minutes,
            "doors": doors.DOORS.values(),
            "emergency_numbers": helplines.emergency_numbers(),
            "hulls": HULLS,
        }
        return render(request, "landing.html", context)
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
