from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Visit
from accounts.requests import is_on_this_site
from accounts.signin import invitations
from accounts.signin.invitations import Invitation
from accounts.signin.names import NAME_TAKEN, is_printable
from accounts.signin.sessions import browser
from accounts.signin.throttle import TokenBucket, count_sign_up
from accounts.vault import split_secret

# A sign-in within this time after sign-up belongs to the same visit.
_FIRST_VISIT = timedelta(hours=1)


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks us: its messages, how a name is read, and what a new account starts with."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("This name and passphrase do not go together. Check both; capitals count in the passphrase."),
        "username_taken": NAME_TAKEN,
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """The name, already in its one form (accounts.signin.forms.NameField)."""
        if not is_printable(username):
            raise ValidationError(_("There is an invisible character in this name. Delete it and type it again."), "unprintable")
        # Whether it is taken the form asks, by our rule of which names are one.
        return super().clean_username(username, shallow=True)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether signing up and in may lead there. Without the first slash it would depend on the page a person comes from."""
        return is_on_this_site(url or "")

    def get_login_stages(self) -> list[str]:
        return ["accounts.signin.two_step.stages.CodeStage"]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return invitations.can_sign_up()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: tries are counted by `accounts.signin.throttle`, before a form is read."""

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign in; note the family of the browser for the list of devices, and delete what has expired."""
        request.session.clear_expired()
        TokenBucket.delete_expired(at=timezone.now())
        user.delete_expired(at=timezone.now())
        user.reseal()
        Visit.objects.note(user)
        user.sessions.end_surplus()
        if not user.has_returned and timezone.now() - user.joined_at > _FIRST_VISIT:
            user.has_returned = True
            user.save(update_fields=["has_returned"])
        request.session.pop("signed_in_at", None)
        request.session["browser"] = browser(request.headers.get("User-Agent", ""))
        super().login(request, user)
        split_secret.reset(request.session)

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        user.time_zone = form.cleaned_data["time_zone"]
        user.email = form.address
        account = super().save_user(request, user, form, commit)
        if commit:
            account.create_defaults()
            count_sign_up()
            if invitations.are_needed():
                # In the transaction that makes the account: both are stored, or neither.
                Invitation.objects.spend(form.cleaned_data["invitation"], today=timezone.now().date())
        return account
