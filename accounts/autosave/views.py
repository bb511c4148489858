from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.autosave.forms import DraftForm, client_of
from accounts.autosave.models import Draft
from accounts.requests import OwnerRequest
from config.policy import policy


@policy(forms=(DraftForm,))
@require_POST
def draft(request: OwnerRequest) -> HttpResponse:
    """Keep the `words` typed into the form at `place`; without `words`, return what is kept of that form, as JSON."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    place, words = form.cleaned_data["place"], form.cleaned_data["words"]
    if words is None:
        return JsonResponse(Draft.of(request.user, place, at=timezone.now()))
    Draft.keep(request.user, place, words, at=timezone.now(), **client_of(request.POST))
    return HttpResponse(status=204)
