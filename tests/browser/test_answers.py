"""Every press answers: something is said, the page stays where it is, and the focus is not lost. And Undo takes it back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_up

# How far from what was pressed the answer may be, in CSS pixels.
FARTHEST_PX = 500

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(open_context) -> Iterator[Page]:
    page = open_context(viewport=PHONE).new_page()
    sign_up(page)
    return page


def press(page: Page, button) -> str:
    """Press it, and see that all three hold; returns what was said."""
    button = button.element_handle()
    button.scroll_into_view_if_needed()
    before = button.bounding_box()["y"]
    page.evaluate("document.querySelectorAll('[data-answer]').forEach((line) => line.setAttribute('data-old', ''))")
    button.click()
    said = page.locator("[data-answer]:not([data-old]) [role=status]")
    expect(said).to_be_visible()
    page.wait_for_timeout(300)
    # What is said is on the screen, at most the height of a row that was open away from where the finger is.
    assert -FARTHEST_PX < said.bounding_box()["y"] - before < FARTHEST_PX
    assert 0 <= said.bounding_box()["y"] < PHONE["height"]
    assert page.evaluate("document.activeElement !== document.body")
    return said.inner_text()


def test_every_button_of_a_step_answers_in_its_place(phone: Page) -> None:
    tried = 0
    for number in range(3):
        for name, words in (
            ("Down", "Now"),
            ("Up", "Now"),
            ("Save", "No day of its own"),
            ("To 30 days", "Moved to"),
            ("Set aside", "Set aside:"),
        ):
            phone.goto("/roadmap/")
            row = phone.locator("#acts-7 > .act").nth(number)
            row.locator("summary").first.click()
            button = row.get_by_role("button", name=name, exact=False).last
            if button.is_disabled() or (name == "Up" and number == 0) or (name == "Down" and number == 2):
                continue
            before = phone.locator("#acts-7 .act-title").all_inner_texts()
            said = press(phone, button)
            assert said.startswith(words), (name, said)
            undo = phone.locator("[data-answer]:not([data-old]) button.undo")
            if not undo.count():
                continue
            tried += 1
            assert press(phone, undo) == "Undone."
            assert phone.locator("#acts-7 .act-title").all_inner_texts() == before
    assert tried >= 9


def test_a_tick_answers_and_is_undone_in_the_row(phone: Page) -> None:
    phone.goto("/roadmap/")
    row = phone.locator("#acts-7 > .act").nth(1)
    height, top, scrolled = row.bounding_box()["height"], row.bounding_box()["y"], phone.evaluate("scrollY")

    assert press(phone, row.locator(".act-tick")) == "Done today."

    assert (row.bounding_box()["height"], row.bounding_box()["y"], phone.evaluate("scrollY")) == pytest.approx(
        (height, top, scrolled), abs=2
    )
    assert "tick-" in phone.evaluate("document.activeElement.id")
    expect(phone.locator("#progress-7")).to_contain_text("1 of 3")
    press(phone, row.locator(".undo"))
    expect(phone.locator("#progress-7")).to_contain_text("0 of 3")
    expect(row.locator(".act-tick")).to_have_attribute("aria-pressed", "false")


def test_a_step_that_was_set_aside_comes_back_from_its_fold(phone: Page) -> None:
    phone.goto("/roadmap/")
    row = phone.locator("#acts-7 > .act").nth(1)
    row.locator("summary").first.click()
    press(phone, row.get_by_role("button", name="Set aside"))
    fold = phone.locator("#set-aside-7 details")
    fold.locator("summary").first.click()
    fold.locator(".act summary").first.click()

    assert press(phone, fold.get_by_role("button", name="Put it back")).startswith("Back in 7 days")
    expect(phone.locator("#acts-7 > .act:not(.act--gone)")).to_have_count(3)


def test_a_press_that_does_not_reach_the_server_says_so_in_its_place(phone: Page) -> None:
    phone.goto("/roadmap/")
    phone.route("**/roadmap/actions/**", lambda route: route.abort())
    phone.locator("#acts-7 .act-tick").first.click()

    expect(phone.locator("#acts-7 [data-answer-failed] [role=alert]")).to_contain_text("Nothing has changed")
    expect(phone.locator("#acts-7 .act-tick").first).to_have_attribute("aria-pressed", "false")


def test_without_scripts_the_page_that_follows_answers_at_the_same_row(open_context) -> None:
    page = open_context(java_script_enabled=False, viewport=PHONE).new_page()
    sign_up(page)
    page.goto("/roadmap/")
    page.locator("#acts-7 .act-tick").nth(1).click()

    row = page.locator("#acts-7 > .act").nth(1)
    expect(row.get_by_role("status")).to_have_text("Done today.")
    row.get_by_role("button", name="Undo").click()
    expect(page.locator("#acts-7 > .act").nth(1).get_by_role("status")).to_have_text("Undone.")
    expect(page.locator("#acts-7 .act-tick[aria-pressed=true]")).to_have_count(0)
