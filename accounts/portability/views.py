from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.portability import export
from accounts.requests import OwnerRequest
from accounts.stepup import asks_again


@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def take_out(request: OwnerRequest) -> HttpResponse:
    """Everything there is, as a file of the kind that is asked for (`format`)."""
    if request.method != "POST":
        return render(request, "accounts/portability/export.html")
    kind = request.POST.get("format", "")
    if kind not in export.FORMATS:
        return render(request, "accounts/portability/export.html", {"unknown": True}, status=422)
    file = export.export(request.user, kind, request.user.local_day(timezone.now()))
    return HttpResponse(file.content, file.kind, headers={"Content-Disposition": f'attachment; filename="{file.name}"'})
