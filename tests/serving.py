"""The program as it is run: `manage.py serve` in a process of its own, with a folder and a database of its own."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from django.conf import settings

# Every setting there is.
CONFIGURED = frozenset(re.findall(r"^([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.M))

# Becomes the command that it is given, with a socket in the place where systemd puts it.
_AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(var: Path, **changes: str) -> dict[str, str]:
    """As on a machine with nothing of ours, except that what is written goes to `var`."""
    clean = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in CONFIGURED}
    return clean | {"VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"} | changes


def manage(var: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=environment(var, **changes), capture_output=True, text=True, timeout=120)


class Serving:
    """A running `serve`; `said` is what it printed so far, its log included unless that goes to a file of its own."""

    def __init__(
        self,
        var: Path,
        *options: str,
        port: int | None = None,
        listening: socket.socket | None = None,
        log: IO[str] | None = None,
        **changes: str,
    ) -> None:
        """With `listening` it gets that socket as systemd would hand it over, instead of a port of its own."""
        self.port = listening.getsockname()[1] if listening else port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.said = ""
        self._ready = threading.Event()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", *options]
        if listening:
            command = [sys.executable, "-c", _AS_SYSTEMD, str(listening.fileno()), *command]
        else:
            command += ["--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            env=environment(var, **changes),
            stdout=subprocess.PIPE,
            stderr=log or subprocess.STDOUT,
            text=True,
            start_new_session=True,
            pass_fds=[listening.fileno()] if listening else [],
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("ready"):
                self._ready.set()
        self._ready.set()

    def wait_until_ready(self, seconds: float = 120) -> "Serving":
        """Returns once pages are served. Raises AssertionError, with what it said, if it does not start; then it is stopped."""
        if not self._ready.wait(seconds) or not re.search(r"^ready", self.said, re.M):
            self.stop()
            raise AssertionError(self.said)
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(60)
        self._reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()
        return code


class _Loopback(DefaultCookiePolicy):
    """Browsers send Secure cookies to loopback; so does this."""

    def return_ok_secure(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        return True


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]


class Visitor:
    """A client without a browser: keeps cookies, sends forms with their token, follows no redirect. `headers` go with each request."""

    def __init__(self, address: str, tls: ssl.SSLContext | None = None, **headers: str) -> None:
        self.address = address
        self.timeout_s = 30
        self.jar = CookieJar(_Loopback())
        https = urllib.request.HTTPSHandler(context=tls)
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), https, _NoRedirect())
        self._opener.addheaders += headers.items()

    def get(self, path: str, **headers: str) -> Answer:
        return self._open(urllib.request.Request(self.address + path, headers=headers))

    def post(self, path: str, form: dict[str, str], *, token_from: str | None = None, **headers: str) -> Answer:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(token_from or path).text)
        body = urlencode(form | {"csrfmiddlewaretoken": token[1] if token else ""}).encode()
        return self._open(urllib.request.Request(self.address + path, body, headers))

    def send(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """Post as a browser does whose page has been open for a while: no other request before, and its word that the form is ours."""
        return self._open(
            urllib.request.Request(self.address + path, urlencode(form).encode(), headers | {"Sec-Fetch-Site": "same-origin"})
        )

    def bring(self, path: str, content: str) -> Answer:
        """Post a file as a browser does."""
        lines = ["--x", 'Content-Disposition: form-data; name="file"; filename="notes"', "", content, "--x--", ""]
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "same-origin"}
        return self._open(urllib.request.Request(self.address + path, "\r\n".join(lines).encode(), headers))

    def sign_up(self, name: str, passphrase: str = "four words nobody guesses", email: str = "") -> "Visitor":
        assert self.post("/accounts/signup/", {"username": name, "password1": passphrase, "email": email}).status == 302
        return self

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=self.timeout_s) as response:
                return Answer(response.status, response.read().decode(), dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                answer = Answer(error.code, error.read().decode(), dict(error.headers))
        # A page that answers a form is held at an address of its own (config.held).
        held = next((value for name, value in answer.headers.items() if name.lower() == "location"), "")
        return self.get(held) if answer.status == 303 and held.startswith("/held/") else answer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None
