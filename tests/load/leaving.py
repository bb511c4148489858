"""How fast Leave is, with the server well, slow and gone (docs/security.md, R26 and R27); see README.md next to this file.

The browser talks to the server through a proxy that can hold back or cut every connection. Timed is from the press to the moment when no
word is left on the page, and to the moment when the neutral page is asked for, in the browser's own clock and in ours.
"""

import os
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import ClassVar

import django

os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
django.setup()

from playwright.sync_api import BrowserContext, Page, sync_playwright  # noqa: E402, once Django is set up

from tests.browser import chromium  # noqa: E402
from tests.conftest import PASSPHRASE  # noqa: E402
from tests.serving import Serving, Visitor, free_port  # noqa: E402

RUNS = int(os.environ.get("RUNS", "50"))
SLOW = 5
CANARY = "Rain on the skylight"

# Told by the page itself as soon as the press has been dealt with, to another page of the same site. What it says to the console is lost
# when the neutral page, which gets a process of its own, is faster, and a cookie is cleared if the press reaches the server after all.
TELL = """
addEventListener("click", (event) => {
    const left = document.documentElement.hidden ? "" : document.body.textContent.trim();
    new BroadcastChannel("figures").postMessage([performance.now() - event.timeStamp, left.length]);
});
"""
HEAR = "() => { window.told = []; new BroadcastChannel('figures').onmessage = (event) => window.told.push(event.data); }"


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
        self.asked.append(time.monotonic())
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b"Sunny")

    def log_message(self, *args: object) -> None:
        pass


def told(listener: Page) -> tuple[float, int]:
    """What the page has told: milliseconds until it was blank, and how many letters were left on it."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if said := listener.evaluate("window.told.shift()"):
            return said[0], said[1]
        time.sleep(0.01)
    raise TimeoutError("The page did not tell when it was blank.")


def leave(context: BrowserContext, listener: Page, away: str, proxy: Proxy, mood: str) -> tuple[float, float]:
    """Milliseconds to a page without words, and to the neutral page being asked for."""
    address = f"http://127.0.0.1:{proxy.port}"
    page: Page = context.new_page()
    page.goto(f"{address}/accounts/login/?next=/checkins/")
    if "/login/" in page.url:
        page.get_by_label("Name").fill("quiet-harbour-42")
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("textbox", name="Glad of, 1").wait_for()
    assert page.get_by_role("textbox", name="Glad of, 1").input_value() == CANARY
    page.evaluate(TELL)
    box = page.get_by_role("link", name="Leave").bounding_box()
    assert box
    Away.asked.clear()
    proxy.become(mood)
    pressed = time.monotonic()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(away)
    proxy.become("well")
    blank, left = told(listener)
    assert left == 0, "words were left on the page"
    for _ in range(2):
        page.go_back(wait_until="commit")
        page.wait_for_timeout(100)
        shown = page.evaluate("document.documentElement.hidden ? '' : document.documentElement.innerText")
        assert CANARY not in shown, "Back shows words"
    page.close()
    return blank, (Away.asked[0] - pressed) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.chmod(folder, 0o755)  # noqa: S103, the database runs as a user of its own
        neutral = ThreadingHTTPServer(("127.0.0.1", 0), Away)
        threading.Thread(target=neutral.serve_forever, daemon=True).start()
        away = f"http://127.0.0.1:{neutral.server_port}/weather"
        server = Serving(Path(folder) / "var", LEAVE_URL=away).wait_until_ready()
        browser = playwright.chromium.launch(executable_path=chromium.find(playwright), args=chromium.ARGUMENTS)
        try:
            visitor = Visitor(server.address).sign_up("quiet-harbour-42", PASSPHRASE)
            assert visitor.post("/checkins/", {"gratitude_1": CANARY, "version": "0"}).status == 302
            proxy = Proxy(server.port)
            context = browser.new_context()
            # A page of the same site that has no Leave, and stays.
            listener = context.new_page()
            listener.goto(f"http://127.0.0.1:{proxy.port}/health/live")
            listener.evaluate(HEAR)
            for mood in sys.argv[1:] or ["well", "slow", "gone"]:
                runs = [leave(context, listener, away, proxy, mood) for _ in range(RUNS)]
                for name, times in zip(("no word left", "neutral page asked for"), zip(*runs, strict=True), strict=True):
                    p95 = quantiles(times, n=20)[-1]
                    print(
                        f"server {mood}: {name} after {median(times):.0f} ms, p95 {p95:.0f} ms, at most {max(times):.0f} ms ({RUNS} runs)"
                    )
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
