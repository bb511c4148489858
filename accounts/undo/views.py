from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import OwnerRequest, next_address
from accounts.undo import changes
from accounts.undo.answers import PressAnswer, tell
from config.policy import policy


@policy()
@require_POST
def undo(request: OwnerRequest) -> HttpResponse:
    """Undo what the token in `undo` says, and lead back to where it was pressed (`next`), which says so in its `place`."""
    place = request.POST.get("place", "")
    try:
        changes.undo(request.user, request.POST.get("undo", ""), at=timezone.now())
        answer = PressAnswer(_("Undone."), place)
    except changes.CannotUndo as error:
        detail = _("Undo works for ten minutes.") if error.expired else _("This has been changed since. Nothing is lost.")
        answer = PressAnswer(_("Undo is no longer possible."), place, detail=detail, failed=True)
    tell(request, answer)
    return HttpResponseRedirect(next_address(request) or reverse("today"))
