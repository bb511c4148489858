"""From the first step to the day of looking back in a real browser: steps, six questions, the page of the day and its two printed pages."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import sign_up, unfold
from tests.browser.test_access import violations
from tests.browser.test_talks import NO
from tests.conftest import today

SAVED = re.compile(r"^Saved( \d\d:\d\d)?$")
WORDS = "That we can talk about one hard thing a month without it ending in a slammed door. "


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def send(page: Page, *forms: tuple[str, dict[str, str]]) -> None:
    """Post forms as the page would, one after the other."""
    page.evaluate(
        """async (forms) => {
            for (const [path, fields] of forms) {
                const answer = await fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
                if (!answer.ok) throw new Error(path + ' ' + answer.status);
            }
        }""",
        forms,
    )


def pages(page: Page) -> int:
    """Sheets of A4 that it prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


# Steps


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_steps_move_between_stretches_and_change_places(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    page.goto("/roadmap/")
    week, month = page.locator("#acts-7"), page.locator("#acts-30")
    page.locator("summary", has_text="Choose one smaller thing").click()
    page.get_by_role("button", name=re.compile("^To 30 days ?: Choose one smaller thing")).click()

    expect(week.get_by_role("status")).to_have_text("Moved to 30 days: Choose one smaller thing to ask for")
    expect(month.locator(".act").last).to_contain_text("Choose one smaller thing")
    expect(week.locator(".act:not(.act--gone)")).to_have_count(2)
    expect(page.get_by_text("0 of 2")).to_be_visible()

    unfold(page.locator("#horizon-30 > summary"))
    page.locator("summary", has_text="Choose one smaller thing").click()
    page.get_by_role("button", name=re.compile("^Up ?: Choose one smaller thing")).click()
    expect(month.locator(".act").nth(3)).to_contain_text("Choose one smaller thing")
    expect(month.locator(".act").nth(3)).to_be_visible()


def test_a_step_is_moved_up_with_the_keyboard_and_keeps_the_focus(person: Page) -> None:
    person.goto("/roadmap/")
    person.locator("summary", has_text="Begin with three, two, one").focus()
    person.keyboard.press("Enter")
    up = person.get_by_role("button", name=re.compile("^Up ?: Begin with three"))
    up.focus()
    for place in (1, 0):
        # What has just been put there is a plain form until htmx has taken it up.
        expect(person.locator(".htmx-added, .htmx-settling, .htmx-swapping")).to_have_count(0)
        person.keyboard.press("Enter")
        expect(person.locator("#acts-7 .act").nth(place)).to_contain_text("Begin with three, two, one")
        expect(up).to_be_focused()


def test_what_can_be_seen_is_offered_and_ticked_by_a_press(person: Page) -> None:
    send(person, ("/checkins/", {"gratitude_1": "Jo rang back", "version": "0"}))
    person.goto("/roadmap/")
    step = person.get_by_role("button", name="Done: Begin with three, two, one")
    expect(step).to_have_attribute("aria-pressed", "false")

    person.get_by_role("button", name=re.compile("Tick it ?: Begin with three")).click()

    expect(step).to_have_attribute("aria-pressed", "true")
    expect(person.locator(".offer")).to_have_count(0)


def test_at_the_end_of_a_stretch_what_is_open_goes_on(person: Page) -> None:
    person.goto("/roadmap/")
    send(person, ("/roadmap/", {"started_on": ago(9)}))
    person.reload()
    expect(person.get_by_text("The 7 days are over, and 3 steps are still open.")).to_be_visible()
    assert not violations(person)

    person.locator("#left-over").get_by_role("button", name="Move to 30 days", exact=True).click()

    expect(person.locator("#acts-30 .act")).to_have_count(7)
    expect(person.get_by_text("are over")).to_have_count(0)


# Six questions


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_six_questions_are_answered_and_help_comes_first_where_fear_is_named(
    open_context: Callable[..., BrowserContext], javascript: bool
) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    page.goto("/roadmap/reviews/new/")
    for question in page.locator(".steps fieldset").all():
        question.get_by_label("3").check()
    page.get_by_label("A note for later").fill("Sleeping better")
    page.get_by_role("group", name=re.compile(NO[0])).get_by_label("Not sure").check()
    page.get_by_role("button", name="Save my answers").click()

    expect(page.get_by_role("heading", name="First, someone to talk to")).to_be_visible()
    expect(page.get_by_text("Sleeping better")).to_be_visible()
    page.goto("/roadmap/reviews/")
    expect(page.get_by_role("heading", name="First, someone to talk to")).to_have_count(0)
    expect(page.get_by_text("Sleeping better")).to_be_visible()


def test_answers_begun_are_there_after_going_away(person: Page) -> None:
    person.goto("/roadmap/reviews/new/")
    person.get_by_role("group", name=re.compile("Are you becoming more")).get_by_label("2").check()
    person.get_by_label("A note for later").fill("Half an answer")
    expect(person.get_by_text(SAVED)).to_be_visible()

    person.goto("/roadmap/reviews/")
    person.get_by_role("link", name="Continue your answers").click()
    expect(person.get_by_label("A note for later")).to_have_value("Half an answer")
    expect(person.get_by_role("group", name=re.compile("Are you becoming more")).get_by_label("2")).to_be_checked()


def test_two_tabs_on_the_six_questions(person: Page) -> None:
    other = person.context.new_page()
    for page in (person, other):
        page.goto("/roadmap/reviews/new/")
    person.get_by_label("A note for later").fill("From the first tab")
    expect(person.get_by_text(SAVED)).to_be_visible()
    other.get_by_label("A note for later").fill("From the second tab")

    expect(other.get_by_role("heading", name="Another tab has changed these answers")).to_be_visible()
    expect(other.locator(".versions")).to_contain_text("From the first tab")


# The day


def fill_half_a_year(page: Page) -> None:
    """As much as there can be: the longest words, more talks than the page shows, a year of days."""
    page.goto("/roadmap/")
    forms = [("/roadmap/", {"started_on": ago(360)}), ("/roadmap/looking-back/", {"need_to_see": (WORDS * 20)[:800]})]
    forms += [(f"/checkins/{ago(day)}/", {"gratitude_1": "Soup", "emotion_1": "calm", "version": "0"}) for day in range(1, 360, 20)]
    forms += [("/roadmap/talks/", {"day": ago(day), "own_words": (WORDS * 3)[:70], "response": "refused"}) for day in range(1, 200, 16)]
    forms += [("/roadmap/reviews/new/", {f"q{number}": "3" for number in range(1, 7)})]
    short = dict.fromkeys(("need_stay", "need_part", "need_effort"), (WORDS * 9)[:300])
    forms += [("/roadmap/looking-back/", short | {"now": (WORDS * 20)[:800], "next_step": WORDS * 2, "who_helps": WORDS})]
    send(page, *forms)


@pytest.mark.parametrize("filled", [False, True], ids=["with nothing logged", "with a year of data"])
def test_looking_back_prints_on_exactly_two_pages_and_fits_a_narrow_screen(person: Page, filled: bool) -> None:
    if filled:
        fill_half_a_year(person)
    person.goto("/roadmap/looking-back/?now=1")
    expect(person.get_by_role("heading", name="Three ways on")).to_be_visible()

    assert pages(person) == 2
    person.emulate_media(media="print")
    for hidden in (".leave", "main .button", ".notice", ".saved"):
        for each in person.locator(hidden).all():
            expect(each).to_be_hidden()
    if filled:
        cut = "(e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2"
        assert not [each.get_attribute("name") for each in person.locator("textarea").all() if each.is_visible() and each.evaluate(cut)]
        person.emulate_media(media="screen")
        person.set_viewport_size({"width": 320, "height": 664})
        person.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not person.evaluate("document.documentElement.scrollWidth > innerWidth"), "its tables fit a narrow screen with large text"


def test_the_sheet_of_half_a_year_prints_on_two_pages(person: Page) -> None:
    fill_half_a_year(person)
    person.goto("/roadmap/sheet/")
    person.get_by_label("From", exact=True).fill(ago(180))
    for part in person.locator("[name=parts]").all():
        part.check()
    person.get_by_role("button", name="Make the sheet").click()
    expect(person.get_by_text("Notes to bring along")).to_be_visible()

    assert pages(person) <= 2
    person.emulate_media(media="print")
    for hidden in (".leave", "main .button", "h1", "main form"):
        for each in person.locator(hidden).all():
            expect(each).to_be_hidden()


def test_the_three_ways_are_equal_in_size_and_colour(person: Page) -> None:
    person.goto("/roadmap/looking-back/?now=1")
    for width in (390, 1280):
        person.set_viewport_size({"width": width, "height": 900})
        looks = person.locator(".way").evaluate_all(
            """(ways) => ways.map((way) => {
                const title = getComputedStyle(way.querySelector('h3'));
                const style = getComputedStyle(way);
                return [Math.round(way.getBoundingClientRect().width), title.fontSize, title.fontWeight, title.color, style.backgroundColor,
                        way.querySelector('textarea').getBoundingClientRect().height].join();
            })"""
        )
        assert len(looks) == 3 and len(set(looks)) == 1, looks


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_from_what_one_would_need_to_a_new_date(open_context: Callable[..., BrowserContext], javascript: bool) -> None:
    page = open_context(java_script_enabled=javascript).new_page()
    sign_up(page)
    page.goto("/roadmap/")
    page.get_by_role("link", name="Write it down").click()
    page.get_by_label("What would you need to see?").fill("One hard thing a month")
    page.get_by_role("button", name="Save").click()
    if javascript:
        expect(page.locator("#saved")).to_contain_text("Saved")
    page.get_by_role("link", name="Look back today").click()
    expect(page.get_by_text("One hard thing a month")).to_be_visible()
    page.get_by_label("Now, having read that").fill("Two doors")
    page.get_by_label("What I will do next").fill("Ring Jo")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.get_by_label("Now, having read that")).to_have_value("Two doors")

    page.locator("#close > summary").click()
    page.get_by_label("Look back again, on another day").check()
    page.get_by_label("On which day").fill((today() + timedelta(days=60)).isoformat())
    page.get_by_label("Put the next step on the roadmap").check()
    if javascript:
        assert not violations(page)
    page.get_by_role("button", name="Finish").click()

    expect(page.get_by_role("heading", name="Earlier times")).to_be_visible()
    page.locator("a.fold-link", has_text=str(today().year)).click()
    expect(page.get_by_text("Two doors")).to_be_visible()
    page.goto("/roadmap/")
    expect(page.locator("#acts-7")).to_contain_text("Ring Jo")


def test_words_of_the_day_are_saved_while_they_are_written(person: Page) -> None:
    person.goto("/roadmap/looking-back/?now=1")
    person.get_by_label("Now, having read that").fill("Two doors")
    expect(person.get_by_text(SAVED)).to_be_visible()

    person.reload()
    expect(person.get_by_label("Now, having read that")).to_have_value("Two doors")
