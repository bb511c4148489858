"""Ended means ended, on the server (docs/security.md, R73 and R74). In browsers: tests/browser/."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import Account, Session
from accounts.signin import ending, sessions
from accounts.signin.reauthentication import remember
from guide import stories
from roadmap.private_plan.models import PrivatePlan
from tests.conftest import PASSPHRASE
from tests.database import Database
from tests.roadmap.plans import set_phrase
from tests.serving import Serving, Visitor

SESSION = settings.SESSION_COOKIE_NAME
LEFT = settings.LEFT_COOKIE_NAME
HALF = settings.HALF_COOKIE_NAME


@pytest.fixture
def copy(owner: Client) -> Client:
    """Another browser with a copy of the owner's session cookie."""
    thief = Client()
    thief.cookies[SESSION] = owner.cookies[SESSION].value
    assert thief.get("/roadmap/").status_code == 200
    return thief


@pytest.mark.parametrize("path", ["/", "/checkins/", "/guide/", "/guide/talking/", "/nowhere/", "/accounts/alive/"])
def test_the_mark_ends_the_session_at_the_next_request_whatever_it_asks_for(owner: Client, copy: Client, path: str) -> None:
    """The message of Leave itself never arrived."""
    set_phrase_of(owner)
    owner.cookies[LEFT] = "1"

    answer = owner.get(path)

    assert 'data-module="idle"' not in answer.content.decode(), "a stranger's page"
    assert not Session.objects.exists()
    for name in (SESSION, HALF, LEFT):
        assert (answer.cookies[name].value, answer.cookies[name]["max-age"]) == ("", 0), name
    assert copy.get("/checkins/").status_code == 302
    assert owner.get("/checkins/")["Location"] == "/accounts/login/?next=/checkins/"


def set_phrase_of(owner: Client) -> None:
    assert owner.post("/accounts/reauthenticate/", {"password": PASSPHRASE}).status_code == 302
    set_phrase(owner)
    assert owner.cookies[HALF].value


def test_text_that_is_sent_with_the_mark_is_given_back_and_not_saved(owner: Client, partner: Account) -> None:
    owner.cookies[LEFT] = "1"

    answer = owner.post("/checkins/", {"gratitude_1": "Rain on the skylight", "version": "0"})

    assert answer.status_code == 403 and "Rain on the skylight" in answer.content.decode()
    assert owner.post("/checkins/", {"gratitude_1": "Rain"}, headers={"HX-Request": "true"})["HX-Redirect"].startswith("/accounts/login/")


def test_signing_in_again_takes_the_mark_away(owner: Client, partner: Account) -> None:
    owner.cookies[LEFT] = "1"

    signed_in = owner.post("/accounts/login/", {"login": partner.name, "password": PASSPHRASE})

    assert signed_in.status_code == 302
    assert signed_in.cookies[SESSION].value and signed_in.cookies[SESSION]["max-age"] == ""
    assert signed_in.cookies[LEFT]["max-age"] == 0
    assert owner.get("/checkins/").status_code == 200


def test_a_mark_with_no_session_stays_and_shows_what_a_stranger_is_shown(client: Client, db: None) -> None:
    client.cookies[LEFT] = "1"

    answer = client.get("/help/")

    assert answer.status_code == 200 and LEFT not in answer.cookies


def test_where_no_stored_session_was_found_the_mark_stays(owner: Client) -> None:
    """A request that was under way has given it another key, and its answer has not arrived yet."""
    Session.objects.all().delete()

    left = owner.get("/leave/", headers={"Sec-Fetch-Site": "same-origin"})

    mark = left.cookies[LEFT]
    assert (mark.value, mark["max-age"], mark["secure"], mark["path"]) == ("1", settings.SESSION_COOKIE_AGE, True, "/")
    assert left["Clear-Site-Data"] == '"storage"', "or the mark would go too"


@pytest.mark.parametrize("way", ["leave", "sign out", "end this device", "end all", "new passphrase"])
def test_all_ways_of_ending_go_through_one(owner: Client, copy: Client, partner: Account, sign_in, monkeypatch, way: str) -> None:
    ended: list[str] = []
    really = ending.end
    monkeypatch.setattr(ending, "end", lambda digests: ended.extend(again := [*digests]) or really(again))
    elsewhere = sign_in(partner)
    elsewhere.post("/accounts/reauthenticate/", {"password": PASSPHRASE})
    digest = sessions.digest(copy.cookies[SESSION].value)
    {
        "leave": lambda: owner.get("/leave/", headers={"Sec-Fetch-Site": "same-origin"}),
        "sign out": lambda: owner.post("/accounts/logout/"),
        "end this device": lambda: elsewhere.post("/accounts/devices/", {"end": digest}),
        "end all": lambda: elsewhere.post("/accounts/devices/", {"end_all": "1"}),
        "new passphrase": lambda: elsewhere.post("/accounts/passphrase/", {"password1": "another four words here"}),
    }[way]()

    assert digest in ended
    assert copy.get("/checkins/").status_code == 302


# A request that is under way


def test_a_session_that_ended_meanwhile_gets_no_other_key(rf, owner: Client, partner: Account) -> None:
    request = rf.post("/accounts/reauthenticate/")
    request.user, request.session = partner, sessions.SessionStore(owner.cookies[SESSION].value)
    request.session.load()
    request.session.accessed, _ = True, request.session["_auth_user_id"]
    Session.objects.all().delete()

    with pytest.raises(SessionInterrupted):
        remember(request)

    assert not Session.objects.exists()


@pytest.fixture
def in_between(owner: Client, monkeypatch: pytest.MonkeyPatch):
    """Lets the session end while the next request of its browser is in its view. The tests that use it need transactions of their own."""

    def leave() -> None:
        try:
            same = Client()
            same.cookies[SESSION] = owner.cookies[SESSION].value
            assert same.get("/leave/", headers={"Sec-Fetch-Site": "none"}).status_code == 303
        finally:
            connection.close()

    def during(target: object, name: str) -> None:
        really = getattr(target, name)

        def act(*arguments: object, **options: object) -> object:
            monkeypatch.setattr(target, name, really)
            leaving = threading.Thread(target=leave)
            leaving.start()
            leaving.join()
            return really(*arguments, **options)

        monkeypatch.setattr(target, name, act)

    return during


@pytest.mark.django_db(transaction=True)
def test_giving_the_passphrase_again_revives_nothing(owner: Client, in_between) -> None:
    in_between(Account, "check_password")

    answer = owner.post("/accounts/reauthenticate/", {"password": PASSPHRASE})

    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert not [name for name, cookie in answer.cookies.items() if cookie.value and name != settings.CSRF_COOKIE_NAME]
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_plan_page_sets_its_half_no_more(owner: Client, in_between) -> None:
    set_phrase_of(owner)
    in_between(PrivatePlan, "read")

    answer = owner.get("/roadmap/plan/")

    assert not [name for name, cookie in answer.cookies.items() if cookie.value]
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_storing_something_in_a_session_that_ended_revives_nothing(owner: Client, in_between) -> None:
    in_between(stories, "follow")

    answer = owner.post("/guide/story/", {"story": "sarah"})

    assert answer.status_code == 302
    assert not [name for name, cookie in answer.cookies.items() if cookie.value]
    assert not Session.objects.exists()


# While the database is away


def test_during_an_outage_the_digest_is_refused_until_it_is_deleted(owner: Client, copy: Client, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(sessions.RefusedSessions, "folder", tmp_path)
    stolen = copy.cookies[SESSION].value
    really, back = sessions.delete_stored, threading.Event()

    def away(digests: object) -> int:
        if not back.is_set():
            raise OperationalError
        return len([*digests])  # type: ignore[call-overload]

    monkeypatch.setattr(sessions, "delete_stored", away)
    left = owner.get("/leave/", headers={"Sec-Fetch-Site": "same-origin"})
    monkeypatch.setattr(sessions, "delete_stored", really)

    assert left.status_code == 303 and left.cookies[SESSION]["max-age"] == 0, "the browser has no session any more"
    assert left.cookies[LEFT].value not in ("", "1"), "and knows which one it was, without being able to use it"
    assert owner.cookies[SESSION].value == ""
    assert copy.get("/checkins/").status_code == 302, "refused by every process on this machine"

    assert sessions.RefusedSessions().left_over() == {sessions.digest(stolen)}
    sessions.refused.discard({sessions.digest(stolen)})
    copy.cookies[SESSION] = stolen
    assert copy.get("/checkins/").status_code == 200, "another machine has not heard of it"
    assert owner.get("/help/").cookies[LEFT]["max-age"] == 0
    assert copy.get("/checkins/").status_code == 302, "and hears of it with the next request of the browser that left"
    back.set()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Database]]:
    var: Path = tmp_path_factory.mktemp("var")
    serving = Serving(var, "--workers", "2").wait_until_ready()
    database = Database(var)
    yield serving, database
    serving.stop()
    database.stop()


def signed_up(serving: Serving, name: str) -> tuple[Visitor, list[Visitor]]:
    """Someone who has signed up, and seven others with copies of the cookies."""
    visitor, copies = Visitor(serving.address), [Visitor(serving.address) for _ in range(7)]
    form = {"username": name, "password1": PASSPHRASE}
    until = time.monotonic() + 10
    while (status := visitor.post("/accounts/signup/", form).status) == 503:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert status == 302
    for thief in copies:
        for cookie in visitor.jar:
            thief.jar.set_cookie(cookie)
    return visitor, copies


def once_it_answers(visitor: Visitor) -> int:
    """The status of a private page, once the database is there again."""
    until = time.monotonic() + 10
    while (status := visitor.get("/checkins/").status) == 503:
        assert time.monotonic() < until
        time.sleep(0.05)
    return status


@pytest.mark.parametrize("fault", ["frozen", "killed", "refusing"])
def test_leave_during_an_outage_ends_the_session_for_every_process(site: tuple[Serving, Database], fault: str) -> None:
    serving, database = site
    visitor, copies = signed_up(serving, f"quiet-{fault}-42")

    with getattr(database, fault)():
        began = time.monotonic()
        assert visitor.get("/leave/", **{"Sec-Fetch-Site": "same-origin"}).status == 303
        assert time.monotonic() - began < 5

    assert [once_it_answers(thief) for thief in copies] == [302] * len(copies)
    assert "Sign in" in visitor.get("/").text


def test_leave_while_another_request_waits_for_a_lock(site: tuple[Serving, Database]) -> None:
    """The database is taken for dead, although it only waits: Leave ends the session all the same."""
    serving, database = site
    visitor, copies = signed_up(serving, "quiet-lock-42")

    with database.slow():
        waiting = [threading.Thread(target=thief.get, args=("/checkins/",)) for thief in copies[:3]]
        for thread in waiting:
            thread.start()
        time.sleep(2.7)
        assert visitor.send("/leave/", {}).status == 204
        for thread in waiting:
            thread.join()

    assert [once_it_answers(thief) for thief in copies] == [302] * len(copies)
