"""Every button of talks, six questions, looking back, the private plan, the calendar and the sheet: each press is answered."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_up
from tests.browser.pressing import Press, faults, listen, press_all
from tests.browser.test_looking_back_pages import ago, send
from tests.roadmap.plans import PHRASE

PHONE = {"width": 390, "height": 844}
# What leads to a page that says by its own words what happened, and so needs no line of its own.
LEADS_ON = {"Make the sheet"}
# After these the address shows another page, which begins at its top and says what happened.
OTHER_PAGE = {"later Come back to this in a month", "let-go Let this plan go", "Lock it"}
# Of another page's own test.
NEVER = ("cover Cover the words", "cover Show the words")


@pytest.fixture(scope="module")
def person(browser, server) -> Page:  # type: ignore[no-untyped-def]
    """A person with something of each kind, on a phone. The tests of this file share the account, and leave it with something of each."""
    page = browser.new_context(base_url=server.address, viewport=PHONE).new_page()
    page.set_default_timeout(10_000)
    sign_up(page)
    listen(page)
    page.goto("/roadmap/")
    talk = {"response": "listened", "safe": "yes"}
    send(
        page,
        ("/roadmap/", {"started_on": ago(40)}),
        ("/roadmap/looking-back/", {"need_to_see": "One hard thing a month"}),
        *(("/roadmap/talks/", talk | {"day": ago(day), "own_words": f"Talk {day}"}) for day in (3, 9)),
        *(("/roadmap/talks/new/", {"issue": words, "feeling": "tired", "version": "0"}) for words in ("Evenings", "Money")),
        ("/roadmap/reviews/new/", {f"q{number}": "3" for number in range(1, 7)} | {"finish": "1"}),
    )
    return page


def address_of(page: Page, words: str) -> str:
    page.goto("/roadmap/talks/")
    address = page.get_by_role("link", name=words).first.get_attribute("href")
    assert address
    return address


def unanswered(presses: list[Press]) -> list[str]:
    """Presses at fault, and those that led to a page which says nothing about them."""
    silent = [press.kind for press in presses if press.left_page and not press.heard and press.kind not in LEADS_ON]
    in_place = [press for press in presses if press.kind.removeprefix("Undo of ") not in OTHER_PAGE]
    return faults(in_place) + [f"{kind}: the next page says nothing" for kind in silent]


@pytest.mark.parametrize(
    ("address", "least", "last"),
    [
        ("/roadmap/talks/", 1, ()),
        ("/roadmap/reviews/", 2, ()),
        ("/roadmap/looking-back/", 1, ()),
        ("/roadmap/looking-back/?now=1", 3, ("later Come back to this in a month",)),
        ("/roadmap/calendar/", 1, ()),
        ("/roadmap/sheet/", 1, ()),
    ],
)
def test_every_button_of_a_page_is_answered(person: Page, address: str, least: int, last: tuple[str, ...]) -> None:
    presses = press_all(person, address, last=last, never=NEVER)

    assert not unanswered(presses)
    assert len(presses) >= least


@pytest.mark.parametrize(("talk", "last"), [("Evenings", ("let-go Let this plan go", "delete Delete")), ("Talk 3", ("delete Delete",))])
def test_every_button_of_a_talk_is_answered_and_undone(person: Page, talk: str, last: tuple[str, ...]) -> None:
    presses = press_all(person, address_of(person, talk), last=last)

    assert not unanswered(presses)
    assert {f"Undo of {kind}" for kind in last} <= {press.kind for press in presses}


def test_every_button_of_the_private_plan_is_answered(person: Page) -> None:
    person.goto("/roadmap/plan/new/")
    person.get_by_label("Second passphrase").fill(PHRASE)
    person.get_by_label("The same once more").fill(PHRASE)
    person.get_by_role("button", name="Set it").click()
    expect(person.locator("main").get_by_text("Set. The lists are open")).to_be_visible()
    presses = press_all(person, "/roadmap/plan/", last=("Lock it",))

    assert not unanswered(presses)
    assert "Locked." in [press.heard for press in presses]
