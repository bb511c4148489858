"""Stops the embedded server when the process that used it has ended without doing so, for instance by kill -9.

`serve` starts this file as a process of its own and holds the other end of its input. It imports nothing of the program, to stay small.
"""

import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path

MAX_WAIT_S = 30.0
LOOK_S = 0.5


def main(data: Path, user: int) -> None:
    """Wait until the process `user` has ended, and every other process that uses the server in `data`; then stop it if it still runs."""
    sys.stdin.buffer.read()
    while not _stop_unless_used(data, user):
        time.sleep(LOOK_S)


def _stop_unless_used(data: Path, user: int) -> bool:
    """Stop the server if no living process uses it; returns whether none does.

    A process that starts meanwhile waits for the lock, and finds a server that runs or one that has stopped, never one that stops.
    """
    with open(data.with_name("postgres.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if any(_is_alive(pid) for pid in _numbers(data / ".handle_pids.json") if pid != user):
            return False
        for pid in _numbers(data / "postmaster.pid"):
            _stop(pid)
    return True


def _numbers(path: Path) -> list[int]:
    """The process ids in a file of either kind; none if it is not there."""
    try:
        text = path.read_text()
        return [int(pid) for pid in (json.loads(text or "[]") if path.suffix == ".json" else text.split()[:1])]
    except (OSError, ValueError):
        return []


def _stop(pid: int) -> None:
    """Ask the server to disconnect everyone and stop (its fast shutdown), and wait for it."""
    until = time.monotonic() + MAX_WAIT_S
    try:
        os.kill(pid, signal.SIGINT)
        while _is_alive(pid) and time.monotonic() < until:
            time.sleep(0.05)
    except OSError:
        pass


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
