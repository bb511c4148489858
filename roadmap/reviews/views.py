from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods
from django_htmx.http import reselect, retarget

from accounts.autosave.forms import save_or_conflict
from accounts.requests import OwnerRequest, form_status, next_address, to_page
from accounts.undo.answers import PressAnswer, pop_answer, tell
from accounts.undo.changes import Watched
from config.policy import policy
from guide.safety import SafetyForm, four_times_no
from roadmap.models import LookBack, Roadmap
from roadmap.reviews.forms import ReviewForm
from roadmap.reviews.models import Review, SafetyCheck, tells_of_fear
from roadmap.reviews.trends import small_multiples

# How many of the latest are shown open. Those before them are folded by year.
MAX_OPEN_REVIEWS = 6
# Why help comes first, in a sentence.
DOUBTS = {
    "fear": _l("You answered that you can hardly say what you need without being afraid. Let that answer count before all the others."),
    "answers": _l("You did not answer all four with no. So help comes before everything else here."),
}


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def reviews(request: OwnerRequest) -> HttpResponse:
    """The six questions over time. A post puts the next ones off, or deletes those of one day (`delete`)."""
    today = request.today
    if "delete" in request.POST:
        return _delete(request)
    if request.method == "POST":
        watched = Watched(request.user.roadmaps.all(), fields=("review_put_off_on",))
        Roadmap.of(request.user).put_review_off(today)
        text = _("Not this month. They come again in a month.")
        place = "review" if next_address(request) else ""
        tell(request, PressAnswer(text, place, undo=watched.token(at=timezone.now()), of=_("Not this month"), swap="#main"))
        return HttpResponseRedirect(next_address(request) or request.path)
    return _over_time(request, today)


def _delete(request: OwnerRequest) -> HttpResponse:
    """Delete the answers of one day; what was kept of the four plain questions goes with them."""
    try:
        day = date.fromisoformat(request.POST["delete"])
    except ValueError as error:
        raise BadRequest from error
    watched = Watched(request.user.reviews.filter(day=day), request.user.safetychecks.filter(day=day), request.user.lookbacks.closed())
    Review.delete_day(request.user, day)
    LookBack.forget_deleted(request.user)
    text = _("Deleted: %(day)s") % {"day": date_format(day, "j F Y")}
    tell(request, PressAnswer(text, f"review-{day}", undo=watched.token(at=timezone.now()), of=text, swap="#main"))
    return redirect("roadmap:reviews")


def _over_time(request: OwnerRequest, today: date, doubt: str = "") -> HttpResponse:
    """`doubt` is what puts help first: the four `answers`, or `fear` in the six."""
    roadmap = Roadmap.of(request.user)
    all_of_them = list(request.user.reviews.order_by("day"))
    finished = [review for review in all_of_them if review.finished]
    rows = _with_gap(finished[::-1], pop_answer(request))
    context = {
        "today": today,
        "doubt": doubt,
        "reviews": finished,
        "latest": rows[:MAX_OPEN_REVIEWS],
        "earlier": rows[MAX_OPEN_REVIEWS:],
        "why": DOUBTS.get(doubt),
        "draft": next((review for review in all_of_them if not review.finished), None),
        "small_multiples": small_multiples(finished),
        # After an end they can still be answered, but are no longer due.
        "due": None if roadmap.ended_on else roadmap.review_due_on,
    }
    return render(request, "roadmap/reviews/reviews.html", context)


def _with_gap(latest: list[Review], answer: PressAnswer | None) -> list[Review]:
    """The reviews, the latest first, and among them one without an id for a day that was deleted just now: there it is said."""
    try:
        day = date.fromisoformat(answer.place.removeprefix("review-")) if answer else None
    except ValueError:
        day = None
    gone = [Review(id=None, day=day)] if day and all(review.day != day for review in latest) else []
    return sorted([*latest, *gone], key=lambda review: review.day, reverse=True)


@policy(returns_typed_text=True, forms=(ReviewForm, SafetyForm))
@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: OwnerRequest) -> HttpResponse:
    """Today's answers; earlier ones are not shown. While one writes, htmx keeps a draft; sent, they are finished.

    With the `day` of answers that were handed in, those are corrected; what is saved while one writes leaves them handed in.
    """
    today = request.today
    review = _to_correct(request) or Review.of(request.user, today)
    if request.method != "POST":
        return _form(request, ReviewForm(review=review), SafetyForm(), today)
    form, safety = ReviewForm(request.POST, review=review), SafetyForm(request.POST)
    draft = request.htmx and "finish" not in request.POST
    is_finished = not draft or review.finished
    watched = Watched(request.user.reviews.filter(day=review.day))
    saved = save_or_conflict(form, lambda form: form.save(finished=is_finished, at=timezone.now())) if safety.is_valid() else None
    if saved is None:
        return _form(request, form, safety, today)
    if draft:
        return _form(request, ReviewForm(review=saved), safety, today)
    tell(request, PressAnswer(_("Saved."), undo=watched.token(at=timezone.now()), of=_("six questions")))
    return _finished(request, saved, safety, today)


def _to_correct(request: OwnerRequest) -> Review | None:
    """The answers that were handed in on the `day` asked for; None without one."""
    try:
        day = date.fromisoformat(request.POST.get("day") or request.GET.get("day") or "")
    except ValueError:
        return None
    return request.user.reviews.finished().filter(day=day).first()


def _finished(request: OwnerRequest, review: Review, safety: SafetyForm, today: date) -> HttpResponse:
    """Lead to the answers over time. What the four questions told is kept only if that was ticked; so where it puts help first, that is
    shown at once, without another address that would have to remember it."""
    if safety.answers and "keep_safety" in request.POST:
        SafetyCheck.keep(request.user, review.day, safety.answers)
    doubt = "answers" if safety.answers and not four_times_no(safety.answers) else "fear" if tells_of_fear(review.given) else ""
    if not doubt:
        return to_page(request, reverse("roadmap:reviews"))
    response = _over_time(request, today, doubt)
    if request.htmx:
        response = retarget(reselect(response, "#main"), "#main")
        response.headers["HX-Reswap"] = "outerHTML show:window:top"
    return response


def _form(request: OwnerRequest, form: ReviewForm, safety: SafetyForm, today: date) -> HttpResponse:
    """The page of the questions, or, to htmx, what changes on it."""
    context = {"form": form, "safety": safety, "review": form.review, "today": today}
    part = "#saved" if request.htmx and request.method == "POST" else ""
    return render(request, f"roadmap/reviews/form.html{part}", context, status=form_status(form, safety))
