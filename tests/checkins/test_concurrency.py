"""Many at once, on real connections that really commit (docs/security.md, R40, R61, R62)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from config.ops import db_timeout
from tests.checkins.days import DAY, read

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = f"/checkins/{DAY}/"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine the last of twenty waits longer than a person would; what then happens is tested elsewhere."""
    monkeypatch.setattr(db_timeout, "LOCK_TIMEOUT_MS", 60_000)


def at_once[Result](count: int, act: Callable[[int], Result]) -> list[Result]:
    """Run `act(0)` to `act(count - 1)` in threads of their own that start together."""
    gate = Barrier(count)

    def run(number: int) -> Result:
        try:
            gate.wait()
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_the_same_form_sent_twenty_times_at_once_makes_one_row_and_one_answer(partner: Account, sign_in) -> None:
    clients = [sign_in(partner) for _ in range(20)]

    answers = at_once(20, lambda number: clients[number].post(ADDRESS, {"gratitude_1": "Jo rang back", "version": "0"}).status_code)

    assert set(answers) == {302}
    with acting_for(partner):
        assert partner.checkins.count() == 1
    assert read(partner).version == 1


def test_of_twenty_different_first_words_one_is_kept_and_the_others_are_told(partner: Account, sign_in) -> None:
    clients = [sign_in(partner) for _ in range(20)]

    answers = at_once(20, lambda number: clients[number].post(ADDRESS, {"gratitude_1": f"words {number}", "version": "0"}))

    assert sorted(answer.status_code for answer in answers) == [302] + [409] * 19
    kept = read(partner).gratitude_1
    for number, answer in enumerate(answers):
        if answer.status_code == 409:
            assert kept in answer.content.decode() and f"words {number}" in answer.content.decode()


def test_of_two_corrections_at_once_none_is_lost_unseen(partner: Account, sign_in) -> None:
    clients = [sign_in(partner) for _ in range(10)]
    clients[0].post(ADDRESS, {"gratitude_1": "first", "version": "0"})

    answers = at_once(10, lambda number: clients[number].post(ADDRESS, {"gratitude_1": f"words {number}", "version": "1"}).status_code)

    assert sorted(answers) == [302] + [409] * 9
    assert read(partner).version == 2


def test_two_people_on_shared_connections_never_see_each_other(
    partner: Account, stranger: Account, sign_in: Callable[[Account], Client]
) -> None:
    """Connections are kept open between requests here: what one request sets must not reach the next."""
    for account in (partner, stranger):
        sign_in(account).post(ADDRESS, {"gratitude_1": f"canary of {account.name}", "version": "0"})

    def read_many(number: int) -> int:
        mine, theirs = (partner, stranger) if number % 2 else (stranger, partner)
        seen = 0
        for turn in range(12):
            page = sign_in(mine if turn % 2 else theirs).get(ADDRESS).content.decode()
            me, other = (mine, theirs) if turn % 2 else (theirs, mine)
            assert f"canary of {me.name}" in page
            seen += f"canary of {other.name}" in page
            seen += "canary" in Client().get(ADDRESS).content.decode()
        return seen

    assert sum(at_once(8, read_many)) == 0
