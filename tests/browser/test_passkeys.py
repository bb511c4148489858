"""Passkeys with Chromium's own virtual authenticator. They need a name, so the site is visited as localhost."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.browser.conftest import AWAY, sign_up
from tests.serving import Serving

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


ADD_A_SIGN = """code => {
  const form = document.querySelector("[data-module=passkey]");
  form.requestSubmit = () => {
    const field = form.elements.credential;
    field.value = JSON.stringify({ ...JSON.parse(field.value), note: String.fromCharCode(code) });
    HTMLFormElement.prototype.requestSubmit.call(form);
  };
}"""


@pytest.fixture
def site(server: Serving) -> str:
    return server.address.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(open_context: Callable[..., BrowserContext], site: str) -> Page:
    """A browser on a device that is unlocked whenever it is asked."""
    context = open_context()
    page = context.new_page()
    page.goto(f"{site}/accounts/signup/")
    return page


def device(page: Page, **differently: Any) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | differently})
    return session, added["authenticatorId"]


def make_account(page: Page) -> None:
    page.get_by_label("Passphrase").fill("four words nobody guesses")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("Your first day")).to_be_visible()


def make_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/two-step/")
    page.get_by_role("link", name="Make a passkey on this device").click()
    expect(page.get_by_text("Anyone who can unlock this device can sign in")).to_be_visible()
    page.get_by_role("button", name="Make it on this device").click()
    expect(page.get_by_role("button", name="Delete")).to_be_visible()


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/login/?next=/roadmap/")
    page.get_by_role("button", name="Use a passkey").click()


def test_a_passkey_signs_in_and_does_not_open_what_asks_for_the_passphrase(page: Page, site: str) -> None:
    device(page)
    make_account(page)
    make_passkey(page, site)
    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(AWAY)

    sign_in(page, site)

    expect(page.get_by_role("heading", level=1)).to_have_text("Roadmap")
    page.goto(f"{site}/accounts/devices/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your passphrase again")


def test_one_that_was_taken_out_opens_nothing(page: Page, site: str) -> None:
    device(page)
    make_account(page)
    make_passkey(page, site)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("None so far.")).to_be_visible()
    page.goto(f"{site}/accounts/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/")

    sign_in(page, site)

    expect(page.get_by_role("heading", level=1)).to_have_text("That passkey did not work")
    page.goto(f"{site}/roadmap/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("code", [0, 0xD800])
def test_a_new_one_with_a_sign_that_cannot_be_kept_is_refused_calmly(page: Page, site: str, code: int) -> None:
    """What browsers send holds neither NUL nor half of a pair; another program may send it."""
    device(page)
    make_account(page)
    page.goto(f"{site}/accounts/two-step/passkey/")
    page.evaluate(ADD_A_SIGN, code)

    with page.expect_response(lambda response: response.request.method == "POST" and "passkey" in response.url) as answer:
        page.get_by_role("button", name="Make it on this device").click()

    assert answer.value.status == 422
    # Chromium forgets to say that it has closed a window which is on its way to a page.
    expect(page.get_by_role("alert")).to_contain_text("Nothing has changed")


def test_a_device_that_nobody_unlocks_signs_nobody_in(page: Page, site: str) -> None:
    session, authenticator = device(page)
    make_account(page)
    make_passkey(page, site)
    page.goto(f"{site}/accounts/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})

    sign_in(page, site)

    expect(page.get_by_text("No passkey was used.")).to_be_visible()


def test_the_second_step_is_not_asked_for_because_of_a_passkey(page: Page, site: str) -> None:
    """It is another way in, not another lock: a person who lost the device still has the passphrase."""
    device(page)
    make_account(page)
    make_passkey(page, site)
    name = page.evaluate("fetch('/accounts/settings/').then((r) => r.text()).then((t) => t.match(/Signed in as<br>([^<]+)/)[1])")
    page.goto(f"{site}/accounts/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passphrase").fill("four words nobody guesses")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_text("Your first day")).to_be_visible()


def test_without_scripts_it_is_not_offered(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/accounts/login/")
    expect(page.get_by_text("Or with a passkey")).to_be_hidden()
    sign_up(page)
    page.goto("/accounts/two-step/passkey/")
    expect(page.get_by_text("This browser cannot make one")).to_be_visible()
    expect(page.get_by_role("button", name="Make it on this device")).to_be_hidden()
