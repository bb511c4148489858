"""Before 1.0.0 the initial migration of an app was written again now and then. A database created before that cannot be migrated."""

from collections.abc import Collection

from django.apps import apps
from django.db import connection

# The second migration of each app as it was before its migrations were written again as one.
REPLACED = {
    ("accounts", "0002_cache_table"),
    ("checkins", "0002_enough_and_writer"),
    ("guide", "0002_part_in_blocks"),
    ("roadmap", "0002_talks_reviews_looking_back"),
}
OUR_APPS = {"accounts", "guide", "checkins", "roadmap", "config"}

WHAT_TO_DO = (
    "This database was made by an earlier version of Even Keel and cannot be brought up to date, so nothing in it was changed: to keep "
    "what was written, start the earlier version once more, export each account, start this version with an empty database (another "
    "VAR_DIR or DATABASE_URL), and import the files there."
)


def is_from_before(applied: Collection[tuple[str, str]], *, is_pending: bool) -> bool:
    """Whether the connected database was made by initial migrations that have been written again since.

    `applied` holds app and name of each migration on record there; `is_pending` says whether others are still to be applied, which may
    yet add what is missing.
    """
    if REPLACED & {*applied}:
        return True
    return bool(applied) and not is_pending and _lacks_columns()


def _lacks_columns() -> bool:
    """Whether the database lacks a table or a column that a model of ours has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()")
        found = {*cursor.fetchall()}
    models = [model for model in apps.get_models() if model._meta.app_label in OUR_APPS]
    return any((model._meta.db_table, field.column) not in found for model in models for field in model._meta.local_concrete_fields)
