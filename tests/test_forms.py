"""Every form is fed whatever can be sent: never a 5xx, never an echo as markup (docs/security.md, R58).

`FORM_EXAMPLES=10000`, with `--timeout=0`, makes each form family take that many inputs; the suite runs fewer.
"""

import os
import re
from base64 import urlsafe_b64decode
from datetime import date
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Account
from accounts.signin import throttle
from accounts.vault.scope import acting_for
from guide.models import Supporter
from roadmap.models import Action, Roadmap
from roadmap.private_plan import lock
from tests.conftest import PASSPHRASE, say_passphrase
from tests.roadmap.plans import set_phrase
from tests.test_site import GET_ONLY, NAMES

EXAMPLES = int(os.environ.get("FORM_EXAMPLES", "60"))

ATTACKS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\ufffd",
    "\u202egnihtemos",
    "é" * 501,
    "x" * 100_000,
    "a" + "1" * 32_000 + "a",
    "'; DROP TABLE checkins_checkin; --",
    '"><script>alert(1)</script>',
    "</textarea><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% now 'Y' %}",
    "../../etc/passwd",
    "javascript:alert(1)",
    "0",
    "-1",
    "1e309",
    "99999999999999999999",
    "NaN",
    "true",
    "2026-02-30",
    "9999-99-99",
    "//evil.example/",
    "https://evil.example/",
    "\r\nSet-Cookie: a=b",
    "😀" * 300,
]
values = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=80), st.dates().map(date.isoformat), st.integers().map(str))

FAMILIES = {
    "check-in": (
        "/checkins/2026-03-10/",
        ["gratitude_1", "gratitude_2", "emotion_1", "emotion_2", "emotion", "emotion_shown", "action", "plan_when"],
    ),
    "check-in, other fields": ("/checkins/", ["gratitude_3", "plan_will", "outcome", "version", "next", "emotion"]),
    "check-in, buttons": ("/checkins/", ["again_gratitude", "again_action", "enough", "client_id", "sequence", "outcome", "action"]),
    "find a day": ("/checkins/history/", ["q", "emotion", "month"]),
    "a deleted day": ("/checkins/2026-03-10/delete/", ["version"]),
    "deleted days": ("/checkins/delete/", ["first", "last", "counted"]),
    "pause": ("/checkins/pause/", ["start", "end", "next"]),
    "deleted days restored": ("/checkins/restore/", ["next"]),
    "roadmap": ("/roadmap/", ["started_on", "next", "carry", "how"]),
    "words of a step of one's own": ("OWN", ["title", "note", "version", "delete", "next"]),
    "own action": ("/roadmap/actions/new/", ["title", "horizon"]),
    "action": ("ACTION", ["done", "undo", "set-aside", "note", "move", "up", "down", "not-yet", "next"]),
    "plan of a talk": (
        "/roadmap/talks/new/",
        ["key", "version", "issue", "feeling", "about", "need", "step", "approach", "day", "place", "reasons", "reply_1", "answer_3"],
    ),
    "plan of a talk, other fields": (
        "TALK",
        ["version", "smaller_ask", "stop_sentence", "reply_12", "reply_13", "suggest", "more", "preview", "let-go", "take-up", "reasons"],
    ),
    "before a plan": ("/roadmap/talks/new/", ["answered", "start", "reason", "keep_safety", "safety_afraid", "safety_kept"]),
    "log of a talk": ("/roadmap/talks/", ["key", "day", "approach", "own_words", "response", "version"]),
    "what one would need to see": ("/roadmap/looking-back/", ["need_to_see", "look_back_on", "version", "save", "later"]),
    "looking back": (
        "/roadmap/looking-back/",
        ["now", "need_stay", "need_part", "next_step", "by", "who_helps", "version", "later", "save"],
    ),
    "closing a look back": (
        "/roadmap/looking-back/",
        ["close", "round", "then", "again_on", "restart", "as_step", "next_step", "by", "need_effort"],
    ),
    "review": ("/roadmap/reviews/new/", ["q1", "q2", "q4", "q6", "note", "version", "finish", "keep_safety", "safety_afraid"]),
    "reviews": ("/roadmap/reviews/", ["later", "next", "delete"]),
    "debrief": ("DEBRIEF", ["day", "response", "reason", "safe", "feelings_before", "feelings_after", "next_step", "note", "version"]),
    "settings": (
        "/accounts/settings/",
        ["time_zone", "day_start", "theme", "leave_address", "blank_minutes", "idle_minutes", "opens_covered", "email"],
    ),
    "help": ("/help/", ["country"]),
    "support map": ("/guide/support-map/", ["who", "kind", "reach", "key", "version"]),
    "a person on the map": ("SUPPORTER", ["who", "kind", "reach", "version", "take-out"]),
    "reading": ("/guide/talking/read/", ["position"]),
    "story": ("/guide/story/", ["story", "next"]),
    "search": ("/guide/search/", ["q"]),
    "search of everything": ("/search/", ["q"]),
    "undo": ("/undo/", ["undo", "place", "next"]),
    "cover": ("/checkins/cover/", ["cover", "next"]),
    "card": ("/guide/card/", ["action", "line"]),
    "four questions": ("/guide/talking/", ["safety_afraid", "safety_force", "safety_checked", "safety_kept"]),
    "signs": ("/guide/limits/", ["sign_sabotage", "sign_turned", "sign_substance", "sign_betrayal", "sign_shut"]),
    "sign up": ("/accounts/signup/", ["username", "password1", "email", "time_zone", "another", "next"]),
    "passphrase again": ("/accounts/reauthenticate/", ["password", "next"]),
    "passphrase": ("/accounts/passphrase/", ["password1"]),
    "recover": ("/accounts/recover/", ["login", "code", "password1"]),
    "recovery code": ("/accounts/recovery-code/", ["code"]),
    "export": ("/accounts/export/", ["format"]),
    "two steps": ("/accounts/two-step/", ["off", "codes", "remove"]),
    "an app for codes": ("/accounts/two-step/app/", ["code"]),
    "passkey": ("/accounts/two-step/passkey/", ["credential"]),
    "sign in with a passkey": ("/accounts/login/passkey/", ["credential", "next"]),
    "sign in, second step": ("/accounts/login/code/", ["code"]),
    "delete": ("/accounts/delete/", ["area", "sure"]),
    "import": ("/accounts/import/", ["file", "preview", "apply", "overwrite", "discard"]),
    "draft": ("/accounts/draft/", ["place", "words", "client_id", "sequence"]),
    "a sign of life": ("/accounts/alive/", ["owner"]),
    "told about Leave": ("/accounts/read-first/", ["owner", "next"]),
    "time zone": ("/accounts/time-zone/", ["time_zone", "next"]),
    "devices": ("/accounts/devices/", ["end", "end_all"]),
    "sheet": ("/roadmap/sheet/", ["first", "last", "parts", "begin"]),
    "calendar": ("/roadmap/calendar/", ["nudge_at", "end"]),
    "secret address": ("/roadmap/calendar/address/", ["owner", "next"]),
    "plan, locked": ("/roadmap/plan/unlock/", ["passphrase", "next"]),
    "plan, locked, with words": ("/roadmap/plan/", ["version", "passphrase", "note-first-advocate", "words-people-own-0", "at"]),
    "plan, open": (
        "PLAN",
        ["version", "at", "note-first-advocate", "done-first-advocate", "out-money-papers", "words-people-own-0", "words-people-own-999"],
    ),
    "plan, new phrase": ("/roadmap/plan/new/", ["phrase", "again", "clear"]),
    "plan, another phrase": ("/roadmap/plan/phrase/", ["passphrase", "phrase", "again"]),
    "plan, code": ("/roadmap/plan/code/", ["passphrase", "drop"]),
    "plan, from a file": ("FILE", ["passphrase"]),
    "plan, cleared": ("/roadmap/plan/clear/", ["word"]),
    "plan, locked again": ("/roadmap/plan/lock/", ["owner", "next"]),
    "sign in": ("/accounts/login/", ["login", "password", "next", "remember"]),
    "sign out": ("/accounts/logout/", ["next"]),
    "leave": ("/leave/", ["next"]),
}
# What the samples among those addresses are called.
SAMPLES = {
    "OWN": "roadmap:action",
    "ACTION": "roadmap:action",
    "TALK": "roadmap:talk",
    "DEBRIEF": "roadmap:debrief",
    "SUPPORTER": "guide:supporter",
    "FILE": "roadmap:plan_from_file",
    "PLAN": "roadmap:plan",
}
# Those that are for a stranger, or make one.
STRANGERS = {
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/recover/",
    "/accounts/login/passkey/",
    "/accounts/login/code/",
    "/accounts/logout/",
    "/leave/",
}


# Whatever is sent to those, they only lead on, or answer without a page.
ONLY_REDIRECTS = {
    "/checkins/cover/",
    "/undo/",
    "/checkins/2026-03-10/delete/",
    "/checkins/restore/",
    "/help/",
    "/guide/story/",
    "/accounts/two-step/",
    "/accounts/login/code/",
    "/accounts/draft/",
    "/accounts/devices/",
    "/accounts/logout/",
    "/leave/",
}


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    """As a browser would send it, and lone surrogates as only a program can."""
    return urlencode([(name.encode(errors="surrogatepass"), value.encode(errors="surrogatepass")) for name, value in pairs]).encode()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace of tries has tests of its own, and so has what a key costs."""
    monkeypatch.setattr(throttle.TokenBucket, "consume", lambda bucket: True)
    monkeypatch.setattr("roadmap.private_plan.models.KeyDerivationCost", lambda *figures: lock.KeyDerivationCost(*(figures or (64, 1, 1))))


def test_every_address_that_takes_a_post_is_fed() -> None:
    fed = {SAMPLES.get(path) or resolve(path).view_name for path, _ in FAMILIES.values()}

    assert fed == {*NAMES} - GET_ONLY


@pytest.fixture(params=FAMILIES)
def form(request: pytest.FixtureRequest, partner: Account, owner: Client, client: Client) -> tuple[Client, str, list[str]]:
    """Each family: who sends it, to which address, with which fields."""
    path, fields = FAMILIES[request.param]
    with acting_for(partner):
        Roadmap.of(partner)
        talk = partner.talks.create(issue="Quiet evenings", version=1, written_at=partner.joined_at).get_absolute_url()
        own = Action.add(partner, title="Ring Jo", horizon=7).get_absolute_url()
        samples = {"OWN": own, "ACTION": partner.actions.first().get_absolute_url(), "TALK": talk, "DEBRIEF": f"{talk}debrief/"}
        samples["SUPPORTER"] = Supporter.write(partner, uuid4(), {"who": "Jo"}, version=0, at=partner.joined_at).get_absolute_url()
        path = samples.get(path, path)
    say_passphrase(owner)
    if path == "FILE":
        path = "/roadmap/plan/from-file/"
        file = owner.post("/accounts/export/", {"format": "json"}).content
        owner.post("/accounts/import/", {"file": SimpleUploadedFile("notes.json", file)})
    if path == "PLAN":
        path = "/roadmap/plan/"
        set_phrase(owner)
    return client if path in STRANGERS else owner, path, fields


def test_whatever_is_sent_is_answered_calmly(form: tuple[Client, str, list[str]], client: Client) -> None:
    browser, path, fields = form
    names = st.one_of(st.sampled_from(fields), st.text(max_size=10))

    @settings(max_examples=EXAMPLES)
    @given(pairs=st.lists(st.tuples(names, values), max_size=12))
    def send(pairs: list[tuple[str, str]]) -> None:
        response = browser.post(path, encoded(pairs), content_type="application/x-www-form-urlencoded")
        browser.cookies.clear() if browser is client else None

        assert response.status_code < 500
        page = response.content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\0" not in page
        assert not re.search(r'href="\s*javascript:', page)
        assert response.headers.get("Location", "/").startswith("/") and not response.headers.get("Location", "/").startswith("//")

    send()


TYPED = "zephyrcanary rang back"


def test_no_form_that_is_sent_plainly_is_answered_with_a_page(form: tuple[Client, str, list[str]]) -> None:
    """Sent as a browser without scripts sends it, with every field, with each alone, and with none (docs/security.md, R76 and R77)."""
    browser, path, fields = form
    browser.follows_held = False  # type: ignore[attr-defined]
    held = 0
    for sent in [dict.fromkeys(fields, TYPED), *({field: TYPED} for field in fields), {}]:
        answer = browser.post(path, sent)

        where = answer.headers.get("Location", "")
        assert TYPED.split()[0] not in where
        if answer.status_code != 303 or not where.startswith("/held/"):
            # A redirect, a file, or nothing at all; what cannot be held says so.
            is_page = answer.content and answer.headers["Content-Type"].startswith("text/html")
            assert not is_page or answer.status_code in (403, 429), (sent, answer.status_code)
            continue
        held += 1
        token = where.removeprefix("/held/").rstrip("/")
        assert re.fullmatch(r"[\w-]+", token) and b"zephyrcanary" not in urlsafe_b64decode(token + "=" * (-len(token) % 4))
        first, back = browser.get(where), browser.get(where)
        assert first.status_code in (200, 400, 404, 409, 413, 422), (sent, first.status_code)
        assert 'class="leave"' in first.content.decode() and 'class="leave"' in back.content.decode()
        assert back.status_code == first.status_code or (back.status_code, first.status_code) == (404, 200), "one that is shown once"
    assert held or path in ONLY_REDIRECTS, "it was never refused, and answered with no list"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"%", b"%zz=%zz", b"a" * 5000, b"=&=&=", b"gratitude_1", b'{"gratitude_1": "json"}'])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "text/plain", ""]
)
def test_a_body_that_is_no_form_is_answered_calmly(owner: Client, body: bytes, kind: str) -> None:
    assert owner.post("/checkins/2026-03-10/", body, content_type=kind).status_code in (302, 400, 422)


@settings(max_examples=EXAMPLES)
@given(
    path=st.text(st.characters(exclude_characters="?#", exclude_categories=["Cs"]), max_size=30),
    query=st.text(max_size=30).filter(lambda t: t.isprintable()),
)
def test_any_address_is_answered_calmly(owner: Client, path: str, query: str) -> None:
    for prefix in ("/", "/checkins/", "/guide/", "/roadmap/actions/", "/help/"):
        assert owner.get(prefix + path, {"country": query, "next": query}).status_code < 500


@settings(max_examples=EXAMPLES)
@given(day=st.one_of(st.from_regex(r"\A\d{4}-\d{2}-\d{2}\Z"), st.dates().map(date.isoformat)))
def test_any_day_is_answered_calmly(owner: Client, day: str) -> None:
    read = owner.get(f"/checkins/{day}/")
    written = owner.post(f"/checkins/{day}/", {"gratitude_1": f"words of {day}", "version": "0"})

    assert (read.status_code, written.status_code) in {(200, 302), (404, 422), (404, 404), (200, 409)}
    if read.status_code == 404:
        assert f"words of {day}" in written.content.decode()


def test_a_script_is_told_where_to_go_and_keeps_its_cookies(partner: Account) -> None:
    """As a redirect that it follows would load the page before the browser does."""
    client = Client()
    told = client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE}, headers={"X-Requested-With": "fetch"})

    assert (told.status_code, told["Location"], told.content) == (204, "/", b"")
    assert client.get("/checkins/").status_code == 200
