"""The way through the site in three engines, over TLS, each browser's folder searched once closed (docs/security.md, R20, R28, R73, R76).

What other tests look at closely in Chromium is walked here once in each: it works, ended means ended, and nothing that was typed is left.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright
from selenium.common.exceptions import WebDriverException

from tests.browser import engines
from tests.browser.engines import Window, button, field
from tests.browser.profiles import files_with, unpack_lz4
from tests.config.test_proxy import in_front_of, with_caddy
from tests.conftest import PASSPHRASE
from tests.roadmap.plans import PHRASE
from tests.serving import Serving

CANARY = "zephyrcanary"
NAME = "quiet-harbour"
SAVED = "Saved "
LEAVE = "//a[@data-module='leave']"
PAGES = ("/checkins/", "/roadmap/", "/")

_numbers = count(10)

pytestmark = [with_caddy, pytest.mark.parametrize("engine", ["chromium", "firefox", "webkit"])]


class Weather(BaseHTTPRequestHandler):
    """Where Leave goes: a neutral page on another port of this machine."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>Weather</title><h1>Sunny</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@dataclass
class Site:
    """The program behind Caddy. `lose` makes the proxy lose what a page says as it goes: "aborted" or "hanging"."""

    address: str
    away: str
    tls: ssl.SSLContext
    folder: Path

    def lose(self, how: str) -> None:
        (self.folder / how).touch()

    def lose_nothing(self) -> None:
        for how in ("aborted", "hanging"):
            (self.folder / how).unlink(missing_ok=True)


# What is lost is lost on the way: the page has sent it, and waits for nothing.
LOST = """
	@aborted {{
		method POST
		path /leave/ /accounts/logout/
		file {{
			root {folder}
			try_files aborted
		}}
	}}
	abort @aborted
	@hanging {{
		method POST
		path /leave/ /accounts/logout/
		file {{
			root {folder}
			try_files hanging
		}}
	}}
	handle @hanging {{
		reverse_proxy 127.0.0.1:{silent}
	}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("engines")
    weather, silent = ThreadingHTTPServer(("127.0.0.1", 0), Weather), ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    threading.Thread(target=weather.serve_forever, daemon=True).start()
    away = f"http://127.0.0.1:{weather.server_port}/weather"
    server = Serving(folder / "var", "--workers", "1", BEHIND_TLS_PROXY="on", ALLOWED_HOSTS="localhost", LEAVE_URL=away).wait_until_ready()
    try:
        # The calls of `silent` are never answered.
        with in_front_of(folder, server.port, more=LOST.format(folder=folder, silent=silent.server_port)) as proxy:
            yield Site(f"https://localhost:{proxy.port}", away, proxy.tls, folder)
    finally:
        server.stop()
        weather.shutdown()
        weather.server_close()
        silent.server_close()


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    with engines.x_display() as display:
        yield display


@pytest.fixture
def open_window(
    engine: str, playwright: Playwright, site: Site, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Window]]:
    """Opens a browser. Once the test is over it is closed, and its folder holds nothing of what was typed."""
    opened: list[Window] = []
    with_scripts = True
    folder = tmp_path / "profile"

    def open_one(*, scripts: bool = True) -> Window:
        nonlocal with_scripts
        with_scripts = scripts
        if engine == "chromium":
            window: Window = engines.Chromium(playwright, folder, scripts=scripts)
        elif engine == "firefox":
            window = engines.Firefox(folder, scripts=scripts)
        else:
            window = engines.WebKit(folder, request.getfixturevalue("display"), scripts=scripts)
        opened.append(window)
        return window

    yield open_one
    site.lose_nothing()
    for window in opened:
        with suppress(WebDriverException, PlaywrightError):  # A test may have closed it.
            window.close()
    for words in (CANARY, PASSPHRASE, PHRASE):
        assert files_with(folder, words) == []
    # Without scripts a name is noted for fields of that name on other sites, as any site's is.
    if with_scripts:
        remembered = [path.name for path in files_with(folder, NAME)]
        assert not {"Web Data", "formhistory.sqlite"} & {*remembered}
    if engine != "webkit":  # Driven, it keeps nothing at all.
        assert files_with(folder, "Even Keel"), "the search itself works: titles are there"


def sign_up(window: Window, site: Site, *, shown: bool = False) -> str:
    window.open(f"{site.address}/accounts/signup/")
    name = f"{NAME}-{next(_numbers)}"
    window.run("document.getElementById('id_username').value = ''")
    window.type(field("username"), name)
    window.type(field("password1"), PASSPHRASE)
    if shown:
        window.click(button("Show"))
        window.sees("Show")
    window.enter(field("password1"))
    window.is_at(f"{site.address}/")
    window.sees("Today")
    return name


def write(window: Window, site: Site) -> None:
    window.open(f"{site.address}/checkins/")
    window.type(field("gratitude_1"), f"{CANARY} rain on the skylight")
    window.sees(SAVED)


def shows_sign_in_everywhere(window: Window, site: Site, *, backs: int = 4) -> None:
    """Back, forward, an address and a new tab show nothing of what was written."""
    for _ in range(backs):
        window.back()
        shows_nothing(window)
    window.forward()
    shows_nothing(window)
    window.open(f"{site.address}/checkins/")
    window.sees("Name and passphrase")
    window.new_tab()
    window.open(f"{site.address}/roadmap/")
    window.sees("Name and passphrase")


def shows_nothing(window: Window) -> None:
    """Neither at once nor when the page has come to rest."""
    for rest in (False, True):
        if rest:
            window.until(lambda: window.run("document.readyState") == "complete", lambda: "The page does not come to rest.")
        with suppress(WebDriverException, PlaywrightError):  # Between two pages nothing is shown.
            assert CANARY not in window.shown()


def test_sign_up_read_write_feel_tick_talk_and_leave(open_window: Callable[..., Window], site: Site) -> None:
    window = open_window()
    window.open(f"{site.address}/guide/options/")
    window.sees("Leave")
    sign_up(window, site)
    write(window, site)
    window.click("//details[contains(@class, 'all-words')]/summary")
    window.click("(//details[@name='group']/summary)[1]")
    window.click("((//details[@name='group'])[1]//input[@name='emotion'])[1]")
    window.until(lambda: window.run("document.querySelector('[data-saving]').dataset.saving") != "saved", lambda: "It is chosen.")
    window.until(lambda: window.run("document.querySelector('[data-saving]').dataset.saving") == "saved", lambda: "It is not saved.")
    window.open(f"{site.address}/checkins/")
    window.until(lambda: window.run("document.querySelectorAll('[name=emotion]:checked').length") > 0, lambda: "No feeling is chosen.")
    window.open(f"{site.address}/roadmap/")
    window.click("(//button[@name='done'])[1]")
    window.until(lambda: window.run("document.querySelectorAll('.act-tick[aria-pressed=true]').length") == 1, lambda: "Nothing is ticked.")
    window.open(f"{site.address}/roadmap/talks/new/")
    for number in range(1, 5):
        window.click(f"(//fieldset[.//input[@type='radio']])[{number}]//input[@value='no']")
    window.click(button("Continue"))
    window.type(field("feeling"), f"{CANARY} quiet evenings")
    window.sees(SAVED)
    window.new_tab()
    window.open(f"{site.address}/checkins/")
    window.until(lambda: CANARY in window.run("document.querySelector('[name=gratitude_1]').value"), lambda: window.html()[:2000])
    window.switch_to(0)

    window.click(LEAVE)

    window.is_at(site.away)
    window.switch_to(1)
    window.is_at(site.away)
    shows_nothing(window)
    window.switch_to(0)
    shows_sign_in_everywhere(window, site)


def test_a_passphrase_that_was_shown_is_nowhere_afterwards(open_window: Callable[..., Window], site: Site, engine: str) -> None:
    window = open_window()
    window.open(f"{site.address}/accounts/signup/")
    window.type(field("password1"), PASSPHRASE)
    window.click(button("Show"))
    time.sleep(12)  # Browsers store the content of a page every few seconds.
    window.enter(field("password1"))
    window.is_at(f"{site.address}/")
    window.sees("Today")
    window.click(LEAVE)
    window.is_at(site.away)


def test_the_private_plan_and_leaving_by_shift(open_window: Callable[..., Window], site: Site) -> None:
    window = open_window()
    sign_up(window, site)
    window.open(f"{site.address}/roadmap/plan/new/")
    window.type(field("phrase"), PHRASE)
    window.type(field("again"), PHRASE)
    window.enter(field("again"))
    window.sees("Lock it")
    window.click("(//details[.//textarea][not(.//details)]/summary)[1]")
    window.type("(//details[@open][not(.//details)]//textarea)[1]", f"{CANARY} Rowan Street")
    window.sees(SAVED)

    window.press_shift(3)

    window.is_at(site.away)
    shows_sign_in_everywhere(window, site)


@pytest.mark.parametrize("how", ["aborted", "hanging"])
def test_leaving_while_its_message_is_lost(open_window: Callable[..., Window], site: Site, how: str) -> None:
    window = open_window()
    sign_up(window, site)
    write(window, site)
    window.open(f"{site.address}/roadmap/")
    window.sees("7 days")
    site.lose(how)

    window.click(LEAVE)

    window.is_at(site.away)
    site.lose_nothing()
    shows_sign_in_everywhere(window, site, backs=3)


@pytest.mark.parametrize("how", ["heard", "aborted"])
def test_a_page_nobody_touches_puts_itself_away(open_window: Callable[..., Window], site: Site, how: str) -> None:
    window = open_window()
    sign_up(window, site)
    write(window, site)
    if how != "heard":
        site.lose(how)

    # As if six minutes had gone by. In Firefox a driver's script sees the page's own objects only so.
    window.run("(() => { const { Date } = window.wrappedJSObject || window; const now = Date.now(); Date.now = () => now + 400000; })()")
    window.run("dispatchEvent(new Event('focus'))")

    window.sees("Signed out")
    assert CANARY not in window.html()
    site.lose_nothing()
    window.run("location.reload()")
    window.sees("Name and passphrase")
    window.back()
    shows_nothing(window)


def test_a_closed_tab_that_is_reopened_after_leave(
    open_window: Callable[..., Window], site: Site, engine: str, playwright: Playwright, tmp_path: Path
) -> None:
    """What Ctrl+Shift+T brings back in Firefox, and in Chromium, which a driver cannot tell to, what "Continue where you left off" does."""
    if engine == "webkit":
        pytest.skip("MiniBrowser reopens no tab.")
    window = open_window()
    sign_up(window, site)
    window.new_tab()
    write(window, site)
    time.sleep(3)  # So that the browser has noted what is in the tab.
    if isinstance(window, engines.Firefox):
        window.close_tab()
    window.new_tab()
    window.open(f"{site.address}/roadmap/")
    window.sees("7 days")
    window.click(LEAVE)
    window.is_at(site.away)
    if isinstance(window, engines.Firefox):
        window.reopen_closed_tab()
        window.until(lambda: "/accounts/login/" in window.address(), lambda: f"{window.address()} is what is reopened.")
        shows_nothing(window)
        window.sees("Name and passphrase")
        return
    window.close()
    window = engines.Chromium(playwright, tmp_path / "profile", scripts=True, options=["--restore-last-session"])
    pages = window.context.pages
    window.until(lambda: len(pages) > 2, lambda: "The tabs are not restored.")
    for tab in range(len(pages)):
        window.switch_to(tab)
        shows_nothing(window)
        window.back()
        shows_nothing(window)
    window.close()


def test_without_scripts(open_window: Callable[..., Window], site: Site) -> None:
    window = open_window(scripts=False)
    sign_up(window, site)
    assert window.run("document.querySelector('[data-module=leave]').dataset.ready === undefined"), "no script of the page runs"
    window.open(f"{site.address}/checkins/")
    window.type(field("gratitude_1"), f"{CANARY} rain on the skylight")
    window.click(button("Save"))
    window.sees(SAVED)
    window.open(f"{site.address}/roadmap/")
    window.click("(//button[@name='done'])[1]")
    window.until(lambda: window.run("document.querySelectorAll('.act-tick[aria-pressed=true]').length") == 1, lambda: "Nothing is ticked.")
    window.open(f"{site.address}/accounts/settings/")
    window.click("//details[.//*[@name='leave_address']]/summary")
    window.type(field("leave_address"), f"javascript:{CANARY}")
    window.click(f"//div[@class='settings'][.//*[@name='leave_address']]{button('Save')}")
    window.sees("This is not the address of a page")

    window.click(LEAVE)

    window.is_at(site.away)
    shows_sign_in_everywhere(window, site)


def test_of_what_was_read_the_parts_that_tell_most_are_not_stored(
    open_window: Callable[..., Window], site: Site, server: Serving, tmp_path: Path, engine: str
) -> None:
    """A sentence of each; of another part browsers may keep the page, and do, so that the search is seen to work (R78)."""
    # Chromium stores nothing that came with a certificate it does not know.
    address = server.address if engine == "chromium" else site.address
    window = open_window()
    untold = []
    for path in ("/guide/limits/", "/guide/talking/", "/help/", "/guide/find-someone/", "/using-this-safely/"):
        window.open(address + path)
        untold.append(sentence(window))
    window.open(f"{address}/guide/options/")
    told = sentence(window)
    window.click(LEAVE)
    window.rest()
    window.close()

    assert [text for text in untold if files_with(tmp_path / "profile", text)] == []
    if engine != "webkit":
        assert files_with(tmp_path / "profile", told)


def sentence(window: Window) -> str:
    """Some words that stand in one piece in the page as it was sent."""
    return str(
        window.run(
            "[...document.querySelectorAll('main p')].map((p) => p.firstChild?.data?.trim() ?? '').find((t) => /^[ -~]{40,}$/.test(t))"
        )
    )


def test_unpacking_what_firefox_packs(engine: str) -> None:
    """The block of the format's description: literals, then a match that overlaps itself."""
    if engine == "firefox":
        assert unpack_lz4(b"\x38abc\x03\x00\x50 end.") == b"abc" * 5 + b" end."
