"""A server process ends with the process that started it, however that one ends. Otherwise it would keep the port."""

import os
import threading
import time

# The id of the process that `serve` runs in; other servers do not set it and see to their own processes.
VARIABLE = "EVEN_KEEL_PARENT"
LOOK_S = 0.2


def announce() -> None:
    """In the process that starts others: tell them who it is."""
    os.environ[VARIABLE] = str(os.getpid())


def end_with_it() -> None:
    """In a process that was started: end as soon as its parent is gone. What it was writing is rolled back by the database."""
    if parent := os.environ.get(VARIABLE):
        threading.Thread(target=_watch, args=(int(parent),), daemon=True, name="parent").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)
