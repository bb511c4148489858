import base64
from typing import Any

import qrcode
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.vault import sealing

PURPOSE = b"mfa_authenticator.data"


class TwoStepAdapter(DefaultMFAAdapter):
    """How allauth stores secrets, and what apps and devices are told: a neutral title and the name one signs in with."""

    def encrypt(self, text: str) -> str:
        """`text` sealed with the program's keys, since it is needed before anyone acts for an account."""
        return base64.b64encode(sealing.seal_by_program(sealing.pad(text.encode()), PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text that `encrypt` sealed. Raises sealing.CannotBeRead."""
        return sealing.unpad(sealing.open_by_program(base64.b64decode(encrypted_text), PURPOSE)).decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return f"{self.get_totp_issuer()}:{user.get_username()}"

    def build_totp_svg(self, url: str) -> str:
        """A QR code without inline styles, which our Content-Security-Policy forbids."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
        return format_html(
            '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges"><path d="{}"/></svg>',
            _("The key as a picture"),
            len(rows),
            len(rows),
            dark,
        )

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().rpartition(":")[0] or context.request.get_host(), "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        return super().get_public_key_credential_user_entity(user) | {"name": user.get_username(), "display_name": user.get_username()}
