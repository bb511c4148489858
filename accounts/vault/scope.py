"""The scope for everything private: only inside `acting_for(account)` can that account's rows be seen and its values opened.

It opens two walls together, for one transaction: row-level security in PostgreSQL and the account's data key. Outside it, a private table
shows no rows and no sealed value can be opened. The third wall, queries that start from `request.user`, is in the views.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from accounts.vault import sealing

if TYPE_CHECKING:
    from accounts.models import Account


class NotActing(Exception):
    """Something private was touched outside `acting_for`."""


@dataclass(frozen=True)
class Scope:
    account_id: UUID
    key: sealing.SealingKey
    # What binds a sealed value to the account.
    binding: bytes


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """The scope of the account being acted for; raises NotActing when there is none."""
    scope = _scope.get()
    if scope is None:
        raise NotActing("Wrap this in accounts.vault.scope.acting_for(account).")
    return scope


@contextmanager
def acting_for(account: "Account", *, lock_timeout_ms: int | None = None) -> Iterator[None]:
    """Act for `account` within one transaction, rolled back if the block raises.

    A statement waits `lock_timeout_ms` for rows that another transaction has locked, and fails then; without it, as long as it takes. May
    be entered again for the same account. Raises NotActing for another account inside, sealing.CannotBeRead if the account's key cannot be
    unwrapped.
    """
    outer = _scope.get()
    if outer and outer.account_id != account.pk:
        raise NotActing("Already acting for another account.")
    scope = Scope(account.pk, sealing.unwrap(account.data_key), str(account.pk).encode())
    in_transaction = connection.in_atomic_block
    with transaction.atomic():
        _let_rows_be_seen(str(account.pk), lock_timeout_ms)
        token = _scope.set(scope)
        try:
            yield
        finally:
            _scope.reset(token)
        # The setting ends with its transaction. Where that one is not ours to end it is put back by hand; a rollback does so by itself.
        if in_transaction and not connection.needs_rollback:
            _let_rows_be_seen(str(outer.account_id) if outer else "")


def _let_rows_be_seen(account_id: str, lock_timeout_ms: int | None = None) -> None:
    sql, values = "SELECT set_config('app.account_id', %s, true)", [account_id]
    if lock_timeout_ms is not None:
        sql, values = sql + ", set_config('lock_timeout', %s, true)", [account_id, str(lock_timeout_ms)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
