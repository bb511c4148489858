import uuid
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import replace_url, reswap, retarget

from accounts.autosave.forms import save_or_conflict
from accounts.models import Account
from accounts.requests import OwnerRequest, form_status, posted, to_page
from accounts.undo.answers import PressAnswer, tell
from accounts.undo.changes import Watched
from config.policy import policy
from guide.safety import SafetyForm, four_times_no, remember, words_are_open
from roadmap.models import LookBack, SafetyCheck
from roadmap.talks import ladder, replies
from roadmap.talks.forms import DebriefForm, LogDebriefForm, LogForm, TalkPlanForm
from roadmap.talks.models import Talk, TalkState
from roadmap.talks.sequence import MAX_DRAWN_TALKS, drawing, reasons_given

# Why help comes before a plan (`_doubt`), in a sentence.
DOUBTS = {
    "answers": _l(
        "You did not answer all four with no. Where there is fear, or someone who watches or threatens, help comes before sentences to say."
    ),
    "talk": _l("You noted of your last talk that it was hostile, or not plainly safe. So help comes before another plan."),
    "kept": _l("You kept these answers before, and not all of them were no. So help comes before sentences to say."),
}
# As many as fit on a page of a reasonable length on a phone.
TALKS_A_PAGE = 12


@policy(returns_typed_text=True, forms=(LogForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def talks(request: OwnerRequest) -> HttpResponse:
    """What is planned, what took place and what came back. A post writes down a talk that had no plan here."""
    today = request.today
    blank = Talk(account=request.user, key=_key(request))
    form = LogForm(posted(request), talk=blank, today=today)
    if form.is_valid():
        if request.user.talks.filter(key=blank.key).exists():
            # Back to a form that was sent before, and sent again with other words: both took place.
            blank.key = _another_key(request.user, blank.key, form.words)
        watched = Watched(request.user.talks.filter(key=blank.key))
        written = save_or_conflict(form, lambda form: Talk.write(request.user, blank.key, form.words, version=0, at=timezone.now()))
        if written:
            _tell(request, _("Written down: %(talk)s") % {"talk": written.title}, watched)
            return redirect("roadmap:talks")
    return render(request, "roadmap/talks/talks.html", _log(request, form), status=form_status(form))


def _log(request: OwnerRequest, form: LogForm) -> dict[str, Any]:
    """The context of the page of all talks. Talks that took place come in pages, the latest first."""
    outlines: dict[TalkState, list[Talk]] = {state: [] for state in TalkState}
    for talk in Talk.outlines_of(request.user):
        outlines[TalkState(talk.state)].append(talk)
    held = outlines[TalkState.HELD]
    page = Paginator(held[::-1], TALKS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "blank_fields": LogForm.blank_fields(request.today),
        "today": request.today,
        "page": page,
        "held": page.object_list,
        "planned": outlines[TalkState.PLANNED],
        "let_go": outlines[TalkState.LET_GO],
        "drawing": drawing(held[-MAX_DRAWN_TALKS:]),
        "reasons": reasons_given(held),
        "doubt": bool(held and held[-1].raises_doubt),
    }


@policy()
@require_safe
def ladder_of_asks(request: OwnerRequest) -> HttpResponse:
    """The ladder of small asks, with what was tried of it."""
    shown = request.user.talks.only("account", "day", "state", "approach", "response")
    return render(request, "roadmap/talks/ladder.html", {"rungs": ladder.rungs(shown)})


@policy(returns_typed_text=True, forms=(TalkPlanForm, SafetyForm))
@require_http_methods(["GET", "HEAD", "POST"])
def new_talk(request: OwnerRequest) -> HttpResponse:
    """A new plan, after what puts help first. A post with `start` opens it filled in, for a `reason` or from one of our
    openers (`opener`), and saves nothing."""
    today = request.today
    talk = Talk(account=request.user, key=_key(request))
    if request.method == "POST" and not {"answered", "start"} & request.POST.keys():
        return _write_plan(request, talk, today)
    talk.prepare_for(request.POST.getlist("reason"))
    if talk.begin_from(request.POST.get("opener", "")) and "start" in request.POST:
        tell(request, PressAnswer(_("Filled in. Change any word."), "openers"))
    form = TalkPlanForm(talk=talk, today=today)
    doubt, safety = _doubt(request), SafetyForm(request.POST if "answered" in request.POST else None)
    if safety.is_bound:
        if not safety.is_valid():
            return _plan(request, form, today, status=form_status(safety), doubt="first", safety=safety)
        if "keep_safety" in request.POST:
            SafetyCheck.keep(request.user, today, safety.answers)
        remember(request, four_times_no(safety.answers))
        doubt = "" if four_times_no(safety.answers) else "answers"
    return _plan(request, form, today, doubt=doubt, safety=safety)


def _doubt(request: OwnerRequest) -> str:
    """What puts help before a new plan: the last `talk`, answers that were `kept`, or that it is the `first` and the four questions were
    not answered with *no* in this session. Else empty.
    """
    account = request.user
    last = account.talks.last_held()
    if last and last.raises_doubt:
        return "talk"
    kept = account.safetychecks.order_by("day").last()
    if kept and not kept.four_no:
        return "kept"
    return "" if words_are_open(request) or account.talks.with_plan().exists() else "first"


@policy(returns_typed_text=True, forms=(TalkPlanForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: OwnerRequest, pk: uuid.UUID) -> HttpResponse:
    """One talk: its plan to work on, or, once it took place, the record of it."""
    today = request.today
    found = get_object_or_404(request.user.talks, pk=pk)
    if request.method != "POST":
        if found.state == TalkState.PLANNED or "change" in request.GET:
            return _plan(request, TalkPlanForm(talk=found, today=today), today)
        return render(request, "roadmap/talks/record.html", {"talk": found, "today": today})
    watched = Watched(request.user.talks.filter(pk=found.pk), request.user.lookbacks.closed())
    if "delete" in request.POST:
        title = found.title
        found.delete()
        LookBack.forget_deleted(request.user)
        _tell(request, _("Deleted: %(talk)s") % {"talk": title}, watched)
        return redirect("roadmap:talks")
    if "let-go" in request.POST or "take-up" in request.POST:
        found.change_state(TalkState.LET_GO if "let-go" in request.POST else TalkState.PLANNED)
        _tell(request, _("Let go.") if "let-go" in request.POST else _("Planned again."), watched)
        return redirect(found)
    return _write_plan(request, found, today)


def _another_key(account: Account, key: uuid.UUID, words: dict[str, Any]) -> uuid.UUID:
    """The key for these words: that of the talk that has them already, or a new one."""
    sent = account.talks.get(key=key)
    return key if all(getattr(sent, name) == value for name, value in words.items()) else uuid.uuid4()


def _tell(request: OwnerRequest, text: str, watched: Watched) -> None:
    """Say on the page that follows what was done, with the way back."""
    tell(request, PressAnswer(text, undo=watched.token(at=timezone.now()), of=text))


def _write_plan(request: OwnerRequest, talk: Talk, today: date) -> HttpResponse:
    """Save a plan, or show it again with what was asked for: likely replies, another row, how it sounds."""
    if {"suggest", "more", "preview"} & request.POST.keys():
        return _plan_again(request, talk, today)
    form = TalkPlanForm(request.POST, talk=talk, today=today)
    saved = save_or_conflict(form, lambda form: Talk.write(request.user, talk.key, form.words, at=timezone.now(), **form.origin))
    if saved is None:
        return _plan(request, form, today)
    if request.htmx and ("save" not in request.POST or talk.version):
        # From now on a reload, and Back, lead to what was saved, and not to an empty form.
        return replace_url(_plan(request, TalkPlanForm(talk=saved, today=today), today), saved.get_absolute_url())
    tell(request, PressAnswer(_("Saved.")))
    return to_page(request, saved.get_absolute_url())


def _plan_again(request: OwnerRequest, talk: Talk, today: date) -> HttpResponse:
    """The form as typed, nothing saved or checked; `suggest` adds the likely replies for the reasons chosen."""
    typed = request.POST.copy()
    if "suggest" in typed:
        _suggest(typed)
    form = TalkPlanForm(talk=talk, today=today, typed=typed, more="more" in typed)
    response = _plan(request, form, today, unsaved=True)
    return response if "preview" in typed or not request.htmx else reswap(retarget(response, "#replies"), "outerHTML")


def _suggest(typed: QueryDict) -> None:
    """Put the likely replies for the chosen reasons after those that are there."""
    rows = [row for row in TalkPlanForm.rows_of(typed) if any(row)]
    rows += [pair for pair in replies.likely(typed.getlist("reasons")) if pair not in rows]
    for name in [name for name in typed if name.startswith(("reply_", "answer_"))]:
        del typed[name]
    for place, pair in enumerate(rows, start=1):
        typed[f"reply_{place}"], typed[f"answer_{place}"] = pair


def _plan(request: OwnerRequest, form: TalkPlanForm, today: date, status: int | None = None, **context: Any) -> HttpResponse:
    """The page of a plan, or, to htmx, what changes on it."""
    context |= {
        "form": form,
        "talk": form.talk,
        "today": today,
        "address": form.talk.get_absolute_url() if form.talk.version else reverse("roadmap:new_talk"),
        "why": DOUBTS.get(context.get("doubt", "")),
    }
    template = "plan.html"
    if request.htmx and request.method == "POST":
        template = "_rest_back.html#replies" if {"suggest", "more"} & request.POST.keys() else "_say.html#changes"
    return render(request, f"roadmap/talks/{template}", context, status=status or form_status(form))


@policy(returns_typed_text=True, forms=(LogDebriefForm, DebriefForm))
@require_http_methods(["GET", "HEAD", "POST"])
def debrief(request: OwnerRequest, pk: uuid.UUID) -> HttpResponse:
    """What came back. Leads to the record, which shows help first unless the talk stayed safe."""
    today = request.today
    found = get_object_or_404(request.user.talks, pk=pk)
    kind = LogDebriefForm if found.logged else DebriefForm
    form = kind(posted(request), talk=found, today=today)
    if save_or_conflict(form, lambda form: Talk.write(request.user, found.key, form.words, at=timezone.now(), **form.origin)):
        return redirect(found)
    return render(request, "roadmap/talks/debrief.html", {"form": form, "talk": found, "today": today}, status=form_status(form))


@policy()
@require_safe
def card(request: OwnerRequest, pk: uuid.UUID) -> HttpResponse:
    """The plan as a card for the pocket."""
    return render(request, "roadmap/talks/card.html", {"talk": get_object_or_404(request.user.talks, pk=pk)})


def _key(request: HttpRequest) -> uuid.UUID:
    """The key that came with the form, else a new one."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
