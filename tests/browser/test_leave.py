"""Leave: first to reach, always there, at once, everywhere, without help from the server (docs/security.md, R20 to R33)."""

import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.browser import chromium
from tests.browser.conftest import AWAY, sign_up, take_the_clock
from tests.conftest import PASSPHRASE
from tests.serving import Serving

CANARY = "Rain on the skylight"

PRIVATE = [
    "/",
    "/checkins/",
    "/checkins/history/",
    "/checkins/calendar/2026/",
    "/checkins/patterns/",
    "/checkins/delete/",
    "/roadmap/",
    "/roadmap/actions/new/",
    "/roadmap/talks/",
    "/roadmap/talks/new/",
    "/roadmap/reviews/",
    "/roadmap/reviews/new/",
    "/roadmap/looking-back/",
    "/roadmap/looking-back/?now=1",
    "/roadmap/looking-back/?time=1",
    "/guide/support-map/",
    "/accounts/settings/",
    "/accounts/reauthenticate/",
    "/accounts/passphrase/",
    "/accounts/devices/",
    "/accounts/recovery-code/",
    "/accounts/export/",
    "/accounts/two-step/",
    "/accounts/two-step/app/",
    "/accounts/two-step/passkey/",
    "/accounts/import/",
    "/accounts/delete/",
    "/roadmap/calendar/",
    "/roadmap/sheet/",
    "/roadmap/calendar/address/",
    *(f"/roadmap/plan/{page}" for page in ("", "unlock/", "new/", "phrase/", "code/", "from-file/", "print/")),
]
PUBLIC = [
    "/guide/",
    "/guide/talking/",
    "/guide/heard/",
    "/guide/card/",
    "/guide/sheets/support/",
    "/guide/sheets/questions/",
    "/guide/sheets/three-two-one/",
    "/guide/search/",
    "/guide/sources/",
    "/guide/print/",
    "/guide/options/print/",
    "/help/",
    "/help/?country=GB",
    "/guide/find-someone/?country=GB",
    "/guide/handout/",
    "/using-this-safely/",
    "/privacy/",
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/recover/",
    "/roadmap/plan/lists/",
    "/nowhere/",
]


def write_canary(page: Page) -> None:
    page.goto("/checkins/")
    page.get_by_role("textbox", name="Glad of, 1").fill(CANARY)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()


def test_leave_is_on_top_and_large_enough_wherever_one_has_scrolled(person: Page) -> None:
    for path in [*PRIVATE, *PUBLIC]:
        person.goto(path)
        for width, height in [(320, 568), (390, 844), (568, 320), (768, 1024), (1280, 800), (1920, 1080)]:
            person.set_viewport_size({"width": width, "height": height})
            seen = person.evaluate(
                """() => {
                    const link = document.querySelector('.leave');
                    const found = [];
                    for (let y = 0; y <= document.documentElement.scrollHeight; y += innerHeight / 2) {
                        scrollTo(0, y);
                        const box = link.getBoundingClientRect();
                        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                        found.push(link.contains(top) && box.width >= 44 && box.height >= 44 && box.right <= innerWidth && box.top >= 0);
                    }
                    return found;
                }"""
            )
            assert all(seen), (path, width, seen)
            assert person.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways at {width} px"


def test_leave_is_the_first_thing_the_keyboard_reaches(person: Page) -> None:
    for path in [*PRIVATE, *PUBLIC]:
        person.goto(path)
        person.keyboard.press("Tab")
        expect(person.locator(":focus")).to_have_text("Leave ", use_inner_text=False)
        person.keyboard.press("Tab")
        expect(person.locator(":focus")).to_have_attribute("href", "#main")


def cookies_go(page: Page) -> None:
    """Leave asks for it and waits for no answer, so they may outlive the page by a moment."""
    for _ in range(50):
        if not [cookie for cookie in page.context.cookies() if cookie["name"] in ("session", "half", "known", "left")]:
            return
        page.wait_for_timeout(100)
    raise AssertionError([cookie["name"] for cookie in page.context.cookies()])


def test_leaving_ends_the_session_and_back_shows_nothing(person: Page) -> None:
    write_canary(person)
    person.goto("/")
    cookie = next(cookie for cookie in person.context.cookies() if cookie["name"] == "session")

    person.get_by_role("link", name="Leave").click()
    person.wait_for_url(AWAY)

    cookies_go(person)
    for _ in range(4):
        person.go_back(wait_until="load")
        assert CANARY not in person.content()
    person.context.add_cookies([cookie])
    person.goto("/checkins/")
    expect(person.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_words_go_first_then_the_session_then_the_other_tabs(person: Page) -> None:
    write_canary(person)
    # Told to another page, which stays: what a page says to the console as it goes may be lost.
    listener = person.context.new_page()
    listener.goto("/health/live")
    listener.evaluate("() => { window.said = []; new BroadcastChannel('told').onmessage = (event) => window.said.push(event.data); }")
    person.evaluate(
        """() => {
            const left = () => JSON.stringify(document.body.textContent.trim() + document.title);
            const beacon = navigator.sendBeacon.bind(navigator);
            const post = BroadcastChannel.prototype.postMessage;
            const told = new BroadcastChannel('told');
            navigator.sendBeacon = (...a) => { post.call(told, `beacon ${left()}`); return beacon(...a); };
            BroadcastChannel.prototype.postMessage = function (m) {
                if (m === 'leave') post.call(told, `tabs ${left()}`);  // Other messages report activity.
                post.call(this, m);
            };
        }"""
    )

    person.get_by_role("link", name="Leave").click()
    person.wait_for_url(AWAY)

    listener.wait_for_function("() => window.said.length === 2", polling=50)  # By the clock: the page is not drawn.
    assert listener.evaluate("window.said") == ['beacon ""', 'tabs ""']


def test_the_other_tabs_leave_too(person: Page) -> None:
    write_canary(person)
    other, guide = person.context.new_page(), person.context.new_page()
    other.goto("/checkins/")
    guide.goto("/guide/talking/")

    person.get_by_role("link", name="Leave").click()

    for tab in (person, other, guide):
        tab.wait_for_url(AWAY, timeout=1000)
    other.go_back(wait_until="load")
    assert CANARY not in other.content()


@pytest.mark.parametrize("focus", ["page", "textarea"])
def test_shift_three_times_leaves(person: Page, focus: str) -> None:
    write_canary(person)
    if focus == "textarea":
        person.get_by_role("textbox", name="Glad of, 2").focus()

    person.keyboard.press("Shift")
    expect(person.locator("[data-leave-status]")).to_have_text("Shift. Press it two more times to leave.")
    person.keyboard.press("Shift")
    expect(person.locator("[data-leave-status]")).to_have_text("Shift. Press it once more to leave.")
    person.keyboard.press("Shift")

    person.wait_for_url(AWAY)


def test_writing_capitals_does_not_leave(person: Page) -> None:
    person.goto("/checkins/")
    field = person.get_by_role("textbox", name="Glad of, 1")
    field.focus()

    for _ in range(500):
        person.keyboard.press("Shift+A")

    expect(field).to_have_value("A" * 500)
    assert person.url.endswith("/checkins/")


def test_shift_with_another_key_or_a_pause_between_does_not_leave(person: Page) -> None:
    person.goto("/roadmap/")
    for keys in (
        ["Shift", "Shift", "a", "Shift"],
        ["Shift", "Shift+Tab", "Shift", "Shift"],
        ["Control+Shift", "Control+Shift", "Control+Shift"],
    ):
        for key in keys:
            person.keyboard.press(key)
        person.keyboard.press("Escape")

    take_the_clock(person)
    person.goto("/roadmap/")
    person.keyboard.press("Shift")
    person.keyboard.press("Shift")
    person.clock.run_for(5100)
    expect(person.locator("[data-leave-status]")).to_have_text("Leaving by Shift was not finished in time.")
    person.keyboard.press("Shift")

    assert person.url.endswith("/roadmap/")


LIKE_SHIFT = """(how) => {
    const key = (type, more = {}) => new KeyboardEvent(type, { key: 'Shift', code: 'ShiftLeft', keyCode: 16, bubbles: true, ...more });
    for (let time = 0; time < 3; time += 1) {
        const more = how === 'composing' ? { isComposing: true } : how === 'input method' ? { keyCode: 229 } : {};
        dispatchEvent(key('keydown', more));
        if (how === 'wheel') dispatchEvent(new WheelEvent('wheel', { deltaX: 40, bubbles: true }));
        dispatchEvent(key('keyup', how === 'caps lock' ? { modifierCapsLock: time % 2 === 0 } : more));
    }
}"""


@pytest.mark.parametrize("how", ["composing", "input method", "wheel", "caps lock"])
def test_shift_that_means_something_else_does_not_leave(person: Page, how: str) -> None:
    """Japanese and Chinese are typed with it, it scrolls sideways with the wheel, and some keyboards switch Caps Lock off by it (R79)."""
    person.goto("/checkins/")
    person.evaluate(LIKE_SHIFT, how)
    person.wait_for_timeout(200)

    assert person.url.endswith("/checkins/")
    assert "left" not in [cookie["name"] for cookie in person.context.cookies()]
    person.evaluate(LIKE_SHIFT, "")
    person.wait_for_url(AWAY)


def test_leave_works_with_the_server_gone(open_context: Callable[..., BrowserContext], tmp_path: Path) -> None:
    serving = Serving(tmp_path, LEAVE_URL=AWAY).wait_until_ready()
    try:
        context = open_context()
        page = context.new_page()
        page.goto(f"{serving.address}/accounts/signup/")
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Make the account").click()
        page.wait_for_url(f"{serving.address}/")
        page.goto(f"{serving.address}/checkins/")
        page.get_by_role("textbox", name="Glad of, 1").fill(CANARY)
        expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
        page.goto(f"{serving.address}/roadmap/")
        page.goto(f"{serving.address}/checkins/")
    finally:
        serving.stop(signal.SIGINT)

    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(AWAY, timeout=2000)

    for _ in range(3):
        with suppress(Error):  # The browser's own page that says there is no answer.
            page.go_back(wait_until="commit")
        page.wait_for_timeout(300)
        assert CANARY not in page.evaluate("document.documentElement.hidden ? '' : document.documentElement.innerText")


def test_without_javascript_leave_is_a_link_that_does_the_same(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_up(page)
    page.goto("/checkins/")
    page.get_by_role("textbox", name="Glad of, 1").fill(CANARY)
    page.get_by_role("button", name="Save").click()

    page.get_by_role("link", name="Leave").click()

    page.wait_for_url(AWAY)
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "session"]
    for _ in range(3):
        page.go_back(wait_until="load")
        assert CANARY not in page.content()


def test_a_page_that_comes_back_from_the_browsers_memory_is_asked_for_again(person: Page) -> None:
    """Within the site too: what Back shows is fetched again, so that it is never older than the session."""
    write_canary(person)
    person.goto("/roadmap/")
    person.context.clear_cookies()

    person.go_back()

    expect(person.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert CANARY not in person.content()


def test_nothing_is_left_in_the_browsers_storage(person: Page) -> None:
    write_canary(person)
    for path in [*PRIVATE, *PUBLIC]:
        person.goto(path)

    left = person.evaluate(
        """async () => ({
            local: {...localStorage}, session: {...sessionStorage},
            databases: (await indexedDB.databases()).map((each) => each.name),
            caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
    assert left == {"local": {}, "session": {}, "databases": [], "caches": [], "workers": 0}


def test_nothing_that_was_typed_or_shown_is_on_the_disk_afterwards(playwright: Playwright, server: Serving, tmp_path: Path) -> None:
    """Type, save, leave, close, then search the closed profile. Addresses and neutral titles stay in the history; words must not."""
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium.find(playwright), args=chromium.ARGUMENTS, base_url=server.address
    )
    context.route("http://away.test/**", lambda route: route.fulfill(body="Sunny", content_type="text/html"))
    page = context.pages[0]
    sign_up(page)
    page.goto("/checkins/")
    page.get_by_role("textbox", name="Glad of, 1").press_sequentially("zephyrcanary one")
    page.locator("[name=emotion_1]").press_sequentially("zephyrcanary two")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    page.goto("/roadmap/actions/new/")
    page.get_by_label("What you will do").press_sequentially("zephyrcanary three")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(re.compile(r"/roadmap/(#.*)?$"))
    page.goto("/")
    page.goto("/checkins/")
    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(AWAY)
    page.wait_for_timeout(500)
    context.close()

    found = [path for path in profile.rglob("*") if path.is_file() and holds(path, "zephyrcanary")]

    assert not found
    assert any(holds(path, "Check-ins") for path in profile.rglob("*") if path.is_file()), "the search itself works: titles are there"


def holds(path: Path, word: str) -> bool:
    content = path.read_bytes()
    return word.encode() in content or word.encode("utf-16-le") in content
