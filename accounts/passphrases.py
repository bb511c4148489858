"""How a passphrase is judged and stored (SAFETY.md, R3 to R5)."""

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SHORTEST, LONGEST = 12, 128


class Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's figures, 19 MiB, 2 passes, 1 lane: Django's own take 100 MiB each and let a dozen sign-ins fill a server."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class LengthValidator:
    """12 to 128 characters, whichever they are."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                ngettext("12 characters or more. This has %(count)d.", "12 characters or more. This has %(count)d.", len(password)),
                "password_too_short",
                {"count": len(password)},
            )
        if len(password) > LONGEST:
            raise ValidationError(_("128 characters at most. This has %(count)d."), "password_too_long", {"count": len(password)})

    def get_help_text(self) -> str:
        return _("12 characters or more. Four or five words that have nothing to do with you work well; a birthday or a pet does not.")
