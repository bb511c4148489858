"""Words in a form that is sent by its button outlive Leave and a page that puts itself away (docs/security.md, R34)."""

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import AWAY, sign_up, take_the_clock
from tests.conftest import PASSPHRASE


def title(page: Page):
    return page.get_by_label("What you will do")


def come_back(page: Page, name: str) -> None:
    page.goto("/accounts/login/?next=/roadmap/actions/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_draft_is_there_after_leaving_and_after_being_put_away_and_gone_once_sent(page: Page) -> None:
    name = sign_up(page)
    page.goto("/roadmap/actions/new/")
    title(page).press_sequentially("Walk to the bridge")
    page.get_by_label("30 days").check()
    expect(page.get_by_text("Kept as a draft, for a week.")).to_be_visible(timeout=5000)

    page.get_by_role("link", name="Leave").click()
    page.wait_for_url(AWAY)
    come_back(page, name)

    expect(page.get_by_text("This is your draft from before.")).to_be_visible()
    expect(title(page)).to_have_value("Walk to the bridge")
    expect(page.get_by_label("30 days")).to_be_checked()

    take_the_clock(page)
    page.reload()
    expect(page.get_by_text("This is your draft from before.")).to_be_visible()
    title(page).fill("Walk to the bridge on Sunday")
    page.clock.fast_forward("05:05")
    for _ in range(10):
        page.wait_for_timeout(50)
        page.clock.run_for(100)
    expect(page.get_by_role("heading", level=1)).to_have_text("Signed out")
    expect(page.get_by_text("could not be saved")).to_be_hidden()
    come_back(page, name)
    expect(title(page)).to_have_value("Walk to the bridge on Sunday")

    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Roadmap")
    page.goto("/roadmap/actions/new/")
    page.wait_for_load_state("networkidle")
    expect(title(page)).to_have_value("")
    expect(page.get_by_text("your draft")).to_be_hidden()


def test_a_draft_is_taken_out_with_one_press(person: Page) -> None:
    person.goto("/roadmap/talks/")
    person.locator("summary", has_text="Write one down").click()
    words = person.get_by_label("Or in your own words")
    words.fill("Asked for a walk")
    expect(person.get_by_text("Kept as a draft")).to_be_visible(timeout=5000)
    person.reload()
    # The line in which it was written is open by itself: a draft in a closed one would look lost.
    expect(words).to_be_visible()
    expect(words).to_have_value("Asked for a walk")

    person.get_by_role("button", name="Clear the draft").click()

    expect(words).to_have_value("")
    expect(person.get_by_text("The draft is cleared.")).to_be_visible()
    expect(person.locator("[data-draft]")).to_be_focused()
    person.wait_for_load_state("networkidle")
    person.reload()
    person.wait_for_load_state("networkidle")
    expect(words).to_have_value("")


def test_the_note_of_a_step_is_there_again_and_opening_the_page_keeps_nothing(person: Page) -> None:
    person.goto("/roadmap/")
    person.goto(person.locator("a[href$='#note-here']").first.get_attribute("href") or "")
    person.wait_for_load_state("networkidle")
    expect(person.get_by_text("Kept as a draft")).to_be_hidden()
    person.get_by_role("textbox", name="Your note").fill("Rowan Street has a waiting list")
    expect(person.get_by_text("Kept as a draft")).to_be_visible(timeout=5000)

    person.reload()

    expect(person.get_by_text("This is your draft from before.")).to_be_visible()
    expect(person.get_by_role("textbox", name="Your note")).to_have_value("Rowan Street has a waiting list")


def test_what_was_typed_before_the_scripts_came_is_kept_beside_the_draft_of_before(person: Page) -> None:
    person.goto("/roadmap/actions/new/")
    title(person).fill("Walk to the bridge")
    expect(person.get_by_text("Kept as a draft")).to_be_visible(timeout=5000)
    late: list[Route] = []
    person.route("**/js/draft*.js", lambda route: late.append(route))
    person.goto("/roadmap/actions/new/", wait_until="commit")
    person.get_by_label("30 days").check()
    while not late:
        person.wait_for_timeout(10)

    late[0].continue_()
    person.unroute_all()

    expect(person.get_by_text("Kept as a draft")).to_be_visible(timeout=5000)
    person.reload()
    expect(title(person)).to_have_value("Walk to the bridge")
    expect(person.get_by_label("30 days")).to_be_checked()


def test_words_on_their_way_when_the_form_is_sent_do_not_come_back(person: Page) -> None:
    person.goto("/roadmap/actions/new/")
    person.wait_for_load_state("networkidle")
    held: list[Route] = []
    person.route(
        "**/accounts/draft/", lambda route: held.append(route) if "bridge" in (route.request.post_data or "") else route.continue_()
    )
    with person.expect_request("**/accounts/draft/"):
        title(person).fill("Walk to the bridge")

    # The request, not its answer: the page may be gone before that comes, and then nobody hears of it.
    with person.expect_request(lambda request: request.url.endswith("/accounts/draft/") and "bridge" not in (request.post_data or "")):
        person.get_by_role("button", name="Add it").click()
    for route in held:
        route.continue_()
    person.unroute_all()
    expect(person.get_by_role("heading", level=1)).to_have_text("Roadmap")

    person.goto("/roadmap/actions/new/")
    person.wait_for_load_state("networkidle")
    expect(title(person)).to_have_value("")
    assert held
