"""Sending a form: Enter does the main thing, what is refused or not answered keeps its text, and what happened is heard (R76, R77)."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import sign_up
from tests.browser.test_leave import PRIVATE, PUBLIC
from tests.conftest import PASSPHRASE

# The button that Enter presses is the first in the document that submits; the main one looks like it.
ENTER = """() => [...document.forms].filter((form) => form.querySelector('input:not([type=hidden]), textarea')).map((form) => {
    const buttons = [...form.elements].filter((each) => each.type === 'submit');
    const main = buttons.find((each) => each.matches('.button:not(.button--quiet, .button--plain)'));
    const first = buttons.find((each) => !each.disabled);
    return main && first !== main && (first.name || first.value) ? `${form.getAttribute('action')}: ${first.textContent.trim()}` : null;
}).filter(Boolean)"""


def test_enter_does_the_main_thing_in_every_form(person: Page, open_context: Callable[..., BrowserContext]) -> None:
    stranger = open_context().new_page()
    wrong = {}
    for page, paths in ((person, PRIVATE), (stranger, PUBLIC)):
        for path in paths:
            page.goto(path)
            if found := page.evaluate(ENTER):
                wrong[path] = found
    assert not wrong


def test_enter_in_the_passphrase_makes_the_account(page: Page) -> None:
    page.goto("/accounts/signup/")
    name = page.get_by_label("Name to sign in with").input_value()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("Passphrase").press("Enter")

    expect(page.get_by_text("Your first day")).to_be_visible()
    page.goto("/accounts/settings/")
    expect(page.get_by_text(name)).to_be_visible()


def test_another_name_keeps_what_was_typed_and_is_heard(page: Page) -> None:
    page.goto("/accounts/signup/")
    name = page.get_by_label("Name to sign in with")
    first = name.input_value()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("link", name="Another").click()

    expect(name).not_to_have_value(first)
    expect(page.get_by_label("Passphrase")).to_have_value(PASSPHRASE)
    expect(page.locator("[data-said-aloud]")).to_have_text(name.input_value())


def test_what_is_refused_stays_with_its_error_in_focus_and_back_asks_nothing(person: Page) -> None:
    person.goto("/roadmap/")
    person.goto("/accounts/settings/")
    person.locator("summary", has_text="Where Leave goes").click()
    person.get_by_label("Where Leave goes").fill("javascript:alert(1)")
    person.get_by_role("button", name="Save").click()

    expect(person.get_by_label("Where Leave goes")).to_be_focused()
    expect(person.get_by_label("Where Leave goes")).to_have_value("javascript:alert(1)")
    person.go_back()
    expect(person.get_by_role("heading", level=1)).to_have_text("Roadmap")


def test_a_wrong_sign_in_puts_focus_on_what_is_wrong(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Name").fill("quiet-harbour-99")
    page.get_by_label("Passphrase").fill("not this one at all")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert").first).to_be_focused()


def test_what_is_not_answered_stays_on_the_page_and_goes_through_later(person: Page) -> None:
    person.goto("/roadmap/actions/new/")
    person.get_by_label("What you will do").fill("Ring the garage")
    person.context.set_offline(True)
    person.get_by_role("button", name="Add it").click()

    expect(person.get_by_text("That could not be sent")).to_be_focused()
    expect(person.get_by_label("What you will do")).to_have_value("Ring the garage")
    person.context.set_offline(False)
    person.get_by_role("button", name="Add it").click()
    person.wait_for_url(re.compile(r"/roadmap/(#.*)?$"))
    expect(person.get_by_text("Ring the garage", exact=True)).to_be_visible()


def test_pressing_twice_sends_once(person: Page) -> None:
    sent: list[str] = []

    def slowly(route: Route) -> None:
        sent.append(route.request.method)
        person.wait_for_timeout(300)
        route.continue_()

    person.goto("/roadmap/actions/new/")
    person.route("**/roadmap/actions/new/", slowly)
    person.get_by_label("What you will do").fill("Ring the garage")
    person.get_by_role("button", name="Add it").dblclick()
    person.wait_for_url(re.compile(r"/roadmap/(#.*)?$"))

    assert sent == ["POST"]


def test_a_shown_passphrase_is_hidden_again_before_it_is_sent_and_offered_to_no_memory_meanwhile(page: Page) -> None:
    page.goto("/accounts/signup/")
    field = page.get_by_label("Passphrase")
    field.fill(PASSPHRASE)
    expect(field).to_have_attribute("autocomplete", "new-password")
    page.get_by_role("button", name="Show").click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_attribute("autocomplete", "off")

    page.route("**/accounts/signup/", lambda route: route.abort())
    field.press("Enter")

    expect(page.get_by_text("That could not be sent")).to_be_visible()
    expect(field).to_have_attribute("type", "password")
    expect(field).to_have_attribute("autocomplete", "new-password")


def test_without_scripts_forms_work_as_they_are(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_up(page)
    page.goto("/roadmap/actions/new/")
    page.get_by_label("What you will do").fill("Ring the garage")
    page.get_by_role("button", name="Add it").click()

    expect(page.get_by_text("Ring the garage", exact=True)).to_be_visible()
