from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.autosave.forms import save_or_conflict
from accounts.requests import OwnerRequest, form_status, posted
from config.policy import policy
from guide.supporters.forms import SupporterForm
from guide.supporters.models import KINDS, OTHER, Supporter


@policy(returns_typed_text=True, forms=(SupporterForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def support_map(request: OwnerRequest) -> HttpResponse:
    """Everyone on the map, by kind. A post adds a person; the same form sent twice adds one."""
    form = SupporterForm(posted(request))
    if form.is_valid():
        added = save_or_conflict(form, lambda form: Supporter.write(request.user, form.new_key, form.words, version=0, at=timezone.now()))
        if added or form.stored:
            return redirect(form.stored or "guide:support_map")
    people = sorted(request.user.supporters.all(), key=lambda person: person.who.casefold())
    # Show people whose kind cannot be read any more, too.
    kinds = [
        (kind, [person for person in people if (person.kind if person.kind in KINDS else OTHER) == kind.key]) for kind in KINDS.values()
    ]
    return render(request, "guide/support_map.html", {"form": form, "kinds": kinds}, status=form_status(form))


@policy(returns_typed_text=True, forms=(SupporterForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def supporter(request: OwnerRequest, pk: UUID) -> HttpResponse:
    """One person on the map: correct or delete."""
    person = get_object_or_404(request.user.supporters, pk=pk)
    if "take-out" in request.POST:
        person.delete()
        return redirect("guide:support_map")
    form = SupporterForm(posted(request), supporter=person)
    if save_or_conflict(form, lambda form: Supporter.write(request.user, person.key, form.words, at=timezone.now(), **form.origin)):
        return redirect("guide:support_map")
    return render(request, "guide/supporter.html", {"form": form, "person": person}, status=form_status(form))
