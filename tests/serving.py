"""The program as somebody runs it: `manage.py serve` in a process of its own, with a folder and a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings

CONFIGURED = ("DATABASE_URL", "SECRET_KEY", "SEALING_KEYS", "ALLOWED_HOSTS", "LEAVE_URL", "DEBUG", "VAR_DIR", "BEHIND_TLS_PROXY")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(var: Path, **changes: str) -> dict[str, str]:
    """As on a machine with nothing of ours, except that what is written goes to `var`."""
    clean = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in CONFIGURED}
    return clean | {"VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"} | changes


def manage(var: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=environment(var, **changes), capture_output=True, text=True, timeout=120)


class Serving:
    """A running `serve`; `said` is what it printed so far."""

    def __init__(self, var: Path, *options: str, port: int | None = None, **changes: str) -> None:
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.said = ""
        self._ready = threading.Event()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--port", str(self.port), *options]
        self.process = subprocess.Popen(
            command, env=environment(var, **changes), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("ready"):
                self._ready.set()
        self._ready.set()

    def wait_until_ready(self) -> "Serving":
        assert self._ready.wait(120), self.said
        assert "ready" in self.said, self.said
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(60)
        self._reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()
        return code
