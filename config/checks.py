from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

# Any of them off, and what somebody was told is saved may be gone after a crash, or come back as something else, unnoticed.
KEEPS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}
# What waits for a second machine as well keeps it too.
AS_GOOD = {"synchronous_commit": {"on", "local", "remote_write", "remote_apply"}}


@register(Tags.security, deploy=True)
def database_keeps_what_it_acknowledged(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Asks the database that would be used (SAFETY.md, R68)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(KEEPS)])
            found = dict(cursor.fetchall())
    except DatabaseError as error:
        said = str(error).strip().splitlines()[0]
        return [Error(f"The database cannot be asked whether it keeps what it acknowledges: {said}", id="config.E001")]
    return [
        Error(
            f"In the database, {name} is {found.get(name)}.",
            hint="pg_checksums turns data checksums on, postgresql.conf the others. Without them a crash may lose what was acknowledged.",
            id="config.E002",
        )
        for name, wanted in KEEPS.items()
        if found.get(name) not in AS_GOOD.get(name, {wanted})
    ]
