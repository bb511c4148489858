"""The backup and its drill for a thousand people with three years each (docs/security.md, R70): how long they take, how large it all is.

    .venv/bin/python -m tests.load.drill
    ACCOUNTS=100 .venv/bin/python -m tests.load.drill

Everything is written through the models, sealed as in use; only passphrases are not set, because no one signs in. Needs about eight
gigabytes in the temporary folder.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

ACCOUNTS = int(os.environ.get("ACCOUNTS", "1000"))
DAYS = 3 * 365
PROCESSES = 2


def write(first: int) -> None:
    """Every second account from the one numbered `first` on, with what its person has written."""
    import django

    django.setup()

    from accounts.models import Account
    from tests.load import invented

    for number in range(first, ACCOUNTS, PROCESSES):
        account = Account.objects.create_user(f"quiet-harbour-{number:04}", told_about_leave=True)
        invented.fill(account, days=DAYS, dice=random.Random(number))


def command(*arguments: str) -> str:
    """Run one of the program's commands, say how long it took, and return what it said."""
    before, used = time.monotonic(), os.times()
    done = subprocess.run([sys.executable, "manage.py", *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    after = os.times()
    processor = after.children_user + after.children_system - used.children_user - used.children_system
    print(f"{arguments[0]}: {time.monotonic() - before:.0f} s, of the processor without PostgreSQL {processor:.0f} s", flush=True)
    return done.stdout.strip()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103, the database runs as a user of its own
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": f"{folder}/var"}
        import django

        django.setup()
        from config.ops import embedded_postgres

        # Held, so that the commands find it running.
        with psycopg.connect(embedded_postgres.address()) as connection:
            command("migrate", "--verbosity=0")
            began = time.monotonic()
            writers = [subprocess.Popen([sys.executable, "-m", "tests.load.drill", str(first)]) for first in range(PROCESSES)]
            assert not any(writer.wait() for writer in writers)
            print(f"{ACCOUNTS} accounts with {DAYS} days were written in {time.monotonic() - began:.0f} s")
            size = connection.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone()
        dump = Path(folder) / "dump"
        print(command("backup", str(dump)))
        print(f"database {size[0]}, dump {dump.stat().st_size / 2**20:.0f} MB")
        print(command("restore_drill", str(dump)))
        embedded_postgres.stop()


if __name__ == "__main__":
    write(int(sys.argv[1])) if sys.argv[1:] else main()
