from typing import Any

from allauth.account import views as allauth_views
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Session
from accounts.requests import OwnerRequest, form_status, next_address, posted
from accounts.signin import ending, invitations, reauthentication, throttle
from accounts.signin.forms import NewPassphraseForm, ReauthenticateForm, SignInForm, SignUpForm
from accounts.signin.names import NAME_TAKEN
from accounts.signin.sessions import digest
from config.policy import Throttle, policy

METHODS = ["get", "head", "post"]

_guesses = throttle.by_network("invitation", throttle.INVITATIONS)


def _sign_up_buckets(request: HttpRequest) -> list[throttle.TokenBucket]:
    """Each account takes room for its private plan from the start, so sign-ups are counted. Invitation codes are counted by themselves."""
    return throttle.by_network("sign-up", throttle.SIGN_UPS)(request) + (_guesses(request) if invitations.are_needed() else [])


# The only class-based views: allauth's are classes, and ours differ in the status of a refused form.


class SignUpView(allauth_views.SignupView):
    # Whether the form held the code of an invitation.
    was_invited = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        # A person with a code is not guessing, also if something else in the form was refused.
        if invitations.are_needed() and self.was_invited:
            for bucket in _guesses(request):
                bucket.refund()
        return response

    def closed(self) -> HttpResponse:
        return render(self.request, "account/signup_closed.html", status=403 if self.request.method == "POST" else 200)

    def form_valid(self, form: Any) -> HttpResponse:
        self.was_invited = True
        try:
            with transaction.atomic():
                response = super().form_valid(form)
        except IntegrityError:
            # Another person took the name at the same moment, or the form was sent twice.
            form.add_error("username", NAME_TAKEN)
            return self.form_invalid(form)
        except invitations.InvitationSpent:
            form.add_error("invitation", invitations.WRONG)
            return self.form_invalid(form)
        except throttle.TooManySignUps:
            form.add_error(
                None, _("This site has reached its limit of new accounts for today. Try again tomorrow; the guide needs no account.")
            )
            return self.render_to_response(self.get_context_data(form=form), status=429)
        reauthentication.remember(self.request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        self.was_invited = "invitation" not in form.errors
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignInView(allauth_views.LoginView):
    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(next=next_address(self.request), **context)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


_signs_up = policy(
    public=True,
    hashes=True,
    needs_cookies=True,
    throttle=Throttle(_sign_up_buckets, refund=False),
    forms=(SignUpForm,),
)
_signs_in = policy(
    public=True,
    hashes=True,
    needs_cookies=True,
    throttle=Throttle(throttle.by_name("sign-in", throttle.posted("login"))),
    forms=(SignInForm,),
)
sign_up = _signs_up(SignUpView.as_view(http_method_names=METHODS))
sign_in = _signs_in(SignInView.as_view(http_method_names=METHODS))


@policy(public=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    ending.end_session(request, ending.EndedBy.SIGN_OUT)
    return redirect("today")


@policy(hashes=True, throttle=Throttle(throttle.by_account("reauthenticate")))
@require_http_methods(["GET", "HEAD", "POST"])
def reauthenticate(request: OwnerRequest) -> HttpResponse:
    """Ask for the passphrase once more, then continue to where it is needed (`require_recent_passphrase`)."""
    form = ReauthenticateForm(posted(request), account=request.user)
    if form.is_valid():
        reauthentication.remember(request)
        return redirect(next_address(request) or "settings")
    return render(request, "accounts/reauthenticate.html", {"form": form, "next": next_address(request)}, status=form_status(form))


@policy(hashes=True)
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
def alive(request: OwnerRequest) -> HttpResponse:
    """A page that is already open is being read or typed on. The middleware has moved the end of the session."""
    return HttpResponse(status=204)


@policy(public=True, urgent=True, csrf_exempt=True, without_database=("GET", "HEAD", "POST"))
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and leave the site. Without JavaScript this is a link; with it the page sends a message and ignores the response.

    Another site may send someone here, but cannot end their session (docs/security.md, R32 and R75). A database that is away keeps no one.
    """
    leave_to = settings.LEAVE_URL
    if ending.comes_from_here(request):
        leave_to = getattr(request.user, "leave_address", "") or leave_to
        ending.end_session(request, ending.EndedBy.LEAVE)
    return HttpResponse(status=204) if request.method == "POST" else HttpResponse(status=303, headers={"Location": leave_to})
