from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.portability import export
from accounts.portability.forms import FileForm, TakeForm
from accounts.portability.models import Arrival
from accounts.portability.parsing import Refused
from accounts.requests import OwnerRequest
from accounts.signin.reauthentication import require_recent_passphrase
from accounts.vault import split_secret
from config.policy import policy

# A form with a file in it is a little longer than the file.
AROUND = 16 * 1024


@policy(may_take_long=True)
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def take_out(request: OwnerRequest) -> HttpResponse:
    """Everything there is, as a file of the kind that is asked for (`format`); with the private plan (`plan`), if it is open.

    What is too much for one file is shown first, and taken in parts (`part`), all of them made of the same entries (`counted`).
    """
    at = timezone.now()
    key = split_secret.kept(request, at=at)
    kind = request.POST.get("format", "")
    if kind not in export.FORMATS:
        refused = request.method == "POST"
        return render(request, "accounts/portability/export.html", {"unknown": refused, "is_open": key}, status=422 if refused else 200)
    # The private plan goes along only where that is ticked, while it is open.
    files = export.export(request.user, kind, request.user.local_day(at), (key or b"") if "plan" in request.POST else b"")
    counted, part = "-".join(str(file.entries) for file in files), request.POST.get("part")
    if len(files) > 1 and (part is None or request.POST.get("counted") != counted):
        context = {"files": files, "counted": counted, "changed": part, "plan": "plan" in request.POST}
        return render(request, "accounts/portability/parts.html", context, status=409 if part else 200)
    wanted = next((file for place, file in enumerate(files, 1) if str(place) == part), files[0])
    return HttpResponse(wanted.content, wanted.kind, headers={"Content-Disposition": f'attachment; filename="{wanted.name}"'})


@policy(may_take_long=True, max_body_bytes=export.LARGEST + AROUND)
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def bring(request: OwnerRequest) -> HttpResponse:
    """Bring a file (`file`), look through it (`look`), take it in (`take`, `over`), or put it away (`put-away`)."""
    at = timezone.now()
    Arrival.forget(request.user, at=at)
    if request.method != "POST":
        return _page(request, request.user.arrivals.first())
    # Of two presses at once the second waits, and goes on from what the first has made of it.
    arrival = request.user.arrivals.select_for_update().first()
    if arrival is None or "file" in request.FILES:
        return _read(request, arrival)
    if "put-away" in request.POST:
        arrival.delete()
    elif "take" in request.POST and arrival.is_looked_through:
        return _take(request, arrival)
    elif "look" in request.POST and not arrival.is_looked_through:
        arrival.look(at=at)
        if request.htmx:
            return _page(request, arrival)
    return redirect("import")


def _read(request: OwnerRequest, arrival: Arrival | None) -> HttpResponse:
    form = FileForm(request.POST, request.FILES, account=request.user)
    if not form.is_valid():
        return _page(request, arrival, status=413 if form.too_large else 422, form=form)
    Arrival.bring(request.user, form.cleaned_data["file"], at=timezone.now())
    return redirect("import")


def _take(request: OwnerRequest, arrival: Arrival) -> HttpResponse:
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, arrival, status=422, choice=form)
    try:
        with transaction.atomic():
            arrival.take(over=form.cleaned_data["over"] == "file", at=timezone.now())
    except (IntegrityError, Refused):
        changed = _("Something was written here in the same moment, so nothing was taken in. Try once more.")
        return _page(request, request.user.arrivals.first(), status=409, changed=changed)
    return redirect("import")


def _page(request: OwnerRequest, arrival: Arrival | None, status: int = 200, **context: Any) -> HttpResponse:
    """What comes next: choosing a file, looking through it, taking it in, or what became of it."""
    context = {"form": FileForm(account=request.user), "choice": TakeForm(), "arrival": arrival} | context
    template = "accounts/portability/import.html"
    return render(request, f"{template}#arrival" if request.htmx else template, context, status=status)
