"""Passkeys: signing in with what unlocks the device, by allauth and fido2. Whatever is wrong with an answer, it is one error."""

import json
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import DataError, models, transaction

from accounts.models import Account
from accounts.signin.allauth_bridge import webauthn

# How many an account can have.
MAX_PASSKEYS = 20


class PasskeyRefused(Exception):
    """The browser sent something that does not answer our challenge."""


def of(account: Account) -> models.QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).order_by("pk")


def ask_for_new(account: Account) -> str:
    """What a browser needs to make a passkey, as JSON. The challenge is kept in the session."""
    return json.dumps(dict(webauthn.begin_registration(account, True)))


def ask_for_one() -> dict[str, Any]:
    """What a browser needs to sign in with any passkey it has. The challenge is kept in the session."""
    return dict(webauthn.begin_authentication(None))


def add(account: Account, answer: str, *, at: datetime) -> None:
    """Keep the passkey that a browser has made; raises PasskeyRefused."""

    def complete() -> dict[str, Any]:
        credential = json.loads(answer)
        webauthn.parse_registration_response(credential)
        if not webauthn.complete_registration(credential).is_user_verified():
            raise PasskeyRefused
        return credential

    credential = _understood(complete)
    try:
        with transaction.atomic():
            # No name: it would be stored unsealed.
            webauthn.WebAuthn.add(account, "", credential)
    except DataError as error:
        # The whole answer is stored, and may contain characters that PostgreSQL does not take.
        raise PasskeyRefused from error
    # To the day: the exact time would tell when a person was here.
    of(account).filter(data__credential__id=credential["id"]).update(created_at=at.replace(hour=0, minute=0, second=0, microsecond=0))


def remove(account: Account, pk: str) -> None:
    """Delete the account's passkey with that id; without one nothing happens."""
    for passkey in of(account):
        if str(passkey.pk) == pk:
            passkey.delete()


def account_of(answer: str) -> Account:
    """Whose passkey answered; raises PasskeyRefused."""

    def complete() -> Account:
        credential = json.loads(answer)
        webauthn.parse_authentication_response(credential)
        account = webauthn.extract_user_from_response(credential)
        webauthn.complete_authentication(account, credential)
        return account

    return _understood(complete)


def _understood[Answer](read: Callable[[], Answer]) -> Answer:
    try:
        return read()
    # Three libraries parse what a stranger sends. Whatever error they meet, it is no answer.
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, struct.error) as error:
        raise PasskeyRefused from error
