from typing import Any

from django.db.backends.postgresql import base

from config.ops import embedded_postgres


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL backend; the first connection starts the embedded server."""

    def get_connection_params(self) -> dict[str, Any]:
        self.settings_dict["HOST"] = embedded_postgres.start()
        return super().get_connection_params()
