"""More requests than can be answered: each kind has slots of its own, and what cannot be answered in time is refused at once."""

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Account
from accounts.signin import passphrases
from config.middleware import overload
from config.middleware.overload import RequestSlots
from tests.conftest import PASSPHRASE
from tests.test_site import check_headers, check_page

WORDS = {"gratitude_1": "Rain on the skylight", "emotion_1": "torn", "action": "Walk to the bridge", "version": "0"}


@pytest.fixture(autouse=True)
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines move fast enough for the first to be next, however slow the machine is."""
    monkeypatch.setattr(overload, "FAIR_WAIT_S", 3600)


class Line:
    """Requests that wait for a place, in threads of their own; `done` names those that came to an end, and whether they had a place."""

    def __init__(self, slots: RequestSlots) -> None:
        self.slots, self.done, self.threads = slots, list[tuple[str, bool]](), list[threading.Thread]()

    def wait(self, name: str, rank: int = 0, timeout_s: float = 30) -> None:
        """Returns once it is in line, or has come to its end."""
        before = self._waiting()
        thread = threading.Thread(target=lambda: self.done.append((name, self.slots.acquire(rank, timeout_s=timeout_s))))
        thread.start()
        self.threads.append(thread)
        while self._waiting() == before and thread.is_alive():
            time.sleep(0.001)

    def _waiting(self) -> list[object]:
        return [waiting for line in self.slots._queues for waiting in line]

    def finish(self) -> list[tuple[str, bool]]:
        """Free a place as often as one was taken, one after the other; returns who came to an end, in that order."""
        while any(thread.is_alive() for thread in self.threads):
            ended = len(self.done)
            self.slots.release()
            while len(self.done) == ended and any(thread.is_alive() for thread in self.threads):
                time.sleep(0.001)
        return self.done


def test_the_rank_decides_who_is_next_and_then_who_came_first() -> None:
    line = Line(RequestSlots(1, queue=10, ranks=3))
    assert line.slots.acquire(2)
    for name, rank in (("page", 2), ("another page", 2), ("guide", 1), ("help", 0)):
        line.wait(name, rank)

    assert line.finish() == [("help", True), ("guide", True), ("page", True), ("another page", True)]


def test_the_last_rank_leaves_a_place_for_the_others() -> None:
    slots = RequestSlots(2, queue=10, ranks=3, kept=1)

    assert slots.acquire(2)
    assert not slots.acquire(2, timeout_s=0.01)
    assert slots.acquire(1)


def test_in_a_line_that_moves_too_slowly_the_last_is_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overload, "FAIR_WAIT_S", 0)
    line = Line(RequestSlots(1, queue=10))
    assert line.slots.acquire()
    for name in ("first", "second", "third"):
        line.wait(name)

    assert line.finish() == [("third", True), ("second", True), ("first", True)]


def test_where_the_line_is_full_the_one_that_has_waited_longest_is_refused() -> None:
    line = Line(RequestSlots(1, queue=2))
    assert line.slots.acquire()
    for name in ("first", "second", "third"):
        line.wait(name)
    line.threads[0].join(30)

    assert line.done == [("first", False)]
    assert line.finish()[1:] == [("second", True), ("third", True)]


def test_who_has_waited_too_long_is_refused_and_takes_no_place_later() -> None:
    slots = RequestSlots(1, queue=2)
    assert slots.acquire()
    assert not slots.acquire(timeout_s=0.01)

    slots.release()

    assert slots.acquire() and not slots.acquire(timeout_s=0.01)


def test_places_are_not_lost_when_many_come_and_give_up() -> None:
    slots, taken = RequestSlots(3, queue=5, ranks=2, kept=1), []

    def come(number: int) -> None:
        for _ in range(50):
            if slots.acquire(number % 2, timeout_s=0.0005 * (number % 3)):
                taken.append(number)
                slots.release()

    threads = [threading.Thread(target=come, args=[number]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken and slots._free == 3 and not any(slots._queues)


@pytest.fixture
def no_slot(monkeypatch: pytest.MonkeyPatch) -> Iterator[RequestSlots]:
    """All slots for pages are taken and nobody waits. The slot kept for urgent requests is free."""
    slots = RequestSlots(2, queue=1, ranks=3, kept=1)
    assert slots.acquire(2)
    monkeypatch.setattr(overload, "PAGES", slots)
    monkeypatch.setattr(RequestSlots.acquire, "__kwdefaults__", {"timeout_s": 0.01})
    yield slots


def test_a_page_is_refused_at_once_and_says_when_to_come_back(owner: Client, no_slot: RequestSlots) -> None:
    response = owner.get("/checkins/")

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Everything" not in response.content.decode() and "everything saved before is safe" in response.content.decode()
    check_headers(response)
    check_page(response)


def test_what_was_typed_is_given_back_and_nothing_is_saved(owner: Client, partner: Account, no_slot: RequestSlots) -> None:
    plain = owner.post("/checkins/2024-11-10/", WORDS)
    by_script = owner.post("/checkins/2024-11-10/", WORDS, headers={"HX-Request": "true"})

    assert plain.status_code == by_script.status_code == 503
    assert "Rain on the skylight" in plain.content.decode() and "First feeling" in plain.content.decode()
    assert "Rain on the skylight" not in by_script.content.decode(), "htmx keeps its form"


@pytest.mark.parametrize("path", ["/help/", "/help/?country=GB", "/guide/talking/", "/using-this-safely/", "/leave/", "/health/live"])
def test_help_lines_the_guide_and_leave_still_have_a_place(owner: Client, no_slot: RequestSlots, path: str) -> None:
    assert owner.get(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code in (200, 303)


def test_static_files_need_no_place(no_slot: RequestSlots) -> None:
    assert no_slot.acquire(0)

    order = settings.MIDDLEWARE
    assert order.index("whitenoise.middleware.WhiteNoiseMiddleware") < order.index("config.middleware.overload.overload")


def test_places_are_given_back_whatever_happens(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = RequestSlots(1, queue=1, ranks=3)
    monkeypatch.setattr(overload, "PAGES", slots)

    for path in ("/checkins/", "/nowhere/", "/checkins/2024-02-31/"):
        owner.get(path)

    assert slots._free == 1


HASHES = {
    "/accounts/login/": {"login": "partner", "password": PASSPHRASE},
    "/accounts/signup/": {"username": "quiet-harbour-42", "password1": PASSPHRASE},
    "/accounts/recover/": {"login": "partner", "code": "x", "password1": PASSPHRASE},
    "/accounts/reauthenticate/": {"password": PASSPHRASE},
    "/roadmap/plan/unlock/": {"passphrase": "x"},
}


@pytest.mark.parametrize("path", HASHES)
def test_what_hashes_a_passphrase_has_places_of_its_own(owner: Client, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """So sign-ins never take those of pages, and pages never those of sign-ins."""
    taken: list[Callable[..., object]] = []
    monkeypatch.setattr(overload, "PAGES", slots := RequestSlots(1, queue=1, ranks=3))
    monkeypatch.setattr(overload, "HASHING", full := RequestSlots(0, queue=1))
    monkeypatch.setattr(RequestSlots.acquire, "__kwdefaults__", {"timeout_s": 0.01})
    monkeypatch.setattr(passphrases, "hashing_slot", lambda: taken.append(passphrases) or 1 / 0)
    client = owner if path in ("/accounts/reauthenticate/", "/roadmap/plan/unlock/") else Client()

    response = client.post(path, HASHES[path])

    assert (response.status_code, response["Retry-After"], taken) == (429, "5", [])
    assert slots._free == 1 and full._free == 0
    assert client.get(path).status_code in (200, 302, 405), "its page is one like any other"


def test_hashing_steps_back_for_pages() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert passphrases.hash_aside(priority) == priority() + passphrases.NICENESS
