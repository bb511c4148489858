"""The lock of the private plan: a key from a phrase or a code, and one blob of fixed size that it opens or does not.

A blob is `wrap | wrap | body`: the plan's key sealed with the phrase's key, the same with the code's key, and what the plan holds, padded
to SIZE_BYTES and sealed with the plan's key. Where there is no phrase or no code, the wrap is sealed with a key that was thrown away.
"""

import binascii
import re
import secrets
import struct
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from accounts.signin import recovery
from accounts.signin.passphrases import hash_aside
from accounts.vault import sealing

# 64 KiB hold about eleven thousand English words, or 21,000 letters of a script that takes three bytes each: all starting items with a
# long note on every one take a third. Thirty thousand accounts take 2 GB.
SIZE_BYTES = 64 * 1024

KEY_BYTES = 32
SALT_BYTES = 16
_PACKED = struct.Struct(f">{SALT_BYTES}sIBB")
_WRAP = len(sealing.SealingKey(bytes(KEY_BYTES)).seal(bytes(KEY_BYTES), b""))

# 24 signs of 32 are 120 bits (R7 asks for 112).
CODE_CHARS = 24
_CODE = re.compile(rf"[{recovery.SIGNS.lower()}]{{{CODE_CHARS}}}")
_MISREAD = str.maketrans("ilo", "110", " -–\u00a0")


class CannotUnlock(Exception):
    """This key, phrase or code opens nothing. It cannot be told whether there is anything to open."""


class PlanTooLong(Exception):
    """More bytes than the blob holds; `over` says how many."""

    def __init__(self, over: int) -> None:
        super().__init__()
        self.over = over


@dataclass(frozen=True)
class KeyDerivationCost:
    """What deriving a key takes. RFC 9106's second choice, 64 MiB and three passes over four lanes."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def new_code() -> str:
    """A code to print, in groups."""
    return recovery.new_code(CODE_CHARS).lower()


def derive(typed: str, salt: bytes, cost: KeyDerivationCost) -> bytes:
    """The key that a phrase or a code makes. Raises passphrases.HashingBusy when too many are being made."""
    return hash_aside(
        hash_secret_raw,
        _plain(typed).encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _plain(typed: str) -> str:
    """The normal form of a passphrase, independent of the keyboard. A code loses its dashes, and likely misreadings are corrected."""
    phrase = unicodedata.normalize("NFKC", typed).strip()
    code = phrase.lower().translate(_MISREAD)
    return code if _CODE.fullmatch(code) else phrase


def seal(body: bytes, *, key: bytes, phrase_key: bytes, code_key: bytes) -> bytes:
    """A whole blob. Raises PlanTooLong."""
    return _wrap(key, phrase_key, b"phrase") + _wrap(key, code_key, b"code") + _seal_body(body, key)


def with_body(blob: bytes, body: bytes, *, key: bytes) -> bytes:
    """The blob with another body and the wraps it had. Raises PlanTooLong."""
    return blob[: 2 * _WRAP] + _seal_body(body, key)


def with_code(blob: bytes, *, key: bytes, code_key: bytes) -> bytes:
    """The blob with another code."""
    return blob[:_WRAP] + _wrap(key, code_key, b"code") + blob[2 * _WRAP :]


def key_of(blob: bytes, derived: bytes) -> bytes:
    """The plan's key, if `derived` comes from its phrase or its code; raises CannotUnlock. Both wraps are tried in any case."""
    found = [_unwrap(blob[:_WRAP], derived, b"phrase"), _unwrap(blob[_WRAP : 2 * _WRAP], derived, b"code")]
    key = next(filter(None, found), None)
    if key is None:
        raise CannotUnlock
    return key


def body_of(blob: bytes, key: bytes) -> bytes:
    """What the plan holds; raises CannotBeRead if this is not its key, or the body was changed."""
    return sealing.unpad(sealing.SealingKey(key).open(blob[2 * _WRAP :], b"body"))


def unused(body: bytes) -> bytes:
    """A blob sealed with keys that were thrown away."""
    return seal(body, key=new_key(), phrase_key=new_key(), code_key=new_key())


def packed(salt: bytes, cost: KeyDerivationCost, blob: bytes) -> str:
    """All that a phrase needs to open it, as text. Always of one length."""
    return b64encode(_PACKED.pack(salt, cost.memory_kib, cost.passes, cost.lanes) + blob).decode()


def unpacked(text: str) -> tuple[bytes, KeyDerivationCost, bytes]:
    """What `packed` was given. Raises CannotUnlock for any other text, and for a cost above ours: a file shall not fill the memory."""
    try:
        raw = b64decode(text, validate=True)
        salt, *figures = _PACKED.unpack_from(raw)
    except (binascii.Error, ValueError, struct.error) as error:
        raise CannotUnlock from error
    cost, most = KeyDerivationCost(*figures), KeyDerivationCost()
    possible = 1 <= cost.passes <= most.passes and 1 <= cost.lanes <= most.lanes and 8 * cost.lanes <= cost.memory_kib <= most.memory_kib
    if not possible:
        raise CannotUnlock
    return salt, cost, raw[_PACKED.size :]


def _wrap(key: bytes, by: bytes, purpose: bytes) -> bytes:
    return sealing.SealingKey(by).seal(key, purpose)


def _unwrap(wrapped: bytes, by: bytes, purpose: bytes) -> bytes | None:
    try:
        return sealing.SealingKey(by).open(wrapped, purpose)
    except sealing.CannotBeRead:
        return None


def _seal_body(body: bytes, key: bytes) -> bytes:
    # One byte marks where the padding begins.
    if (over := len(body) + 1 - SIZE_BYTES) > 0:
        raise PlanTooLong(over)
    return sealing.SealingKey(key).seal(body + b"\x80" + bytes(SIZE_BYTES - len(body) - 1), b"body")
