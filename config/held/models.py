import json
import secrets
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from django.db import models

from accounts.models import Account
from accounts.vault import sealing
from accounts.vault.fields import SealedTextField
from accounts.vault.models import PrivateModel
from config.held import LIFETIME, HeldPage

_PURPOSE = b"config.held.models"


class HeldForm(PrivateModel):
    """A page that answered a POST, for 15 minutes (`config.held`).

    Sealed twice: with the account's key like everything private, and with the token in the address. So a row cannot be read without that
    address, not even with the program's keys: it may be a page of the private plan.
    """

    # More than anyone has open; the oldest go first.
    MAX_PER_ACCOUNT: ClassVar = 20
    # Characters. The token of a page that an address holds is longer.
    TOKEN_CHARS: ClassVar = 43

    # A hash of the token.
    key = models.CharField(max_length=64)
    held_at = models.DateTimeField()
    page = SealedTextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="heldform_one_per_token")]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def hold(cls, account: Account, page: HeldPage, *, at: datetime) -> str:
        """Store `page` and return the token of its address."""
        token = secrets.token_urlsafe(32)
        sealed = _sealing_key(token).seal(zlib.compress(json.dumps(asdict(page)).encode()), _PURPOSE)
        cls.delete_expired(account, at=at)
        kept = cls.objects.filter(account=account).order_by("-held_at").values("pk")[: cls.MAX_PER_ACCOUNT - 1]
        cls.objects.filter(account=account).exclude(pk__in=kept).delete()
        cls.objects.create(account=account, key=_hash(token), held_at=at, page=b64encode(sealed).decode())
        return token

    @classmethod
    def show(cls, account: Account, token: str, *, at: datetime) -> HeldPage | None:
        """The page with that token, None if it is held no longer. One that is secret is deleted."""
        row = cls.objects.filter(account=account, key=_hash(token), held_at__gt=at - LIFETIME).first()
        if row is None:
            return None
        try:
            page = HeldPage(**json.loads(zlib.decompress(_sealing_key(token).open(b64decode(row.page), _PURPOSE))))
        except (sealing.CannotBeRead, ValueError):
            return None
        if page.is_secret:
            row.delete()
        return page

    @classmethod
    def delete_expired(cls, account: Account, *, at: datetime) -> None:
        cls.objects.filter(account=account, held_at__lte=at - LIFETIME).delete()


def _hash(token: str) -> str:
    return sha256(b"key:" + token.encode()).hexdigest()


def _sealing_key(token: str) -> sealing.SealingKey:
    return sealing.SealingKey(sha256(b"page:" + token.encode()).digest())
