from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import form_status, posted
from config.policy import policy
from guide import danger, helplines, page_cache, six_questions
from guide.exercises.forms import SHEETS, CardForm
from guide.supporters.models import KINDS


@policy(public=True, stores_nothing=True, without_database=("GET", "HEAD", "POST"))
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest) -> HttpResponse:
    """A card with one of the ten steps and a line, to print. What is sent is shown and forgotten."""
    if request.method != "POST":
        return page_cache.page(request, "guide/card.html", lambda: {"form": CardForm()})
    form = CardForm(posted(request))
    typed = " ".join(str(form[name].value() or "") for name in ("when", "will"))[:1000]
    account = request.user if request.user.is_authenticated else None
    help_first = danger.card(typed, helplines.country(account.country if account else ""))
    return render(request, "guide/card.html", {"form": form, "made": form.is_valid(), "danger": help_first}, status=form_status(form))


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    """One page to fill in on paper."""
    if name not in SHEETS:
        raise Http404
    context: dict[str, Any] = {"sheet": SHEETS[name], "kinds": KINDS.values(), "questions": six_questions.QUESTIONS.values()}
    return page_cache.page(request, f"guide/sheets/{name}.html", lambda: context)
