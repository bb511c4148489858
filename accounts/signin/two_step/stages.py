from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.http import HttpResponse

from accounts.signin import two_step


class CodeStage(AuthenticateStage):
    """After the passphrase a code, for accounts that want one. A passkey alone asks for none: it is one more way in, not one more lock."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        asked = two_step.is_on(self.login.user) and not did_use_passwordless_login(self.request, self.login.user)
        return (headed_redirect_response("mfa_authenticate") if asked else None), True
