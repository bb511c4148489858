from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.portability import export
from accounts.portability.file_format import MAX_FILE_BYTES
from accounts.portability.forms import ApplyForm, FileForm
from accounts.portability.models import ImportFile
from accounts.requests import PLAIN_TEXT, OwnerRequest
from accounts.signin.reauthentication import require_recent_passphrase
from accounts.vault import split_secret
from config.policy import policy

# The size of an upload form without the file.
_FORM_BYTES = 16 * 1024


@policy(may_take_long=True)
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def export_view(request: OwnerRequest) -> HttpResponse:
    """Everything, as a file of the kind asked for (`format`); with the private plan (`plan`), if it is open.

    What is too much for one file is listed first and downloaded in parts (`part`), all made of the same entries (`counted`).
    """
    at = timezone.now()
    key = split_secret.load(request, at=at)
    kind = request.POST.get("format", "")
    if kind not in export.FORMATS:
        refused = request.method == "POST"
        return render(request, "accounts/portability/export.html", {"unknown": refused, "is_open": key}, status=422 if refused else 200)
    # The private plan is included only if that is ticked while it is open.
    files = export.export(request.user, kind, request.user.local_day(at), (key or b"") if "plan" in request.POST else b"")
    counted, part = "-".join(str(file.entries) for file in files), request.POST.get("part")
    if len(files) > 1 and (part is None or request.POST.get("counted") != counted):
        context = {"files": files, "counted": counted, "changed": part, "plan": "plan" in request.POST}
        return render(request, "accounts/portability/parts.html", context, status=409 if part else 200)
    wanted = next((file for number, file in enumerate(files, 1) if str(number) == part), files[0])
    return HttpResponse(wanted.content, wanted.kind, headers={"Content-Disposition": f'attachment; filename="{wanted.name}"'})


@policy(may_take_long=True, max_body_bytes=MAX_FILE_BYTES + _FORM_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@require_recent_passphrase
def import_view(request: OwnerRequest) -> HttpResponse:
    """Upload a file (`file`), preview it (`preview`), import it (`apply`, `overwrite`), or discard it (`discard`). With `report` every line
    of its report is downloaded."""
    at = timezone.now()
    ImportFile.delete_expired(request.user, at=at)
    if request.method != "POST":
        if "report" in request.GET and (file := request.user.importfiles.first()):
            return _report(file)
        return _page(request, request.user.importfiles.defer("contents", "report").first())
    # Locked, so that a double submit runs once.
    file = request.user.importfiles.select_for_update().first()
    if file is None or "file" in request.FILES:
        return _read(request, file)
    if "discard" in request.POST:
        file.delete()
    elif "apply" in request.POST and file.is_previewed:
        return _apply(request, file)
    elif "preview" in request.POST and not file.is_previewed:
        file.preview(at=at)
        if request.htmx:
            return _page(request, file)
    return redirect("import")


def _read(request: OwnerRequest, file: ImportFile | None) -> HttpResponse:
    form = FileForm(request.POST, request.FILES, account=request.user)
    if not form.is_valid():
        return _page(request, file, status=413 if form.too_large else 422, form=form)
    ImportFile.upload(request.user, form.cleaned_data["file"], at=timezone.now())
    return redirect("import")


def _apply(request: OwnerRequest, file: ImportFile) -> HttpResponse:
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return _page(request, file, status=422, choice=form)
    try:
        with transaction.atomic():
            file.apply(overwrite=form.cleaned_data["overwrite"] == "file", at=timezone.now())
    except IntegrityError:
        changed = _("Something was written here in the same moment, so nothing was imported. Try again.")
        return _page(request, request.user.importfiles.first(), status=409, changed=changed)
    return redirect("import")


def _report(file: ImportFile) -> HttpResponse:
    return HttpResponse(file.report_text(), PLAIN_TEXT, headers={"Content-Disposition": 'attachment; filename="import-report.txt"'})


def _page(request: OwnerRequest, file: ImportFile | None, status: int = 200, **context: Any) -> HttpResponse:
    """The next step: choose a file, preview it, import it, or read what the import did."""
    context = {"form": FileForm(account=request.user), "choice": ApplyForm(), "file": file} | context
    template = "accounts/portability/import.html"
    return render(request, f"{template}#import" if request.htmx else template, context, status=status)
