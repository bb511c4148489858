from dataclasses import replace
from datetime import date
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import reselect, retarget

from accounts.autosave.forms import save_or_conflict
from accounts.requests import OwnerRequest, form_status, next_address, posted
from accounts.undo.answers import PressAnswer, pop_answer, tell
from accounts.undo.changes import Watched
from accounts.vault.models import TooManyRows
from config.policy import policy
from roadmap import due
from roadmap.forms import DoneOnForm, DueOnForm, NewActionForm, StartForm, WordsForm
from roadmap.models import Action, Horizon, Roadmap
from roadmap.outline import HorizonView, Step, arranged, outline
from roadmap.presses import StepPress, button_in, done_in_words


@policy(forms=(StartForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def roadmap(request: OwnerRequest) -> HttpResponse:
    """The three horizons. A post moves the start, or says what should happen to the steps that are left over at the end of one."""
    own = Roadmap.of(request.user, to_write=request.method == "POST")
    if "carry" in request.POST:
        return _carry(request, own)
    form = StartForm(posted(request), today=request.today, initial={"started_on": own.started_on})
    if form.is_valid():
        return _move_start(request, own, form.cleaned_data["started_on"])
    answer, actions = pop_answer(request), Action.all_of(request.user)
    context = {
        "roadmap": own,
        "today": request.today,
        "shown": arranged(outline(own, actions, request.today, answer)),
        "form": form,
    }
    return render(request, "roadmap/roadmap.html", context, status=form_status(form))


def _move_start(request: OwnerRequest, own: Roadmap, day: date) -> HttpResponse:
    watched = Watched(request.user.roadmaps.filter(pk=own.pk), request.user.actions.exclude(stays_in=None))
    own.move_start(day)
    text = _("Starts on %(day)s. All dates have moved with it.") % {"day": due.day_in_words(day, request.today)}
    tell(request, PressAnswer(text, "start", undo=watched.token(at=timezone.now()), of=_("move the start"), swap="#main"))
    return HttpResponseRedirect(reverse("roadmap:roadmap", fragment="start"))


def _carry(request: OwnerRequest, own: Roadmap) -> HttpResponse:
    """Move the steps left over to the next running horizon, set them aside, or keep them there."""
    horizon = next((each for each in Horizon if str(each.value) == request.POST["carry"]), None)
    how = request.POST.get("how")
    if horizon is None or how not in ("on", "aside", "keep"):
        raise BadRequest
    left, goes_on = request.user.actions.left_over(horizon), own.next_running(horizon, request.today)
    watched = Watched(request.user.actions.filter(pk__in=list(left.values_list("pk", flat=True))))
    if how == "on" and goes_on:
        left.carry(to=goes_on)
        text = _("Moved to %(span)s.") % {"span": Horizon(goes_on).label}
    elif how == "aside":
        left.set_aside(today=request.today)
        text = _("Set aside.")
    else:
        left.keep_in_place()
        text = _("Kept as it is.")
    tell(request, PressAnswer(text, "left-over", undo=watched.token(at=timezone.now()), of=text, swap="#main"))
    return HttpResponseRedirect(next_address(request) or reverse("roadmap:roadmap", fragment="left-over"))


@policy(returns_typed_text=True, forms=(NewActionForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def new_action(request: OwnerRequest) -> HttpResponse:
    own = Roadmap.of(request.user, to_write=request.method == "POST")
    initial = {"horizon": request.GET.get("horizon"), "title": ""}
    form = NewActionForm(posted(request), initial=initial, running=own.running(request.today), today=request.today)
    if not form.is_valid():
        return render(request, "roadmap/new_action.html", {"form": form}, status=form_status(form))
    # Without their words, so that these are not decrypted.
    plain = ("horizon", "position", "due_on", "done_on", "set_aside_on")
    watched = Watched(request.user.actions.own().only("id", "account", *plain), fields=plain)
    try:
        added = own.add(**form.cleaned_data, today=request.today)
    except TooManyRows as full:
        form.add_error(None, str(full))
        return render(request, "roadmap/new_action.html", {"form": form}, status=form_status(form))
    tell(request, PressAnswer(_("Added."), added.row_id, undo=watched.token(at=timezone.now()), of=added.words, swap="#main"))
    return HttpResponseRedirect(f"{reverse('roadmap:roadmap')}#{added.row_id}")


@policy(returns_typed_text=True, forms=(WordsForm, DueOnForm, DoneOnForm))
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: OwnerRequest, pk: UUID) -> HttpResponse:
    """One action: tick, untick, set aside, write, move, give it a day; an own one can be deleted."""
    found = next(iter(Action.with_id(request.user, pk)), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _one(request, found)
    if {"note", "title"} & request.POST.keys():
        return _write(request, found)
    for name, kind in (("due_on", DueOnForm), ("done_on", DoneOnForm)):
        if name in request.POST:
            return _give_day(request, found, kind(request.POST, today=request.today))
    button = button_in(request.POST, found)
    if not button:
        raise BadRequest
    before = found.horizon
    answer = StepPress(found, request.today, timezone.now()).press(button, request.POST[button])
    return _pressed(request, found, before, answer, button)


def _write(request: OwnerRequest, found: Action) -> HttpResponse:
    """Save its words, unless another tab has changed them since they were read."""
    stored = get_object_or_404(request.user.actions.select_for_update(), pk=found.pk)
    form = WordsForm(request.POST, action=stored)
    watched = Watched(request.user.actions.filter(pk=stored.pk))
    if not save_or_conflict(form, lambda form: stored.write(version=form.cleaned_data["version"], **form.words)):
        return _one(request, stored, form)
    answer = PressAnswer(_("Saved."), stored.row_id, undo=watched.token(at=timezone.now()), of=stored.words)
    return _pressed(request, stored, stored.horizon, answer, "note")


def _give_day(request: OwnerRequest, found: Action, form: DueOnForm | DoneOnForm) -> HttpResponse:
    """A day of its own, or another day on which it was done."""
    if not form.is_valid():
        return _one(request, found, form)
    watched = Watched(request.user.actions.filter(pk=found.pk))
    form.save(found)
    if isinstance(form, DoneOnForm):
        text = done_in_words(found, request.today)
    elif found.due_on:
        text = _("For %(day)s.") % {"day": due.day_in_words(found.due_on, request.today)}
    else:
        text = _("No day of its own.")
    place = found.row_id
    answer = PressAnswer(text, place, undo=watched.token(at=timezone.now()), of=found.words, swap=f"#{place}")
    return _pressed(request, found, found.horizon, answer, "day")


def _pressed(request: OwnerRequest, found: Action, before: int, answer: PressAnswer, button: str) -> HttpResponse:
    """Back to where one was, which says what happened. To htmx the row comes back, and what else on the page shows the step."""
    if "offered" in request.POST:
        answer = replace(answer, place="left-over", swap="#main")
    if not request.htmx or "offered" in request.POST:
        tell(request, answer)
        return HttpResponseRedirect(next_address(request) or f"{reverse('roadmap:roadmap')}#{answer.place}")
    own = Roadmap.of(request.user)
    if button == "delete":
        return render(request, "roadmap/_gone.html", {"answer": answer})
    horizons = {each.horizon: each for each in outline(own, Action.all_of(request.user), request.today, answer)}
    context = {
        "answer": answer,
        "step": Step(found, own, request.today),
        # A step stays open whose buttons are inside it. A tick is outside, and opens nothing.
        "opened": button in ("up", "down", "day", "note"),
        "button": button,
        "inserted": _inserted(horizons[Horizon(found.horizon)], found, button, answer),
        "changed": [horizons[Horizon(each)] for each in dict.fromkeys([found.horizon, before])],
        "on_today": next_address(request) == reverse("today"),
    }
    return HttpResponse(render_to_string("roadmap/_pressed.html", context, request))


def _inserted(view: HorizonView, found: Action, button: str, answer: PressAnswer) -> str:
    """Where htmx puts the row of a step that has come into this list or changed places in it; empty if it is where it was."""
    if not (button in ("up", "down", "move") or (button == "undo" and answer.gone)):
        return ""
    places = [step.place for step in view.kept]
    place = places.index(found.row_id)
    return f"afterend:#{places[place - 1]}" if place else f"afterbegin:#{view.kept_list}"


def _one(request: OwnerRequest, found: Action, problems: WordsForm | DueOnForm | DoneOnForm | None = None) -> HttpResponse:
    """The page of one step, with what is wrong in one of its forms."""
    context = {
        "step": Step(found, Roadmap.of(request.user), request.today),
        "form": problems if isinstance(problems, WordsForm) else WordsForm(action=found),
        "due_on": problems if isinstance(problems, DueOnForm) else DueOnForm(today=request.today, initial={"due_on": found.due_on}),
        "done_on": problems if isinstance(problems, DoneOnForm) else DoneOnForm(today=request.today, initial={"done_on": found.done_on}),
        "problems": problems,
    }
    response = render(request, "roadmap/action.html", context, status=form_status(problems) if problems else 200)
    return retarget(reselect(response, "#main"), "#main") if request.htmx and problems else response
