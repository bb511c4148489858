"""The whole way once: sign up, read, save, tick, leave, Back; with JavaScript and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import AWAY, FIRST_LINE, open_words, sign_up
from tests.conftest import PASSPHRASE


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_sign_up_read_write_tick_leave_and_back(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You want help. Your partner says no.")

    page.get_by_role("link", name="Read the guide").click()
    page.get_by_role("link", name="Talking so it can be heard").click()
    expect(page.get_by_text("part 2 of 7")).to_be_visible()
    note = page.locator(".sources li", has_text="Study").first
    note.locator("summary").click()
    expect(note.get_by_text("Checked", exact=False).first).to_be_visible()

    name = sign_up(page)
    page.get_by_role("textbox", name=FIRST_LINE).fill("Rain on the skylight")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Saved (on .*)?\d"))).to_be_visible()

    page.goto("/checkins/")
    expect(page.get_by_role("textbox", name="Glad of, 1")).to_have_value("Rain on the skylight")
    open_words(page, "Less energy, pleasant")
    page.get_by_role("checkbox", name="At ease").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(300)
    page.reload()
    expect(page.get_by_role("checkbox", name="At ease")).to_be_checked()

    page.goto("/roadmap/")
    step = page.get_by_role("button", name="Done: Begin with three, two, one")
    expect(step).to_have_attribute("aria-pressed", "false")
    step.click()
    expect(step).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("1 of 3")).to_be_visible()
    step.click()
    expect(step).to_have_attribute("aria-pressed", "false")
    step.click()
    expect(step).to_have_attribute("aria-pressed", "true")

    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(AWAY)
    for _ in range(4):
        page.go_back()
        assert "skylight" not in page.content()
        assert "Begin with three" not in page.content() or "/guide/" in page.url

    page.goto("/checkins/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("textbox", name="Glad of, 1")).to_have_value("Rain on the skylight")
    page.goto("/roadmap/")
    expect(page.get_by_role("button", name="Done: Begin with three, two, one")).to_have_attribute("aria-pressed", "true")


def test_yesterdays_action_is_asked_after(person: Page) -> None:
    person.goto("/checkins/")
    person.locator("a[rel=prev]").click()
    person.get_by_label("When", exact=True).fill("the kettle goes on")
    person.get_by_label("I will").fill("sit on the step")
    person.get_by_role("button", name="Save").click()
    expect(person.get_by_text(re.compile(r"^Saved (on .*)?\d"))).to_be_visible()

    person.goto("/")
    expect(person.get_by_text("“When the kettle goes on, I will sit on the step.”")).to_be_visible()
    person.get_by_role("button", name="Partly").click()

    expect(person.get_by_role("heading", name="Three, two, one")).to_be_visible()
    expect(person.get_by_role("region", name="From yesterday").get_by_role("status")).to_have_text("Partly, noted.")
    expect(person.get_by_role("group", name="Did it happen?")).to_have_count(0)
    person.reload()
    expect(person.get_by_role("heading", name="Three, two, one")).to_be_visible()
    expect(person.get_by_text("Did it happen?")).to_have_count(0)


def test_a_step_opens_with_why_and_how_takes_a_note_and_is_set_aside(person: Page) -> None:
    person.goto("/roadmap/")
    person.locator("summary", has_text="Choose one smaller thing").click()
    step = person.locator("li.act", has_text="Choose one smaller thing")
    expect(step.get_by_text("Something that is short, has an end")).to_be_hidden()
    step.locator("summary", has_text="Why, and how").click()
    expect(step.get_by_text("Something that is short, has an end")).to_be_visible()

    step.get_by_role("link", name="Write a note").click()
    person.get_by_label("Your note").last.fill("Ask about the film on Friday")
    person.get_by_role("button", name="Save the note").click()
    expect(step.get_by_role("status")).to_have_text("Saved.")
    person.reload()
    expect(step.get_by_text("with a note")).to_be_visible()

    person.locator("summary", has_text="Choose one smaller thing").click()
    expect(step.get_by_text("Ask about the film on Friday")).to_be_visible()
    step.get_by_role("button", name="Set aside").click()
    expect(person.locator("#set-aside-7 > details > summary")).to_have_text(re.compile(r"^\s*Set aside\s+1\s*$"))
    expect(person.get_by_text("0 of 2")).to_be_visible()

    person.get_by_role("link", name="Add a step of your own").click()
    person.get_by_label("What you will do").fill("Go to choir again")
    person.get_by_label("30 days").check()
    person.get_by_role("button", name="Add it").click()
    added = person.locator("#horizon-30 li.act", has_text="Go to choir again")
    expect(added).to_be_visible()
    expect(added.get_by_role("status")).to_have_text("Added.")


def test_the_start_is_moved(person: Page) -> None:
    person.goto("/roadmap/")
    person.get_by_text("Move the start").click()
    day = person.evaluate("new Date(Date.now() - 3 * 864e5).toISOString().slice(0, 10)")
    person.get_by_label("Start on").fill(day)
    person.locator("#start").get_by_role("button", name="Save", exact=True).click()

    expect(person.locator("#start").get_by_role("status")).to_contain_text("All dates have moved with it.")
    expect(person.get_by_label("Start on")).to_have_value(day)


def test_the_time_zone_of_the_browser_is_taken_over(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(timezone_id="Asia/Kathmandu").new_page()
    sign_up(page)
    page.goto("/accounts/settings/")

    # Chromium calls it by its older name.
    expect(page.get_by_label("Time zone")).to_have_value(re.compile("Asia/Kath?mandu"))


def test_the_passphrase_can_be_shown(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Passphrase").fill(PASSPHRASE)

    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Passphrase")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Passphrase")).to_have_attribute("type", "password")


def test_help_lines_by_country_and_a_call_behind_a_step(page: Page) -> None:
    page.goto("/help/")
    page.get_by_label("Where do you want to call?").select_option("United Kingdom")
    page.get_by_role("button", name="Show").click()

    line = page.get_by_role("region", name="Afraid or hurt").locator("li", has_text="Galop")
    call = line.get_by_role("link", name="Call now")
    expect(call).not_to_be_visible()
    line.locator("summary", has_text="Call").click()
    expect(call).to_have_attribute("href", "tel:08009995428")
    assert page.url.endswith("/help/?country=GB")
