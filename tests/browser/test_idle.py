"""A page without activity hides itself, with the server gone too (docs/security.md, R13, R14 and R34)."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import AWAY, take_the_clock

CANARY = "Rain on the skylight"


def glad(page: Page):
    return page.get_by_role("textbox", name="Glad of, 1")


def at_eight(page: Page) -> Page:
    """A page with words on it, whose clock is ours."""
    take_the_clock(page)
    page.goto("/checkins/")
    glad(page).fill(CANARY)
    page.clock.run_for(1000)
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    return page


def is_put_away(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Signed out")
    assert CANARY not in page.content()
    assert page.title() == "Even Keel"
    expect(page.get_by_role("link", name="Leave")).to_be_visible()


def test_after_five_quiet_minutes_the_page_puts_itself_away_and_signs_out(person: Page) -> None:
    page = at_eight(person)

    page.clock.fast_forward("04:50")
    expect(glad(page)).to_have_value(CANARY)
    page.clock.fast_forward("00:15")

    is_put_away(page)
    for _ in range(50):  # The page is hidden at once; the session is ended in the background.
        if page.request.get("/accounts/settings/", max_redirects=0).status == 302:
            break
        page.wait_for_timeout(100)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    assert CANARY not in page.content()


def test_with_the_server_out_of_reach_it_does_so_too(person: Page) -> None:
    page = at_eight(person)
    page.context.set_offline(True)

    page.clock.fast_forward("05:05")

    is_put_away(page)


def test_a_clock_that_is_set_back_does_not_keep_it_open(person: Page) -> None:
    page = at_eight(person)
    page.clock.set_system_time(page.evaluate("Date.now()") / 1000 - 3600)
    page.clock.run_for(6000)

    page.clock.fast_forward("05:15")

    is_put_away(page)


def test_a_sign_of_somebody_there_starts_the_time_anew(person: Page) -> None:
    page = at_eight(person)

    for _ in range(3):
        page.clock.fast_forward("04:00")
        page.keyboard.press("Tab")
    expect(glad(page)).to_have_value(CANARY)

    page.clock.fast_forward("05:05")
    is_put_away(page)


def test_the_server_hears_of_somebody_who_only_reads(person: Page) -> None:
    page = at_eight(person)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.method) if request.url.endswith("/accounts/alive/") else None)

    for _ in range(4):
        page.clock.fast_forward("02:00")
        page.mouse.wheel(0, 50)
        page.mouse.move(10, 10)
        page.wait_for_timeout(100)

    assert told == ["POST"]


def test_what_is_being_typed_is_saved_first(person: Page) -> None:
    page = at_eight(person)
    name = page.request.get("/accounts/settings/").text().split("quiet-harbour-")[1].split("<")[0]
    page.get_by_label("I will").press_sequentially("Walk to the bridge")

    page.clock.fast_forward("05:05")
    for _ in range(10):
        page.wait_for_timeout(50)
        page.clock.run_for(100)

    is_put_away(page)
    expect(page.get_by_text("could not be saved")).to_be_hidden()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill(f"quiet-harbour-{name}")
    page.get_by_label("Passphrase").fill("four words nobody guesses")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("I will")).to_have_value("Walk to the bridge")


def test_what_could_not_be_saved_is_said(person: Page) -> None:
    page = at_eight(person)
    page.context.set_offline(True)
    page.get_by_label("I will").press_sequentially("Walk to the bridge")
    page.clock.run_for(1000)
    expect(page.get_by_text("Saving does not work just now")).to_be_visible()

    page.clock.fast_forward("05:05")
    page.clock.run_for(3000)

    is_put_away(page)
    expect(page.get_by_text("could not be saved")).to_be_visible()


def test_one_tab_in_use_keeps_the_others_open_and_one_that_is_put_away_takes_them_along(person: Page) -> None:
    page = at_eight(person)
    other = page.context.new_page()
    other.goto("/checkins/")

    for _ in range(2):
        page.clock.fast_forward("04:00")
        page.keyboard.press("Tab")
        page.wait_for_timeout(200)
    expect(glad(other)).to_have_value(CANARY)

    other.evaluate("new BroadcastChannel('idle').postMessage('locked')")
    is_put_away(page)
    is_put_away(other)


def test_leave_works_from_a_page_that_was_put_away(person: Page) -> None:
    page = at_eight(person)
    page.clock.fast_forward("05:05")

    page.get_by_role("link", name="Leave").click()

    page.wait_for_url(AWAY)


def test_a_page_whose_session_was_ended_elsewhere_puts_itself_away(person: Page) -> None:
    page = at_eight(person)
    page.context.clear_cookies(name="session")

    page.clock.fast_forward("04:50")
    page.keyboard.press("Tab")
    page.clock.fast_forward("04:50")
    page.keyboard.press("Tab")

    is_put_away(page)
