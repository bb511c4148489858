"""Writing a day in a real browser: saved while one types, and never lost when that does not work."""

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.conftest import FIRST_LINE, open_words, sign_up
from tests.serving import Serving

SAVED = re.compile(r"^Saved \d\d:\d\d$")


def glad(page: Page, number: int = 1):
    return page.get_by_role("textbox", name=f"Glad of, {number}")


@pytest.fixture
def checkins(person: Page) -> Page:
    person.goto("/checkins/")
    return person


def test_a_field_grows_with_its_words_but_not_past_the_screen(checkins: Page) -> None:
    checkins.set_viewport_size({"width": 320, "height": 640})
    one_line = glad(checkins).bounding_box()
    glad(checkins).fill("Jo rang back. " * 750)
    grown = glad(checkins).bounding_box()

    assert one_line and grown and one_line["height"] < grown["height"] <= 0.61 * 640


def test_words_are_saved_while_they_are_typed(checkins: Page) -> None:
    glad(checkins).press_sequentially("Jo rang back", delay=20)
    expect(checkins.get_by_text("Not saved yet")).to_be_in_viewport()
    expect(checkins.get_by_text(SAVED)).to_be_in_viewport()

    glad(checkins, 2).press_sequentially("Clean sheets", delay=20)
    expect(checkins.get_by_text("Not saved yet")).to_be_visible()
    expect(checkins.get_by_text(SAVED)).to_be_visible()

    checkins.reload()
    expect(glad(checkins)).to_have_value("Jo rang back")
    expect(glad(checkins, 2)).to_have_value("Clean sheets")


def test_typing_on_while_a_save_is_under_way_loses_nothing(checkins: Page) -> None:
    def slowly(route: Route) -> None:
        checkins.wait_for_timeout(1200)
        route.continue_()

    checkins.route("**/checkins/2*/", slowly)
    glad(checkins).press_sequentially("one", delay=30)
    checkins.wait_for_timeout(900)
    glad(checkins).press_sequentially(" two", delay=30)
    checkins.wait_for_timeout(900)
    glad(checkins).press_sequentially(" three", delay=30)
    checkins.wait_for_timeout(6000)
    expect(checkins.get_by_text(SAVED)).to_be_visible()

    checkins.unroute("**/checkins/2*/")
    checkins.reload()
    expect(glad(checkins)).to_have_value("one two three")


def test_a_save_that_fails_keeps_the_words_and_says_so(checkins: Page) -> None:
    checkins.route("**/checkins/2*/", lambda route: route.abort())
    glad(checkins).fill("Jo rang back")

    expect(checkins.get_by_text("Saving does not work just now")).to_be_visible()
    expect(glad(checkins)).to_have_value("Jo rang back")

    checkins.unroute("**/checkins/2*/")
    checkins.get_by_role("button", name="Save").click()
    expect(checkins.get_by_text(SAVED)).to_be_visible()


@pytest.mark.parametrize("status", [500, 503, 403])
def test_an_error_of_the_server_keeps_the_words_on_the_screen(checkins: Page, status: int) -> None:
    checkins.route("**/checkins/2*/", lambda route: route.fulfill(status=status, body="<h1>Something else</h1>", content_type="text/html"))
    glad(checkins).fill("Jo rang back")

    expect(checkins.get_by_text("Saving does not work just now")).to_be_visible()
    expect(glad(checkins)).to_have_value("Jo rang back")
    expect(checkins.get_by_text("Something else")).to_have_count(0)


def test_with_the_server_gone_the_words_stay(open_context: Callable[..., BrowserContext], tmp_path: Path) -> None:
    serving = Serving(tmp_path).wait_until_ready()
    try:
        page = open_context().new_page()
        page.goto(f"{serving.address}/accounts/signup/")
        page.get_by_label("Passphrase").fill("four words nobody guesses")
        page.get_by_role("button", name="Make the account").click()
        page.wait_for_url(f"{serving.address}/")
        page.goto(f"{serving.address}/checkins/")
    finally:
        serving.stop(signal.SIGINT)

    glad(page).fill("Jo rang back")
    expect(page.get_by_text("Saving does not work just now")).to_be_visible()
    expect(glad(page)).to_have_value("Jo rang back")

    again = Serving(tmp_path, port=serving.port).wait_until_ready()
    try:
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(SAVED)).to_be_visible()
    finally:
        again.stop()


def test_signed_out_meanwhile_the_words_stay_and_are_saved_after_signing_in(checkins: Page) -> None:
    name = checkins.evaluate("fetch('/accounts/settings/').then((r) => r.text()).then((t) => t.match(/quiet-harbour-\\d+/)[0])")
    checkins.context.clear_cookies(name="session")
    glad(checkins).fill("Jo rang back")

    expect(checkins.get_by_text("You are signed out, so nothing more was saved")).to_be_visible()
    expect(glad(checkins)).to_have_value("Jo rang back")

    with checkins.context.expect_page() as opened:
        checkins.locator("#saved").get_by_role("link", name="Sign in").click()
    tab = opened.value
    tab.get_by_label("Name").fill(name)
    tab.get_by_label("Passphrase").fill("four words nobody guesses")
    tab.get_by_role("button", name="Sign in").click()
    expect(tab).not_to_have_url(re.compile("/accounts/login/"))
    tab.close()
    checkins.get_by_role("button", name="Save").click()

    expect(checkins.get_by_text(SAVED)).to_be_visible()


def test_what_is_wrong_is_said_at_its_field_and_goes_when_mended(checkins: Page) -> None:
    field = checkins.get_by_label("I will", exact=True)
    field.fill("x" * 512)

    error = checkins.locator("#action_error")
    expect(error).to_have_text("500 characters at most. This has 512.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "action_error")

    field.fill("x" * 500)
    expect(error).to_be_hidden()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(checkins.get_by_text(SAVED)).to_be_visible()


def test_without_javascript_what_is_wrong_is_said_above_and_at_its_field(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_up(page)
    page.goto("/checkins/")
    page.get_by_label("I will", exact=True).fill("x" * 512)
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost. One thing needs a look:")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("I will", exact=True)).to_have_value("x" * 512)
    page.get_by_role("alert").get_by_role("link").click()
    assert page.url.endswith("#action")


def two_tabs(page: Page) -> tuple[Page, Page]:
    other = page.context.new_page()
    page.goto("/checkins/")
    other.goto("/checkins/")
    return page, other


def test_two_tabs_the_second_is_told_and_chooses(person: Page) -> None:
    first, second = two_tabs(person)
    glad(first).fill("from the first tab")
    expect(first.get_by_text(SAVED)).to_be_visible()
    glad(second).fill("from the second tab")

    expect(second.get_by_role("heading", name="Another tab has changed this day")).to_be_in_viewport()
    expect(second.locator(".versions")).to_contain_text("from the first tab")
    expect(glad(second)).to_have_value("from the second tab")

    glad(second).press_sequentially(" and more")
    second.wait_for_timeout(1500)
    first.reload()
    expect(glad(first)).to_have_value("from the first tab")

    second.get_by_role("button", name="Keep these words").click()
    expect(second.get_by_text(SAVED)).to_be_visible()
    first.reload()
    expect(glad(first)).to_have_value("from the second tab and more")
    glad(second).press_sequentially(", and on")
    expect(second.get_by_text("Not saved yet")).to_be_visible()
    expect(second.get_by_text(SAVED)).to_be_visible()


def test_two_tabs_without_javascript(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_up(page)
    first, second = two_tabs(page)
    glad(first).fill("from the first tab")
    first.get_by_role("button", name="Save").click()
    glad(second).fill("from the second tab")
    second.get_by_role("button", name="Save").click()

    expect(second.get_by_role("alert")).to_contain_text("from the first tab")
    expect(glad(second)).to_have_value("from the second tab")
    second.get_by_role("button", name="Keep these words").click()
    first.reload()
    expect(glad(first)).to_have_value("from the second tab")


def chips(page: Page) -> Locator:
    """The feelings in the row above the field: those named before, and those chosen."""
    return page.get_by_role("group", name="Named before")


def all_words(page: Page) -> Locator:
    """The feelings in the folded list."""
    return page.locator("[data-picker]")


def test_the_picker_the_chips_and_the_field_agree(checkins: Page) -> None:
    open_words(checkins, "More energy, unpleasant")
    all_words(checkins).get_by_role("checkbox", name="Restless").check()
    expect(chips(checkins).get_by_role("checkbox", name="Restless")).to_be_checked()
    expect(checkins.locator(".picker-chosen").first).to_have_text("Restless")

    field = checkins.get_by_label("Type a word")
    field.fill("hopeful")
    field.blur()
    expect(field).to_have_value("")
    expect(chips(checkins).get_by_role("checkbox", name="Hopeful")).to_be_checked()
    open_words(checkins, "More energy, pleasant")
    expect(all_words(checkins).get_by_role("checkbox", name="Hopeful")).to_be_checked()
    open_words(checkins, "More energy, unpleasant")
    all_words(checkins).get_by_role("checkbox", name="Afraid").click()
    expect(all_words(checkins).get_by_role("checkbox", name="Afraid")).not_to_be_checked()
    expect(checkins.get_by_text("Two are chosen. Press one to take it away.")).to_be_visible()

    all_words(checkins).get_by_role("checkbox", name="Restless").uncheck()
    expect(chips(checkins).get_by_role("checkbox", name="Restless")).not_to_be_checked()
    expect(checkins.get_by_text("Two are chosen.")).to_have_count(0)
    all_words(checkins).get_by_role("checkbox", name="Afraid").check()
    chips(checkins).get_by_text("Afraid", exact=True).click()
    expect(all_words(checkins).get_by_role("checkbox", name="Afraid", include_hidden=True)).not_to_be_checked()
    expect(checkins.get_by_text("Not saved yet")).to_be_visible()
    expect(checkins.get_by_text(SAVED)).to_be_visible()

    checkins.reload()
    expect(chips(checkins).get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(chips(checkins).get_by_role("checkbox", name="Hopeful")).to_be_checked()
    expect(all_words(checkins).get_by_role("checkbox", name="Restless", include_hidden=True)).not_to_be_checked()


def test_the_picker_works_with_the_keyboard_alone(checkins: Page) -> None:
    checkins.get_by_label("Type a word").focus()
    # To the list and into it, past "Show what each word means" to the first group and into it, to the first word.
    for key in ("Tab", "Enter", "Tab", "Tab", "Enter", "Tab", "Space"):
        checkins.keyboard.press(key)

    expect(all_words(checkins).get_by_role("checkbox", name="Afraid")).to_be_checked()
    expect(all_words(checkins).get_by_role("checkbox", name="Afraid")).to_be_focused()
    expect(chips(checkins).get_by_role("checkbox", name="Afraid")).to_be_checked()
    expect(checkins.locator(".picker-help")).to_be_visible()


def test_without_javascript_a_word_is_unticked(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_up(page)
    page.goto("/checkins/")
    open_words(page, "More energy, unpleasant")
    all_words(page).get_by_role("checkbox", name="Restless").check()
    all_words(page).get_by_role("checkbox", name="Torn").check()
    page.get_by_role("button", name="Save").click()
    expect(chips(page).get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(chips(page).get_by_role("checkbox", name="Restless")).to_be_checked()

    open_words(page, "More energy, unpleasant")
    all_words(page).get_by_role("checkbox", name="Restless").uncheck()
    page.get_by_role("button", name="Save").click()

    expect(chips(page).get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(chips(page).get_by_role("checkbox", name="Torn")).to_be_checked()


def test_help_lines_show_when_fear_is_named_and_not_before(checkins: Page) -> None:
    expect(checkins.locator(".picker-help")).to_be_hidden()
    open_words(checkins, "More energy, unpleasant")
    checkins.get_by_role("checkbox", name="Panicky").check()

    expect(checkins.locator(".picker-help").get_by_role("link", name="Help lines")).to_be_visible()


def test_today_saves_while_one_types_too(person: Page) -> None:
    person.get_by_role("textbox", name=FIRST_LINE).fill("Jo rang back")
    expect(person.get_by_text(SAVED)).to_be_visible()

    person.reload()
    expect(glad(person)).to_have_value("Jo rang back")
    with person.expect_response(lambda response: response.request.method == "POST"):
        glad(person, 2).fill("Clean sheets")
    expect(person.get_by_text(SAVED)).to_be_visible()
    person.reload()
    expect(glad(person, 2)).to_have_value("Clean sheets")
    expect(person.get_by_text("1 of the last 7 days.")).to_be_visible()


def test_saying_that_words_are_saved_moves_nothing_under_the_finger(person: Page) -> None:
    """Or a press on what is below lands beside it: the line came and went above, at the edge of the window and in its place."""
    person.set_viewport_size({"width": 390, "height": 664})
    person.goto("/roadmap/looking-back/?now=1")
    where = "document.querySelector('#close > summary').getBoundingClientRect().top + scrollY"
    places = [person.evaluate(where)]

    person.get_by_label("Now, having read that").press_sequentially("Two calm Sundays")
    expect(person.locator("#saved.saved-far")).to_be_visible()
    places.append(person.evaluate(where))
    expect(person.get_by_text(SAVED)).to_be_visible()
    places.append(person.evaluate(where))
    person.evaluate("document.querySelector('#close > summary').scrollIntoView({ block: 'center', behavior: 'instant' })")
    expect(person.locator("#saved:not(.saved-far)")).to_be_visible()
    places.append(person.evaluate(where))

    assert max(places) - min(places) < 2, places
