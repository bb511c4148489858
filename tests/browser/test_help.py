"""Help lines on a real phone, and the handout on one sheet of paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from guide import helplines

PHONE = {"width": 390, "height": 664}
COUNTRIES = [country.code for country in helplines.countries()]

# Whether a finger reaches the middle of it: nothing lies over it, and all of it is on the screen.
IN_REACH = """(element) => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const foot = document.querySelector('.nav').getBoundingClientRect();
    const edge = foot.top > 100 ? foot.top : innerHeight;  // On a phone the tabs are at the foot.
    return element.contains(top) && box.top >= 0 && box.bottom <= edge && box.height >= 44;
}"""


def test_the_first_line_after_the_emergency_number_is_in_reach_on_a_phone_for_every_country(page: Page) -> None:
    page.set_viewport_size(PHONE)
    out_of_reach = []
    for code in COUNTRIES:
        page.goto(f"/help/?country={code}")
        emergency = page.locator(".in-danger .button")
        line = page.locator(".call-line").first
        press = line.locator("summary, h3 a").last
        if not (emergency.evaluate(IN_REACH) and press.evaluate(IN_REACH)):
            out_of_reach.append(code)
    assert not out_of_reach


def test_without_a_country_all_six_numbers_and_the_choice_are_in_reach_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/help/")
    for number in page.locator(".numbers--big a").all():
        assert number.evaluate(IN_REACH)
    assert page.get_by_label("Where do you want to call?").evaluate(IN_REACH)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_word_call_stays_where_the_finger_was_when_it_opens(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/help/?country=GB")
    call = page.get_by_role("region", name="Afraid or hurt").locator("summary").first
    before = call.bounding_box()

    call.click()

    expect(page.locator(".call[open] a")).to_be_visible()
    after = call.bounding_box()
    assert before and after
    assert abs(after["x"] - before["x"]) < 2 and abs(after["y"] - before["y"]) < 2


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_handout_fills_one_sheet(page: Page, paper: str) -> None:
    page.goto("/guide/handout/")

    sheet = page.pdf(format=paper)

    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
