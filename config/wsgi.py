import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.db import connection  # noqa: E402, once Django is set up

from guide import library  # noqa: E402

# The guide is rendered or fetched before the first request, never in one.
library.current()
connection.close()
# The pool's threads must end before the interpreter does, or its end waits for them.
atexit.register(connection.close_pool)  # type: ignore[attr-defined]
