"""How long a refusal takes does not tell whether a name is known (SAFETY.md, R2).

`TIMING_TRIES=200` measures as many; the suite fewer, with more room for what else the machine does.
"""

import os
import statistics
import time

import pytest
from django.test import Client

from accounts import pace
from accounts.models import Account
from tests.conftest import make_account

TRIES = int(os.environ.get("TIMING_TRIES", "25"))
ROOM = 0.10 if TRIES >= 200 else 0.25


@pytest.mark.parametrize("address", ["/accounts/login/"])
def test_known_and_unknown_names_are_refused_equally_fast(db: None, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(pace.Bucket, "take", lambda bucket: True)
    make_account("quiet-harbour-42")
    Account.objects.exists()
    took: dict[str, list[float]] = {"quiet-harbour-42": [], "quiet-harbour-43": []}
    clients = {name: Client() for name in took}

    for _ in range(TRIES + 2):
        for name, times in took.items():
            start = time.perf_counter()
            response = clients[name].post(address, {"login": name, "password": "wrong words entirely"})
            times.append(time.perf_counter() - start)
            assert response.status_code == 422

    known, unknown = (statistics.median(times[2:]) * 1000 for times in took.values())
    print(f"{address}: {TRIES} tries each, known {known:.1f} ms, unknown {unknown:.1f} ms, apart {abs(known / unknown - 1):.1%}")
    assert abs(known / unknown - 1) < ROOM
