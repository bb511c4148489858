"""The recovery code: on paper, for people who have forgotten their passphrase (docs/security.md, R7 and R8).

120 random bits in letters and digits that are hard to confuse. Only a fast hash is stored; 120 bits cannot be guessed.
"""

import secrets
from hashlib import sha256
from uuid import UUID

# Crockford's thirty-two: no I, L, O or U.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Signs in a code, and signs between two dashes.
CODE_CHARS = 24
GROUP_CHARS = 4

_MISTAKEN = str.maketrans("OIL", "011")


def new_code(length: int = CODE_CHARS) -> str:
    """A code as it is shown and printed, such as "7Q2K-9MXA-…"; each sign is five random bits."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(length))
    return "-".join(signs[at : at + GROUP_CHARS] for at in range(0, length, GROUP_CHARS))


def plain(code: str) -> str:
    """The signs of a code, however it was typed: case, spaces, dashes and the usual mistakes do not count."""
    return "".join(sign for sign in code.upper().translate(_MISTAKEN) if sign in SIGNS)


def digest(account_id: UUID, code: str) -> str:
    """What is stored of `code`."""
    return sha256(f"{account_id}:{plain(code)}".encode()).hexdigest()
