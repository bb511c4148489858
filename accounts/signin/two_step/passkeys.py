"""Passkeys: signing in with what unlocks the device. allauth and fido2 do it; a wrong answer is one error, whatever is wrong with it."""

import json
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.db import DataError, models, transaction

from accounts.models import Account


class Refused(Exception):
    """What a browser sent is no answer to what we asked it."""


def of(account: Account) -> models.QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).order_by("pk")


def ask_for_new(account: Account) -> str:
    """What a browser needs to make a passkey, as JSON. The challenge is kept in the session."""
    return json.dumps(dict(auth.begin_registration(account, True)))


def ask_for_one() -> dict[str, Any]:
    """What a browser needs to sign somebody in, whoever it is. The challenge is kept in the session."""
    return dict(auth.begin_authentication(None))


def add(account: Account, answer: str, *, at: datetime) -> None:
    """Keep the passkey that a browser has made; raises Refused."""

    def complete() -> dict[str, Any]:
        credential = json.loads(answer)
        auth.parse_registration_response(credential)
        if not auth.complete_registration(credential).is_user_verified():
            raise Refused
        return credential

    credential = _understood(complete)
    try:
        with transaction.atomic():
            # No name: it would stand in the clear.
            auth.WebAuthn.add(account, "", credential)
    except DataError as error:
        # All of the answer is kept, and in it may be signs that PostgreSQL does not take.
        raise Refused from error
    # To the day, like everything that says when somebody was here.
    of(account).filter(data__credential__id=credential["id"]).update(created_at=at.replace(hour=0, minute=0, second=0, microsecond=0))


def remove(account: Account, pk: str) -> None:
    """Take out the account's passkey of that id; nothing happens if it has none such."""
    for passkey in of(account):
        if str(passkey.pk) == pk:
            passkey.delete()


def account_of(answer: str) -> Account:
    """Whose passkey answered; raises Refused."""

    def complete() -> Account:
        credential = json.loads(answer)
        auth.parse_authentication_response(credential)
        account = auth.extract_user_from_response(credential)
        auth.complete_authentication(account, credential)
        return account

    return _understood(complete)


def _understood[Answer](read: Callable[[], Answer]) -> Answer:
    try:
        return read()
    # What a stranger sends is taken apart by three libraries. Whatever they stumble over, it is no answer.
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, struct.error) as error:
        raise Refused from error
