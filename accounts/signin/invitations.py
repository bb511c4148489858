"""Invitations: codes that a centre prints and hands out, for a site on which only invited people make an account (settings.SIGN_UP).

A code belongs to no name. Only its hash is stored, and the row is deleted when an account is made with it, in the same transaction: nothing
tells which account that was.
"""

from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.signin import recovery

# Of the values of settings.SIGN_UP those that keep people out; the third is "open".
INVITED = "invited"
CLOSED = "closed"

# Signs in a code: eighty random bits are too many to guess, and short enough to type from paper.
CODE_CHARS = 16

WRONG = _("This code does not work. It may have a typing mistake, be used already, or be out of date. Check it, or ask for another.")


class InvitationSpent(Exception):
    """The code was used at the same moment for another account."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def make(self, number: int, *, days: int, today: date) -> tuple[list[str], date]:
        """Store `number` new codes that work for `days` days from `today`; returns them with their last day. They are not shown again."""
        codes, last = [recovery.new_code(CODE_CHARS) for _ in range(number)], today + timedelta(days=days)
        Invitation.objects.bulk_create([Invitation(code_hash=digest(code), last_day=last) for code in codes])
        return codes, last

    def valid(self, *, today: date) -> "InvitationQuerySet":
        return self.filter(last_day__gte=today)

    def spend(self, code: str, *, today: date) -> None:
        """Delete `code`. Raises InvitationSpent if it is not valid. Of two people who use it at once, the second waits for the first."""
        if not self.valid(today=today).filter(pk=digest(code)).delete()[0]:
            raise InvitationSpent

    def delete_expired(self, *, today: date) -> int:
        """Delete the codes whose last day is before `today`; returns how many."""
        return self.filter(last_day__lt=today).delete()[0]


class Invitation(models.Model):
    """A code that was not used yet. It works up to and including `last_day`, in UTC."""

    code_hash = models.CharField(max_length=64, primary_key=True)
    last_day = models.DateField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return self.code_hash


def digest(code: str) -> str:
    """What is stored of `code`, however it was typed."""
    return sha256(b"accounts.signin.invitations:" + recovery.plain(code).encode()).hexdigest()


def are_needed() -> bool:
    """Whether an account is made with a code alone."""
    return settings.SIGN_UP == INVITED


def can_sign_up() -> bool:
    """Whether anyone can make an account, with a code or without."""
    return settings.SIGN_UP != CLOSED
