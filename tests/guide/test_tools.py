"""What stands in the parts to be used: it works without an account and without JavaScript, and stores nothing."""

import re
from itertools import product

import pytest
from django.test import Client

from accounts.models import Account, Session
from guide import ladder, library, reasons, safety, signs

FOUR_NO = dict.fromkeys(safety.QUESTIONS, "no")
OPEN = '<details class="ask" open>'


def page_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# The four questions before the asking


def test_before_they_are_answered_the_words_for_asking_are_folded_and_it_says_why(client: Client, db: None) -> None:
    page = page_of(client.get("/guide/talking/"))

    assert page.count('<details class="ask">') == page.count("come before the asking") == 4
    assert OPEN not in page


@pytest.mark.parametrize("slug", [reading.slug for reading in library.read_files()])
def test_no_words_to_ask_a_partner_with_lie_open_in_any_part(client: Client, db: None, slug: str) -> None:
    """All are one press away, and why is said before them: those in quotation marks, those of a reason and those of a rung."""
    page = page_of(client.get(f"/guide/{slug}/"))
    folded = re.findall(r'<details class="(?:ask|pick)".*?</details>', page)
    in_sight = re.sub(r"<details.*?</details>", "", page)

    assert OPEN not in page and not re.search(r'<details class="pick"[^>]* open', page)
    assert not re.findall(r"“[^”]*(?:[Ww]ould you|[Ss]hall we|I would like us|I’d like us|[Mm]ay I tell)[^”]*[^”…]”", in_sight)
    for words in folded:
        before = page[: page.index(words)]
        assert before.rfind('href="/guide/talking/#safe">four questions</a> come before the asking.') > before.rfind("<h2")


def test_four_times_no_opens_the_words_at_once(client: Client, db: None) -> None:
    page = page_of(client.post("/guide/talking/", FOUR_NO))

    assert page.count(OPEN) == 4
    assert "Four times no." in page and "does not prove that all is well" in page
    assert "come before the asking" not in page


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"safety_afraid": "no"},
        *({**FOUR_NO, question: answer} for question, answer in product(safety.QUESTIONS, ["yes", "unsure", "rather-not", ""])),
        {**FOUR_NO, "safety_kept": "<script>"},
    ],
)
def test_anything_else_shows_help_before_the_words_and_says_why(client: Client, db: None, answers: dict[str, str]) -> None:
    response = client.post("/guide/talking/", answers)

    page = page_of(response)
    assert response.status_code == (422 if "<script>" in answers.values() else 200)
    assert OPEN not in page
    assert page.index("Help first") < page.index('class="button" href="/help/"') < page.index('<details class="ask">')
    assert "an invitation can make things worse" in page


def test_answers_leave_nothing_behind(db: None, django_assert_num_queries) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/guide/talking/")

    with django_assert_num_queries(0):
        response = client.post("/guide/talking/", FOUR_NO | {"safety_afraid": "yes"})

    assert not response.cookies and not Session.objects.exists()
    assert "no-store" in response["Cache-Control"]
    assert 'value="yes" ' in client.post("/guide/talking/", {"safety_afraid": "yes"}).content.decode()
    assert " checked" not in client.get("/guide/talking/").content.decode(), "the next one sees none of it"


def test_a_part_with_nothing_to_choose_takes_nothing(client: Client, db: None) -> None:
    assert client.post("/guide/wellbeing/", FOUR_NO).status_code == 405


# The signs


def marked(client: Client, **marks: str) -> str:
    return page_of(client.post("/guide/limits/", {f"sign_{name}": mark for name, mark in marks.items()}))


@pytest.mark.parametrize("sign", ["sabotage", "turned"])
@pytest.mark.parametrize("mark", ["seen", "unsure"])
def test_a_sign_that_can_be_control_meets_help_first_also_when_unsure(client: Client, db: None, sign: str, mark: str) -> None:
    page = marked(client, **{sign: mark}, substance="seen")

    answer = page[page.index('class="signs-answer"') :]
    assert answer.index("Help first") < answer.index('href="/help/"') < answer.index("For this one there is a tested way")


def test_what_is_answered_depends_on_what_was_marked(client: Client, db: None) -> None:
    for sign in signs.SIGNS.values():
        page = page_of(client.post("/guide/limits/", {sign.key: "seen"}))
        assert [other.key for other in signs.SIGNS.values() if str(other.advice) in page] == [sign.key]
        assert all(f'href="{link.address}"' in page for link in sign.links)
    assert "Several at once" in marked(client, substance="seen", shut="seen")
    assert "Several at once" not in marked(client, substance="seen", shut="unsure")


def test_none_of_them_and_nothing_marked_are_two_things_and_fear_counts_in_both(client: Client, db: None) -> None:
    none = page_of(client.post("/guide/limits/", {sign.key: "not-seen" for sign in signs.SIGNS.values()}))
    nothing = page_of(client.post("/guide/limits/", {}))

    assert "None of the five." in none and "Nothing is marked as seen" in nothing
    for page in (none, nothing):
        assert "If you are afraid, that counts by itself" in page


def test_there_is_no_score(client: Client, db: None) -> None:
    every = page_of(client.post("/guide/limits/", {sign.key: "seen" for sign in signs.SIGNS.values()}))
    answer = every[every.index('class="signs-answer"') : every.index("Go through the list again")]

    assert not re.search(r"\d|points|score|of five|leave (him|her|them)\b", re.sub(r"<[^>]+>", "", answer))


def test_an_unknown_mark_is_refused_calmly(client: Client, db: None) -> None:
    response = client.post("/guide/limits/", {"sign_shut": "very much"})

    assert response.status_code == 422
    assert "Choose one of the three, or none." in response.content.decode()


# Reasons and rungs


def test_every_reason_opens_to_what_it_may_mean_and_what_to_say(client: Client, db: None) -> None:
    page = client.get("/guide/understanding/").content.decode()

    for reason in reasons.REASONS.values():
        piece = page[page.index(f'id="heard-{reason.key}"') :].split("</details>")[0]
        for words in (reason.name, reason.means, reason.say, reason.avoid, reason.offer):
            assert str(words) in piece
        assert all(f'href="#note-{note}"' in piece and f'id="note-{note}"' in page for note in reason.notes)
        assert f'href="/guide/options/#rung-{reason.rung}"' in piece


def test_every_rung_opens_to_a_way_to_say_it(client: Client, db: None) -> None:
    page = client.get("/guide/options/").content.decode()

    for rung in ladder.RUNGS.values():
        piece = page[page.index(f'id="rung-{rung.key}"') :].split("</details>")[0]
        for words in (rung.title, rung.hint, rung.say, rung.avoid, rung.smaller):
            assert str(words) in piece
        assert f'href="#note-{rung.note}"' in piece


def test_a_stranger_is_offered_no_form_that_would_need_an_account(client: Client, db: None) -> None:
    for slug in ("understanding", "options", "forward"):
        assert "<form" not in client.get(f"/guide/{slug}/").content.decode()
    assert 'href="/accounts/signup/"' in client.get("/guide/forward/").content.decode()


def send(owner: Client, page: str, button: str) -> str:
    """Press the button of that name, as a browser would; returns where that leads."""
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.S) if button in form)
    pressed = re.search(rf'<button[^>]*name="(\w+)" value="([^"]*)">{button}', form)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)) | {pressed[1]: pressed[2]}
    response = owner.post(re.search(r'action="([^"]+)"', form)[1], fields)
    assert response.status_code == 302, response.content
    return response["Location"]


def test_any_rung_becomes_a_step_of_the_roadmap_with_one_press(owner: Client, partner: Account) -> None:
    page = owner.get("/guide/options/").content.decode()

    for rung in ladder.RUNGS.values():
        send(owner, page[page.index(f'id="rung-{rung.key}"') :], "Put it on my roadmap, for this week")

    roadmap = owner.get("/roadmap/").content.decode()
    assert all(str(rung.step) in roadmap for rung in ladder.RUNGS.values())


def test_the_closing_question_writes_a_step_for_this_week(owner: Client) -> None:
    page = owner.get("/guide/forward/").content.decode()
    [form] = [form for form in re.findall(r"<form.*?</form>", page, re.S) if 'id="closing-step"' in form]
    assert 'name="title"' in form and 'name="horizon" value="7"' in form

    owner.post("/roadmap/actions/new/", {"title": "When the kettle boils, I will ring Mill Road", "horizon": "7"})

    week = owner.get("/roadmap/").content.decode().split('id="stretch-30"')[0]
    assert "When the kettle boils, I will ring Mill Road" in week
