"""Row-level security: PostgreSQL shows rows of a private table only to the account `acting_for` named (docs/security.md, R38 to R40)."""

from django.db import migrations


def enable_row_security(table: str) -> migrations.RunSQL:
    """The migration operation that enables row-level security on `table`, which has a column `account_id`.

    FORCE applies the policy to the owner of the table too, so one database role is enough.
    """
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON {table}
            USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
        """,
        f"""
        DROP POLICY own_rows ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )
