"""A complete check-in on Today: five taps besides typing, less than two screens of scrolling, and with the keyboard."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_up
from tests.conftest import today

PHONE = {"width": 390, "height": 844}
FEELINGS = "[data-feelings] .chips input"


def with_days_before(page: Page) -> None:
    """Two days with feelings in them, so that feelings are offered."""
    for ago, feelings in ((1, "tired"), (2, "calm")):
        page.goto(f"/checkins/{today() - timedelta(days=ago)}/")
        page.get_by_label("Glad of, 1").fill("Rain")
        page.locator("#emotion_1").fill(feelings)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#saved .saved")).to_contain_text("Saved")


def test_a_complete_entry_takes_five_taps_and_stays_on_today(open_context) -> None:
    page = open_context(viewport=PHONE).new_page()
    sign_up(page)
    with_days_before(page)
    page.goto("/")
    taps, scrolled = 0, page.evaluate("scrollY")

    page.locator("#gratitude_1").click()
    taps += 1
    page.keyboard.type("Soup that came out right")
    for number in (2, 3):
        page.locator(f"#gratitude_{number}").focus()  # "Next" on the keyboard
        page.keyboard.type("Jo rang back")
    for key in ("tired", "calm"):
        page.locator(f'{FEELINGS}[value="{key}"]').locator("..").click()
        taps += 1
    page.locator("#action").click()
    taps += 1
    page.keyboard.type("Walk to the bridge")
    page.get_by_role("button", name="Save", exact=True).click()
    taps += 1

    expect(page.locator("#saved .saved")).to_contain_text("Saved")
    assert taps == 5 and page.evaluate("location.pathname") == "/"
    assert page.evaluate("scrollY") - scrolled < 2 * PHONE["height"]
    page.goto(f"/checkins/{today()}/")
    expect(page.locator(f"{FEELINGS}:checked")).to_have_count(2)
    expect(page.locator("#action")).to_have_value("Walk to the bridge")


def test_a_word_is_found_by_typing_and_taken_with_the_keyboard(open_context) -> None:
    page = open_context(viewport=PHONE).new_page()
    sign_up(page)
    page.goto(f"/checkins/{today()}/")
    field = page.locator("#emotion_1")

    field.fill("rest")
    expect(page.get_by_role("option")).to_have_text(
        ["Restedsleep, or a pause, did its work", "Restlessunable to settle", "Use “rest” as my own word"]
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"{FEELINGS}:checked")).to_have_attribute("value", "restless")
    field.fill("like before a storm")
    page.keyboard.press("Enter")
    expect(page.locator(f"{FEELINGS}:checked")).to_have_count(2)
    expect(page.locator("#saved .saved")).to_contain_text("Saved")

    field.fill("calm")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_have_text("Two are chosen. Press one to take it away.")
    page.goto(f"/checkins/{today()}/")
    expect(page.locator(f"{FEELINGS}:checked")).to_have_count(2)


def test_the_list_of_words_closes_at_the_second_and_say_what_they_mean_when_asked(open_context) -> None:
    page = open_context(viewport=PHONE).new_page()
    sign_up(page)
    page.goto(f"/checkins/{today()}/")
    page.get_by_text("All words").click()
    group = page.locator(".picker details").nth(2)
    group.locator("summary").click()
    expect(group.locator("small").first).to_be_hidden()
    page.get_by_text("Show what each word means").click()
    expect(group.locator("small").first).to_be_visible()

    group.get_by_text("Tired", exact=True).click()
    expect(page.locator(".all-words")).to_have_attribute("open", "")
    group.get_by_text("Sad", exact=True).click()

    expect(page.locator(".all-words")).not_to_have_attribute("open", "")
    expect(page.locator(f"{FEELINGS}:checked")).to_have_count(2)


def test_without_scripts_feelings_are_ticked_typed_and_saved(open_context) -> None:
    page = open_context(java_script_enabled=False, viewport=PHONE).new_page()
    sign_up(page)
    page.goto(f"/checkins/{today()}/")
    page.get_by_text("All words").click()
    page.locator(".picker details").nth(3).locator("summary").click()
    page.get_by_text("Calm", exact=True).click()
    page.locator("#emotion_1").fill("like rain")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(f"{FEELINGS}:checked")).to_have_count(2)
    page.locator(f'{FEELINGS}[value="calm"]').locator("..").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(f"{FEELINGS}:checked")).to_have_count(1)


def test_a_suggestion_is_taken_and_given_back(open_context) -> None:
    page = open_context(viewport=PHONE).new_page()
    sign_up(page)
    with_days_before(page)
    page.goto("/")
    page.get_by_text("Something you have written before").first.click()
    suggestion = page.locator("[data-suggestions] button").first
    for pressed, text in (("true", "Rain"), ("false", "")):
        suggestion.click()
        expect(page.locator("#gratitude_1")).to_have_value(text)
        expect(suggestion).to_have_attribute("aria-pressed", pressed)
        expect(page.locator("#saved .saved:not(.saved--not)")).to_contain_text("Saved") if text else page.wait_for_timeout(1500)
    page.goto("/")
    expect(page.locator("#gratitude_1")).to_have_value("")


def test_what_is_being_typed_stays_when_something_else_is_answered_on_the_page(open_context) -> None:
    page = open_context(viewport=PHONE).new_page()
    sign_up(page)
    page.get_by_role("textbox", name="Something you were glad of").press_sequentially("Rain on the sky")
    page.get_by_role("button", name="No code for me").click()
    expect(page.locator("#code [role=status]")).to_contain_text("No code, then.")

    page.locator("#gratitude_1").press_sequentially("light")
    expect(page.locator("#saved .saved:not(.saved--not)")).to_contain_text("Saved")
    expect(page.locator("#gratitude_1")).to_have_value("Rain on the skylight")
