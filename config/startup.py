"""What happens once in each server process, before its first request."""

import atexit

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from accounts.checks import keys_open_this_database
from accounts.signin import ending
from config.checks import hosts_are_named, site_is_sound
from config.ops import error_counts, parent
from guide import library, words
from guide.checks import content_is_sound, help_lines_are_sound


def prepare() -> None:
    """Check the sealing keys and the content files, fetch the guide and its words, so that no request waits for them, and delete what an
    outage has left.

    Raises ImproperlyConfigured with keys that do not open the database: then nothing is served (docs/security.md, R45); and with a content
    file that names a key, a link or a note that is not there. A database that is away is waited for, request by request.
    """
    parent.end_with_it()
    try:
        problems = keys_open_this_database(databases=["default"])
    except DatabaseError:
        problems = []
    problems += [*hosts_are_named(), *content_is_sound(), *help_lines_are_sound(), *site_is_sound()]
    if problems:
        raise ImproperlyConfigured(problems[0].msg)
    library.current()
    words.prepare()
    ending.resume()
    error_counts.begin()
    connection.close()
    # The pool's threads must end before the interpreter does, or its end waits for them.
    atexit.register(connection.close_pool)  # type: ignore[attr-defined]
