"""How the guide looks to a stranger: the first screen of a real phone, notes in the margin, paper, and how much is sent."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

PARTS = ("understanding", "talking", "options", "wellbeing", "limits", "forward", "questions")
# What a browser leaves of a small phone's screen, above the bar at its foot.
PHONE = {"width": 390, "height": 664}
FOOT_PX = 606


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context(viewport=PHONE).new_page()


def bottom(page: Page, selector: str) -> float:
    """Where the first of these ends, in pixels from the top of the page."""
    return float(page.locator(selector).first.evaluate("(e) => e.getBoundingClientRect().bottom + scrollY"))


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_what_helps_is_on_the_first_screen_of_a_phone(phone: Page) -> None:
    phone.goto("/")
    assert bottom(phone, ".fear") <= FOOT_PX, "the whole box about fear"
    phone.goto("/guide/")
    assert bottom(phone, ".ways-in > li:nth-child(4)") <= FOOT_PX, "four doors"
    for part in ("talking", "options", "limits", "forward", "questions"):
        phone.goto(f"/guide/{part}/")
        assert bottom(phone, ".fear .heading") <= FOOT_PX, part
    phone.goto("/guide/talking/")
    phone.get_by_role("group", name="Have there been threats").get_by_label("Yes").check()
    phone.get_by_role("button", name="Go on").click()
    assert bottom(phone, ".numbers") <= FOOT_PX


def test_the_hint_of_the_search_field_is_not_cut_off(phone: Page) -> None:
    for width in (390, 320):
        phone.set_viewport_size({"width": width, "height": 664})
        phone.goto("/guide/")
        field = phone.get_by_role("searchbox")
        field.evaluate("(e) => { e.value = e.placeholder }")
        assert field.evaluate("(e) => e.scrollWidth <= e.clientWidth"), width


@pytest.mark.parametrize("part", PARTS)
def test_no_part_is_endless_and_none_scrolls_sideways(phone: Page, part: str) -> None:
    phone.goto(f"/guide/{part}/")
    assert phone.evaluate("document.documentElement.scrollHeight") <= 10_000
    phone.set_viewport_size({"width": 320, "height": 600})
    phone.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320


def test_sources_open_in_place_on_a_phone_and_are_in_the_margin_of_a_wide_page(phone: Page) -> None:
    phone.goto("/guide/options/")
    sources = phone.locator(".passage", has=phone.locator("#smaller")).locator(".sources")
    expect(sources.locator("li").first).to_be_hidden()
    sources.get_by_text("Where this comes from (").click()
    expect(sources.locator("li").first).to_be_visible()

    phone.set_viewport_size({"width": 1280, "height": 900})
    phone.goto("/guide/options/")
    expect(sources.locator("li").first).to_be_visible()
    expect(sources.get_by_text("Where this comes from (")).to_be_hidden()
    text, note = phone.locator("#smaller").bounding_box(), sources.bounding_box()
    assert text and note and note["x"] > text["x"] + 600 and abs(note["y"] - text["y"]) < 40


def test_a_heading_is_called_by_its_own_words(phone: Page) -> None:
    phone.goto("/guide/options/")

    expect(phone.get_by_role("heading", name="A smaller thing to ask", exact=True)).to_be_visible()
    expect(phone.get_by_role("link", name="Link to “A smaller thing to ask”")).to_have_attribute("href", "#smaller")


def test_a_question_that_a_link_leads_to_is_open(phone: Page) -> None:
    phone.goto("/guide/questions/#guilt")

    expect(phone.locator("#guilt")).to_be_visible()
    expect(phone.locator("#ultimatum")).to_be_hidden()


def test_in_the_dark_the_box_about_fear_is_nearly_the_page(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(color_scheme="dark").new_page()
    page.goto("/")

    def brightness(selector: str) -> float:
        colour = page.locator(selector).evaluate("(e) => getComputedStyle(e).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3

    assert abs(brightness(".fear") - brightness("body")) < 16


def test_the_guide_fits_paper(phone: Page) -> None:
    for address, most in [("/guide/print/", 30), *((f"/guide/{part}/print/", 6) for part in PARTS)]:
        phone.goto(address)
        assert pages(phone.pdf(format="A4")) <= most, address
    for sheet in ("support", "questions", "three-two-one"):
        phone.goto(f"/guide/sheets/{sheet}/")
        assert pages(phone.pdf(format="A4")) == pages(phone.pdf(format="Letter")) == 1, sheet


def test_the_card_alone_is_printed(phone: Page) -> None:
    phone.goto("/guide/card/")
    phone.get_by_label("Begin with three, two, one").check()
    phone.get_by_label("I will …").fill("sit by the river")
    phone.get_by_role("button", name="Make the card").click()
    expect(phone.get_by_text("I will sit by the river")).to_be_visible()

    assert pages(phone.pdf(format="A4")) == 1
    phone.emulate_media(media="print")
    expect(phone.get_by_text("I will sit by the river")).to_be_visible()
    for hidden in (phone.get_by_role("heading", level=1), phone.get_by_role("button"), phone.locator("form")):
        assert not any(each.is_visible() for each in hidden.all())


def test_the_first_visit_of_a_part_sends_at_most_50_kb(phone: Page) -> None:
    """Bodies as compressed; the headers that all answers share are a few bytes each with HTTP/2."""
    phone.goto("/guide/options/", wait_until="networkidle")

    sent = phone.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".map((entry) => [entry.name.split('/').pop(), entry.encodedBodySize])"
    )
    assert len(sent) > 5 and 30_000 < sum(size for _, size in sent) <= 50_000, sent
