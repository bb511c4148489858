from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.autosave.forms import save_or_conflict
from accounts.portability.models import ImportFile
from accounts.requests import OwnerRequest, form_status, next_address, posted
from accounts.signin import throttle
from accounts.signin.reauthentication import require_recent_passphrase
from accounts.undo.answers import PressAnswer, tell
from accounts.vault import split_secret
from config.policy import Throttle, policy
from roadmap.private_plan.contents import LISTS, PlanContents
from roadmap.private_plan.forms import BringForm, ChangePhraseForm, ClearForm, NewPhraseForm, PrivatePlanForm, UnlockForm
from roadmap.private_plan.lock import SIZE_BYTES, CannotUnlock, PlanTooLong
from roadmap.private_plan.models import PrivatePlan


def _tries(request: HttpRequest) -> Iterable[throttle.TokenBucket]:
    """Attempts are limited as for the sign-in passphrase, on every page. A new passphrase counts too: it is compared with that one."""
    return throttle.by_account("plan")(request) if {"passphrase", "phrase"} & request.POST.keys() else ()


@policy(throttle=Throttle(_tries), returns_typed_text=True, forms=(PrivatePlanForm,), shows_plan=True)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: OwnerRequest) -> HttpResponse:
    """The open plan, or the locked page. A post writes the whole plan; locked meanwhile, it takes the phrase along with the words."""
    at = timezone.now()
    if request.method == "POST":
        return _save(request, at)
    own = PrivatePlan.of(request.user)
    opened = _opened(request, own, at)
    if opened is None:
        return _locked(request, UnlockForm(plan=own))
    key, contents = opened
    return _open_page(request, key, PrivatePlanForm(contents=contents), at)


def _save(request: OwnerRequest, at: datetime) -> HttpResponse:
    own = PrivatePlan.of(request.user, to_write=True)
    opened, unlocking = _opened(request, own, at), UnlockForm(plan=own)
    if opened is None and "passphrase" in request.POST:
        unlocking = UnlockForm(request.POST, plan=own)
        opened = (unlocking.key, own.read(unlocking.key)) if unlocking.is_valid() else None
    if opened is None:
        return _locked_with_words(request, unlocking)
    key, stored = opened
    form = PrivatePlanForm(request.POST, contents=stored)
    try:
        contents = save_or_conflict(form, lambda form: own.write(key, form.entries, version=form.cleaned_data["version"], at=at))
    except PlanTooLong as error:
        share = -(-100 * error.over // SIZE_BYTES)
        form.add_error(
            None, _("This is more than the plan can hold, by about %(share)d in a hundred. Shorten some notes.") % {"share": share}
        )
        contents = None
    if contents is None:
        return _open_page(request, key, form, at)
    if request.htmx:
        return _open_page(request, key, PrivatePlanForm(contents=contents), at)
    part = request.POST.get("at")
    return _kept(request, HttpResponseRedirect(reverse("roadmap:plan") + (f"#{part}" if part in LISTS else "")), key, at)


@policy(hashes=True, throttle=Throttle(_tries))
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: OwnerRequest) -> HttpResponse:
    """Try a passphrase or a code. A wrong one gets the same response whether or not there is a plan."""
    own = PrivatePlan.of(request.user)
    if request.method != "POST":
        return _locked(request, UnlockForm(plan=own))
    form = UnlockForm(request.POST, plan=own)
    if not form.is_valid():
        return _locked(request, form)
    return _kept(request, HttpResponseRedirect(next_address(request) or reverse("roadmap:plan")), form.key, timezone.now())


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: OwnerRequest) -> HttpResponse:
    """Lock it in this session."""
    response = redirect("roadmap:plan")
    if request.method == "POST":
        split_secret.forget(request, response)
        tell(request, PressAnswer(_("Locked.")))
    return response


@policy(hashes=True, throttle=Throttle(_tries, refund=False))
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def new(request: OwnerRequest) -> HttpResponse:
    """Set a passphrase, with an empty plan in place of the present one.

    An accepted passphrase uses up an attempt too, because it shows that it is not the sign-in passphrase.
    """
    form = NewPhraseForm(posted(request), account=request.user)
    if not form.is_valid():
        return render(request, "roadmap/private_plan/new.html", {"form": form}, status=form_status(form))
    own = PrivatePlan.of(request.user, to_write=True)
    tell(request, PressAnswer(_("Set. The lists are open, and empty.")))
    return _kept(request, redirect("roadmap:plan"), own.start(form.cleaned_data["phrase"]), timezone.now())


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def clear(request: OwnerRequest) -> HttpResponse:
    """Clear the plan after a word is typed. There is no Undo, because nothing may be left."""
    form = ClearForm(posted(request))
    if not form.is_valid():
        return render(request, "roadmap/private_plan/clear.html", {"form": form}, status=form_status(form))
    response = redirect("roadmap:plan")
    PrivatePlan.of(request.user, to_write=True).clear()
    split_secret.forget(request, response)
    tell(request, PressAnswer(_("Cleared. Nothing of it is left here.")))
    return response


@policy(hashes=True, throttle=Throttle(_tries))
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def from_file(request: OwnerRequest) -> HttpResponse:
    """Import a plan from the uploaded file, in place of the present one."""
    at = timezone.now()
    own = PrivatePlan.of(request.user, to_write=request.method == "POST")
    packed = ImportFile.encrypted_text(request.user, PrivatePlan, at=at)
    form = BringForm(request.POST if packed and request.method == "POST" else None, plan=own, packed=packed, at=at)
    if not form.is_valid():
        context = {"form": form, "is_there": packed}
        return render(request, "roadmap/private_plan/from_file.html", context, status=form_status(form))
    tell(request, PressAnswer(_("Imported. This is the plan from the file.")))
    return _kept(request, redirect("roadmap:plan"), form.key, at)


@policy(hashes=True, throttle=Throttle(_tries, refund=False))
@require_http_methods(["GET", "HEAD", "POST"])
def phrase(request: OwnerRequest) -> HttpResponse:
    """Change the passphrase. The present one, or a code, is required even while the plan is open, so that someone who finds it open cannot
    take it over.

    An accepted one uses up an attempt, as in `new_plan`.
    """
    own = PrivatePlan.of(request.user, to_write=request.method == "POST")
    form = ChangePhraseForm(posted(request), plan=own, account=request.user)
    if not form.is_valid():
        return render(request, "roadmap/private_plan/phrase.html", {"form": form}, status=form_status(form))
    key = own.change_phrase(form.key, form.cleaned_data["phrase"])
    tell(request, PressAnswer(_("Changed. From now on the new passphrase opens the plan.")))
    return _kept(request, redirect("roadmap:plan"), key, timezone.now())


@policy(hashes=True, throttle=Throttle(_tries), shows_secret=True)
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: OwnerRequest) -> HttpResponse:
    """Make a code, which is shown in this one response only, or cancel the present one."""
    own = PrivatePlan.of(request.user, to_write=request.method == "POST")
    form = UnlockForm(posted(request), plan=own)
    if not form.is_valid():
        return render(request, "roadmap/private_plan/code.html", {"form": form}, status=form_status(form))
    if "drop" in request.POST:
        own.drop_code(form.key)
        tell(request, PressAnswer(_("Done. No printed code opens the plan any more.")))
        return redirect("roadmap:plan")
    made = own.make_code(form.key, today=request.today)
    return render(request, "roadmap/private_plan/made_code.html", {"code": made})


@policy()
@require_safe
def on_paper(request: OwnerRequest) -> HttpResponse:
    """The open plan as it is printed."""
    at, own = timezone.now(), PrivatePlan.of(request.user)
    opened = _opened(request, own, at)
    if opened is None:
        return _locked(request, UnlockForm(plan=own))
    key, contents = opened
    return _kept(request, render(request, "roadmap/private_plan/print.html", {"lists": contents.outline(), **_quiet(request)}), key, at)


@policy(public=True, without_database=("GET", "HEAD"))
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The starter items of the five lists, to read or to print. Public; stores nothing."""
    return render(request, "roadmap/private_plan/lists.html", {"lists": PlanContents().outline()})


def _opened(request: OwnerRequest, own: PrivatePlan, at: datetime) -> tuple[bytes, PlanContents] | None:
    """The plan's key and what it holds, if it is open in this session; None when it is locked, or has a new passphrase since."""
    key = split_secret.load(request, at=at)
    try:
        return (key, own.read(key)) if key else None
    except CannotUnlock:
        return None


def _locked(request: OwnerRequest, form: UnlockForm) -> HttpResponse:
    if form.errors:
        form.fields["passphrase"].widget.attrs["autofocus"] = True
    context = {"form": form, "next": next_address(request) or request.path}
    return render(request, "roadmap/private_plan/locked.html", context, status=form_status(form))


def _locked_with_words(request: OwnerRequest, unlocking: UnlockForm) -> HttpResponse:
    """It has locked itself meanwhile. What was typed is given back to be saved with the phrase; of what is stored, nothing is shown."""
    form = PrivatePlanForm(request.POST, contents=PlanContents())
    form.is_valid()
    return _render(request, form, status=422, unlocking=unlocking)


def _open_page(request: OwnerRequest, key: bytes, form: PrivatePlanForm, at: datetime) -> HttpResponse:
    return _kept(request, _render(request, form), key, at)


def _render(request: OwnerRequest, form: PrivatePlanForm, status: int | None = None, **context: Any) -> HttpResponse:
    """The page of the plan, or, to htmx, what changes on it when it is saved."""
    context |= {"form": form, "row": _row(request, form.contents), "today": request.today, **_quiet(request)}
    template = "roadmap/private_plan/plan.html#saved" if request.htmx and request.method == "POST" else "roadmap/private_plan/plan.html"
    return render(request, template, context, status=status or form_status(form))


def _quiet(request: OwnerRequest) -> dict[str, int]:
    """How long an open plan stays on the screen without activity: five minutes, or less if the account says so."""
    quiet = split_secret.IDLE.seconds
    return {"quiet": quiet, "blank_minutes": min(request.user.blank_minutes, quiet // 60)}


def _row(request: OwnerRequest, contents: PlanContents) -> dict[str, Any]:
    """What `forms/_saved.html` knows of a stored row: its version, and when it was saved on the person's own clock and day."""
    account, at = request.user, contents.saved_at
    saved = {"saved_at": at.astimezone(account.zone), "saved_on": account.local_day(at)} if at else {}
    return {"version": contents.version, **saved}


def _kept(request: OwnerRequest, response: HttpResponse, key: bytes, at: datetime) -> HttpResponse:
    """The response, after which the plan stays open for five minutes."""
    split_secret.store(request, response, key, at=at)
    return response
