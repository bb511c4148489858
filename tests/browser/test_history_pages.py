"""Looking at one's days in a browser: the grid is pressed and read out, and a word is found again."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import sign_up
from tests.browser.test_writing import glad

WRITE = """([day, words]) => fetch(`/checkins/${day}/`, { method: "POST", body: new URLSearchParams({ version: 0, ...words }) })"""


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
    expect(page.get_by_role("link", name=re.compile(r"^\w+ 15 \w+: no feelings named$"))).to_be_visible()


def test_the_grid_is_walked_with_the_keyboard(person: Page) -> None:
    write(person, Type_a_word="hopeful")
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


# What a screen reader hears, out of the browser's own tree


def said(drawings: Locator, role: str) -> list[str]:
    """The names of all that has this role."""
    return re.findall(rf'\b{role} "([^"]+)"', drawings.aria_snapshot())


def last_month(page: Page) -> date:
    page.goto("/checkins/history/")
    page.locator(".month-nav [rel=prev]").click()
    return datetime.strptime(page.locator(".month-nav h3").inner_text(), "%B %Y").date()


def test_each_day_of_the_grid_says_its_date_and_what_is_in_it(person: Page) -> None:
    month = last_month(person)
    for day in range(3, 11):
        person.evaluate(WRITE, [str(month.replace(day=day)), {"emotion_1": "Tired", "emotion_2": "Hopeful"}])
    person.evaluate(WRITE, [str(month.replace(day=11)), {"gratitude_1": "Jo rang back"}])
    person.reload()
    inside = dict.fromkeys(range(3, 11), "Tired and Hopeful") | {11: "no feelings named"}
    days = [month.replace(day=number) for number in range(1, monthrange(month.year, month.month)[1] + 1)]

    assert said(person.get_by_role("group", name=f"{month:%B %Y}"), "link") == [
        f"{day:%A} {day.day} {day:%B}: {inside.get(day.day, 'nothing written')}" for day in days
    ]
    person.get_by_role("link", name="Year", exact=True).click()
    assert said(person.locator(".year"), "img")[month.month - 1] == f"{month:%B}: 9 days with words"

    person.goto("/checkins/history/")
    today = person.locator(".month [aria-current=date]")
    assert said(person.locator(".month"), "link")[-1] == today.get_attribute("aria-label"), "days to come are no links"

    person.goto("/checkins/patterns/")
    drawings = said(person.locator("main"), "img")
    assert re.fullmatch(r"[0-7] of the last 7 days", drawings[0])
    assert re.fullmatch(r"Steadiness: from 5 to \d+ out of 100. The steps between are in the table below.", drawings[1])
    assert [drawing.split(". ")[0] for drawing in drawings[2:]] == [
        "More energy, unpleasant: 0 in all",
        "More energy, pleasant: 8 in all",
        "Less energy, unpleasant: 8 in all",
        "Less energy, pleasant: 0 in all",
    ]
