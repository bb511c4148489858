"""Everyone can use it: axe, keyboard, 320 px, 200 % text, print, forced colours (WCAG 2.2 AA)."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_words
from tests.browser.test_leave import PRIVATE, PUBLIC
from tests.browser.test_plan import set_phrase
from tests.conftest import today

PARTS = [f"/guide/{slug}/" for slug in ("understanding", "options", "wellbeing", "limits", "forward", "questions")]
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # What passed is not described element by element: it is never read, and it takes as long as the check itself.
    "resultTypes": ["violations"],
}
# The other scheme changes colours and nothing else.
COLOURS = RULES | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def fill_in(page: Page) -> None:
    """Something in every part of the account, so that there is something to look at."""
    page.goto("/checkins/")
    page.locator("a[rel=prev]").click()
    page.get_by_role("textbox", name="Glad of, 1").fill("Soup that came out right, and a walk along the river until the light went")
    page.get_by_role("textbox", name="Glad of, 2").fill(f"https://soup.example/{'a' * 180}")
    page.get_by_label("When", exact=True).fill("the kettle goes on")
    page.get_by_label("I will").fill(f"sit on the {'step' * 15}")
    open_words(page, "Less energy, pleasant")
    page.get_by_role("checkbox", name="Calm").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(500)
    page.goto("/roadmap/")
    page.get_by_role("button", name="Done: Begin with three, two, one").click()
    page.wait_for_timeout(300)
    page.goto("/roadmap/looking-back/?now=1")
    page.get_by_label("Now, having read that").fill("Two calm Sundays")
    page.locator("#close > summary").click()
    page.get_by_label("Look back again, on another day").check()
    page.get_by_label("On which day").fill((today() + timedelta(days=90)).isoformat())
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Earlier times")).to_be_visible()
    set_phrase(page)
    page.locator("summary", has_text="Talk to an advocate").click()
    page.get_by_label("Note: Talk to an advocate").fill("Rowan Street, before noon")
    page.locator("summary", has_text="animals").click()
    page.locator("#out-first-animals").check()
    page.locator("#l-people").click()
    page.get_by_label("A line of your own").nth(1).fill("Jo has the spare key")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    page.reload()
    expect(page.get_by_text("Not for me: 1")).to_be_visible()


def one_of_each(page: Page) -> list[str]:
    """The addresses of a step, and of a talk with all its pages."""
    page.goto("/roadmap/")
    step = page.locator("a[href$='#note-here']").first.get_attribute("href") or ""
    page.goto("/roadmap/talks/new/")
    # Words longer than a narrow screen is wide.
    form = {"issue": f"Quiet {'evenings' * 9}", "feeling": "lonely" * 8}
    form |= {"about": "our evenings", "reply_1": "Later.", "answer_1": "Tomorrow?"}
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    told = page.request.post("/roadmap/talks/new/", form=form | {"csrfmiddlewaretoken": token}, headers={"Referer": page.url})
    talk = urlsplit(told.url).path
    return [step.partition("#")[0], *(f"{talk}{page}" for page in ("", "debrief/", "card/"))]


def violations(page: Page, options: dict[str, Any] = RULES) -> list[str]:
    """What axe finds, looked at from the top: what lies half under the bar is no smaller for it."""
    page.evaluate("scrollTo(0, 0)")
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['target']} {each['help']}" for each in found]


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_page_folded_or_opened_in_either_scheme(person: Page, size: str) -> None:
    fill_in(person)
    person.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    wrong = {}
    for path in [*PRIVATE, *PUBLIC, *PARTS, *one_of_each(person), "/checkins/9999-12-31/"]:
        person.goto(path)
        found = violations(person)
        person.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        found += violations(person)
        person.emulate_media(color_scheme="dark")
        found += violations(person, COLOURS)
        person.emulate_media(color_scheme="light")
        if found:
            wrong[path] = found
    assert not wrong


def test_axe_finds_nothing_on_pages_that_refuse(person: Page) -> None:
    wrong = {}
    person.goto("/checkins/")
    person.get_by_label("I will").fill("x" * 512)
    expect(person.locator("#action_error")).to_be_visible()
    wrong["autosave"] = violations(person)
    person.goto("/roadmap/actions/new/")
    person.get_by_role("button", name="Add it").click()
    wrong["own step"] = violations(person)
    person.goto("/accounts/settings/")
    person.locator("summary", has_text="Where Leave goes").click()
    person.get_by_label("Where Leave goes").fill("javascript:alert(1)")
    person.get_by_role("button", name="Save").click()
    expect(person.locator(".field-error:visible")).to_be_visible()
    wrong["settings"] = violations(person)

    person.goto("/roadmap/plan/")
    person.get_by_label("Second passphrase").fill("not this one")
    person.get_by_role("button", name="Open").click()
    expect(person.locator(".field-error")).to_be_visible()
    wrong["plan"] = violations(person)
    person.goto("/roadmap/plan/new/")
    person.get_by_label("Second passphrase").fill("short")
    person.get_by_label("The same once more").fill("not the same")
    person.get_by_role("button", name="Set it").click()
    expect(person.locator(".field-error").first).to_be_visible()
    wrong["phrase"] = violations(person)

    assert not any(wrong.values()), wrong


def test_nothing_scrolls_sideways_on_a_narrow_screen_or_with_large_text(person: Page) -> None:
    fill_in(person)
    wide = []
    for path in [*PRIVATE, *PUBLIC, *PARTS, *one_of_each(person)]:
        person.goto(path)
        person.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        for width, text in [(320, 100), (390, 200), (1280, 200), (320, 200)]:
            person.set_viewport_size({"width": width, "height": 700})
            person.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
            if person.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((path, width, text))
    assert not wide


def test_no_word_of_ours_is_broken_on_a_narrow_screen(person: Page) -> None:
    person.set_viewport_size({"width": 320, "height": 664})
    person.goto("/checkins/")
    person.evaluate("document.querySelectorAll('details').forEach((each) => { each.name = ''; each.open = true })")

    lines = person.evaluate(
        """[...document.querySelectorAll('.bar-account, .words b')].map((each) => {
            const range = document.createRange();
            range.selectNodeContents(each);
            return [each.innerText, range.getClientRects().length];
        })"""
    )

    assert len(lines) > 50 and not [word for word, count in lines if count > 1 and " " not in word]


def test_every_control_is_reached_by_tab_and_never_covered(person: Page) -> None:
    """In the order of the page, with a visible outline, and not under the bar or the tabs (2.4.7, 2.4.11)."""
    person.set_viewport_size({"width": 390, "height": 700})
    for path in ["/", "/checkins/", "/checkins/history/", "/roadmap/", "/guide/talking/", "/accounts/settings/", "/roadmap/plan/"]:
        person.goto(path)
        for _ in range(40):
            person.keyboard.press("Tab")
            seen = person.evaluate(
                """() => {
                    const at = document.activeElement;
                    if (!at || at === document.body) return null;
                    const box = at.getClientRects()[0];  // A link may run over two lines.
                    const y = box.y + Math.min(box.height / 2, 20);
                    const top = document.elementFromPoint(box.x + box.width / 2, y);
                    const style = getComputedStyle(at);
                    const cell = at.querySelector('.d-cell');  // A day in a drawing is outlined by its own edge.
                    return {
                        what: at.outerHTML.slice(0, 90),
                        covered: !(top && (at.contains(top) || top.contains(at) || at.closest('label')?.contains(top))),
                        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
                            || cell && getComputedStyle(cell).stroke !== 'none' && parseFloat(getComputedStyle(cell).strokeWidth) >= 2,
                    };
                }"""
            )
            if seen is None:
                break
            assert not seen["covered"], (path, seen)
            assert seen["outlined"], (path, seen)


def test_a_tick_keeps_the_focus_after_it_was_pressed(person: Page) -> None:
    person.goto("/roadmap/")
    step = person.get_by_role("button", name="Done: Begin with three, two, one")
    step.focus()
    person.keyboard.press("Space")

    expect(step).to_have_attribute("aria-pressed", "true")
    expect(step).to_be_focused()


def test_on_paper_there_are_words_and_no_controls(person: Page) -> None:
    fill_in(person)
    person.emulate_media(media="print")
    for path in ["/", "/checkins/", "/roadmap/", "/guide/options/", "/help/?country=GB"]:
        person.goto(path)
        for hidden in (".leave", ".nav", ".foot", "main button:not(.act-tick)"):
            for each in person.locator(hidden).all():
                expect(each).to_be_hidden()
        expect(person.get_by_role("heading", level=1)).to_be_visible()
    person.goto("/guide/options/")
    expect(person.locator(".sources li").first).to_be_visible()
    assert person.pdf(format="A4").startswith(b"%PDF")


def test_without_colours_of_our_own_all_is_still_there(person: Page) -> None:
    fill_in(person)
    person.emulate_media(forced_colors="active")
    wrong = {}
    for path in [*PRIVATE, *PUBLIC]:
        person.goto(path)
        expect(person.get_by_role("link", name="Leave", exact=True)).to_be_visible()
        if found := violations(person, COLOURS):
            wrong[path] = found
    assert not wrong
    person.goto("/roadmap/")
    box = person.locator(".act-tick[aria-pressed=true] .act-box").first
    unticked = person.locator(".act-tick[aria-pressed=false] .act-box").first
    assert box.evaluate("(e) => getComputedStyle(e).backgroundColor") != unticked.evaluate("(e) => getComputedStyle(e).backgroundColor")
