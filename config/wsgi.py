import atexit
import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.db import DatabaseError, connection  # noqa: E402, once Django is set up

from accounts.checks import keys_open_this_database  # noqa: E402
from guide import library  # noqa: E402
from guide.checks import content_is_sound  # noqa: E402

# With other keys than the database's nothing is served (docs/security.md, R45). A database that is away is waited for, request by request.
try:
    problems = keys_open_this_database(databases=["default"])
except DatabaseError:
    problems = []
# Nor with content that names a key, a link or a note that is not there.
problems += content_is_sound()
if problems:
    raise ImproperlyConfigured(problems[0].msg)
# The guide is rendered or fetched before the first request, never in one.
library.current()
connection.close()
# The pool's threads must end before the interpreter does, or its end waits for them.
atexit.register(connection.close_pool)  # type: ignore[attr-defined]
