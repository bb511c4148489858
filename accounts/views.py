from collections.abc import Iterable
from typing import Any

from allauth.account import views as allauth_views
from django.contrib.auth import update_session_auth_hash
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import NAME_TAKEN, AgainForm, NewPassphraseForm, SettingsForm, SignInForm, SignUpForm
from accounts.models import Session
from accounts.requests import OwnerRequest, form_status, next_address, posted
from accounts.signin import ending, names, reauthentication, throttle
from accounts.signin.sessions import digest
from config.policy import Throttle, policy

METHODS = ["get", "head", "post"]

# Classes here and nowhere else: allauth's views are classes, and what differs is the status of a refused form.


class SignUpView(allauth_views.SignupView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "another" in request.POST:
            return self.another_name(request)
        return super().post(request, *args, **kwargs)

    def another_name(self, request: HttpRequest) -> HttpResponse:
        """The form with a fresh name in it; nothing is judged yet. The passphrase is never sent back."""
        form = self.get_form_class()(initial={**request.POST.dict(), "username": names.offer()})
        return self.render_to_response(self.get_context_data(form=form))

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response = super().form_valid(form)
        except IntegrityError:
            # Somebody else took the name in the same moment, or the form was sent twice.
            form.add_error("username", NAME_TAKEN)
            return self.form_invalid(form)
        reauthentication.remember(self.request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignInView(allauth_views.LoginView):
    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(next=next_address(self.request), **context)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _sign_ups(request: HttpRequest) -> Iterable[throttle.Bucket]:
    """Asking for another name makes no account."""
    return () if "another" in request.POST else throttle.by_network("sign-up", throttle.SIGN_UPS)(request)


_signs_up = policy(
    public=True,
    needs_cookies=True,
    # Each account takes room for its private plan from the start: also those that are made are counted.
    throttle=Throttle(_sign_ups, refund=False),
    forms=(SignUpForm,),
)
_signs_in = policy(
    public=True,
    needs_cookies=True,
    throttle=Throttle(throttle.by_name("sign-in", throttle.posted("login"))),
    forms=(SignInForm,),
)
sign_up = _signs_up(SignUpView.as_view(http_method_names=METHODS))
sign_in = _signs_in(SignInView.as_view(http_method_names=METHODS))


@policy(public=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    ending.end_session(request, ending.Way.SIGN_OUT)
    return redirect("today")


@policy(throttle=Throttle(throttle.by_account("again")))
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: OwnerRequest) -> HttpResponse:
    """Ask for the passphrase once more, and go on to where it is needed (`accounts.signin.reauthentication.require_recent_passphrase`)."""
    form = AgainForm(posted(request), account=request.user)
    if form.is_valid():
        reauthentication.remember(request)
        return redirect(next_address(request) or "settings")
    return render(request, "accounts/again.html", {"form": form, "next": next_address(request)}, status=form_status(form))


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def passphrase(request: OwnerRequest) -> HttpResponse:
    """Change the passphrase. Every other session of the account ends with the old one."""
    form = NewPassphraseForm(posted(request), account=request.user)
    if form.is_valid():
        request.user.change_passphrase(form.cleaned_data["password1"], keep=request.session.session_key or "")
        update_session_auth_hash(request, request.user)
        return redirect("settings")
    return render(request, "accounts/passphrase.html", {"form": form}, status=form_status(form))


@policy()
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication.require_recent_passphrase
def devices(request: OwnerRequest) -> HttpResponse:
    """Where one is signed in, each with its day and the family of its browser; ends one of them (`end`) or all but this (`end_all`)."""
    live = request.user.sessions.live(at=timezone.now())
    others = live.others(request.session.session_key or "")
    if request.method == "POST":
        asked = [session.pk for session in others if "end_all" in request.POST or session.pk == request.POST.get("end")]
        ending.end(asked)
        return redirect("devices")
    return render(request, "accounts/devices.html", {"sessions": [_device(request, session) for session in live]})


def _device(request: OwnerRequest, session: Session) -> dict[str, Any]:
    since = session.signed_in_at
    return {
        "key": session.pk,
        "browser": session.browser,
        "since": request.user.local_day(since) if since else None,
        "here": session.pk == digest(request.session.session_key or ""),
    }


@policy()
@require_POST
def told_about_leave(request: OwnerRequest) -> HttpResponse:
    """They have read what Leave cannot do; Today says it no more. It stands on the page on safe use."""
    request.user.told_about_leave = True
    request.user.save(update_fields=["told_about_leave"])
    return redirect("today")


@policy()
@require_POST
def alive(request: OwnerRequest) -> HttpResponse:
    """Somebody reads or types on a page that is already there. The middleware has moved the end of their session."""
    return HttpResponse(status=204)


@policy(forms=(SettingsForm,))
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(posted(request), instance=request.user)
    if form.is_valid():
        form.keep()
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=form_status(form))
