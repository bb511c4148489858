from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import SettingsForm, TimeZoneForm
from accounts.models import Account
from accounts.requests import OwnerRequest, form_status, next_address, posted
from accounts.signin import two_step
from accounts.undo.answers import PressAnswer, tell, tell_in_place
from accounts.undo.changes import Watched
from config.policy import policy


@policy()
@require_POST
def told_about_leave(request: OwnerRequest) -> HttpResponse:
    """Note that they have read what Leave cannot do, so that Today no longer says it; the page on safe use does."""
    watched = Watched(Account.objects.filter(pk=request.user.pk), fields=("told_about_leave",))
    request.user.told_about_leave = True
    request.user.save(update_fields=["told_about_leave"])
    text = _("Noted. You find it again under “Using this safely”, at the foot of each page.")
    tell(request, PressAnswer(text, "safety", undo=watched.token(at=timezone.now()), of=_("I have read this"), swap="#safety"))
    return redirect("today")


@policy(forms=(SettingsForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: OwnerRequest) -> HttpResponse:
    form = SettingsForm(posted(request), instance=request.user)
    if form.is_valid():
        watched = Watched(Account.objects.filter(pk=request.user.pk), fields=tuple(SettingsForm.Meta.fields))
        form.save_changes()
        if "opens_covered" in form.changed_data:
            request.session.pop("covered", None)
        undo = watched.token(at=timezone.now())
        tell_in_place(request, PressAnswer(_("Saved."), f"settings-{form.group()}", undo=undo, of=_("settings")))
        return redirect("settings")
    context = {
        "groups": form.groups(),
        "devices": request.user.sessions.live(at=timezone.now()).count(),
        "two_step": two_step.is_on(request.user),
        "form": form,
    }
    return render(request, "accounts/settings.html", context, status=form_status(form))


@policy(forms=(TimeZoneForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def time_zone(request: OwnerRequest) -> HttpResponse:
    """Ask which time zone it is, once, and go on to where that was asked (`next`). `templates/accounts/_time_zone.html` asks too."""
    form = TimeZoneForm(posted(request), account=request.user)
    if form.is_valid():
        form.save()
        tell(request, PressAnswer(_("Saved. Your days are counted in that time zone from now on.")))
        return redirect(next_address(request) or "today")
    return render(request, "accounts/time_zone.html", {"form": form, "next": next_address(request)}, status=form_status(form))
