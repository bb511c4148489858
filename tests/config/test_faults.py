"""When something breaks (docs/security.md, R16, R64 to R66)."""

import logging
import os
import re
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins import views
from config.logs import QuietFormatter
from config.ops import demo
from tests.browser.test_leave import PRIVATE
from tests.checkins.days import DAY
from tests.conftest import PASSPHRASE, say_passphrase
from tests.serving import Serving, Visitor


class Broken(Exception):
    pass


@pytest.fixture
def breaks_after_the_first_write(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise Broken("Jo rang back")

    monkeypatch.setattr(views, "HttpResponseRedirect", fail)


@pytest.fixture
def careless(partner: Account) -> Client:
    """Signed in, and shown the page that a person would see instead of the error."""
    client = Client(raise_request_exception=False)
    client.force_login(partner)
    return client


def test_an_error_after_the_first_write_leaves_nothing_written(careless: Client, partner: Account, breaks_after_the_first_write) -> None:
    response = careless.post(f"/checkins/{DAY}/", {"gratitude_1": "Jo rang back", "version": "0"})

    assert response.status_code == 500
    with acting_for(partner):
        assert partner.checkins.count() == 0


def test_an_error_has_a_calm_page_with_leave_on_it(careless: Client, breaks_after_the_first_write) -> None:
    response = careless.post(f"/checkins/{DAY}/", {"gratitude_1": "Jo rang back", "version": "0"})

    page = response.content.decode()
    assert "Something went wrong here" in page
    assert 'href="/leave/"' in page and 'data-leave-to="https://www.wikipedia.org/"' in page
    assert "Jo rang back" not in page
    assert (response["Cache-Control"], response["X-Frame-Options"]) == ("no-store, private", "DENY")


def test_logs_hold_where_it_broke_and_nothing_that_was_typed(careless, partner, breaks_after_the_first_write, caplog) -> None:
    careless.post(f"/checkins/{DAY}/", {"gratitude_1": "Jo rang back", "version": "0"}, headers={"User-Agent": "Canary/1.0"})

    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    said = QuietFormatter("{message}", style="{").format(record)
    assert "Broken" in said and "checkins/views.py" in said
    for private in ("Jo rang back", "Canary/1.0", partner.name, careless.cookies["__Host-session"].value):
        assert private not in said


def test_a_line_of_the_log_is_one_line_and_says_when_in_utc(settings) -> None:
    form = settings.LOGGING["formatters"]["quiet"]
    told = "/a\n2026 all is well\x1b[2J\u2028\r"
    record = logging.makeLogRecord({"name": "django", "levelname": "ERROR", "msg": "At %s", "args": (told,)})
    record.created, record.msecs = 1_773_144_000, 7

    said = QuietFormatter(form["format"], style=form["style"]).format(record)

    assert said == r"2026-03-10 12:00:00.007Z ERROR django: At /a\n2026 all is well\x1b[2J\u2028\r"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Visitor, Path]]:
    """A running program with a person signed in, whose database has then been killed."""
    var = tmp_path_factory.mktemp("var")
    serving = Serving(var).wait_until_ready()
    visitor = Visitor(serving.address).sign_up("quiet-harbour-42")
    visitor.post("/checkins/", {"gratitude_1": "Jo rang back", "version": "0"})
    visitor.get("/guide/")
    postmaster = int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGQUIT)
    yield serving, visitor, var
    serving.stop()


@pytest.mark.parametrize(
    "path",
    [
        "/guide/",
        "/guide/talking/",
        "/guide/search/",
        "/guide/print/",
        "/guide/talking/print/",
        "/guide/sources/",
        "/help/?country=GB",
        "/using-this-safely/",
        "/privacy/",
        "/theme.css",
        "/health/live",
    ],
)
def test_without_a_database_guide_and_help_lines_are_read_as_ever(server, path: str) -> None:
    serving, visitor, _ = server

    assert Visitor(serving.address).get(path).status == 200
    assert visitor.get(path).status == 200, "also with a cookie that cannot be looked up now"


def test_without_a_database_search_says_so_and_what_stores_nothing_works(server) -> None:
    serving, visitor, _ = server

    for each in (Visitor(serving.address), visitor):
        found = each.post("/guide/search/", {"q": "Jo rang back"})
        assert (found.status, found.headers["retry-after"]) == (503, "30")
        assert "Search does not work just now" in found.text
        assert "That is reason enough to talk to someone" in each.post("/guide/talking/", {"safety_afraid": "yes"}).text
        assert "There is no such part" in each.get("/guide/nowhere/").text
        story = each.post("/guide/story/", {"story": "maria"})
        assert (story.status, "The guide and the help lines work as always" in story.text) == (503, True)


@pytest.mark.parametrize("path", ["/", "/checkins/", "/roadmap/", "/accounts/settings/"])
def test_without_a_database_private_pages_are_calm_and_say_when_to_come_back(server, path: str) -> None:
    answer = server[1].get(path)

    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert "Everything saved before is safe" in answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert "Jo rang back" not in answer.text


def test_without_a_database_one_is_told_that_it_is_not_ready(server) -> None:
    answer = server[1].get("/health/ready")

    assert (answer.status, answer.text) == (503, "down")


@pytest.mark.parametrize(
    ("lengths", "status"),
    [
        ("Content-Length: 0\r\nTransfer-Encoding: chunked", b"303"),
        ("Content-Length: 9999\r\nTransfer-Encoding: chunked", b"303"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 9999", b"303"),
        ("Content-Length: 5\r\nContent-Length: 9999", b"400"),
        ("Content-Length: 5\r\nTransfer-Encoding: xchunked", b"400"),
        ("Content-Length: +5", b"400"),
    ],
)
def test_where_a_request_ends_is_no_matter_of_opinion(server, lengths: str, status: bytes) -> None:
    """Of two lengths the chunks count, as they do for a proxy, or the request is refused; and nothing more is read after either."""
    after = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server[0].port), timeout=10) as line:
        line.sendall(f"POST /guide/talking/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{lengths}\r\n\r\n0\r\n\r\n".encode() + after)
        said = b"".join(iter(lambda: line.recv(65536), b""))

    assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [status], said


def test_without_a_database_leave_still_leaves(server) -> None:
    visitor = server[1]

    answer = visitor.get("/leave/", **{"Sec-Fetch-Site": "none"})

    assert (answer.status, answer.headers["location"]) == (303, "https://www.wikipedia.org/")
    assert answer.headers["clear-site-data"] == '"storage"', "the mark stays, until the stored session has been ended"
    assert not [cookie for cookie in visitor.jar if cookie.name.endswith("session")]


@pytest.mark.parametrize("jump", [-400, -1, 1, 4000])
def test_a_clock_that_jumps_breaks_no_page(db: None, time_machine, jump: int) -> None:
    """Set back, what is written lies in days that have not come; set forward, everything is long ago."""
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    time_machine.move_to(now)
    call_command("sync_guide", verbosity=0)
    demo.make()
    person = Account.objects.get(name=demo.NAME)
    person.set_password(PASSPHRASE)
    person.save(update_fields=["password"])
    client = Client(raise_request_exception=False)

    time_machine.move_to(now + timedelta(days=jump))

    client.force_login(person)
    say_passphrase(client)
    for path in PRIVATE:
        assert client.get(path).status_code < 500, path
    saved = client.post("/checkins/2023-11-10/", {"gratitude_1": "Jo rang back", "version": "0"})
    assert saved.status_code == 302
