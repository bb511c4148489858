"""Looking at one's days in a browser: the grid is pressed, and a word is found again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import sign_up
from tests.browser.test_writing import glad


def write(page: Page, **words: str) -> None:
    page.goto("/checkins/")
    for label, text in words.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    glad(page).fill("Rain on the skylight")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text(re.compile(r"^Saved (on .*)?\d"))).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_past_day_is_chosen_in_the_grid_and_written(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    page.goto("/checkins/history/")
    page.get_by_role("link", name=re.compile("^[A-Z][a-z]+$")).and_(page.locator("[rel=prev]")).click()
    page.get_by_role("link", name=re.compile(r"^\w+ 15 \w+: nothing written$")).click()
    glad(page).fill("From memory")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text(re.compile(r"^Saved (on .*)?\d"))).to_be_visible()

    page.go_back()
    page.go_back()
    page.goto("/checkins/history/")
    page.locator("[rel=prev]").click()
    expect(page.get_by_role("link", name=re.compile(r"^\w+ 15 \w+: words, no feelings$"))).to_be_visible()


def test_the_grid_is_walked_with_the_keyboard(person: Page) -> None:
    write(person, First="hopeful")
    person.goto("/checkins/history/")
    today = person.locator("a.d-today")
    expect(today).to_have_attribute("aria-label", re.compile(r": Hopeful$"))

    today.focus()
    person.keyboard.press("Enter")
    expect(glad(person)).to_have_value("Rain on the skylight")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_word_is_found_again_and_stands_in_no_address(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    write(page)
    page.goto("/checkins/history/")
    page.get_by_label("In your own words").fill("skylihgt")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("1 day found")
    expect(page.locator("mark")).to_have_text("skylight")
    assert "sky" not in page.url
