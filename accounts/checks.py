from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.management.base import CommandError
from django.db import connections
from django.db.models import BinaryField
from django.db.models.functions import Substr

from accounts.models import Account
from accounts.vault import sealing

# The checks with this tag find out whether there is anything here to work on.
TABLES = "tables"


@register(Tags.database)
def role_is_behind_the_wall(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Row-level security does not hold for superusers and BYPASSRLS roles: the program must not be one."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            name, passes = cursor.fetchone()
        if passes:
            errors.append(
                Error(
                    f'The database role "{name}" is not subject to row-level security.',
                    hint="Connect as a role that is neither SUPERUSER nor BYPASSRLS and owns the database: CREATE ROLE … LOGIN.",
                    id="accounts.E001",
                )
            )
    return errors


@register(Tags.database)
def keys_open_this_database(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse to start with keys that did not seal this database: nothing in it could be opened, and new text would get other keys (R45)."""
    for alias in databases or []:
        if Account._meta.db_table not in connections[alias].introspection.table_names():
            continue
        # One account for each of the keys that data keys are wrapped with.
        header = Substr("data_key", 1, sealing.HEADER_BYTES, output_field=BinaryField())
        accounts = list(Account.objects.using(alias).only("data_key").annotate(header=header).order_by("header").distinct("header"))
        shut = [account for account in accounts if not _opens(account.data_key)]
        if shut:
            hint = "Set SEALING_KEYS to the keys it was written with; lost keys cannot be replaced."
            if len(shut) < len(accounts):
                return [
                    Error("A key that part of this database is sealed with is not among the sealing keys.", hint=hint, id="accounts.E002")
                ]
            return [Error("None of the sealing keys opens this database.", hint=hint, id="accounts.E002")]
    return []


def _opens(data_key: bytes | memoryview) -> bool:
    try:
        sealing.unwrap(data_key)
    except sealing.CannotBeRead:
        return False
    return True


def refuse_without_tables() -> None:
    """Raises CommandError, in one sentence, where there is no database of the program.

    Without this check, a command without the service's settings would work on a new, empty database and report success.
    """
    for problem in run_checks(tags=[TABLES], databases=["default"], include_deployment_checks=True):
        raise CommandError(" ".join(filter(None, (problem.msg, problem.hint))))
