"""How fast Leave is in three engines, with the server well, slow and gone (docs/security.md, R26 and R27); see README.md next to this file.

    python -m tests.load.leaving [chromium|firefox|webkit …] [well|slow|gone …]

The browser talks to the server through a proxy that can hold back or cut every connection. Timed is from the press to the moment when no
word is left on the page, in the browser's own clock, and to the moment when the neutral page is asked for.
"""

import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import ClassVar

import django

os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
django.setup()

from playwright.sync_api import Error as PlaywrightError  # noqa: E402, once Django is set up
from playwright.sync_api import sync_playwright  # noqa: E402
from selenium.common.exceptions import WebDriverException  # noqa: E402

from tests.browser import engines  # noqa: E402
from tests.browser.engines import Window, field  # noqa: E402
from tests.conftest import PASSPHRASE  # noqa: E402
from tests.serving import Serving, Visitor, free_port  # noqa: E402

RUNS = int(os.environ.get("RUNS", "50"))
SLOW = 5
CANARY = "Rain on the skylight"
NAME = "quiet-harbour-42"
ENGINES = ("chromium", "firefox", "webkit")
MOODS = ("well", "slow", "gone")
# WebKit shows another site in another process, and starts one in advance. On a busy machine that takes a while, and a person has been
# on the page for longer than a test.
REST_S = 5
# A connection that was held back answers late for a while.
engines.PATIENCE_S = 60

# Told by the page itself as soon as the press has been dealt with, to another page of the same site: when the button went down, in the time
# of day, how long it took, and how many letters are left. What it says to the console is lost when the neutral page, which gets a process
# of its own, is faster, and a cookie is cleared if the press reaches the server after all. The other page keeps it in its document, which
# is all that a driver's script shares with the page in every engine.
TELL = """(() => {
    const channel = new BroadcastChannel("figures");
    let down = 0;
    let at = 0;
    addEventListener("pointerdown", () => { down = performance.now(); at = Date.now(); }, true);
    addEventListener("click", () => {
        const took = performance.now() - down;
        const left = document.documentElement.hidden ? "" : document.body.textContent.trim();
        channel.postMessage(JSON.stringify([at, took, left.length]));
    });
})()"""
HEAR = """(() => {
    const channel = new BroadcastChannel("figures");
    channel.onmessage = (event) => { document.documentElement.dataset.told = event.data; };
    (window.wrappedJSObject || window).heard = channel;
})()"""


class Proxy:
    """Passes bytes on to the server: at once ("well"), after five seconds ("slow"), or not at all ("gone")."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self.mood = "well"
        self._to = port
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=200)
        threading.Thread(target=self._accept, daemon=True).start()

    def become(self, mood: str) -> None:
        self.mood = mood
        while mood == "gone" and self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            one, _ = self._listener.accept()
            if self.mood == "gone":
                one.close()
                continue
            other = socket.create_connection(("127.0.0.1", self._to))
            self._open += [one, other]
            for source, sink in ((one, other), (other, one)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self.mood == "slow":
                    time.sleep(SLOW)
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Away(BaseHTTPRequestHandler):
    """The neutral page; `asked` holds the moments when it was asked for."""

    asked: ClassVar[list[float]] = []

    def do_GET(self) -> None:
        self.asked.append(time.time())
        self.send_response(200)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b"Sunny")

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def browsers(folder: Path) -> Iterator[dict[str, Window]]:
    """The browsers that have been started, by engine; an engine that is looked for is started."""

    class Started(dict[str, Window]):
        def __missing__(self, engine: str) -> Window:
            profile = folder / engine
            if engine == "chromium":
                self[engine] = engines.Chromium(playwright, profile, scripts=True)
            elif engine == "firefox":
                self[engine] = engines.Firefox(profile, scripts=True)
            else:
                self[engine] = engines.WebKit(profile, display, scripts=True)
            return self[engine]

    started = Started()
    with sync_playwright() as playwright, engines.x_display() as display:
        try:
            yield started
        finally:
            for window in started.values():
                window.close()


def told(listener: Window) -> tuple[float, float, int]:
    """When the button was pressed (seconds), after how many milliseconds the page was blank, and how many letters were left on it."""
    said = "document.documentElement.dataset.told || ''"
    listener.until(lambda: bool(listener.run(said)), lambda: "The page did not tell when it was blank.")
    pressed, took, left = json.loads(listener.run(said))
    listener.run("(() => { delete document.documentElement.dataset.told; })()")
    return pressed / 1000, took, left


def sign_in(window: Window) -> None:
    window.type(field("login"), NAME)
    window.type(field("password"), PASSPHRASE)
    for _ in range(5):
        window.enter(field("password"))
        # On a connection that was cut meanwhile it does not arrive, and is pressed again.
        with suppress(AssertionError):
            window.until(lambda: "/login/" not in window.address(), lambda: "It does not arrive.", seconds=15)
            return


def leave(window: Window, address: str, away: str, proxy: Proxy, mood: str) -> tuple[float, float]:
    """Milliseconds to a page without words, and to the neutral page being asked for. The first tab leaves, the second listens."""
    window.switch_to(0)
    window.open(f"{address}/accounts/login/?next=/checkins/")
    if "/login/" in window.address():
        sign_in(window)
    has_words = "document.querySelector('[name=gratitude_1]')?.value || ''"
    window.until(lambda: window.run(has_words) == CANARY, lambda: f"The words are not shown at {window.address()}.")
    window.until(lambda: window.run("document.readyState") == "complete", lambda: "The page does not load.")
    window.run(TELL)
    if isinstance(window, engines.WebKit):
        time.sleep(REST_S)
    Away.asked.clear()
    proxy.become(mood)
    window.click("//a[@data-module='leave']")
    window.is_at(away)
    # WebKit names an address before it has asked for it.
    window.until(lambda: bool(Away.asked), lambda: "The neutral page is not asked for.")
    proxy.become("well")
    window.switch_to(1)
    pressed, blank, left = told(window)
    assert left == 0, "words were left on the page"
    window.switch_to(0)
    for _ in range(2):
        window.back()
        time.sleep(0.1)
        with suppress(WebDriverException, PlaywrightError):  # Between two pages nothing is shown.
            assert CANARY not in window.shown(), "Back shows words"
    if mood == "slow":
        # The late answer to Leave takes all cookies away, those of a sign-in meanwhile too.
        time.sleep(2 * SLOW + 1)
    return blank, (Away.asked[0] - pressed) * 1000


def main(*choice: str) -> None:
    chosen = [engine for engine in ENGINES if engine in choice] or ENGINES
    moods = [mood for mood in MOODS if mood in choice] or MOODS
    with tempfile.TemporaryDirectory() as folder, browsers(Path(folder)) as windows:
        os.chmod(folder, 0o755)  # noqa: S103, the database runs as a user of its own
        neutral = ThreadingHTTPServer(("127.0.0.1", 0), Away)
        threading.Thread(target=neutral.serve_forever, daemon=True).start()
        away = f"http://127.0.0.1:{neutral.server_port}/weather"
        server = Serving(Path(folder) / "var", LEAVE_URL=away).wait_until_ready()
        try:
            visitor = Visitor(server.address).sign_up(NAME, PASSPHRASE)
            assert visitor.post("/checkins/", {"gratitude_1": CANARY, "version": "0"}).status == 302
            for engine in chosen:
                proxy = Proxy(server.port)
                address, window = f"http://127.0.0.1:{proxy.port}", windows[engine]
                # A page of the same site that has no Leave, and stays. It is the second: a driver leaves WebKit's first tab in sight, and
                # in a tab that is not, timers go slowly.
                window.open(f"{address}/health/live")
                window.new_tab()
                window.switch_to(1)
                window.open(f"{address}/health/live")
                window.run(HEAR)
                for mood in moods:
                    runs = [leave(window, address, away, proxy, mood) for _ in range(RUNS)]
                    for name, times in zip(("no word left", "neutral page asked for"), zip(*runs, strict=True), strict=True):
                        p95 = quantiles(times, n=20)[-1]
                        print(
                            f"{engine}, server {mood}: {name} after {median(times):.0f} ms, p95 {p95:.0f} ms, at most {max(times):.0f} ms"
                            f" ({RUNS} runs)",
                            flush=True,
                        )
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
