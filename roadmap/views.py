from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.forms import gives_text_back, next_address
from accounts.requests import OwnerRequest
from roadmap.forms import NewActionForm, NoteForm, StartForm
from roadmap.models import Action, Roadmap
from roadmap.outline import Step, outline


@require_http_methods(["GET", "HEAD", "POST"])
def roadmap(request: OwnerRequest) -> HttpResponse:
    """The three horizons. A post moves the start."""
    today = request.user.local_day(timezone.now())
    own = Roadmap.of(request.user)
    form = StartForm(request.POST or None, today=today, initial={"started_on": own.started_on})
    if request.method == "POST" and form.is_valid():
        own.move_start(form.cleaned_data["started_on"])
        return redirect("roadmap:roadmap")
    context = {"roadmap": own, "today": today, "stretches": outline(own, request.user.actions.in_order(), today), "form": form}
    return render(request, "roadmap/roadmap.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@gives_text_back
def new_action(request: OwnerRequest) -> HttpResponse:
    form = NewActionForm(request.POST or None, initial={"horizon": request.GET.get("horizon")})
    if request.method == "POST" and form.is_valid():
        Roadmap.of(request.user)
        Action.add(request.user, **form.cleaned_data)
        return redirect("roadmap:roadmap")
    return render(request, "roadmap/new_action.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@gives_text_back
def action(request: OwnerRequest, pk: UUID) -> HttpResponse:
    """One action: tick, untick, set aside, note. To htmx its whole stretch comes back, progress included."""
    today = request.user.local_day(timezone.now())
    found = get_object_or_404(request.user.actions, pk=pk)
    if request.method != "POST":
        return _one(request, found, NoteForm(initial={"note": found.note}), today)
    if "note" in request.POST:
        form = NoteForm(request.POST)
        if not form.is_valid():
            return _one(request, found, form, today, status=422)
        found.write_note(form.cleaned_data["note"])
    elif "done" in request.POST:
        found.tick(today=today)
    elif "set-aside" in request.POST:
        found.set_aside(today=today)
    elif "undo" in request.POST:
        found.reopen()
    else:
        return HttpResponseBadRequest()
    if request.htmx:
        stretch = next(s for s in outline(Roadmap.of(request.user), request.user.actions.in_order(), today) if s.horizon == found.horizon)
        return render(request, "roadmap/roadmap.html#stretch", {"stretch": stretch, "opened": found.pk})
    return HttpResponseRedirect(next_address(request) or f"{reverse('roadmap:roadmap')}#action-{found.pk}")


def _one(request: OwnerRequest, found: Action, form: NoteForm, today: date, status: int = 200) -> HttpResponse:
    step = Step(found, Roadmap.of(request.user), today)
    return render(request, "roadmap/action.html", {"step": step, "form": form}, status=status)
