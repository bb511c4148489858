"""How a passphrase is judged and stored (docs/security.md, R3 to R5)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.signin.common_passphrases import is_common

SHORTEST, LONGEST = 12, 128
HINT = gettext_lazy("12 characters or more. Four or five words that have nothing to do with you work well; a birthday or a pet does not.")

# How many are hashed at once in one process, and how many seconds one more waits for its turn. What has to be limited is memory, which a
# process has for itself: so the limit needs no query, and nothing stays locked when a process is killed.
MAX_CONCURRENT, SLOT_TIMEOUT_S = 2, 5.0
_turns = threading.BoundedSemaphore(MAX_CONCURRENT)


class Busy(Exception):
    """There was no turn in time. The request is answered with 429."""


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Around anything that hashes with Argon2id; raises Busy when there are too many already."""
    if not _turns.acquire(timeout=SLOT_TIMEOUT_S):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


class Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's figures, 19 MiB, 2 passes, 1 lane: Django's own take 100 MiB each and let a dozen sign-ins fill a server."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with hashing_slot():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with hashing_slot():
            return super().verify(password, encoded)


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
        return str(HINT)


class NameValidator(UserAttributeSimilarityValidator):
    """Nothing that is near to the name."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("name",))

    def get_error_message(self) -> str:
        return _("This is too near to the name. Take words that have nothing to do with it.")

    def get_help_text(self) -> str:
        return ""


class CommonValidator:
    """None of those tried first, however they are dressed up."""

    def validate(self, password: str, user: Any = None) -> None:
        # What is too long is refused for that. To take it apart as well, wherever it may have been put together, would take minutes.
        if len(password) <= LONGEST and is_common(password, getattr(user, "name", "")):
            raise ValidationError(
                _("This is too common, or too near to the name: it is among what would be tried first. Take words of your own."),
                "password_too_common",
            )

    def get_help_text(self) -> str:
        return ""
