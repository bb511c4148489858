"""A talk in a real browser: planned while one hears it, carried on a card, written down afterwards; with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import past_the_first_day, sign_up, unfold
from tests.browser.test_access import violations

SAVED = re.compile(r"^Saved \d\d:\d\d$")
NO = ("Are you afraid", "Have there been threats", "Do they check your phone", "Do they keep you away")


def answer_four(page: Page, answer: str = "No") -> None:
    page.goto("/roadmap/talks/new/")
    for question in NO:
        page.get_by_role("group", name=re.compile(question)).get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="Continue").click()


def open_line(page: Page, key: str) -> None:
    """Open a line of the rest of a plan."""
    unfold(page.locator(f"#more-{key} > summary"))


def write(page: Page) -> None:
    open_line(page, "about")
    page.get_by_label("The one thing this is about").fill("You never talk to me")
    page.get_by_label("I feel", exact=True).fill("lonely")
    page.get_by_label("about", exact=True).fill("our evenings")


def test_a_plan_that_was_saved_while_typing_is_there_after_a_reload_and_after_back(person: Page) -> None:
    answer_four(person)
    person.get_by_label("I feel", exact=True).fill("lonely")
    expect(person.get_by_text(SAVED)).to_be_visible()
    person.reload()
    expect(person.get_by_label("I feel", exact=True)).to_have_value("lonely")
    person.get_by_label("about", exact=True).fill("our evenings")
    expect(person.get_by_text(SAVED)).to_be_visible()

    person.goto("/roadmap/talks/")
    person.go_back()

    expect(person.get_by_label("I feel", exact=True)).to_have_value("lonely")
    expect(person.get_by_label("about", exact=True)).to_have_value("our evenings")
    person.goto("/roadmap/talks/")
    expect(person.get_by_role("link", name="A talk")).to_have_count(1)


def test_a_plan_is_heard_and_saved_while_it_is_written(person: Page) -> None:
    answer_four(person)
    write(person)

    expect(person.locator("#heard")).to_have_text("I feel lonely about our evenings, and I would like …")
    expect(person.get_by_text("“Never” invites an argument")).to_be_visible()
    expect(person.get_by_text("Nothing is asked for yet")).to_be_visible()
    expect(person.get_by_text(SAVED)).to_be_visible()

    person.get_by_label("and I would like").fill("half an hour on Saturday")
    expect(person.get_by_text("Nothing is asked for yet")).to_be_hidden()
    open_line(person, "back")
    person.get_by_label("Money").check()
    person.get_by_role("button", name="Add likely replies").click()
    expect(person.get_by_label("They might say").first).to_have_value("“We can’t afford it.”")
    expect(person.get_by_role("button", name="Add likely replies")).to_be_focused()
    person.get_by_role("button", name="Save the plan").click()

    expect(person.get_by_role("heading", name="The plan")).to_be_visible()
    expect(person.locator("#more-back > summary")).to_contain_text("2 replies")
    expect(person.get_by_label("They might say").first).to_have_value("“We can’t afford it.”")
    assert not violations(person)
    person.get_by_role("link", name="Print as a card").click()
    expect(person.locator(".card")).to_contain_text("I feel lonely about our evenings, and I would like half an hour on Saturday.")
    assert not violations(person)
    person.emulate_media(media="print")
    expect(person.get_by_text("A card for the pocket")).to_be_hidden()
    expect(person.get_by_role("button", name="Print", exact=True)).to_be_hidden()
    expect(person.locator(".card")).to_be_visible()


def test_words_typed_into_a_plan_are_there_after_leaving_without_saving(person: Page) -> None:
    answer_four(person)
    write(person)
    expect(person.get_by_text(SAVED)).to_be_visible()

    person.goto("/roadmap/talks/")
    person.get_by_role("link", name="You never talk to me").click()
    expect(person.get_by_label("I feel", exact=True)).to_have_value("lonely")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_from_four_questions_to_what_came_back(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    answer_four(page)
    write(page)
    if not javascript:
        page.get_by_role("button", name="Hear it").click()
        expect(page.locator("#heard")).to_contain_text("I feel lonely about our evenings")
        open_line(page, "back")
        page.get_by_role("button", name="Another reply").click()
        expect(page.get_by_label("They might say")).to_have_count(2)
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_role("link", name="We have talked").click()
    page.get_by_label("Listened").check()
    page.get_by_role("group", name="Did it stay safe?").get_by_label("Yes").check()
    if javascript:
        assert not violations(page)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You never talk to me")
    expect(page.get_by_text("First, someone to talk to")).to_have_count(0)
    if javascript:
        assert not violations(page)
    page.get_by_role("link", name="Talks").click()
    expect(page.get_by_text("1 talk", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_reason_of_the_guide_is_carried_into_the_plan(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    page.goto("/guide/understanding/#heard-money")
    heard = page.locator("details", has=page.locator("#heard-money"))
    heard.get_by_role("button", name="Plan a talk with this in mind").click()
    for question in NO:
        page.get_by_role("group", name=re.compile(question)).get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Continue").click()

    open_line(page, "back")
    expect(page.get_by_role("group", name="What might stand in the way").get_by_label("Money")).to_be_checked()
    expect(page.get_by_label("They might say").first).to_have_value("“We can’t afford it.”")
    expect(page.get_by_label("If that is too much, ask for")).not_to_have_value("")
    page.get_by_label("I feel", exact=True).fill("worn out")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_label("They might say").first).to_have_value("“We can’t afford it.”")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_help_before_scripts_unless_four_times_no(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    answer_four(page, "Not sure")

    expect(page.get_by_role("heading", name="First, someone to talk to")).to_be_visible()
    expect(page.get_by_label("I feel", exact=True)).to_be_hidden()
    page.get_by_text("Open the plan anyway").click()
    expect(page.get_by_label("I feel", exact=True)).to_be_visible()


def test_a_talk_is_logged_from_today_with_three_presses_and_two_answers(person: Page) -> None:
    """Under ninety seconds: nothing has to be typed, and the day is today unless it is changed."""
    past_the_first_day(person)
    person.goto("/")
    person.locator("#t-next-more").get_by_role("link", name="Talks").click()
    person.locator("summary", has_text="Write one down").click()
    expect(person.locator("#log").get_by_label("When it was")).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))
    expect(person.locator("#log .field, #log fieldset")).to_have_count(4)
    person.get_by_label("What you tried").select_option("A film together, and a talk about it")
    person.get_by_label("Put off").check()
    person.get_by_role("button", name="Write it down").click()

    expect(person.get_by_text("1 talk", exact=True)).to_be_visible()
    expect(person.locator("#talks .tried")).to_contain_text("Put off")
    person.get_by_role("link", name="Ladder of small asks").click()
    expect(person.locator("summary", has_text="Tried")).to_have_text(re.compile("A film together"))


def test_two_tabs_on_a_plan(person: Page) -> None:
    answer_four(person)
    write(person)
    person.get_by_role("button", name="Save the plan").click()
    expect(person.get_by_role("heading", name="The plan")).to_be_visible()
    other = person.context.new_page()
    other.goto(person.url)

    for page in (person, other):
        open_line(page, "when")
    person.get_by_label("Hour and place").fill("In the garden")
    expect(person.get_by_text(SAVED)).to_be_visible()
    other.get_by_label("Hour and place").fill("At the bridge")

    expect(other.get_by_role("heading", name="Another tab has changed this plan")).to_be_visible()
    expect(other.locator(".versions")).to_contain_text("In the garden")
    other.get_by_role("button", name="Keep these words").click()
    expect(other.get_by_label("Hour and place")).to_have_value("At the bridge")
    person.reload()
    expect(person.get_by_label("Hour and place")).to_have_value("At the bridge")


def test_the_quick_log_is_done_with_the_keyboard_alone(person: Page) -> None:
    person.goto("/roadmap/talks/")
    person.locator("summary", has_text="Write one down").focus()
    person.keyboard.press("Enter")
    person.get_by_label("What you tried").focus()
    person.keyboard.type("A book")
    person.keyboard.press("Tab")
    person.keyboard.press("Tab")
    person.keyboard.press("Space")
    person.keyboard.press("ArrowDown")
    person.keyboard.press("Enter")

    expect(person.get_by_text("1 talk", exact=True)).to_be_visible()
    expect(person.locator(".tried").last).to_contain_text("Refused")
