from allauth.account.models import Login
from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import OwnerRequest, form_status, next_address, posted
from accounts.signin import reauthentication, throttle, two_step
from accounts.signin.allauth_bridge import (
    generate_totp_secret,
    login_stage_required,
    perform_login,
    record_authentication,
    unstash_login,
)
from accounts.signin.two_step import passkeys
from accounts.signin.two_step.forms import CodeForm
from accounts.signin.two_step.stages import CodeStage
from config.policy import Throttle, policy

# The name under which a session keeps the secret of an app that is being connected.
_SESSION_KEY = "twostep.secret"


@policy(shows_secret=True)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def index(request: OwnerRequest) -> HttpResponse:
    """What is asked for at sign-in besides the passphrase, and what is accepted instead of it.

    A post turns the second step `off`, makes new `codes` for paper, shown on that one page, or deletes a passkey (`remove`).
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


@policy(shows_secret=True)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def app(request: OwnerRequest) -> HttpResponse:
    """Connect an app: its secret as a picture and in letters, and a first code that proves the app has it."""
    secret = request.session.get(_SESSION_KEY) or generate_totp_secret()
    request.session[_SESSION_KEY] = secret
    form = CodeForm(posted(request), hint=_("Six digits, from the app."))
    if form.is_valid():
        if codes := two_step.turn_on(request.user, secret, form.cleaned_data["code"], at=timezone.now()):
            del request.session[_SESSION_KEY]
            return render(request, "accounts/two_step/codes.html", {"codes": codes, "just_on": True})
        form.add_error("code", _("This is not what the app shows for this key now. Check that the clock on that device is right."))
    adapter = get_adapter()
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    context = {"form": form, "secret_groups": groups, "qr_code": adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))}
    return render(request, "accounts/two_step/app.html", context, status=form_status(form))


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def passkey(request: OwnerRequest) -> HttpResponse:
    """Make a passkey on this device, after the warning."""
    error = ""
    if request.method == "POST" and passkeys.of(request.user).count() >= passkeys.MAX_PASSKEYS:
        error = _("You have %(most)d passkeys, which is the limit. Delete one first.") % {"most": passkeys.MAX_PASSKEYS}
    elif request.method == "POST":
        try:
            passkeys.add(request.user, request.POST.get("credential", ""), at=timezone.now())
            return redirect("two_step")
        except passkeys.PasskeyRefused:
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
    except passkeys.PasskeyRefused:
        return render(request, "accounts/two_step/passkey_refused.html", status=422)
    record_authentication(request, account, "mfa", type="webauthn", passwordless=True)
    return perform_login(request, Login(user=account, redirect_url=next_address(request) or None))


def _name_of_signing_in(request: HttpRequest) -> str:
    login = unstash_login(request, peek=True)
    return login.user.get_username() if login and login.user else ""


@policy(public=True, throttle=Throttle(throttle.by_name("code", _name_of_signing_in, throttle.CODES)))
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=CodeStage.key, redirect_urlname="account_login")
def code(request: HttpRequest) -> HttpResponse:
    """The second step: after the passphrase, the code."""
    stage = request._login_stage  # type: ignore[attr-defined]
    hint = _("Six digits from the app, or one of the codes you have on paper.")
    form = CodeForm(posted(request), hint=hint)
    if form.is_valid():
        if two_step.take(stage.login.user, form.cleaned_data["code"], at=timezone.now()):
            return stage.exit()
        form.add_error("code", _("This code does not fit now, or it was used before."))
    return render(request, "accounts/two_step/code.html", {"form": form}, status=form_status(form))
