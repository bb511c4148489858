"""Waiting for a row of one's own is the matter of that request alone (docs/security.md, R82)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.database import Database
from tests.serving import Serving, Visitor

DAY = "/checkins/2024-11-10/"
WORDS = {"gratitude_1": "Rain on the skylight", "emotion_1": "torn", "action": "Walk to the bridge"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, Visitor, Database]]:
    """Two people at a program with one process, and its database."""
    var = tmp_path_factory.mktemp("var")
    serving = Serving(var, "--workers", "1").wait_until_ready()
    try:
        waits, other = (Visitor(serving.address).sign_up(name) for name in ("quiet-harbour-42", "quiet-harbour-43"))
        yield waits, other, Database(var)
    finally:
        serving.stop()


@pytest.mark.parametrize(
    ("table", "path"),
    [("checkins_checkin", DAY), ("roadmap_roadmap", "/roadmap/looking-back/"), ("accounts_session", "/accounts/alive/")],
)
def test_a_request_that_waits_for_its_own_row_leaves_every_other_alone(site, table: str, path: str) -> None:
    waits, other, database = site
    assert waits.send(DAY, WORDS | {"version": "0"}).status in (302, 409)
    assert waits.get("/roadmap/").status == 200
    with database.connect() as connection:
        [owner] = connection.execute("SELECT id FROM accounts_account WHERE name = 'quiet-harbour-42'").fetchone()
        # So that its end is to be moved.
        connection.execute("UPDATE accounts_session SET expire_date = expire_date - interval '5 minutes' WHERE owner_id = %s", [owner])

    with ThreadPoolExecutor() as threads, database.connect() as connection, connection.transaction():
        column = "owner_id" if table == "accounts_session" else "account_id"
        connection.execute(f"UPDATE {table} SET {column} = {column} WHERE {column} = %s", [owner])
        answer = threads.submit(waits.send, path, WORDS | {"gratitude_2": "Clean sheets"})
        others = []
        while not answer.done():
            others.append(other.get("/checkins/").status)
        later = [other.get("/checkins/").status for _ in range(20)]

    assert {*others, *later} == {200}, (others, later)
    refused = answer.result()
    assert refused.status == 503 and "Clean sheets" in refused.text and "Rain on the skylight" in refused.text
    if table != "accounts_session":
        assert refused.headers["retry-after"] == "2" and "This is being changed just now" in refused.text
    assert waits.send("/checkins/2024-11-11/", WORDS | {"version": "0"}).status == 302, "and it goes on at once"
