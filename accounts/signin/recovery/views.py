from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Account
from accounts.requests import OwnerRequest, form_status, posted
from accounts.signin import reauthentication, throttle
from accounts.signin.recovery.forms import RecoverForm
from config.policy import Throttle, policy


@policy(shows_secret=True)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def code(request: OwnerRequest) -> HttpResponse:
    """Make a recovery code. It is shown in this one response only."""
    made = request.user.new_recovery_code() if request.method == "POST" else ""
    return render(request, "accounts/recovery_code.html", {"code": made})


@policy(public=True, hashes=True, throttle=Throttle(throttle.by_name("recover", throttle.posted("login"))), shows_secret=True)
@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Choose a new passphrase with a recovery code. It ends every session, uses up the code, and shows the next one."""
    if request.user.is_authenticated:
        return redirect("passphrase")
    form = RecoverForm(posted(request))
    if form.is_valid():
        if code := Account.objects.recover(form.cleaned_data["login"], form.cleaned_data["code"], form.cleaned_data["password1"]):
            return render(request, "accounts/recovered.html", {"code": code})
        form.add_error(None, _("This name and this code do not go together, or the code was used before."))
    return render(request, "accounts/recover.html", {"form": form}, status=form_status(form))
