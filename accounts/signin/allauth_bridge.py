"""The parts of allauth that it does not promise to keep: no other module imports `allauth.*.internal`.

After an update of allauth, the tests of sign-in, two-step sign-in and passkeys show whether these are still what they were.
"""

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import get_authentication_records, perform_login, record_authentication
from allauth.account.internal.stagekit import unstash_login
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login

__all__ = [
    "did_use_passwordless_login",
    "format_hotp_value",
    "generate_totp_secret",
    "get_authentication_records",
    "headed_redirect_response",
    "hotp_value",
    "login_stage_required",
    "perform_login",
    "record_authentication",
    "unstash_login",
    "webauthn",
]
