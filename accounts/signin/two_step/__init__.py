"""Two-step sign-in: after the passphrase a code from an app, or one of ten codes on paper (docs/security.md, R9).

Stored in allauth's table, sealed by our adapter: the app's secret, which of its codes was used last, and the hashes of the codes on paper.
Those are hashed slowly, as passphrases are: a thief who has the keys too could try sixty random bits. No code is accepted twice.
"""

import json
from datetime import datetime
from hmac import compare_digest
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import Account
from accounts.signin import recovery
from accounts.signin.allauth_bridge import format_hotp_value, hotp_value
from accounts.signin.passphrases import PassphraseHasher

# How long a code of the app is shown.
PERIOD_S = 30
# How many codes there are on paper, and their length in characters.
CODES = 10
CODE_CHARS = 12

# The rows of allauth's table that we seal. Of passkeys, which are in it too, only the public half is stored.
SEALED_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def is_on(account: Account) -> bool:
    return _kept(account, Authenticator.Type.TOTP) is not None


def codes_left(account: Account) -> int:
    """How many of the codes on paper are unused."""
    paper = _kept(account, Authenticator.Type.RECOVERY_CODES)
    return len(_open(paper)["hashes"]) if paper else 0


@transaction.atomic
def turn_on(account: Account, secret: str, code: str, *, at: datetime) -> list[str]:
    """Ask for codes from now on, and return the ten for paper; none if `code` is not what an app with this secret shows."""
    counter = _counter(secret, code, after=0, at=at)
    if counter is None:
        return []
    _lock(account)
    turn_off(account)
    _keep(account, Authenticator.Type.TOTP, {"secret": secret, "last": counter}, at=at)
    return new_codes(account, at=at)


def turn_off(account: Account) -> None:
    Authenticator.objects.filter(user=account, type__in=SEALED_TYPES).delete()


@transaction.atomic
def new_codes(account: Account, *, at: datetime) -> list[str]:
    """Ten codes for paper, of which only hashes are kept. Those before no longer work."""
    _lock(account)
    codes = [recovery.new_code(CODE_CHARS) for _ in range(CODES)]
    Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).delete()
    _keep(account, Authenticator.Type.RECOVERY_CODES, {"hashes": [_hash(code) for code in codes]}, at=at)
    return codes


@transaction.atomic
def take(account: Account, code: str, *, at: datetime) -> bool:
    """Whether `code` is the app's of now, or one of those on paper. It is used up. Raises passphrases.HashingBusy."""
    rows = Authenticator.objects.select_for_update().filter(user=account).order_by("type")
    kept = {row.type: row for row in rows}
    if app := kept.get(Authenticator.Type.TOTP):
        data = _open(app)
        counter = _counter(data["secret"], code, after=data["last"], at=at)
        if counter is not None:
            return _write(app, data | {"last": counter})
    paper, signs = kept.get(Authenticator.Type.RECOVERY_CODES), recovery.plain(code)
    if paper and len(signs) == CODE_CHARS:
        hashes = _open(paper)["hashes"]
        if used := next((each for each in hashes if PassphraseHasher().verify(signs, each)), None):
            return _write(paper, {"hashes": [each for each in hashes if each != used]})
    return False


def _counter(secret: str, code: str, *, after: int, at: datetime) -> int | None:
    """The period for which `code` is right: the current one or a neighbour, but later than `after`; None if there is none."""
    typed = "".join(code.split())
    now = int(at.timestamp()) // PERIOD_S
    for counter in (now, now - 1, now + 1):
        right = format_hotp_value(hotp_value(secret, counter))
        if counter > after and compare_digest(right.encode(), typed.encode(errors="replace")):
            return counter
    return None


def _hash(code: str) -> str:
    hasher = PassphraseHasher()
    return hasher.encode(recovery.plain(code), hasher.salt())


def _lock(account: Account) -> None:
    """Lock the account so that a double submit runs once."""
    Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()


def _kept(account: Account, kind: str) -> Authenticator | None:
    return Authenticator.objects.filter(user=account, type=kind).first()


def _keep(account: Account, kind: str, data: dict[str, Any], *, at: datetime) -> None:
    # To the day: the exact time would tell when a person was here.
    Authenticator.objects.create(
        user=account, type=kind, data=_sealed(data), created_at=at.replace(hour=0, minute=0, second=0, microsecond=0)
    )


def _write(row: Authenticator, data: dict[str, Any]) -> bool:
    row.data = _sealed(data)
    row.save(update_fields=["data"])
    return True


def _sealed(data: dict[str, Any]) -> dict[str, str]:
    return {"sealed": get_adapter().encrypt(json.dumps(data))}


def _open(row: Authenticator) -> dict[str, Any]:
    """What a row holds. Raises sealing.CannotBeRead."""
    return json.loads(get_adapter().decrypt(row.data["sealed"]))
