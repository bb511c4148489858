"""Behind the proxy of deploy/, over TLS; and clients that take their time (docs/security.md, R57, R59, R64)."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import PASSPHRASE
from tests.serving import Serving, Visitor, free_port

CADDY = shutil.which("caddy")
CADDYFILE = (settings.BASE_DIR / "deploy" / "Caddyfile").read_text()
# Where the test differs from the file: other ports, certificates of its own that are trusted nowhere else, nothing to be talked to.
HERE = """{{
	admin off
	skip_install_trust
	http_port {http}
	https_port {https}
"""

with_caddy = pytest.mark.skipif(CADDY is None, reason="Caddy is not installed: apt-get install caddy; .ci/run does")

HEADERS = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
SLOW_BODY = HEADERS + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlogin=a"


@dataclass
class Proxy:
    port: int
    plain_port: int
    tls: ssl.SSLContext
    log: Path

    def visitor(self) -> Visitor:
        return Visitor(f"https://localhost:{self.port}", self.tls)


def configuration(http: int, https: int) -> str:
    text = CADDYFILE.replace("{\n", HERE.format(http=http, https=https), 1)
    version = subprocess.run([str(CADDY), "version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < (2, 7):
        # The same in the words of the version that Debian has.
        text = re.sub(r"request_buffers (\w+)", r"buffer_requests\n\t\tmax_buffer_size \1", text)
    return text


@contextmanager
def in_front_of(upstream: int, folder: Path, more: str = "") -> Iterator[Proxy]:
    """Caddy in front of whatever listens at the port `upstream`; `more` goes before what the site does."""
    http, https = free_port(), free_port()
    (folder / "Caddyfile").write_text(configuration(http, https).replace("even-keel.example} {\n", f"even-keel.example}} {{\n{more}", 1))
    places = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "SITE": "localhost", "UPSTREAM": f"127.0.0.1:{upstream}"}
    command = [str(CADDY), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with (folder / "log").open("w") as log:
        caddy = subprocess.Popen(command, env=os.environ | places, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while "certificate obtained" not in (folder / "log").read_text():
            assert caddy.poll() is None and time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.05)
        root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        yield Proxy(https, http, ssl.create_default_context(cafile=root), folder / "log")
    finally:
        caddy.terminate()
        caddy.wait(30)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The program as in production, and Caddy in front of it."""
    folder = tmp_path_factory.mktemp("proxied")
    server = Serving(folder / "var", "--workers", "1", BEHIND_TLS_PROXY="on", ALLOWED_HOSTS="localhost").wait_until_ready()
    try:
        with in_front_of(server.port, folder) as proxy:
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
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"):
        assert name in page.headers
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
    with in_front_of(free_port(), tmp_path) as proxy:
        answer = proxy.visitor().get("/checkins/2026-11-22/", **{"User-Agent": "Canary/1.0", "X-Forwarded-For": "203.0.113.77"})

    assert answer.status == 503 and "Back soon" in answer.text and ">Leave</a>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store, private" and answer.headers["Retry-After"] == "10"
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains", "no less than the program says"
    log = proxy.log.read_text()
    assert "serving initial configuration" in log
    for trace in ("Canary", "203.0.113.77", "2026-11-22", "remote_ip"):
        assert trace not in log


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
