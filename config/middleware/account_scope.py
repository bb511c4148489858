"""Each signed-in request acts for its account, in one transaction; a 5xx rolls all of it back (docs/security.md, R66)."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Account
from accounts.vault.scope import acting_for
from config import errors, form_owner
from config.middleware import SAFE_METHODS, Layer
from config.middleware.outage import uses_database
from config.ops import db_timeout
from config.policy import policy_of


class AccountScope(Layer):
    """Opens the account's rows and key for the request, and answers 409 to text from a page of another account.

    Sets `request.today`, the person's own calendar day. Writes of strangers have a transaction too.
    """

    @uses_database
    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, after its transaction has committed. An account that was deleted in the meantime is no longer signed in."""
        account_id = request.user.pk
        try:
            response = self._in_scope(request)
            if response.status_code != 500 or not _is_deleted(account_id):
                return response
        except IntegrityError:
            # That a row has lost its account is found only when its transaction ends.
            if not _is_deleted(account_id):
                raise
        request.session.flush()
        request.user = AnonymousUser()
        return self._in_scope(request)

    def _in_scope(self, request: HttpRequest) -> HttpResponse:
        # The account itself in place of Django's lazy object, which takes a detour for each of its fields. A stranger that another layer
        # has put there stays one.
        if isinstance(request.user, SimpleLazyObject):
            request.user = get_user(request)
        account = request.user if isinstance(request.user, Account) else None
        if account:
            # Outside the transaction: no request waits for another of the same session.
            at = timezone.now()
            request.session.keep_alive(account.idle_minutes, at=at)  # type: ignore[attr-defined]
            request.today = account.local_day(at)  # type: ignore[attr-defined]
        with _scope(request, account):
            response = self.get_response(request)
            if response.status_code >= 500:
                roll_back()
        return response

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        return errors.someone_else(request) if request.method == "POST" and form_owner.belongs_to_other(request) else None


def _scope(request: HttpRequest, account: Account | None) -> AbstractContextManager[Any]:
    if account:
        return acting_for(account, lock_timeout_ms=None if policy_of(request).may_take_long else db_timeout.LOCK_TIMEOUT_MS)
    return nullcontext() if request.method in SAFE_METHODS or policy_of(request).stores_nothing else transaction.atomic()


def _is_deleted(account_id: UUID | None) -> bool:
    """Whether the account of that id has been deleted; False for None, a stranger's."""
    return account_id is not None and not Account.objects.filter(pk=account_id).exists()


def roll_back() -> None:
    """Undo what the request has written, if it has a transaction."""
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
