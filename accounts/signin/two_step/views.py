from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import OwnerRequest, form_status, next_address, posted
from accounts.signin import reauthentication, throttle, two_step
from accounts.signin.two_step import passkeys, qr
from accounts.signin.two_step.forms import CodeForm
from accounts.signin.two_step.stages import CodeStage
from config.policy import Throttle, policy

SECRET = "twostep.secret"  # noqa: S105, the name under which a session keeps it


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def index(request: OwnerRequest) -> HttpResponse:
    """What is asked at sign-in besides the passphrase, and what is taken instead of it.

    Turns the second step `off`, makes new `codes` for paper (they are on the page that answers and nowhere else), takes a passkey out
    (`remove`).
    """
    account = request.user
    on = two_step.is_on(account)
    if "codes" in request.POST and on:
        return render(request, "accounts/two_step/codes.html", {"codes": two_step.new_codes(account, at=timezone.now())})
    if request.method == "POST":
        if "off" in request.POST:
            two_step.turn_off(account)
        passkeys.remove(account, request.POST.get("remove", ""))
        return redirect("two_step")
    context = {"on": on, "codes_left": two_step.codes_left(account), "passkeys": passkeys.of(account)}
    return render(request, "accounts/two_step/index.html", context)


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def app(request: OwnerRequest) -> HttpResponse:
    """Connect an app: its secret as a picture and in letters, and a first code to show that it took it."""
    secret = request.session.get(SECRET) or two_step.new_secret()
    request.session[SECRET] = secret
    form = CodeForm(posted(request), hint=_("Six figures, from the app."))
    if form.is_valid():
        if codes := two_step.turn_on(request.user, secret, form.cleaned_data["code"], at=timezone.now()):
            del request.session[SECRET]
            return render(request, "accounts/two_step/codes.html", {"codes": codes, "just_on": True})
        form.add_error("code", _("This is not what the app shows for this key now. Look whether the clock of that device is right."))
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    context = {"form": form, "secret_groups": groups, "qr": qr.drawing(qr.address(request.user.name, secret))}
    return render(request, "accounts/two_step/app.html", context, status=form_status(form))


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def passkey(request: OwnerRequest) -> HttpResponse:
    """Make a passkey on this device, after the warning."""
    error = ""
    if request.method == "POST":
        try:
            passkeys.add(request.user, request.POST.get("credential", ""), at=timezone.now())
            return redirect("two_step")
        except passkeys.Refused:
            error = _("The device did not make a passkey, or it took too long. Nothing has changed; try again.")
    context = {"options": passkeys.ask_for_new(request.user), "error": error}
    return render(request, "accounts/two_step/passkey.html", context, status=422 if error else 200)


@policy(public=True, throttle=Throttle(throttle.by_network("passkey")))
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """What a browser needs to ask for a passkey, as JSON; and signing in with what it answers."""
    if request.user.is_authenticated:
        return redirect("today")
    if request.method != "POST":
        return JsonResponse(passkeys.ask_for_one())
    try:
        account = passkeys.account_of(request.POST.get("credential", ""))
    except passkeys.Refused:
        return render(request, "accounts/two_step/passkey_refused.html", status=422)
    record_authentication(request, account, "mfa", type="webauthn", passwordless=True)
    return perform_login(request, Login(user=account, redirect_url=next_address(request) or None))


def _whoever_is_signing_in(request: HttpRequest) -> str:
    login = unstash_login(request, peek=True)
    return login.user.get_username() if login and login.user else ""


@policy(public=True, throttle=Throttle(throttle.by_name("code", _whoever_is_signing_in, throttle.CODES)))
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=CodeStage.key, redirect_urlname="account_login")
def code(request: HttpRequest) -> HttpResponse:
    """The second step: after the passphrase, the code."""
    stage = request._login_stage  # type: ignore[attr-defined]
    hint = _("Six figures from the app, or one of the codes you have on paper.")
    form = CodeForm(posted(request), hint=hint)
    if form.is_valid():
        if two_step.take(stage.login.user, form.cleaned_data["code"], at=timezone.now()):
            return stage.exit()
        form.add_error("code", _("This code does not fit now, or it was used before."))
    return render(request, "accounts/two_step/code.html", {"form": form}, status=form_status(form))
