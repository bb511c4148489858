from allauth.mfa.stages import AuthenticateStage
from django.http import HttpResponse

from accounts.signin import two_step
from accounts.signin.allauth_bridge import did_use_passwordless_login, headed_redirect_response


class CodeStage(AuthenticateStage):
    """Asks for a code after the passphrase, in accounts that want one. A passkey asks for none: it is another way in, not a second lock."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        asked = two_step.is_on(self.login.user) and not did_use_passwordless_login(self.request, self.login.user)
        return (headed_redirect_response("mfa_authenticate") if asked else None), True
