from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import SettingsForm
from accounts.requests import OwnerRequest, form_status, posted
from config.policy import policy


@policy()
@require_POST
def told_about_leave(request: OwnerRequest) -> HttpResponse:
    """Note that they have read what Leave cannot do, so that Today no longer says it; the page on safe use does."""
    request.user.told_about_leave = True
    request.user.save(update_fields=["told_about_leave"])
    return redirect("today")


@policy(forms=(SettingsForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(posted(request), instance=request.user)
    if form.is_valid():
        form.save_changes()
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=form_status(form))
