"""Saving that does not work, one way after the other: the words stay in sight, it is said what happened, and it is made up for."""

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from tests.browser.conftest import AWAY, FIRST_LINE, sign_up, unfold
from tests.browser.test_writing import SAVED, glad
from tests.database import Database
from tests.serving import Serving

DAY = re.compile(r"/checkins/2\d\d\d-")
FAILS = "Saving does not work just now"


@pytest.fixture
def checkins(person: Page) -> Iterator[Page]:
    person.goto("/checkins/")
    yield person
    stored = person.evaluate("({...localStorage, ...sessionStorage})")
    assert stored == {}, "nothing is kept in the browser"


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Serving]:
    """A program whose database may be harmed."""
    serving = Serving(tmp_path, LEAVE_URL=AWAY).wait_until_ready()
    yield serving
    serving.stop()


@pytest.fixture
def database(tmp_path: Path, own_server: Serving) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    # The program stops only the one it has started itself.
    database.stop()


def write_at(serving: Serving, open_context: Callable[..., BrowserContext]) -> Page:
    page = open_context().new_page()
    page.goto(f"{serving.address}/accounts/signup/")
    page.get_by_label("Passphrase", exact=True).fill("four words nobody guesses")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url(f"{serving.address}/")
    page.goto(f"{serving.address}/checkins/")
    return page


def comes_back(page: Page) -> None:
    """The person looks at the page again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def reads_after_reload(page: Page, words: str) -> None:
    page.goto("/checkins/")
    expect(glad(page)).to_have_value(words)


# The server


def test_a_slow_server_is_said_to_be_slow_and_waited_for(checkins: Page) -> None:
    def slowly(route: Route) -> None:
        checkins.wait_for_timeout(4000)
        route.continue_()

    checkins.route(DAY, slowly)
    glad(checkins).fill("Jo rang back")

    expect(checkins.get_by_text("Still saving")).to_be_visible(timeout=6000)
    expect(glad(checkins)).to_have_value("Jo rang back")
    expect(checkins.get_by_text(SAVED)).to_be_visible()


def test_a_server_that_does_not_answer_in_time_is_asked_again_by_itself(checkins: Page) -> None:
    checkins.route(DAY, lambda route: None)
    glad(checkins).fill("Jo rang back")
    expect(checkins.get_by_text(FAILS)).to_be_visible(timeout=12_000)

    checkins.unroute(DAY)
    expect(checkins.get_by_text(SAVED)).to_be_visible(timeout=8000)
    reads_after_reload(checkins, "Jo rang back")


def test_a_save_that_came_through_but_whose_answer_was_lost_is_no_conflict_with_oneself(checkins: Page) -> None:
    def swallow_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    checkins.route(DAY, swallow_the_answer)
    glad(checkins).fill("Jo")
    expect(checkins.get_by_text(FAILS)).to_be_visible()

    checkins.unroute(DAY)
    glad(checkins).press_sequentially(" rang back")
    expect(checkins.get_by_text(SAVED)).to_be_visible()
    expect(checkins.get_by_text("Another tab")).to_have_count(0)
    reads_after_reload(checkins, "Jo rang back")


def test_with_the_server_gone_and_back_the_words_are_saved_by_themselves(open_context, tmp_path: Path) -> None:
    serving = Serving(tmp_path).wait_until_ready()
    try:
        page = write_at(serving, open_context)
    finally:
        serving.stop(signal.SIGINT)
    glad(page).fill("Jo rang back")
    expect(page.get_by_text(FAILS)).to_be_visible()

    again = Serving(tmp_path, port=serving.port).wait_until_ready()
    try:
        expect(page.get_by_text(SAVED)).to_be_visible(timeout=60_000)
        expect(glad(page)).to_have_value("Jo rang back")
    finally:
        again.stop()


# The database


def test_with_the_database_gone_and_back_the_words_are_saved_by_themselves(open_context, own_server: Serving, database: Database) -> None:
    page = write_at(own_server, open_context)
    with database.killed():
        glad(page).fill("Jo rang back")
        expect(page.get_by_text(FAILS)).to_be_visible()
        expect(glad(page)).to_have_value("Jo rang back")

    expect(page.get_by_text(SAVED)).to_be_visible(timeout=60_000)


def test_a_database_that_hangs_is_said_and_waited_for(open_context, own_server: Serving, database: Database) -> None:
    page = write_at(own_server, open_context)
    with database.frozen():
        glad(page).fill("Jo rang back")
        # The server gives up sooner than the page would call it slow (config.ops.db_timeout).
        expect(page.get_by_text(FAILS)).to_be_visible(timeout=8000)
        expect(glad(page)).to_have_value("Jo rang back")

    expect(page.get_by_text(SAVED)).to_be_visible(timeout=60_000)


# The session


def test_signed_out_meanwhile_the_words_are_saved_when_one_comes_back_signed_in(checkins: Page) -> None:
    name = checkins.evaluate("fetch('/accounts/settings/').then((r) => r.text()).then((t) => t.match(/quiet-harbour-\\d+/)[0])")
    checkins.context.clear_cookies(name="session")
    glad(checkins).fill("Jo rang back")
    expect(checkins.get_by_text("You are signed out, so nothing more was saved")).to_be_visible()
    glad(checkins).press_sequentially(" within the hour")
    expect(glad(checkins)).to_have_value("Jo rang back within the hour")

    with checkins.context.expect_page() as opened:
        checkins.locator("#saved").get_by_role("link", name="Sign in").click()
    tab = opened.value
    tab.get_by_label("Name").fill(name)
    tab.get_by_label("Passphrase").fill("four words nobody guesses")
    tab.get_by_role("button", name="Sign in").click()
    expect(tab).not_to_have_url(re.compile("/accounts/login/"))
    tab.close()
    comes_back(checkins)

    expect(checkins.get_by_text(SAVED)).to_be_visible()
    reads_after_reload(checkins, "Jo rang back within the hour")


def test_words_are_not_saved_for_somebody_else_who_signs_in_meanwhile(checkins: Page) -> None:
    """They stay on the screen, and are saved when whose they are signs in again."""
    name = checkins.evaluate("fetch('/accounts/settings/').then((r) => r.text()).then((t) => t.match(/quiet-harbour-\\d+/)[0])")
    checkins.context.clear_cookies(name="session")
    glad(checkins).fill("Jo rang back")
    expect(checkins.get_by_text("You are signed out, so nothing more was saved")).to_be_visible()

    tab = checkins.context.new_page()
    sign_up(tab)
    comes_back(checkins)
    expect(checkins.get_by_text("Someone else is signed in now, so nothing more was saved")).to_be_visible()
    expect(glad(checkins)).to_have_value("Jo rang back")
    reads_after_reload(tab, "")

    checkins.context.clear_cookies(name="session")
    tab.goto("/accounts/login/")
    tab.get_by_label("Name").fill(name)
    tab.get_by_label("Passphrase").fill("four words nobody guesses")
    tab.get_by_role("button", name="Sign in").click()
    expect(tab).not_to_have_url(re.compile("/accounts/login/"))
    tab.close()
    comes_back(checkins)

    expect(checkins.get_by_text(SAVED)).to_be_visible()
    reads_after_reload(checkins, "Jo rang back")


def test_without_javascript_words_are_given_back_until_whose_they_are_has_signed_in_again(open_context) -> None:
    page = open_context(java_script_enabled=False).new_page()
    name = sign_up(page)
    page.goto("/checkins/")
    glad(page).fill("Jo rang back")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    expect(glad(page)).to_have_value("Jo rang back")

    tab = page.context.new_page()
    sign_up(tab)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Someone else is signed in now")
    reads_after_reload(tab, "")

    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Try again").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    opened.value.get_by_label("Name").fill(name)
    opened.value.get_by_label("Passphrase").fill("four words nobody guesses")
    opened.value.get_by_role("button", name="Sign in").click()
    opened.value.wait_for_url("**/")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    reads_after_reload(page, "Jo rang back")


# Coming and going


def test_what_was_typed_before_the_scripts_came_is_saved(checkins: Page) -> None:
    late: list[Route] = []
    checkins.route("**/js/saving*.js", lambda route: late.append(route))
    checkins.goto("/checkins/", wait_until="commit")
    glad(checkins).fill("Jo rang back")
    while not late:
        checkins.wait_for_timeout(10)

    late[0].continue_()
    checkins.unroute_all()

    expect(checkins.get_by_text(SAVED)).to_be_visible()
    reads_after_reload(checkins, "Jo rang back")


def test_back_right_after_typing_loses_nothing(checkins: Page) -> None:
    checkins.goto("/roadmap/")
    checkins.goto("/checkins/")
    glad(checkins).fill("Jo rang back")
    checkins.go_back()
    expect(checkins.get_by_role("heading", level=1)).to_have_text("Roadmap")

    checkins.go_forward()
    expect(glad(checkins)).to_have_value("Jo rang back")


def test_loading_anew_right_after_typing_loses_nothing(checkins: Page) -> None:
    for words in ("Jo rang back", "Jo rang back within the hour"):
        glad(checkins).fill(words)
        checkins.reload()
        expect(glad(checkins)).to_have_value(words)


def test_going_on_right_after_typing_loses_nothing(checkins: Page) -> None:
    glad(checkins).fill("Jo rang back")
    checkins.get_by_role("link", name="Roadmap").click()
    checkins.wait_for_url("**/roadmap/")

    reads_after_reload(checkins, "Jo rang back")


def test_going_away_while_a_save_is_under_way_keeps_the_last_words(checkins: Page) -> None:
    """Two saves of one page meet on the server, and the later one counts."""

    def slowly(route: Route) -> None:
        if "one+two" not in (route.request.post_data or ""):
            checkins.wait_for_timeout(1500)
        route.continue_()

    checkins.route(DAY, slowly)
    glad(checkins).fill("one")
    checkins.wait_for_timeout(1000)
    glad(checkins).press_sequentially(" two")
    checkins.get_by_role("link", name="Roadmap").click()
    checkins.wait_for_url("**/roadmap/")
    checkins.wait_for_timeout(2000)
    checkins.unroute(DAY)

    reads_after_reload(checkins, "one two")


@pytest.mark.parametrize("how", ["reload", "back"])
def test_where_saving_does_not_work_the_browser_asks_before_the_words_go(checkins: Page, how: str) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    checkins.route(DAY, lambda route: route.abort())
    glad(checkins).press_sequentially("Jo rang back")
    expect(checkins.get_by_text(FAILS)).to_be_visible()
    checkins.on("dialog", stay)
    checkins.evaluate("setTimeout(() => location.reload())" if how == "reload" else "setTimeout(() => history.back())")
    checkins.wait_for_timeout(1000)

    assert asked == ["beforeunload"]
    expect(glad(checkins)).to_have_value("Jo rang back")
    checkins.unroute(DAY)
    checkins.get_by_role("button", name="Save", exact=True).last.click()
    expect(checkins.get_by_text(SAVED)).to_be_visible()


def test_leave_asks_nothing_although_words_are_unsaved(checkins: Page) -> None:
    asked: list[str] = []
    checkins.route(DAY, lambda route: route.abort())
    glad(checkins).press_sequentially("Jo rang back")
    expect(checkins.get_by_text(FAILS)).to_be_visible()
    checkins.on("dialog", lambda dialog: asked.append(dialog.type) or dialog.dismiss())

    checkins.get_by_role("link", name="Leave").click()
    checkins.wait_for_url(AWAY)

    assert asked == []


# A phone


def test_a_phone_that_falls_asleep_saves_first_and_goes_on_when_it_wakes(checkins: Page) -> None:
    session = checkins.context.new_cdp_session(checkins)
    glad(checkins).fill("Jo rang back")
    checkins.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    comes_back(checkins)  # the event is the same when it goes
    expect(checkins.get_by_text(SAVED)).to_be_visible(timeout=700)

    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    checkins.wait_for_timeout(1500)
    session.send("Page.setWebLifecycleState", {"state": "active"})
    checkins.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
    glad(checkins).press_sequentially(" within the hour")
    expect(checkins.get_by_text("Not saved yet")).to_be_visible()
    expect(checkins.get_by_text(SAVED)).to_be_visible()
    reads_after_reload(checkins, "Jo rang back within the hour")


def test_a_phone_without_a_connection_saves_when_there_is_one_again(checkins: Page) -> None:
    checkins.context.set_offline(True)
    glad(checkins).fill("Jo rang back")
    expect(checkins.get_by_text(FAILS)).to_be_visible()

    checkins.context.set_offline(False)
    expect(checkins.get_by_text(SAVED)).to_be_visible(timeout=3000)
    reads_after_reload(checkins, "Jo rang back")


def test_typing_without_a_pause_is_saved_all_the_same(checkins: Page) -> None:
    """What is on the server is never more than five seconds behind (R34)."""
    saves: list[str] = []
    checkins.on("request", lambda request: saves.append(request.post_data or "") if request.method == "POST" else None)

    glad(checkins).press_sequentially("a" * 60, delay=100)

    assert saves, "six seconds without a pause"


# Chips and the end of a day


def test_words_of_before_are_taken_with_one_press_and_given_back_with_another(checkins: Page) -> None:
    checkins.locator("a[rel=prev]").click()
    glad(checkins).fill("Clean sheets")
    checkins.get_by_label("I will", exact=True).fill("Walk home")
    checkins.get_by_role("button", name="Save", exact=True).last.click()
    expect(checkins.get_by_text(re.compile(r"^Saved (on .*)?\d"))).to_be_visible()
    checkins.goto("/checkins/")
    chip, action = checkins.get_by_role("button", name="Clean sheets"), checkins.get_by_role("button", name="Walk home")
    for earlier in checkins.locator("summary", has_text="Something you have written before").all():
        unfold(earlier)

    glad(checkins).fill("Jo rang back")
    chip.click()
    action.click()
    expect(glad(checkins, 2)).to_have_value("Clean sheets")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(action).to_have_attribute("aria-pressed", "true")
    expect(checkins.get_by_text(SAVED)).to_be_visible()

    chip.click()
    expect(glad(checkins, 2)).to_have_value("")
    for number in (2, 3):
        glad(checkins, number).fill("more")
    expect(chip).to_be_disabled()
    expect(checkins.get_by_text(SAVED)).to_be_visible()
    reads_after_reload(checkins, "Jo rang back")


def test_enter_in_a_field_saves_and_takes_no_chip(checkins: Page) -> None:
    checkins.locator("a[rel=prev]").click()
    glad(checkins).fill("Clean sheets")
    checkins.get_by_role("button", name="Save", exact=True).last.click()
    expect(checkins.get_by_text(re.compile(r"^Saved (on .*)?\d"))).to_be_visible()
    checkins.goto("/checkins/")

    field = checkins.get_by_label("Type a word")
    field.fill("hopeful")
    # The first takes the word, the second sends the form.
    field.press("Enter")
    expect(field).to_have_value("")
    field.press("Enter")

    expect(checkins.get_by_text(SAVED)).to_be_visible()
    expect(glad(checkins)).to_have_value("")
    checkins.reload()
    expect(checkins.get_by_role("group", name="Named before").get_by_role("checkbox", name="Hopeful")).to_be_checked()
    expect(glad(checkins)).to_have_value("")


def test_enter_goes_from_one_thing_to_the_next(checkins: Page) -> None:
    glad(checkins).press_sequentially("Jo rang back")
    glad(checkins).press("Enter")
    expect(glad(checkins, 2)).to_be_focused()
    glad(checkins, 2).press("Shift+Enter")
    expect(glad(checkins, 2)).to_have_value("\n")
    glad(checkins, 3).press("Enter")

    expect(checkins.get_by_label("Type a word")).to_be_focused()
    expect(glad(checkins)).to_have_value("Jo rang back")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_that_is_enough_for_today(open_context, javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    page.get_by_role("textbox", name=FIRST_LINE).fill("Jo rang back")
    page.get_by_role("button", name="That is enough for today").click()

    expect(page.get_by_text("That is enough for today.")).to_be_visible()
    expect(page.get_by_text("Jo rang back")).to_be_visible()
    expect(glad(page)).to_have_count(0)
    page.get_by_role("link", name="Add or change something").click()
    expect(glad(page)).to_have_value("Jo rang back")
