from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, reselect, retarget

from accounts.autosave.forms import save_or_conflict
from accounts.requests import OwnerRequest, form_status, next_address
from config.policy import policy
from guide.safety import SafetyForm, four_times_no
from roadmap.models import Roadmap
from roadmap.reviews.forms import ReviewForm
from roadmap.reviews.models import Review, SafetyCheck
from roadmap.reviews.questions import tells_of_fear
from roadmap.reviews.trends import small_multiples


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def reviews(request: OwnerRequest) -> HttpResponse:
    """The six questions over time. A post puts the next ones off, or takes those of one day out (`take-out`)."""
    today = request.today
    if "take-out" in request.POST:
        return _take_out(request)
    if request.method == "POST":
        Roadmap.of(request.user).put_review_off(today)
        return HttpResponseRedirect(next_address(request) or request.path)
    return _over_time(request, today)


def _take_out(request: OwnerRequest) -> HttpResponse:
    try:
        Review.take_out(request.user, date.fromisoformat(request.POST["take-out"]))
    except ValueError as error:
        raise BadRequest from error
    return redirect("roadmap:reviews")


def _over_time(request: OwnerRequest, today: date, doubt: str = "") -> HttpResponse:
    """`doubt` is what puts help first: the four `answers`, or `fear` in the six."""
    roadmap = Roadmap.of(request.user)
    all_of_them = list(request.user.reviews.order_by("day"))
    finished = [review for review in all_of_them if review.finished]
    context = {
        "today": today,
        "doubt": doubt,
        "reviews": finished,
        "latest": finished[::-1],
        "draft": next((review for review in all_of_them if not review.finished), None),
        "small_multiples": small_multiples(finished),
        # After an end they can be answered, and are due no more.
        "due": None if roadmap.ended_on else roadmap.review_due_on,
    }
    return render(request, "roadmap/reviews/reviews.html", context)


@policy(returns_typed_text=True, forms=(ReviewForm, SafetyForm))
@require_http_methods(["GET", "HEAD", "POST"])
def new_review(request: OwnerRequest) -> HttpResponse:
    """Today's answers; earlier ones are not shown. While one writes, htmx keeps a draft; sent, they are finished."""
    today = request.today
    review = Review.of(request.user, today)
    if request.method != "POST":
        return _form(request, ReviewForm(review=review), SafetyForm(), today)
    form, safety = ReviewForm(request.POST, review=review), SafetyForm(request.POST)
    draft = request.htmx and "finish" not in request.POST
    saved = save_or_conflict(form, lambda form: form.save(finished=not draft, at=timezone.now())) if safety.is_valid() else None
    if saved is None:
        return _form(request, form, safety, today)
    if draft:
        return _form(request, ReviewForm(review=saved), safety, today)
    return _finished(request, saved, safety, today)


def _finished(request: OwnerRequest, review: Review, safety: SafetyForm, today: date) -> HttpResponse:
    """Lead to the answers over time. What the four questions told is kept only if that was ticked; so where it puts help first, that is
    shown at once, without another address that would have to remember it."""
    if safety.answers and "keep_safety" in request.POST:
        SafetyCheck.keep(request.user, today, safety.answers)
    doubt = "answers" if safety.answers and not four_times_no(safety.answers) else "fear" if tells_of_fear(review.given) else ""
    if not doubt:
        return HttpResponseClientRedirect(reverse("roadmap:reviews")) if request.htmx else redirect("roadmap:reviews")
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
