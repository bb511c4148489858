"""Every button of Today, the days, search and the account answers: something is heard, focus is kept, and the page does not jump."""

from datetime import date, timedelta

from playwright.sync_api import Page

from tests.browser.conftest import sign_up
from tests.browser.pressing import faults, listen, press_all

WRITE = """([day, words]) => fetch(`/checkins/${day}/`, { method: "POST", body: new URLSearchParams({ version: 0, ...words }) })"""


def write_days(page: Page) -> None:
    """Three days with words, the last of them with an action that is still open."""
    for ago, feeling in ((1, "tired"), (2, "calm"), (3, "hopeful")):
        day = str(date.today() - timedelta(days=ago))
        page.evaluate(WRITE, [day, {"gratitude_1": "Rain on the skylight", "emotion_1": feeling, "action": "Walk to the bridge"}])


def test_every_button_answers(open_context) -> None:
    page = open_context(viewport={"width": 390, "height": 844}).new_page()
    listen(page)
    sign_up(page)
    wrong = {"the first day": faults(press_all(page, "/", last=("I have read this", "enough That is enough for today")))}
    write_days(page)
    for address in ("/", f"/checkins/{date.today()}/", "/checkins/history/", "/checkins/patterns/", "/search/", "/accounts/settings/"):
        last = ("I have read this", "enough That is enough for today")
        wrong[address] = faults(press_all(page, address, last=last, never=("Sign out",)))
    assert not {address: found for address, found in wrong.items() if found}
