"""Does the suite bite? Twelve faults, each planted into a copy of the program; the tests that should see it must fail.

    .venv/bin/python -m tests.load.planted              # all of them, some minutes
    .venv/bin/python -m tests.load.planted "wrong zone"

Prints caught / planted, and fails if one went unseen, or if its tests fail without it too.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Fault:
    path: str
    there: str
    instead: str
    tests: str


FAULTS = {
    "no-store off": Fault(
        "config/middleware/headers.py", '"no-store, private"', '"private"', "tests/config/test_faults.py -k calm_page_with_leave"
    ),
    "row-level security off": Fault(
        "accounts/vault/row_security.py", "{table} ENABLE ROW", "{table} DISABLE ROW", "tests/accounts/test_three_walls.py"
    ),
    "queries not from the account": Fault(
        "roadmap/talks/views.py",
        "get_object_or_404(request.user.talks, pk=pk)",
        "get_object_or_404(request.user.talks.model.objects.all(), pk=pk)",
        "tests/accounts/test_three_walls.py -k without_row_security",
    ),
    "values not bound to their place": Fault(
        "accounts/vault/fields.py",
        "purpose_of(self, acting.binding)",
        "b''",
        "tests/accounts/test_sealing.py tests/accounts/test_three_walls.py",
    ),
    "leaving by POST alone": Fault(
        "accounts/signin/views.py",
        '@require_http_methods(["GET", "HEAD", "POST"])\ndef leave(',
        '@require_http_methods(["POST"])\ndef leave(',
        "tests/guide/test_leave.py",
    ),
    "autocomplete dropped": Fault(
        "accounts/form_fields.py",
        '{"autocomplete": "off", "spellcheck": "false"}',
        '{"spellcheck": "false"}',
        "tests/test_site.py -k owns_it",
    ),
    "session key in the clear": Fault(
        "accounts/signin/sessions.py",
        "return sha256(session_key.encode()).hexdigest()",
        "return session_key",
        "tests/accounts/test_sessions.py",
    ),
    "a retry not known as one": Fault(
        "accounts/autosave/models.py",
        "return bool(client_id) and client_id == self.client_id and sequence > self.sequence",
        "return False",
        "tests/checkins/test_client_id.py",
    ),
    "wrong zone": Fault(
        "accounts/local_day.py", "wall = at.astimezone(zone)", "wall = at.astimezone(UTC)", "tests/accounts/test_local_day.py"
    ),
    "what is posted is logged": Fault(
        "config/logs.py",
        'return "\\n".join([*frames, kind.__qualname__ if kind else ""])',
        "return super().formatException(ei)",
        "tests/config/test_faults.py -k logs_hold",
    ),
    "no rollback": Fault(
        "config/middleware/account_scope.py",
        "if response.status_code >= 500:",
        "if response.status_code >= 600:",
        "tests/config/test_faults.py -k leaves_nothing_written",
    ),
    "synchronous commit off": Fault(
        "config/settings.py",
        '{"connect_timeout": 2,',
        '{"options": "-c synchronous_commit=off", "connect_timeout": 2,',
        "tests/config/test_crash.py -k passes_the_check",
    ),
}


def fails(copy: Path, tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0", *_words(tests)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stdout + done.stderr)
    return done.returncode == 1


def _words(tests: str) -> list[str]:
    files, _, expression = tests.partition(" -k ")
    return [*files.split(), *(["-k", expression] if expression else [])]


def main(names: list[str]) -> int:
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        copytree(ROOT, copy, ignore=ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis"))
        for name in names:
            fault = FAULTS[name]
            file = copy / fault.path
            whole = file.read_text()
            if fault.there not in whole:
                sys.exit(f"{name}: {fault.path} has changed, and the fault has to be planted elsewhere.")
            file.write_text(whole.replace(fault.there, fault.instead))
            caught = fails(copy, fault.tests)
            file.write_text(whole)
            sound = not fails(copy, fault.tests)
            if not (caught and sound):
                missed.append(name)
            print(f"{name:<32}{'caught' if caught and sound else 'NOT CAUGHT' if sound else 'its tests fail without it'}", flush=True)
    print(f"{len(names) - len(missed)} caught / {len(names)} planted")
    return len(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(FAULTS)))
