"""Reading a part with a browser: the way back to the heading, and the tools without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import AWAY, past_the_first_day


def answered(page: Page, address: str) -> Any:
    """Waits for the answer to what the script tells. It leads elsewhere and is not followed, which a browser counts as failed."""
    return page.expect_event("requestfailed", lambda request: request.url.endswith(address))


def test_where_one_stops_scrolling_is_where_one_goes_on(person: Page) -> None:
    person.goto("/guide/options/")
    with answered(person, "/guide/options/read/") as told:
        person.locator("#alone").scroll_into_view_if_needed()
        person.mouse.wheel(0, 300)

    assert "position=alone" in told.value.post_data
    person.goto("/")
    person.get_by_role("listitem", name="Read for").get_by_role("link").click()
    expect(person).to_have_url(re.compile(r"/guide/options/#alone$"))
    expect(person.locator("#alone")).to_be_in_viewport()

    past_the_first_day(person)
    expect(person.get_by_text("Part 3, at “Without an appointment”.")).to_be_visible()
    person.get_by_role("link", name="Continue reading").click()
    expect(person).to_have_url(re.compile(r"/guide/options/#alone$"))
    expect(person.locator("#alone")).to_be_in_viewport()


def test_the_end_of_a_part_that_came_up_makes_it_read(person: Page) -> None:
    person.goto("/guide/forward/")
    with answered(person, "/guide/forward/read/") as told:
        person.locator("#end").scroll_into_view_if_needed()
        person.mouse.wheel(0, 200)

    assert "position=end" in told.value.post_data
    person.goto("/guide/")
    expect(person.get_by_text(re.compile(r"^Read \d+ \w+$"))).to_be_visible()


def test_after_leaving_nothing_is_told_any_more(person: Page) -> None:
    told: list[str] = []
    person.on("request", lambda request: told.append(request.url) if request.url.endswith("/read/") else None)
    person.goto("/guide/options/")
    person.mouse.wheel(0, 3000)

    person.get_by_role("link", name="Leave").click()
    person.wait_for_url(AWAY)
    person.wait_for_timeout(1500)

    assert not told


def test_tools_search_and_stories_work_without_scripts(open_context) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/guide/talking/")
    for question in page.locator("main fieldset").all():
        question.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No to all four")
    page.get_by_role("link", name="How a talk begins").click()
    expect(page.get_by_text("“I like us.")).to_be_visible()

    page.goto("/guide/understanding/")
    page.locator("summary", has_text="We can’t afford it").click()
    expect(page.get_by_text("If it cost nothing, would you come?")).to_be_visible()
    page.get_by_role("button", name="Close them again").click()
    page.locator("summary", has_text="We can’t afford it").click()
    expect(page.get_by_text("If it cost nothing, would you come?")).to_be_hidden()

    page.goto("/guide/limits/")
    page.get_by_role("group", name="Turning what you confided against you").get_by_label("Unsure").check()
    page.get_by_role("button", name="What may help").click()
    expect(page.get_by_role("heading", name="Help first")).to_be_in_viewport()

    page.goto("/guide/")
    page.get_by_role("searchbox").fill("thearpy")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="therapy").click()
    expect(page.get_by_role("searchbox")).to_have_value("therapy")
    assert "therapy" not in page.url
    page.locator(".passages a[href*='#']").first.click()
    expect(page.locator(":target")).to_be_in_viewport()

    page.goto("/guide/")
    page.locator("summary", has_text="Choose a story").click()
    page.get_by_label("Jennifer, whose partner").check()
    page.get_by_role("button", name="Use this story").click()
    expect(page.get_by_text("You are reading along with Jennifer")).to_be_visible()
    page.goto("/guide/wellbeing/")
    expect(page.get_by_role("heading", name="Jennifer and David")).to_be_visible()
    page.get_by_role("button", name="Read Sarah’s story instead").click()
    expect(page.get_by_role("heading", name="Sarah and Mark")).to_be_in_viewport()
    expect(page.get_by_text("You chose it")).to_be_visible()
    page.get_by_role("link", name="Leave").click()
    page.goto("/guide/wellbeing/")
    expect(page.get_by_role("heading", name="Maria and Alex")).to_be_visible()
    expect(page.get_by_role("heading", name="Sarah and Mark")).to_have_count(0)


FOLDED = ["/guide/options/#note-craft", "/guide/options/#rung-film", "/guide/understanding/#heard-money", "/guide/questions/#children"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_what_a_link_leads_to_is_open(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    for address in FOLDED:
        page.goto("/guide/")
        page.goto(address)
        expect(page.locator(":target")).to_be_visible()
        expect(page.locator(":target")).to_be_in_viewport()

    page.goto("/guide/search/")
    page.get_by_role("searchbox").fill("what do I tell the kids")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="The children: what does it do to them").click()
    expect(page.locator(":target")).to_be_in_viewport()


def test_help_is_on_the_first_screen_of_a_phone(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False, viewport={"width": 390, "height": 664}).new_page()
    for typed in ("he choked me", "suicide", "he says he will kill himself", "scared of him"):
        page.goto("/guide/search/")
        page.get_by_role("searchbox").fill(typed)
        page.get_by_role("button", name="Search").click()
        last = page.locator(".fear .numbers a").last.bounding_box()
        assert last and last["y"] + last["height"] < 606, typed
