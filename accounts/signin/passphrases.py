"""How a passphrase is validated and stored (docs/security.md, R3 to R5)."""

import os
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.signin.common_passphrases import is_common

# How many characters a passphrase may have.
MIN_CHARS = 12
MAX_CHARS = 128
# A longer text is no passphrase, and ordering thousands of accents would take seconds.
_MAX_TYPED_CHARS = 4 * MAX_CHARS
HINT = gettext_lazy("12 characters or more. Four or five words that have nothing to do with you work well; a birthday or a pet does not.")

# How many are hashed at once in one process, and how long the next one waits for a slot. It is memory that has to be limited, and each
# process has its own: so the limit needs no query, and nothing stays locked when a process is killed.
MAX_CONCURRENT = 2
SLOT_TIMEOUT_S = 5.0
# How far hashing steps back for pages when both want the processor, from 0 to 19.
NICENESS = 10
_slots = threading.BoundedSemaphore(MAX_CONCURRENT)


class HashingBusy(Exception):
    """There was no slot in time. The request is answered with 429."""


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Around anything that hashes with Argon2id. Raises HashingBusy when too many are hashed already."""
    if not _slots.acquire(timeout=SLOT_TIMEOUT_S):
        raise HashingBusy
    try:
        yield
    finally:
        _slots.release()


def _give_way() -> None:
    """Let the threads that make pages go first on the processor. Linux counts this for each thread, other systems for the whole process."""
    if sys.platform == "linux":
        os.nice(NICENESS)


_threads = ThreadPoolExecutor(MAX_CONCURRENT, "hashing", initializer=_give_way)


def hash_aside[Result](function: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
    """What `function` returns: a hash with Argon2id, computed where it holds up no page. Raises HashingBusy."""
    with hashing_slot():
        return _threads.submit(function, *arguments, **options).result()


class PassphraseHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's figures, 19 MiB, 2 passes, 1 lane: with Django's own 100 MiB a dozen sign-ins would fill a server.

    A passphrase is hashed in Unicode's form NFC, so that "ö" is the same whether a system types it as one character or as two.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return hash_aside(super().encode, composed(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        return hash_aside(super().verify, composed(password), encoded)


def composed(passphrase: str) -> str:
    """`passphrase` in Unicode's form NFC; one that is too long stays as it is."""
    return unicodedata.normalize("NFC", passphrase) if len(passphrase) <= _MAX_TYPED_CHARS else passphrase


class LengthValidator:
    """12 to 128 characters of any kind."""

    def validate(self, password: str, user: Any = None) -> None:
        length = len(composed(password))
        if length < MIN_CHARS:
            raise ValidationError(
                ngettext("12 characters or more. This has %(count)d.", "12 characters or more. This has %(count)d.", length),
                "password_too_short",
                {"count": length},
            )
        if length > MAX_CHARS:
            raise ValidationError(_("128 characters at most. This has %(count)d."), "password_too_long", {"count": length})

    def get_help_text(self) -> str:
        return str(HINT)


class NameValidator(UserAttributeSimilarityValidator):
    """Nothing that is close to the name."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("name",))

    def get_error_message(self) -> str:
        return _("This is too similar to the name. Choose words that have nothing to do with it.")

    def get_help_text(self) -> str:
        return ""


class CommonValidator:
    """None of those that are tried first, however they are disguised."""

    def validate(self, password: str, user: Any = None) -> None:
        # Too long a passphrase is refused anyway, and trying every way to split it would take minutes.
        if len(password) <= MAX_CHARS and is_common(password, getattr(user, "name", "")):
            raise ValidationError(
                _("This is too common, or too near to the name: others would try it first. Choose words of your own."),
                "password_too_common",
            )

    def get_help_text(self) -> str:
        return ""
