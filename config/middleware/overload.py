import threading
from collections import deque
from functools import cache
from time import monotonic

from django.http import HttpRequest, HttpResponse

from accounts.requests import is_from_script
from config import errors
from config.middleware import GetResponse
from config.policy import policy_of

# A request that has waited this long is refused: by then its sender has gone, or has sent it again.
MAX_WAIT_S = 8.0
# The first in a queue is next as long as it has waited less than this. In a slower queue the last is next; else every request would wait
# until it is too late.
FAIR_WAIT_S = 0.5


class WaitingRequest:
    """A request in a queue: `decided` is set once it `has_slot`, or will not get one."""

    def __init__(self) -> None:
        self.decided = threading.Event()
        self.since = monotonic()
        self.has_slot = False


class RequestSlots:
    """Slots in which requests are handled at the same time. Others wait in a queue, by rank: those of rank 0 before all others."""

    def __init__(self, slots: int, *, queue: int, ranks: int = 1, kept: int = 0) -> None:
        """`queue`: how many of a rank may wait. `kept`: how many slots the last rank does not get."""
        self._lock = threading.Lock()
        self._free, self._kept, self._max_queue = slots, kept, queue
        self._queues: list[deque[WaitingRequest]] = [deque() for _ in range(ranks)]
        # Requests that are in a slot or in a queue at the same time.
        self.capacity = slots + queue * ranks

    def acquire(self, rank: int = 0, *, timeout_s: float = MAX_WAIT_S) -> bool:
        """Wait for a slot; False if none came free within `timeout_s`, or the queue behind has become too long."""
        waiting, queue = WaitingRequest(), self._queues[rank]
        with self._lock:
            queue.append(waiting)
            self._admit()
            if len(queue) > self._max_queue:
                queue.popleft().decided.set()
        if not waiting.decided.wait(timeout_s):
            with self._lock:
                if not waiting.decided.is_set():
                    queue.remove(waiting)
        return waiting.has_slot

    def release(self) -> None:
        with self._lock:
            self._free += 1
            self._admit()

    def _admit(self) -> None:
        """Give the free slots to those who wait."""
        for rank, queue in enumerate(self._queues):
            kept = self._kept if rank and rank == len(self._queues) - 1 else 0
            while queue and self._free > kept:
                next_one = queue.popleft() if monotonic() - queue[0].since < FAIR_WAIT_S else queue.pop()
                next_one.has_slot = True
                self._free -= 1
                next_one.decided.set()


# How many requests a process handles at once, and lets wait. More would only slow each other down, as one thread runs at a time.
PAGES = RequestSlots(3, queue=60, ranks=3, kept=1)
# What takes long has a slot of its own, so that exports do not hold up pages. So do requests that hash a passphrase.
LONG = RequestSlots(1, queue=4)
HASHING = RequestSlots(2, queue=8)
# Threads that a process needs so that no request waits unseen in the server: some are left to say that there are too many.
THREADS = PAGES.capacity + LONG.capacity + HASHING.capacity + 12


def overload(get_response: GetResponse) -> GetResponse:
    """Answers 503 or 429 at once when more is asked than can be answered, so that what is answered comes in time.

    First come help lines and Leave (`urgent`), then whatever works without a database, such as the guide.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        policy = policy_of(request)
        if policy.hashes and request.method == "POST":
            return _in_slot(HASHING, 0, request) or errors.busy(request)
        if policy.may_take_long:
            return _in_slot(LONG, 0, request) or _too_much(request)
        rank = 0 if policy.urgent else 1 if request.method in policy.without_database else 2
        return _in_slot(PAGES, rank, request) or _too_much(request)

    def _in_slot(slots: RequestSlots, rank: int, request: HttpRequest) -> HttpResponse | None:
        """The response; None if there was no slot for the request."""
        if not slots.acquire(rank):
            return None
        try:
            return get_response(request)
        finally:
            slots.release()

    return middleware


def _too_much(request: HttpRequest) -> HttpResponse:
    """Typed text is given back. Anything else gets a page that was rendered once: there is no time."""
    if request.method == "POST" and not is_from_script(request):
        return errors.overloaded(request)
    status, content, retry_after = _page()
    return HttpResponse(content, status=status, headers={"Retry-After": retry_after})


@cache
def _page() -> tuple[int, bytes, str]:
    page = errors.overloaded(None)
    return page.status_code, page.content, page.headers["Retry-After"]
