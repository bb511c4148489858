from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.autosave.forms import save_or_conflict
from accounts.requests import OwnerRequest, form_status, next_address, posted
from config.policy import policy
from roadmap.forms import MoveForm, NewActionForm, StartForm, WordsForm
from roadmap.models import Action, Horizon, Roadmap
from roadmap.outline import Step, also, outline


@policy(forms=(StartForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def roadmap(request: OwnerRequest) -> HttpResponse:
    """The three horizons. A post moves the start, or says what becomes of the steps that are left over at the end of one."""
    today = request.today
    own = Roadmap.of(request.user)
    if "carry" in request.POST:
        return _carry(request, own, today)
    form = StartForm(posted(request), today=today, initial={"started_on": own.started_on})
    if form.is_valid():
        own.move_start(form.cleaned_data["started_on"])
        return redirect("roadmap:roadmap")
    context = {
        "roadmap": own,
        "today": today,
        "stretches": outline(own, request.user.actions.in_order(), today),
        "form": form,
        "also": also(own, today),
    }
    return render(request, "roadmap/roadmap.html", context, status=form_status(form))


def _carry(request: OwnerRequest, own: Roadmap, today: date) -> HttpResponse:
    """Move what is left over into the next stretch that still runs, set it aside, or leave it."""
    horizon = next((each for each in Horizon if str(each.value) == request.POST["carry"]), None)
    how = request.POST.get("how")
    if horizon is None or how not in ("on", "aside", "leave"):
        raise BadRequest
    left, goes_on = request.user.actions.left_over(horizon), own.next_running(horizon, today)
    if how == "on" and goes_on:
        left.carry(to=goes_on)
    elif how == "aside":
        left.set_aside(today=today)
    elif how == "leave":
        left.leave()
    return HttpResponseRedirect(next_address(request) or reverse("roadmap:roadmap", fragment=f"stretch-{horizon}"))


@policy(returns_typed_text=True, forms=(NewActionForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def new_action(request: OwnerRequest) -> HttpResponse:
    today = request.today
    own = Roadmap.of(request.user, to_write=request.method == "POST")
    form = NewActionForm(posted(request), initial={"horizon": request.GET.get("horizon")}, running=own.running(today))
    if form.is_valid():
        added = own.add(**form.cleaned_data, today=today)
        return HttpResponseRedirect(f"{reverse('roadmap:roadmap')}#action-{added.pk}")
    return render(request, "roadmap/new_action.html", {"form": form}, status=form_status(form))


@policy(returns_typed_text=True, forms=(WordsForm, MoveForm))
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: OwnerRequest, pk: UUID) -> HttpResponse:
    """One action: tick, untick, set aside, write, move; an own one can be taken out."""
    today = request.today
    found = get_object_or_404(request.user.actions, pk=pk)
    if request.method != "POST":
        return _one(request, found, WordsForm(action=found), today)
    before = found.horizon
    if {"note", "title"} & request.POST.keys():
        return _write(request, found, today)
    if "take-out" in request.POST and not found.key:
        found.delete()
        return redirect("roadmap:roadmap")
    if "move" in request.POST:
        form = MoveForm(request.POST)
        if not form.is_valid():
            return _one(request, found, form, today)
        form.save(found)
    elif not _change(found, request.POST, today):
        raise BadRequest
    return _changed(request, found, before, today)


def _write(request: OwnerRequest, found: Action, today: date) -> HttpResponse:
    """Save its words, unless another tab has changed them since they were read."""
    stored = get_object_or_404(request.user.actions.select_for_update(), pk=found.pk)
    form = WordsForm(request.POST, action=stored)
    if not save_or_conflict(form, lambda form: stored.write(version=form.cleaned_data["version"], **form.words)):
        return _one(request, stored, form, today)
    return _changed(request, stored, stored.horizon, today)


def _changed(request: OwnerRequest, found: Action, before: int, today: date) -> HttpResponse:
    """Back to where one was. To htmx its whole stretch comes back, progress included, and the one it was in `before`."""
    if not request.htmx:
        return HttpResponseRedirect(next_address(request) or f"{reverse('roadmap:roadmap')}#action-{found.pk}")
    stretches = outline(Roadmap.of(request.user), request.user.actions.in_order(), today)
    changed = [stretch for stretch in stretches if stretch.horizon in (before, found.horizon)]
    # A step stays open that was moved from within. A tick stands outside it, and opens nothing.
    opened = found.pk if {"up", "down", "move"} & request.POST.keys() else None
    # The stretch that was asked for takes its own place; another that changed is put in beside it.
    parts = [{"stretch": stretch, "opened": opened, "beside": stretch.horizon != before} for stretch in changed]
    return HttpResponse("".join(render_to_string("roadmap/roadmap.html#stretch", part, request) for part in parts))


def _change(found: Action, pressed: Mapping[str, str], today: date) -> bool:
    """Do what was pressed; False if it is none of the buttons."""
    buttons: dict[str, Callable[[], None]] = {
        "done": lambda: found.tick(today=today),
        "undo": found.reopen,
        "set-aside": lambda: found.set_aside(today=today),
        "up": found.move_up,
        "down": found.move_down,
        "not-yet": lambda: found.decline_offer(today),
    }
    button = next((name for name in buttons if name in pressed), None)
    if button:
        buttons[button]()
    return button is not None


def _one(request: OwnerRequest, found: Action, form: WordsForm | MoveForm, today: date) -> HttpResponse:
    words = form if isinstance(form, WordsForm) else WordsForm(action=found)
    context = {"step": Step(found, Roadmap.of(request.user), today), "form": words, "problems": form}
    return render(request, "roadmap/action.html", context, status=form_status(form))
