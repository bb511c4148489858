import re
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection, connections

from accounts.checks import TABLES
from accounts.models import Account
from config import site
from config.logs import first_line
from guide.rows import DataError

# A host name as Django compares it: letters, digits, dots and hyphens, perhaps with a dot before it for all names below, or an address.
_HOST = re.compile(r"\*|\.?[\w-]+(\.[\w-]+)*\.?|\[[0-9a-fA-F:.]+\]|::1")

# If any of them is off, a crash may lose or change data that the program has said is saved, unnoticed.
REQUIRED_SETTINGS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}
# Other values that keep data as safely: they wait for a second machine as well.
EQUALLY_SAFE = {"synchronous_commit": {"on", "local", "remote_write", "remote_apply"}}


@register(Tags.security, deploy=True)
def database_keeps_what_it_acknowledged(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The database must keep what it acknowledges (docs/security.md, R68); asks the one that the program would use."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(REQUIRED_SETTINGS)])
            found = dict(cursor.fetchall())
    except DatabaseError as error:
        said = first_line(error)
        return [Error(f"The database cannot be asked whether it keeps what it acknowledges: {said}", id="config.E001")]
    return [
        Error(
            f"In the database, {name} is {found.get(name)}.",
            hint="pg_checksums turns data checksums on, postgresql.conf the others. Without them a crash may lose what was acknowledged.",
            id="config.E002",
        )
        for name, wanted in REQUIRED_SETTINGS.items()
        if found.get(name) not in EQUALLY_SAFE.get(name, {wanted})
    ]


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Without a name that leads here every page would be answered 400, while the health pages say that all is well."""
    wrong = [host for host in settings.ALLOWED_HOSTS if not _HOST.fullmatch(host)]
    if wrong:
        hint = "It takes host names alone, without https:// and without a port: even-keel.example."
        return [Error(f"ALLOWED_HOSTS holds {wrong[0]}, which is no host name.", hint=hint, id="config.E006")]
    if settings.ALLOWED_HOSTS or settings.DEBUG:
        return []
    hint = "Set it to the name of this site, such as even-keel.example."
    return [Error("ALLOWED_HOSTS is not set, so every page would be refused.", hint=hint, id="config.E006")]


@register
def site_is_sound(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The first thing that is wrong in the operator's own files, with file and line."""
    try:
        site.current()
    except DataError as error:
        return [Error(str(error), id="config.E005")]
    return []


@register(Tags.database, TABLES, deploy=True)
def database_has_our_tables(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A database that was never migrated may be the wrong one. The embedded one is not made just to be checked."""
    # It loads a whole PostgreSQL, which the server's processes do not need.
    from config.ops import embedded_postgres

    errors: list[CheckMessage] = []
    for alias in databases or []:
        try:
            is_new = embedded_postgres.is_used() and not embedded_postgres.is_made()
            tables = [] if is_new else connections[alias].introspection.table_names()
        except DatabaseError as error:
            errors.append(Error(f"The database cannot be reached: {first_line(error)}", id="config.E003"))
            continue
        if Account._meta.db_table not in tables:
            where = (
                f"The embedded database in {settings.VAR_DIR}" if embedded_postgres.is_used() else "The database that DATABASE_URL names"
            )
            hint = "A command needs the settings that the service is given: docs/operating.md says how to run one."
            errors.append(Error(f"{where} has no tables of Even Keel.", hint=hint, id="config.E004"))
    return errors
