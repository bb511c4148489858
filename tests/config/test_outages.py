"""The database frozen, killed, refusing, slow, its pool used up, its disk full: each for real (docs/security.md, R65 and R66).

All of it with a log that nothing more can be written to, as when the disk under it is full too. Every time the same holds: a calm page
within five seconds, what was typed is on it, htmx is told to keep its form, nothing is half saved, and within five seconds of the repair
the program recovers by itself.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from guide.safety import QUESTIONS
from tests.database import Database
from tests.serving import Answer, Serving, Visitor

WORDS = {"gratitude_1": "Rain on the skylight", "emotion_1": "torn", "action": "Walk to the bridge"}
# The database answers, and the table is locked.
LOCKED = "This is being changed just now"


Site = tuple[Serving, Visitor, Database]


@pytest.fixture(scope="module")
def small_disk() -> Iterator[tuple[Path, bool]]:
    """A folder that the database's user may enter, and whether it is a disk that can be filled: it has to be mounted, which takes root."""
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103
        mount = ["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", folder]
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
        yield Path(folder), mounted
        if mounted:
            subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def site(small_disk: tuple[Path, bool]) -> Iterator[Site]:
    var, _ = small_disk
    with open("/dev/full", "w") as full:
        serving = Serving(var, "--workers", "1", log=full, DATABASE_POOL="1").wait_until_ready()
    visitor = Visitor(serving.address).sign_up("quiet-harbour-42")
    database = Database(var)
    yield serving, visitor, database
    serving.stop()
    database.stop()


def timed(ask: Callable[..., Answer], *arguments: object, **headers: str) -> Answer:
    """The answer to a request, which took less than five seconds."""
    before = time.monotonic()
    answer = ask(*arguments, **headers)
    took = time.monotonic() - before
    assert took < 5, took
    return answer


def is_calm_and_gives_back(answer: Answer, heading: str = "Saving does not work just now") -> None:
    assert (answer.status, answer.headers["retry-after"]) == (503, "30" if heading.startswith("Saving") else "2")
    assert heading in answer.text and "Everything saved before is safe" in answer.text
    assert "no-store" in answer.headers["cache-control"]
    for label, words in (
        ("Glad of, 1", "Rain on the skylight"),
        ("First feeling", "torn"),
        ("One thing you will do", "Walk to the bridge"),
    ):
        assert label in answer.text and words in answer.text


def is_back(visitor: Visitor, path: str) -> None:
    """Within five seconds a save that was refused goes through, and it is there."""
    before = time.monotonic()
    while visitor.send(path, WORDS).status != 302:
        assert time.monotonic() - before < 5
        time.sleep(0.1)
    assert "Rain on the skylight" in visitor.get(path).text


@pytest.mark.parametrize(("number", "fault"), list(enumerate(["frozen", "killed", "refusing", "slow"])))
def test_a_calm_page_with_what_was_typed_and_back_unaided(site: Site, number: int, fault: str) -> None:
    serving, visitor, database = site
    path = f"/checkins/2024-11-{10 + number}/"
    broken: AbstractContextManager[None] = getattr(database, fault)()

    with broken:
        is_calm_and_gives_back(timed(visitor.send, path, WORDS), *([LOCKED] if fault == "slow" else []))
        kept = timed(visitor.send, path, WORDS, **{"HX-Request": "true"})
        assert kept.status == 503 and "Rain on the skylight" not in kept.text, "htmx keeps its form and needs no other"
        page = timed(visitor.get, path)
        assert page.status == 503 and "Everything saved before is safe" in page.text
        assert timed(visitor.get, "/guide/talking/").status == 200
        assert timed(Visitor(serving.address).get, "/help/?country=GB").status == 200
        sent = Visitor(serving.address).send, "/guide/talking/", dict.fromkeys(QUESTIONS, "no")
        # Without scripts the answer has an address of its own, so there are two requests.
        for answer in (timed(*sent, **{"X-Requested-With": "fetch"}), sent[0](*sent[1:])):
            assert answer.status == 200 and "No to all four" in answer.text
            assert ("Nothing can be stored just now" in answer.text) == (fault != "slow")

    is_back(visitor, path)


def test_with_the_pool_used_up(site: Site) -> None:
    _, visitor, database = site

    with database.slow(), ThreadPoolExecutor() as threads:
        for answer in threads.map(lambda day: timed(visitor.send, f"/checkins/2024-10-{day}/", WORDS), ["10", "11"]):
            is_calm_and_gives_back(answer, LOCKED)

    is_back(visitor, "/checkins/2024-10-10/")


def test_with_the_disk_full(site: Site, small_disk: tuple[Path, bool]) -> None:
    _, visitor, _ = site
    disk, mounted = small_disk
    if not mounted:
        pytest.skip("a disk that can be filled has to be mounted, and that takes root")
    free = os.statvfs(disk)
    filler = disk / "filler"
    subprocess.run(["fallocate", "-l", str(free.f_bavail * free.f_frsize - 60_000), filler], check=True)
    long = WORDS | {"gratitude_2": "Clean sheets. " * 35, "gratitude_3": "The bridge at six. " * 25}
    saved, refused = [], ""
    for number in range(200):
        path = f"/checkins/2023-{1 + number // 28:02}-{1 + number % 28:02}/"
        answer = timed(visitor.send, path, long)
        if answer.status != 302:
            refused = path
            break
        saved.append(path)
    assert refused, "it was never full"
    is_calm_and_gives_back(answer)
    assert "The bridge at six" in answer.text
    assert timed(visitor.get, "/guide/talking/").status == 200

    filler.unlink()

    is_back(visitor, refused)
    print(f"{len(saved)} saves before the disk was full")
    for path in saved:
        assert "Rain on the skylight" in visitor.get(path).text, "what was called saved is there"


def test_what_is_pressed_again_is_what_was_sent(site: Site) -> None:
    """The page without a database holds all that was posted, but no passphrase."""
    _, visitor, database = site
    with database.refusing():
        page = visitor.send("/roadmap/actions/new/?from=guide", {"title": "Ring Jo", "horizon": "30"}).text
        assert re.search(r'<form method="post" action="/roadmap/actions/new/\?from=guide"', page)
        assert re.search(r'<input type="hidden" name="horizon" value="30"', page)
        assert re.search(r'value="Ring Jo"|>\s*Ring Jo</textarea>', page)
        signing_in = visitor.send("/accounts/login/", {"login": "quiet-harbour-42", "password": "four words nobody guesses"})
        assert signing_in.status == 503
        assert "four words nobody guesses" not in signing_in.text
