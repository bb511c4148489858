"""Two-step sign-in: after the passphrase a code from an app, or one of ten codes on paper (docs/security.md, R9).

Kept in allauth's table. The app's secret is sealed with the program's keys, since it is needed before anybody acts for an account; so are
the hashes of the codes on paper and which code of the app was used last. The hashes are slow ones, as of passphrases: sixty random bits are
few enough to be tried by somebody who has the keys too. No code is taken twice.
"""

import base64
import json
import secrets
from datetime import datetime
from hmac import compare_digest
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction

from accounts.models import Account
from accounts.signin import recovery
from accounts.signin.passphrases import Hasher
from accounts.vault import sealing

PERIOD = 30
CODES, CODE_LENGTH = 10, 12

PURPOSE = b"mfa_authenticator.data"
# What of allauth's table is ours to seal. Passkeys stand in it too, of which only the public half is kept.
TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def is_on(account: Account) -> bool:
    return _kept(account, Authenticator.Type.TOTP) is not None


def codes_left(account: Account) -> int:
    """How many of the codes on paper are unused."""
    paper = _kept(account, Authenticator.Type.RECOVERY_CODES)
    return len(_open(paper)["hashes"]) if paper else 0


def new_secret() -> str:
    """160 random bits for an app, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


@transaction.atomic
def turn_on(account: Account, secret: str, code: str, *, at: datetime) -> list[str]:
    """Ask for codes from now on, and return the ten for paper; none if `code` is not what an app with this secret shows."""
    counter = _counter(secret, code, after=0, at=at)
    if counter is None:
        return []
    _one_at_a_time(account)
    turn_off(account)
    _keep(account, Authenticator.Type.TOTP, {"secret": secret, "last": counter}, at=at)
    return new_codes(account, at=at)


def turn_off(account: Account) -> None:
    Authenticator.objects.filter(user=account, type__in=TYPES).delete()


@transaction.atomic
def new_codes(account: Account, *, at: datetime) -> list[str]:
    """Ten codes for paper, of which only hashes are kept. Those before no longer work."""
    _one_at_a_time(account)
    codes = [recovery.new_code(CODE_LENGTH) for _ in range(CODES)]
    Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).delete()
    _keep(account, Authenticator.Type.RECOVERY_CODES, {"hashes": [_hash(code) for code in codes]}, at=at)
    return codes


@transaction.atomic
def take(account: Account, code: str, *, at: datetime) -> bool:
    """Whether `code` is the app's of now, or one of those on paper. It is used up. Raises passphrases.Busy."""
    rows = Authenticator.objects.select_for_update().filter(user=account).order_by("type")
    kept = {row.type: row for row in rows}
    if app := kept.get(Authenticator.Type.TOTP):
        data = _open(app)
        counter = _counter(data["secret"], code, after=data["last"], at=at)
        if counter is not None:
            return _write(app, data | {"last": counter})
    paper, signs = kept.get(Authenticator.Type.RECOVERY_CODES), recovery.plain(code)
    if paper and len(signs) == CODE_LENGTH:
        hashes = _open(paper)["hashes"]
        if used := next((each for each in hashes if Hasher().verify(signs, each)), None):
            return _write(paper, {"hashes": [each for each in hashes if each != used]})
    return False


def _counter(secret: str, code: str, *, after: int, at: datetime) -> int | None:
    """For which period `code` is right: this one or one beside it, but none up to `after`; None if for none of them."""
    typed = "".join(code.split())
    now = int(at.timestamp()) // PERIOD
    for counter in (now, now - 1, now + 1):
        right = format_hotp_value(hotp_value(secret, counter))
        if counter > after and compare_digest(right.encode(), typed.encode(errors="replace")):
            return counter
    return None


def _hash(code: str) -> str:
    hasher = Hasher()
    return hasher.encode(recovery.plain(code), hasher.salt())


def _one_at_a_time(account: Account) -> None:
    """Of two presses at once the second waits, and finds what the first has made: without this it would find nothing, and fail."""
    Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()


def _kept(account: Account, kind: str) -> Authenticator | None:
    return Authenticator.objects.filter(user=account, type=kind).first()


def _keep(account: Account, kind: str, data: dict[str, Any], *, at: datetime) -> None:
    # To the day: when somebody was here is nobody's business.
    Authenticator.objects.create(
        user=account, type=kind, data=_sealed(data), created_at=at.replace(hour=0, minute=0, second=0, microsecond=0)
    )


def _write(row: Authenticator, data: dict[str, Any]) -> bool:
    row.data = _sealed(data)
    row.save(update_fields=["data"])
    return True


def _sealed(data: dict[str, Any]) -> dict[str, str]:
    plain = sealing.pad(json.dumps(data).encode())
    return {"sealed": base64.b64encode(sealing.seal_by_program(plain, PURPOSE)).decode()}


def _open(row: Authenticator) -> dict[str, Any]:
    """What a row holds; raises sealing.CannotBeRead."""
    return json.loads(sealing.unpad(sealing.open_by_program(base64.b64decode(row.data["sealed"]), PURPOSE)))
