"""The private plan in a browser: without scripts, in two tabs, quiet for five minutes, what is left (docs/security.md, R14, R20, R43)."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect

from tests.browser import chromium
from tests.browser.conftest import AWAY, sign_up, take_the_clock
from tests.browser.test_leave import cookies_go, holds
from tests.config.test_canaries import PG_DUMP
from tests.roadmap.plans import PHRASE
from tests.serving import Serving

CANARY = "zephyrcanary"


def set_phrase(page: Page, phrase: str = PHRASE) -> None:
    page.goto("/roadmap/plan/new/")
    page.get_by_label("Second passphrase").fill(phrase)
    page.get_by_label("The same once more").fill(phrase)
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_role("button", name="Lock it")).to_be_visible()


def open_line(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).click()


def test_without_scripts_it_is_set_filled_in_locked_and_opened_again(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_up(page)
    set_phrase(page)

    page.get_by_label("Done: Talk to an advocate").check()
    open_line(page, "Talk to an advocate")
    page.get_by_label("Note: Talk to an advocate").fill("Rowan Street")
    page.locator("#l-people").click()
    page.get_by_label("A line of your own").nth(1).fill("Jo has the spare key")
    page.get_by_role("button", name=re.compile("Save.*People")).click()

    assert page.url.endswith("/roadmap/plan/#people")
    expect(page.locator("summary", has_text="Jo has the spare key")).to_be_visible()
    page.get_by_role("button", name="Lock it").click()
    expect(page.get_by_text("Locked", exact=True)).to_be_visible()
    page.get_by_label("Second passphrase").fill("not this one at all")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("This opens nothing.")).to_be_visible()
    expect(page.get_by_label("Second passphrase")).to_be_focused()
    page.get_by_label("Second passphrase").fill(PHRASE)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_label("Done: Talk to an advocate")).to_be_checked()
    expect(page.get_by_label("Note: Talk to an advocate")).to_have_value("Rowan Street")


def test_what_is_typed_and_ticked_is_saved_by_itself(person: Page) -> None:
    set_phrase(person)
    open_line(person, "Talk to an advocate")
    person.get_by_label("Note: Talk to an advocate").press_sequentially("Rowan Street")
    expect(person.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    person.locator("#l-people").click()
    person.get_by_label("Done: Whom I could ring at night").check()
    expect(person.get_by_text("Not saved yet")).to_be_visible()
    expect(person.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    open_line(person, "Talk to an advocate")

    expect(person.locator("summary", has_text="Rowan Street")).to_be_visible()
    person.reload()
    expect(person.get_by_label("Done: Whom I could ring at night")).to_be_checked()
    expect(person.locator("summary", has_text="Rowan Street")).to_be_visible()


def test_the_second_of_two_tabs_is_told_and_either_version_can_be_kept(person: Page) -> None:
    set_phrase(person)
    other = person.context.new_page()
    other.goto("/roadmap/plan/")
    for page, words in ((person, "Elm Street"), (other, "Oak Street")):
        open_line(page, "Talk to an advocate")
        page.get_by_label("Note: Talk to an advocate").fill(words)
        expect(page.locator("#saved").get_by_text(re.compile("^Saved|Both versions"))).to_be_visible()

    expect(other.locator("#saved")).to_contain_text("Elm Street")
    other.get_by_role("button", name="Keep these words").click()
    expect(other.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    other.reload()

    expect(other.locator("summary", has_text="Oak Street")).to_be_visible()


def test_who_types_before_the_scripts_have_come_keeps_the_field(person: Page) -> None:
    set_phrase(person)
    late: list[Route] = []
    person.route("**/js/arrive*.js", lambda route: late.append(route))
    person.get_by_role("button", name="Lock it").click()
    field = person.get_by_label("Second passphrase")
    field.press_sequentially(PHRASE[:5])
    while not late:
        person.wait_for_timeout(10)
    late[0].continue_()
    person.unroute_all()
    person.wait_for_function("() => 'stayed' in document.documentElement.dataset")

    person.keyboard.type(PHRASE[5:])
    person.get_by_role("button", name="Open").click()

    expect(person.get_by_role("button", name="Lock it")).to_be_visible()


def write_a_note(page: Page) -> None:
    set_phrase(page)
    open_line(page, "Talk to an advocate")
    page.get_by_label("Note: Talk to an advocate").fill("Rowan Street")


def with_a_note(page: Page) -> None:
    """The open plan with a note in it, on a page whose clock is ours."""
    take_the_clock(page)
    write_a_note(page)
    page.clock.run_for(1000)
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    page.screenshot()  # Draws the page, so that no scroll event comes later and counts as activity.


def test_after_five_quiet_minutes_the_page_is_put_away(person: Page) -> None:
    with_a_note(person)

    person.clock.fast_forward("04:50")
    expect(person.get_by_role("button", name="Lock it")).to_be_visible()
    person.clock.fast_forward("00:15")

    expect(person.get_by_role("heading", level=1)).to_have_text("Signed out")
    assert "Rowan" not in person.content()


def test_five_minutes_hold_for_the_plan_also_where_other_pages_may_stay_longer(person: Page) -> None:
    person.goto("/accounts/settings/")
    person.locator("summary", has_text="An open page hides itself after").click()
    person.get_by_label("An open page hides itself after").select_option("15")
    with person.expect_navigation():
        person.get_by_role("button", name="Save").click()
    with_a_note(person)

    person.clock.fast_forward("05:05")

    expect(person.get_by_role("heading", level=1)).to_have_text("Signed out")


def test_it_goes_from_a_tab_nobody_touches_also_while_another_is_used(person: Page) -> None:
    write_a_note(person)
    expect(person.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    # As for the server, no request has touched the plan for five minutes.
    person.context.clear_cookies(name="half")
    other = person.context.new_page()
    other.goto("/roadmap/")

    for place in range(6):
        person.evaluate("() => { const before = Date.now; Date.now = () => before() + 56_000; }")
        other.wait_for_timeout(1100)
        other.mouse.move(10, 10 + place)
        other.wait_for_timeout(200)

    expect(person.get_by_text("Locked", exact=True)).to_be_visible()
    assert "Rowan" not in person.content()


def test_it_goes_from_the_screen_also_without_the_server(person: Page) -> None:
    with_a_note(person)
    person.context.set_offline(True)

    person.clock.fast_forward("05:05")

    expect(person.get_by_role("heading", level=1)).to_have_text("Signed out")
    assert "Rowan" not in person.content()


def test_whoever_reads_is_not_quiet(person: Page) -> None:
    with_a_note(person)
    told: list[str] = []
    person.on("request", lambda request: told.append(request.method) if request.url.endswith("/roadmap/plan/") else None)

    for place in range(3):
        person.clock.fast_forward("03:00")
        person.mouse.move(200, 100 + place)
        with person.expect_request("**/roadmap/plan/"):
            person.clock.fast_forward("00:02")

    assert told == ["HEAD"] * 3
    expect(person.get_by_role("button", name="Lock it")).to_be_visible()


def test_each_list_gets_another_empty_line_when_the_last_was_written(person: Page) -> None:
    set_phrase(person)
    people = person.locator("#people")
    person.locator("#l-people").click()

    people.get_by_label("A line of your own").press_sequentially("Jo has the spare key")
    expect(people.get_by_label("A line of your own")).to_have_count(2)
    people.get_by_label("A line of your own").last.press_sequentially("Kim after six")
    expect(people.get_by_label("A line of your own")).to_have_count(3)

    person.reload()
    person.locator("#l-people").click()
    for words in ("Jo has the spare key", "Kim after six"):
        expect(people.locator("summary", has_text=words)).to_be_visible()


def test_leaving_locks_it(person: Page) -> None:
    set_phrase(person)
    half = next(cookie for cookie in person.context.cookies() if cookie["name"] == "half")
    # On loopback no cookie is Secure. That it is so elsewhere is tested where the plan is locked (tests.roadmap.test_plan).
    assert (half["httpOnly"], half["sameSite"], half["expires"]) == (True, "Lax", -1)

    person.get_by_role("link", name="Leave").click()
    person.wait_for_url(AWAY)

    cookies_go(person)
    person.go_back(wait_until="load")
    assert "Talk to an advocate" not in person.content()


def test_on_paper_there_are_boxes_notes_and_lines_to_write_on(person: Page) -> None:
    set_phrase(person)
    open_line(person, "Talk to an advocate")
    person.get_by_label("Note: Talk to an advocate").fill("Rowan Street")
    person.get_by_role("button", name="Save", exact=True).click()
    expect(person.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    for path in ("/roadmap/plan/print/", "/roadmap/plan/lists/"):
        person.goto(path)
        person.emulate_media(media="print")
        expect(person.locator(".paper-blank").first).to_be_visible()
        expect(person.locator(".paper-own").first).to_be_visible()
        expect(person.get_by_role("link", name="Leave")).to_be_hidden()
        person.emulate_media(media="screen")
    person.goto("/roadmap/plan/print/")
    expect(person.get_by_text("Rowan Street")).to_be_visible()


def test_nothing_of_it_is_in_a_dump_or_on_the_disk_of_the_browser(playwright: Playwright, tmp_path: Path) -> None:
    """Set, type, print a code, open again, leave, close; then search a dump of the database and the closed profile."""
    var, profile, phrase = tmp_path / "var", tmp_path / "profile", f"{CANARY} on three grey steps"
    serving = Serving(var, LEAVE_URL=AWAY).wait_until_ready()
    try:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium.find(playwright), args=chromium.ARGUMENTS, base_url=serving.address
        )
        context.route("http://away.test/**", lambda route: route.fulfill(body="Sunny", content_type="text/html"))
        page = context.pages[0]
        sign_up(page)
        set_phrase(page, phrase)
        open_line(page, "Talk to an advocate")
        page.get_by_label("Note: Talk to an advocate").press_sequentially(f"{CANARY} one")
        page.get_by_label("A line of your own").first.press_sequentially(f"{CANARY} two")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
        page.goto("/roadmap/plan/print/")
        expect(page.get_by_text(f"{CANARY} one")).to_be_visible()
        page.goto("/roadmap/plan/code/")
        page.get_by_label("Second passphrase").press_sequentially(phrase)
        page.get_by_role("button", name="Make a code").click()
        code = page.locator(".code").inner_text()
        page.goto("/roadmap/plan/")
        page.get_by_role("button", name="Lock it").click()
        page.get_by_label("Second passphrase").press_sequentially(phrase)
        page.get_by_role("button", name="Open").click()
        expect(page.locator("summary", has_text=f"{CANARY} two")).to_be_visible()
        socket = (var / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        dump = subprocess.run([PG_DUMP, "-h", socket, "-U", "postgres", "evenkeel"], capture_output=True, check=True).stdout
        page.get_by_role("link", name="Leave").click()
        page.wait_for_url(AWAY)
        page.wait_for_timeout(500)
        context.close()
    finally:
        serving.stop()

    files = [path for path in profile.rglob("*") if path.is_file()]
    for word in (CANARY, code, code.replace("-", "")):
        assert not [path for path in files if holds(path, word)]
        assert word.encode() not in dump
        assert word.encode().hex().encode() not in dump
    assert b"roadmap_privateplan" in dump
    assert any(holds(path, "Private plan") for path in files), "the search itself works: titles are there"
