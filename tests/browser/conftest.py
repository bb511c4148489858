from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from tests.browser import chromium
from tests.conftest import PASSPHRASE
from tests.serving import Serving

# Where Leave goes in these tests: no request may leave the machine, and this one is answered by the browser itself.
AWAY = "http://away.test/weather"

# What the one field of the check-in is called on the first day's Today. From then on there are three, "Glad of, 1" to "Glad of, 3".
FIRST_LINE = "Something you were glad of today"

_numbers = count(10)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": chromium.find(playwright), "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The program as it is run, with a database of its own, for all browser tests."""
    serving = Serving(tmp_path_factory.mktemp("var"), LEAVE_URL=AWAY).wait_until_ready()
    yield serving
    serving.stop()


@pytest.fixture
def open_context(browser: Browser, server: Serving) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser window of its own; a failed load, an error in a script or a request to elsewhere fails the test."""
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def open_one(**options: Any) -> BrowserContext:
        # The hour of UTC all year, said as a place: a browser that says UTC may keep its zone to itself, and its owner is asked.
        context = browser.new_context(base_url=server.address, **{"timezone_id": "Africa/Abidjan"} | options)
        context.set_default_timeout(10_000)
        context.route(
            "http://away.test/**", lambda route: route.fulfill(body="<title>Weather</title><h1>Sunny</h1>", content_type="text/html")
        )
        context.on(
            "request",
            lambda request: (
                wrong.append(request.url) if not request.url.startswith(("http://127.0.0.1:", "http://localhost:", AWAY)) else None
            ),
        )
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert not wrong


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context().new_page()


def sign_up(page: Page) -> str:
    """Make an account as a person does, and land on Today. Returns its name."""
    page.goto("/accounts/signup/")
    name = f"quiet-harbour-{next(_numbers)}"
    page.get_by_label("Name to sign in with").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("Your first day")).to_be_visible()
    return name


def past_the_first_day(page: Page) -> None:
    """Write the one line of the first day, and land on Today as it is from then on."""
    page.goto("/")
    page.get_by_role("textbox", name=FIRST_LINE).fill("Rain on the skylight")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.goto("/")
    expect(page.get_by_role("heading", name="Three, two, one")).to_be_visible()


def unfold(line: Locator) -> None:
    """Open what is folded behind this line (a summary), if it is closed."""
    if not line.locator("..").evaluate("(fold) => fold.open"):
        line.click()


def open_words(page: Page, group: str) -> None:
    """Open the list of all words of a check-in, if it is closed, and in it the group of this name."""
    unfold(page.locator("summary", has_text="All words"))
    page.locator("summary", has_text=group).click()


def take_the_clock(page: Page) -> None:
    """From here on time passes on this page only as a test says.

    It is set while no script of ours runs: for a moment it is at nought, and a script that looks then takes what follows for years without
    activity.
    """
    address = page.url
    page.goto("about:blank")
    page.clock.install()
    page.goto(address)


@pytest.fixture
def person(page: Page) -> Page:
    """A page of a person who has just made an account."""
    sign_up(page)
    return page
