from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.requests import OwnerRequest, form_status, posted
from config.policy import policy
from roadmap.sheet.contents import sections
from roadmap.sheet.forms import SheetForm


@policy(returns_typed_text=True, forms=(SheetForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: OwnerRequest) -> HttpResponse:
    """Choose what is on it. The response to the post is the sheet itself, which is neither stored nor at an address of its own."""
    form = SheetForm(posted(request), today=request.today)
    if not form.is_valid():
        return render(request, "roadmap/sheet/sheet.html", {"form": form}, status=form_status(form))
    chosen = form.cleaned_data
    found = sections(request.user, chosen["parts"], chosen["first"], chosen["last"])
    return render(request, "roadmap/sheet/sheet.html", {"form": form, "sections": found, **chosen})
