"""Sealing: what a person writes is stored only as AES-256-GCM ciphertext (docs/security.md, R43 to R47).

Two layers of keys. The key-encryption keys of `settings.SEALING_KEYS` live outside the database; the first wraps, all open. They wrap one
random data key per account, and that data key seals the account's values.

A sealed value is `version | key id | nonce | ciphertext`. Its text is padded to steps of 256 bytes, so that sizes tell little, and bound
to its purpose: opened for another column or another account it does not open at all.
"""

import secrets
from functools import lru_cache
from hashlib import sha256
from hmac import digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES
STEP = 256

WRAPPING = b"accounts_account.data_key"


class CannotBeRead(Exception):
    """A sealed value was changed, cut, moved, or sealed with a key that is not here."""


class KeyMissing(CannotBeRead):
    """It was sealed with a key that is not among the program's: `rotate_keys` has run with a key that this process was not started with."""


class SealingKey:
    """One AES-256 key. `id` tells which key sealed a value; it is a hash and reveals nothing of the key."""

    def __init__(self, secret: bytes) -> None:
        self.id = sha256(secret).digest()[:KEY_ID_BYTES]
        self._cipher = AESGCM(secret)
        self._secret = secret

    def seal(self, plain: bytes, purpose: bytes) -> bytes:
        header, nonce = VERSION + self.id, secrets.token_bytes(NONCE_BYTES)
        return header + nonce + self._cipher.encrypt(nonce, plain, header + purpose)

    def open(self, sealed: bytes, purpose: bytes) -> bytes:
        """The plain bytes; raises CannotBeRead unless this key sealed exactly this value for exactly this purpose."""
        header, rest = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
        if header != VERSION + self.id:
            raise CannotBeRead
        try:
            return self._cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], header + purpose)
        except (InvalidTag, ValueError) as error:
            raise CannotBeRead from error

    def mac(self, plain: bytes, purpose: bytes) -> bytes:
        """32 bytes that are always the same for `plain` and cannot be computed without this key (HMAC-SHA-256)."""
        return digest(digest(self._secret, b"mac:" + purpose, sha256), plain, sha256)


def pad(plain: bytes, step: int = STEP) -> bytes:
    """`plain` lengthened to the next multiple of `step`, by a byte 0x80 and zeros (ISO/IEC 7816-4)."""
    return plain + b"\x80" + b"\0" * (-(len(plain) + 1) % step)


def unpad(padded: bytes) -> bytes:
    return padded[: padded.rindex(b"\x80")]


@lru_cache
def _key_encryption_keys(key_secrets: tuple[bytes, ...]) -> tuple[SealingKey, ...]:
    return tuple(SealingKey(secret) for secret in key_secrets)


def seal_by_program(plain: bytes, purpose: bytes) -> bytes:
    """Sealed with the first key-encryption key: for what has to be opened before anybody acts for an account."""
    return _key_encryption_keys(tuple(settings.SEALING_KEYS))[0].seal(plain, purpose)


def open_by_program(sealed: bytes, purpose: bytes) -> bytes:
    """The plain bytes; raises KeyMissing if it was sealed with none of the configured keys, CannotBeRead if it is not exactly what one of
    them sealed for exactly this purpose.
    """
    for key in _key_encryption_keys(tuple(settings.SEALING_KEYS)):
        if sealed.startswith(VERSION + key.id):
            return key.open(sealed, purpose)
    raise KeyMissing


def under_first_key(sealed: bytes, purpose: bytes) -> bytes:
    """The same value sealed with the first key-encryption key: as it is, if it is so already. Raises CannotBeRead."""
    plain = open_by_program(sealed, purpose)
    first = _key_encryption_keys(tuple(settings.SEALING_KEYS))[0]
    return sealed if sealed.startswith(VERSION + first.id) else first.seal(plain, purpose)


def new_data_key() -> bytes:
    """A fresh data key, wrapped, as it is stored with its account."""
    return seal_by_program(secrets.token_bytes(32), WRAPPING)


def unwrap(wrapped: bytes | memoryview) -> SealingKey:
    """The data key of an account; raises CannotBeRead when none of the configured keys wrapped it."""
    return SealingKey(open_by_program(bytes(wrapped), WRAPPING))
