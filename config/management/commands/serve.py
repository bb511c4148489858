import base64
import errno
import io
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, NotSupportedError, connection
from django.db.migrations.executor import MigrationExecutor
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from accounts.signin.sessions import SessionStore
from config.checks import hosts_are_named
from config.logs import first_line
from config.middleware import overload
from config.ops import addresses, demo, embedded_postgres, metrics, old_schema, parent, service_manager, static_files

# How long a client may take to send its headers, and may hold a connection without sending anything (docs/security.md, R59).
# The proxy in front must let go of its own a little earlier: deploy/Caddyfile does.
MAX_HEADERS_MS = 10_000


class Command(BaseCommand):
    help = "Do all it takes and serve Even Keel: database, tables, guide, static files, server. Ctrl-C stops it."
    # Run below, once there is a database to run them against.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument("--workers", type=int, default=2, help="server processes (default: %(default)s)")
        parser.add_argument("--demo", action="store_true", help="add a fictional account with six months of entries")

    def handle(self, *args: Any, **options: Any) -> None:
        # Until the server takes the signals over, `kill` ends this as Ctrl-C does: by leaving, so that the database is stopped too.
        signal.signal(signal.SIGTERM, _leave)
        if options["demo"] and not settings.DEBUG:
            raise CommandError("--demo is for trying out: it adds an account whose passphrase is shown on this screen.")
        try:
            listening = service_manager.inherited_socket()
            if listening:
                options["host"], options["port"] = listening.getsockname()[:2]
            else:
                self.refuse_busy_port(options["host"], options["port"])
            self.prepare_database()
            self.step("guide", self.output_of("sync_guide"))
            self.step("files", static_files.collect(self.environment(options["host"])))
            if options["demo"]:
                self.step("demo", demo.make())
            self.serve(options["host"], options["port"], options["workers"], listening)
        except KeyboardInterrupt:
            pass
        finally:
            connection.close()
            embedded_postgres.stop()
            self.step("stopped", "")

    def step(self, name: str, outcome: str) -> None:
        self.stdout.write(f"{name:<10}{outcome}".rstrip())
        self.stdout.flush()

    def refuse_busy_port(self, host: str, port: int) -> None:
        """The server's processes share their port, and would share it with a stranger's too."""
        if not 0 < port < 65536:
            raise CommandError(f"Port {port} cannot be used: ports go from 1 to 65535. Choose another with --port.")
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            holder = addresses.holder(port) if error.errno == errno.EADDRINUSE else ""
            by = f", by {holder}" if holder else ""
            raise CommandError(f"Port {port} on {host} cannot be used: {error.strerror}{by}. Choose another with --port.") from error

    def prepare_database(self) -> None:
        try:
            connection.ensure_connection()
            major, minor = connection.get_database_version()
            executor = MigrationExecutor(connection)
        except NotSupportedError as error:
            raise CommandError(f"This PostgreSQL is too old: {error}.") from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be reached: {first_line(error)}") from error
        self.step("database", f"PostgreSQL {major}.{minor}" + (f" in {settings.VAR_DIR}" if embedded_postgres.is_used() else ""))
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if old_schema.is_from_before(executor.loader.applied_migrations.keys(), is_pending=pending > 0):
            raise CommandError(old_schema.WHAT_TO_DO)
        unknown = sorted(".".join(name) for name in executor.loader.applied_migrations.keys() - executor.loader.disk_migrations.keys())
        if unknown:
            raise CommandError(f"This database was written by a newer version of Even Keel (it has {unknown[-1]}). Update the program.")
        embedded_postgres.stop_with_this_process()
        problems = [
            problem
            for problem in [*hosts_are_named(), *checks.run_checks(databases=["default"])]
            if problem.is_serious() and not problem.is_silenced()
        ]
        if problems:
            raise CommandError(" ".join(filter(None, (problems[0].msg, problems[0].hint))))
        call_command("migrate", verbosity=0, interactive=False)
        self.step("tables", f"{pending} migrations applied" if pending else "up to date")
        SessionStore.clear_expired()

    def output_of(self, command: str) -> str:
        out = io.StringIO()
        call_command(command, stdout=out)
        return out.getvalue().strip()

    def environment(self, host: str) -> dict[str, str]:
        """What the server's processes run with. Trying out differs from production in where the settings come from, and in nothing else."""
        if not settings.DEBUG:
            return {}
        outside = addresses.reachable(host)
        is_loopback = not outside and {*settings.ALLOWED_HOSTS} <= {*settings.LOOPBACK_HOSTS}
        return {
            "DEBUG": "off",
            "DATABASE_URL": embedded_postgres.address() if embedded_postgres.is_used() else os.environ.get("DATABASE_URL", ""),
            "SECRET_KEY": settings.SECRET_KEY,
            "SEALING_KEYS": ",".join(base64.b64encode(key).decode() for key in settings.SEALING_KEYS),
            "ALLOWED_HOSTS": ",".join([*settings.ALLOWED_HOSTS, *(outside or [addresses.in_address(host)])]),
            "BEHIND_TLS_PROXY": "on" if settings.BEHIND_TLS_PROXY else "off",
            "LOOPBACK_COOKIES": "on" if is_loopback and not settings.BEHIND_TLS_PROXY else "off",
        }

    def serve(self, host: str, port: int, workers: int, listening: socket.socket | None = None) -> None:
        os.environ.update(self.environment(host))
        parent.announce()
        self.begin_metrics()
        # Hashing a passphrase takes 19 MiB. Told nothing, glibc learns from the first to keep such a piece for each thread for ever.
        os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "1048576")
        # The server processes start afresh, so that they read the environment; a fork would inherit our settings.
        multiprocessing.set_start_method("spawn")
        connection.close()
        server = service_manager.GranianServer(
            listening,
            "config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=MAX_HEADERS_MS),
            workers=workers,
            # Most of them wait in line: config.middleware.overload lets few work at once.
            blocking_threads=overload.THREADS,
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=5,
        )
        if sys.stdin.isatty():
            # Closing the terminal ends the server, because no one would look for it in the background.
            server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
        server.on_startup(threading.Thread(target=self.say_when_ready, args=(host, port), daemon=True).start)
        server.serve()

    def begin_metrics(self) -> None:
        if not settings.METRICS_PORT:
            return
        try:
            metrics.begin(settings.METRICS_PORT)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "ports go from 1 to 65535"
            raise CommandError(f"METRICS_PORT {settings.METRICS_PORT} cannot be used: {reason}.") from error
        self.step("metrics", f"http://{metrics.HOST}:{settings.METRICS_PORT}/metrics")

    def say_when_ready(self, host: str, port: int) -> None:
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104, what a person asks for with --host
        address = f"http://{addresses.in_address(here)}:{port}/"
        while True:
            try:
                urllib.request.urlopen(f"{address}health/live", timeout=1).close()  # noqa: S310, our own address
                break
            except urllib.error.HTTPError:
                break  # An answer is an answer.
            except OSError:
                time.sleep(0.05)
        self.step("ready", f"{address}   (Ctrl-C stops)")
        service_manager.notify_ready()
        if not settings.DEBUG:
            self.step("", f"Behind your proxy: {', '.join(f'https://{name}/' for name in settings.ALLOWED_HOSTS)}")
            return
        for outside in addresses.reachable(host):
            self.step("", f"http://{outside}:{port}/   from other devices on this network, to read")
        if addresses.reachable(host):
            self.step("", "To sign in from another device you need TLS, because browsers keep no sign-in without it: docs/at-home.md.")
        self.step("", "For trying out. To run it for others, set the keys: see .env.example.")


def _leave(*args: Any) -> NoReturn:
    sys.exit(0)
