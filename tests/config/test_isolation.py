"""Two server processes, two people, pooled connections, thousands of requests: no foreign row (docs/security.md, R40).

`ISOLATION_REQUESTS=160000`, with `--timeout=0`, runs as many; the suite runs fewer.
"""

import http.client
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.serving import Serving, Visitor

REQUESTS = int(os.environ.get("ISOLATION_REQUESTS", "3000"))
THREADS = 16

PEOPLE = ("quiet-harbour-42", "bright-meadow-17")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    serving = Serving(tmp_path_factory.mktemp("var"), "--workers", "2", DATABASE_POOL="3").wait_until_ready()
    yield serving
    serving.stop()


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.jar)


def test_nobody_sees_a_row_of_anybody_else(server: Serving) -> None:
    cookies = {None: ""}
    for person in PEOPLE:
        visitor = Visitor(server.address).sign_up(person)
        visitor.post("/checkins/", {"gratitude_1": f"canary of {person}", "version": "0"})
        visitor.post("/roadmap/actions/new/", {"title": f"canary of {person}", "horizon": "7"})
        cookies[person] = cookie_of(visitor)
    day = visitor.get("/checkins/").text.split('action="')[1].split('"')[0]

    def many(seed: int) -> tuple[int, int, int]:
        """Requests made, own rows seen, foreign rows seen."""
        dice = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        made = own = foreign = 0
        for _ in range(REQUESTS // THREADS):
            person = dice.choice([*PEOPLE, None])
            path = dice.choice(["/checkins/", "/roadmap/", day, "/"])
            write = person and dice.random() < 0.2
            body = urlencode({"gratitude_2": f"canary of {person}, {dice.random()}", "version": "0"}) if write else None
            headers = {"Cookie": cookies[person], "Sec-Fetch-Site": "same-origin", "HX-Request": "true" if write else "false"}
            if write:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST" if write else "GET", day if write else path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            # A slow machine may refuse some (503); that shows nobody anything.
            assert response.status < 500 or response.status == 503, text[:300]
            made += 1
            own += bool(person) and f"canary of {person}" in text
            foreign += sum(f"canary of {other}" in text for other in PEOPLE if other != person)
        connection.close()
        return made, own, foreign

    with ThreadPoolExecutor(THREADS) as threads:
        results = list(threads.map(many, range(THREADS)))

    made, own, foreign = (sum(column) for column in zip(*results, strict=True))
    print(f"{made} requests, {own} own rows, {foreign} foreign rows")
    assert made >= REQUESTS - THREADS
    assert own > made / 3
    assert foreign == 0
