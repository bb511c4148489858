"""Behind the proxy of deploy/, over TLS; and clients that take their time (docs/security.md, R57, R59, R64)."""

import socket
import ssl
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import PASSPHRASE
from tests.load import rolling
from tests.proxy import CADDY, Proxy, in_front_of
from tests.serving import Serving, Visitor, free_port

with_caddy = pytest.mark.skipif(CADDY is None, reason="Caddy is not installed: apt-get install caddy; .ci/run does")

HEADERS = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
# What pages of the program and of the proxy have in common.
ANY_PAGE = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
SLOW_BODY = HEADERS + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlogin=a"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The program as in production, and Caddy in front of it. Its service manager is told when it is ready."""
    folder = tmp_path_factory.mktemp("proxied")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(30)
        changes = {"BEHIND_TLS_PROXY": "on", "ALLOWED_HOSTS": "localhost", "NOTIFY_SOCKET": str(folder / "notify")}
        server = Serving(folder / "var", "--workers", "1", **changes).wait_until_ready()
        assert manager.recv(100) == b"READY=1"
    try:
        with in_front_of(folder, server.port) as proxy:
            yield proxy
    finally:
        server.stop()


@with_caddy
def test_somebody_signs_up_writes_and_reads_over_tls(proxied: Proxy) -> None:
    visitor = proxied.visitor()
    assert visitor.get("/accounts/signup/").status == 200, "the page sets the cookie without which no account is made"

    assert visitor.send("/accounts/signup/", {"username": "quiet-harbour-42", "password1": PASSPHRASE}).status == 302
    assert visitor.send("/checkins/", {"gratitude_1": "Rain on the skylight", "version": "0"}).status == 302
    page = visitor.get("/checkins/")

    assert page.status == 200 and "Rain on the skylight" in page.text
    assert {cookie.name: cookie.secure for cookie in visitor.jar}["__Host-session"]
    for name, value in ANY_PAGE.items():
        assert page.headers[name] == value
    assert "Strict-Transport-Security" in page.headers and "Content-Security-Policy" in page.headers
    assert page.headers["Cache-Control"] == "no-store, private"


@with_caddy
@pytest.mark.parametrize(
    ("version", "ciphers", "alert"),
    [
        (ssl.TLSVersion.TLSv1_1, "ALL", "TLSV1_ALERT_PROTOCOL_VERSION"),
        (ssl.TLSVersion.TLSv1_2, "AES128-SHA:AES256-SHA:AES128-GCM-SHA256", "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    ],
)
def test_old_tls_and_what_can_be_opened_later_is_refused(proxied: Proxy, version: ssl.TLSVersion, ciphers: str, alert: str) -> None:
    """By the proxy: a client that itself could not would say something else."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers(f"{ciphers}@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        client.minimum_version = client.maximum_version = version

    with socket.create_connection(("127.0.0.1", proxied.port), timeout=10) as line, pytest.raises(ssl.SSLError) as refused:
        client.wrap_socket(line, server_hostname="localhost")

    assert refused.value.reason == alert


@with_caddy
def test_plain_http_is_sent_to_tls(proxied: Proxy) -> None:
    answer = Visitor(f"http://localhost:{proxied.plain_port}").get("/guide/")

    assert answer.status == 308 and answer.headers["Location"].startswith("https://localhost")


@with_caddy
@pytest.mark.parametrize("size", [5_000_000, 6_900_000])
def test_what_is_too_large_is_told_so_and_not_cut_off(proxied: Proxy, size: int) -> None:
    answers = [proxied.visitor().send("/checkins/", {"gratitude_1": "x" * size}) for _ in range(10)]

    for answer in answers:
        assert answer.status == 413 and "Leave" in answer.text


@with_caddy
def test_fifty_who_send_their_form_byte_by_byte_keep_nobody_waiting(proxied: Proxy) -> None:
    with ExitStack() as stack:
        slow = []
        for _ in range(50):
            plain = stack.enter_context(socket.create_connection(("localhost", proxied.port)))
            slow.append(stack.enter_context(proxied.tls.wrap_socket(plain, server_hostname="localhost")))
        for each in slow:
            each.sendall(SLOW_BODY)
        for _ in range(3):
            for each in slow:
                each.sendall(b"b")

            assert proxied.visitor().get("/guide/talking/").status == 200


@with_caddy
def test_without_the_program_there_is_a_calm_page_and_nobodys_visit_is_written_down(tmp_path: Path) -> None:
    with in_front_of(tmp_path, free_port()) as proxy:
        answer = proxy.visitor().get("/checkins/2026-11-22/", **{"User-Agent": "Canary/1.0", "X-Forwarded-For": "203.0.113.77"})
        leaving = proxy.visitor().get("/leave/")
        from_elsewhere = proxy.visitor().get("/leave/", **{"Sec-Fetch-Site": "cross-site"})

    assert answer.status == 503 and "Back soon" in answer.text and ">Leave</a>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store, private" and answer.headers["Retry-After"] == "10"
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains", "no less than the program says"
    for name, value in ANY_PAGE.items():
        assert answer.headers[name] == value
    assert leaving.status == 303 and leaving.headers["Location"] == settings.LEAVE_URL
    assert leaving.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert from_elsewhere.status == 303 and "Clear-Site-Data" not in from_elsewhere.headers, "another site cannot sign people out"
    log = proxy.log.read_text()
    assert "serving initial configuration" in log
    for trace in ("Canary", "203.0.113.77", "2026-11-22", "remote_ip"):
        assert trace not in log


@with_caddy
def test_a_restart_loses_no_request_and_none_is_carried_out_twice(tmp_path: Path) -> None:
    """The short form of tests/load/rolling.py: with the socket that systemd keeps open."""
    outcome = rolling.run(tmp_path, copies=1, restarts=1)

    assert not outcome.lost and outcome.saved == outcome.stored, str(outcome)
    assert outcome.slowest > 1, "no request had to wait"


def test_fifty_who_do_not_finish_their_headers_keep_nobody_waiting_and_are_let_go(tmp_path: Path) -> None:
    server = Serving(tmp_path, "--workers", "1").wait_until_ready()
    try:
        with ExitStack() as stack:
            slow = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(50)]
            for each in slow:
                each.sendall(HEADERS)
            assert Visitor(server.address).get("/guide/talking/").status == 200

            # Another byte of the headers now and then does not help.
            waiting, until = list(slow), time.monotonic() + 20
            while waiting and time.monotonic() < until:
                waiting = [each for each in waiting if still_open(each)]
                time.sleep(0.5)
            assert not waiting
    finally:
        server.stop()


def still_open(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"X")
        connection.setblocking(False)
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        connection.setblocking(True)
