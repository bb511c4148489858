from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.autosave.forms import DraftForm, client_of
from accounts.autosave.models import Draft
from accounts.requests import PLAIN_TEXT, OwnerRequest
from accounts.vault.models import TooManyRows
from config.policy import policy


@policy(forms=(DraftForm,))
@require_POST
def draft(request: OwnerRequest) -> HttpResponse:
    """Keep the `words` typed into the form at `place`; without `words`, return what is kept of that form, as JSON."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        too_long = form.has_error("words", "too_long")
        return _refused(str(form.errors["words"][0]), status=413) if too_long else HttpResponse(status=422)
    place, words = form.cleaned_data["place"], form.cleaned_data["words"]
    if words is None:
        return JsonResponse(Draft.of(request.user, place, at=timezone.now()))
    try:
        Draft.keep(request.user, place, words, at=timezone.now(), **client_of(request.POST))
    except TooManyRows as full:
        return _refused(str(full), status=422)
    return HttpResponse(status=204)


def _refused(words: str, *, status: int) -> HttpResponse:
    """What static/js/draft.js shows below the form, in which the words stay."""
    return HttpResponse(words, status=status, content_type=PLAIN_TEXT)
