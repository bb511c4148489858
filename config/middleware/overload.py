import threading
from collections import deque
from functools import cache
from time import monotonic

from django.http import HttpRequest, HttpResponse

from config import errors
from config.middleware import GetResponse
from config.policy import policy_of

# A request that has waited this long is refused: by then its sender has gone, or has sent it again.
MAX_WAIT_S = 8.0
# The first in line is next as long as it has waited less than this. In a slower line the last is next; otherwise every request would wait
# until it is too late.
FAIR_WAIT_S = 0.5


class WaitingRequest:
    """A request in line: `decided` is set once it `has_place`, or will not get one."""

    def __init__(self) -> None:
        self.decided = threading.Event()
        self.since = monotonic()
        self.has_place = False


class RequestPlaces:
    """Places in which requests are handled at the same time. Others wait in line, by rank: those of rank 0 before all others."""

    def __init__(self, places: int, *, line: int, ranks: int = 1, kept: int = 0) -> None:
        """`line`: how many of a rank may wait. `kept`: how many places the last rank does not get."""
        self._lock = threading.Lock()
        self._free, self._kept, self._longest = places, kept, line
        self._lines: list[deque[WaitingRequest]] = [deque() for _ in range(ranks)]
        # Requests that are in a place or in line at the same time.
        self.most = places + line * ranks

    def take(self, rank: int = 0, *, timeout_s: float = MAX_WAIT_S) -> bool:
        """Wait for a place; False if none came free within `timeout_s`, or the line behind has become too long."""
        waiting, line = WaitingRequest(), self._lines[rank]
        with self._lock:
            line.append(waiting)
            self._admit()
            if len(line) > self._longest:
                line.popleft().decided.set()
        if not waiting.decided.wait(timeout_s):
            with self._lock:
                if not waiting.decided.is_set():
                    line.remove(waiting)
        return waiting.has_place

    def give_back(self) -> None:
        with self._lock:
            self._free += 1
            self._admit()

    def _admit(self) -> None:
        """Give the free places to those who wait."""
        for rank, line in enumerate(self._lines):
            kept = self._kept if rank and rank == len(self._lines) - 1 else 0
            while line and self._free > kept:
                next_one = line.popleft() if monotonic() - line[0].since < FAIR_WAIT_S else line.pop()
                next_one.has_place = True
                self._free -= 1
                next_one.decided.set()


# How many requests a process handles at once, and lets wait. More would only slow each other down, as one thread runs at a time.
PAGES = RequestPlaces(3, line=60, ranks=3, kept=1)
# What takes long has a place of its own, so that exports do not hold up pages. So do requests that hash a passphrase.
LONG = RequestPlaces(1, line=4)
HASHING = RequestPlaces(2, line=8)
# Threads that a process needs so that no request waits unseen in the server: some are left to say that there are too many.
THREADS = PAGES.most + LONG.most + HASHING.most + 12


def overload(get_response: GetResponse) -> GetResponse:
    """Answers 503 or 429 at once when more is asked than can be answered, so that what is answered comes in time.

    First come help lines and Leave (`urgent`), then whatever works without a database, such as the guide.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        policy = policy_of(request)
        if policy.hashes and request.method == "POST":
            return _in_place(HASHING, 0, request) or errors.busy(request)
        if policy.may_take_long:
            return _in_place(LONG, 0, request) or _too_much(request)
        rank = 0 if policy.urgent else 1 if request.method in policy.without_database else 2
        return _in_place(PAGES, rank, request) or _too_much(request)

    def _in_place(places: RequestPlaces, rank: int, request: HttpRequest) -> HttpResponse | None:
        """The response; None if there was no place for the request."""
        if not places.take(rank):
            return None
        try:
            return get_response(request)
        finally:
            places.give_back()

    return middleware


def _too_much(request: HttpRequest) -> HttpResponse:
    """Typed text is given back. Anything else gets a page that was rendered once: there is no time."""
    is_plain_form = request.method == "POST" and "HX-Request" not in request.headers and "X-Requested-With" not in request.headers
    if is_plain_form:
        return errors.overloaded(request)
    status, content, retry_after = _page()
    return HttpResponse(content, status=status, headers={"Retry-After": retry_after})


@cache
def _page() -> tuple[int, bytes, str]:
    page = errors.overloaded(None)
    return page.status_code, page.content, page.headers["Retry-After"]
