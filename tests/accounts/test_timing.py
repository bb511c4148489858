"""How long a refusal takes tells neither whether a name is known nor whether there is a private plan (docs/security.md, R2 and R52).

`TIMING_TRIES=200` measures as many; the suite fewer, with more room for what else the machine does.
"""

import os
import statistics
import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account
from accounts.signin import throttle
from roadmap.private_plan.lock import KeyDerivationCost
from tests.conftest import make_account
from tests.roadmap.plans import OTHER, keep

TRIES = int(os.environ.get("TIMING_TRIES", "25"))
ROOM = 0.10 if TRIES >= 200 else 0.25


def test_known_and_unknown_names_are_refused_equally_fast(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle.TokenBucket, "consume", lambda bucket: True)
    make_account("quiet-harbour-42")
    Account.objects.exists()
    took: dict[str, list[float]] = {"quiet-harbour-42": [], "quiet-harbour-43": []}
    clients = {name: Client() for name in took}

    for _ in range(TRIES + 2):
        for name, times in took.items():
            start = time.process_time()
            response = clients[name].post("/accounts/login/", {"login": name, "password": "wrong words entirely"})
            times.append(time.process_time() - start)
            assert response.status_code == 422

    known, unknown = (statistics.median(times[2:]) * 1000 for times in took.values())
    print(f"{TRIES} tries each, known {known:.1f} ms, unknown {unknown:.1f} ms, apart {abs(known / unknown - 1):.1%}")
    assert abs(known / unknown - 1) < ROOM


def test_a_wrong_phrase_is_refused_equally_fast_without_a_plan_with_an_empty_and_with_a_full_one(
    db: None, monkeypatch: pytest.MonkeyPatch, sign_in: Callable[[Account], Client]
) -> None:
    monkeypatch.setattr(throttle.TokenBucket, "consume", lambda bucket: True)
    # The key's own cost is the same for all (tests/roadmap/test_plan_lock.py). A cheap one lets show whatever else is done.
    monkeypatch.setattr("roadmap.private_plan.models.KeyDerivationCost", lambda *figures: KeyDerivationCost(*(figures or (64, 1, 1))))
    accounts = {name: make_account(name) for name in ("noplan", "emptyplan", "fullplan")}
    keep(accounts["emptyplan"])
    keep(accounts["fullplan"], first_advocate="Rowan Street " * 300, people_at_night="Jo " * 1000)
    clients = {name: sign_in(account) for name, account in accounts.items()}
    took: dict[str, list[float]] = {name: [] for name in accounts}

    # In turns, and by the work that is done: waiting for the machine's other work is not measured.
    for _ in range(TRIES + 2):
        for name, times in took.items():
            start = time.process_time()
            response = clients[name].post("/roadmap/plan/unlock/", {"passphrase": OTHER})
            times.append(time.process_time() - start)
            assert response.status_code == 422

    medians = {name: statistics.median(times[2:]) * 1000 for name, times in took.items()}
    apart = max(medians.values()) / min(medians.values()) - 1
    print(f"plan: {TRIES} tries each, {', '.join(f'{name} {took:.1f} ms' for name, took in medians.items())}, apart {apart:.1%}")
    assert apart < ROOM
