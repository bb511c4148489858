"""Every button of Today, the days, search and the account answers: something is heard, focus is kept, and the page does not jump."""

from datetime import timedelta

from playwright.sync_api import Page, Route

from tests.browser.conftest import sign_up
from tests.browser.pressing import faults, listen, press, press_all
from tests.conftest import today

WRITE = """([day, words]) => fetch(`/checkins/${day}/`, { method: "POST", body: new URLSearchParams({ version: 0, ...words }) })"""


def write_days(page: Page) -> None:
    """Three days with words, the last of them with an action that is still open."""
    for ago, feeling in ((1, "tired"), (2, "calm"), (3, "hopeful")):
        day = str(today() - timedelta(days=ago))
        page.evaluate(WRITE, [day, {"gratitude_1": "Rain on the skylight", "emotion_1": feeling, "action": "Walk to the bridge"}])


def test_every_button_answers(open_context) -> None:
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    listen(page)
    sign_up(page)
    wrong = {"the first day": faults(press_all(page, "/", last=("I have read this", "enough That is enough for today")))}
    write_days(page)
    for address in ("/", "/checkins/", "/checkins/history/", "/checkins/patterns/", "/search/", "/accounts/settings/"):
        last = ("I have read this", "enough That is enough for today")
        wrong[address] = faults(press_all(page, address, last=last, never=("Sign out",)))
    assert not {address: found for address, found in wrong.items() if found}


def test_what_was_pressed_stays_in_its_place_also_where_the_font_comes_late(open_context) -> None:
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    listen(page)
    sign_up(page)
    write_days(page)

    def late(route: Route) -> None:
        page.wait_for_timeout(800)
        route.continue_()

    page.route("**/*.woff2", late)
    page.goto("/")
    for kind in ("Cover the words", "Show the words"):
        button = page.query_selector("#cover")
        assert button and faults(press(page, kind, button)) == []


MAX_PAGE_PX = 4000
# The days of a month and a half, as one writes them.
WRITE_MANY = """async (days) => {
  for (const [place, day] of days.entries()) {
    const words = { gratitude_1: "Rain on the skylight before anyone was up", gratitude_2: "Jo rang back", gratitude_3: "Soup",
      emotion_1: ["tired", "calm", "lonely"][place % 3], emotion_2: ["hopeful", "drained", "proud", "like before a storm"][place % 4],
      plan_when: "the kettle goes on after work", plan_will: "sit on the step", outcome: ["yes", "partly", "not", ""][place % 4] };
    await fetch(`/checkins/${day}/`, { method: "POST", body: new URLSearchParams({ version: 0, ...words }) });
  }
}"""


def test_no_page_is_longer_than_4000_px_on_a_phone_and_the_first_line_is_on_the_first_screen(open_context) -> None:
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    sign_up(page)
    page.wait_for_load_state()
    line = page.locator("#gratitude_1").bounding_box()
    assert line["y"] + line["height"] < 844
    page.evaluate(WRITE_MANY, [str(today() - timedelta(days=ago)) for ago in range(1, 46)])
    heights = {}
    for address in (
        "/",
        f"/checkins/{today()}/",
        "/checkins/",
        "/checkins/history/",
        "/checkins/patterns/?range=all",
        "/accounts/settings/",
    ):
        page.goto(address)
        heights[address] = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/checkins/patterns/?range=all")
    heights["the narrowest"] = page.evaluate("document.documentElement.scrollHeight")
    assert max(heights.values()) <= MAX_PAGE_PX, heights
