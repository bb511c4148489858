"""The tools in the parts work without an account and without JavaScript, and store nothing."""

import re
from itertools import product

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import Account, Session
from guide import ladder, library, openers, reasons, safety, signs
from roadmap.talks import approaches

FOUR_NO = dict.fromkeys(safety.QUESTIONS, "no")


def page_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# The four questions before the asking

WHY = "come before the asking."


@pytest.mark.parametrize("slug", [reading.slug for reading in library.read_files()])
def test_no_words_to_ask_a_partner_with_lie_open_in_any_part_and_it_says_why_once(client: Client, db: None, slug: str) -> None:
    """All are one press away: those in quotation marks, those of a reason and those of a rung."""
    page = page_of(client.get(f"/guide/{slug}/"))
    folded = re.search(r'<details class="(?:ask ask--closed|pick|sentence)"', page)
    in_sight = re.sub(r'<section class="tale".*?</section>', "", page)
    while "<details" in in_sight:
        in_sight = re.sub(r"<details(?:(?!<details).)*?</details>", "", in_sight)

    assert '<div class="ask">' not in page and 'class="meaning-say"' not in page
    assert not re.findall(r"“[^”]*(?:[Ww]ould you|[Ss]hall we|I would like us|I’d like us|[Mm]ay I tell)[^”]*[^”…]”", in_sight)
    assert page.count(WHY) == bool(folded)
    assert not folded or page.index(WHY) < folded.start()


def test_four_times_no_opens_the_words_in_every_part_until_leave(client: Client, db: None) -> None:
    answer = page_of(client.post("/guide/talking/", FOUR_NO))

    assert "No to all four" in answer and "until you leave" in answer and "does not prove that all is well" in answer
    for slug, words in (("talking", '<div class="ask">'), ("understanding", 'class="meaning-say"'), ("options", 'class="meaning-say"')):
        page = page_of(client.get(f"/guide/{slug}/"))
        assert words in page and "ask--closed" not in page and WHY not in page
        assert page.count("words for asking are open in this guide until you leave") == 1
    assert 'class="meaning-say"' in page_of(client.get("/guide/heard/"))

    client.get("/leave/", headers={"Sec-Fetch-Site": "none"})

    assert not Session.objects.exists()
    assert '<div class="ask">' not in page_of(client.get("/guide/talking/"))


def test_the_words_can_be_closed_again_and_then_nothing_is_kept(client: Client, db: None) -> None:
    client.post("/guide/talking/", FOUR_NO)

    response = client.post("/guide/options/", {"asking": "close"})

    assert (response.status_code, response["Location"]) == (302, "/guide/options/")
    assert not Session.objects.exists()
    assert "ask--closed" in page_of(client.get("/guide/options/"))


def test_another_answer_closes_them_again(client: Client, db: None) -> None:
    client.post("/guide/talking/", FOUR_NO)
    client.post("/guide/talking/", FOUR_NO | {"safety_kept": "unsure"})

    assert "ask--closed" in page_of(client.get("/guide/talking/")) and not Session.objects.exists()


def test_that_all_four_were_no_is_all_the_session_knows(owner: Client, partner: Account) -> None:
    before = dict(owner.session)
    owner.post("/guide/talking/", FOUR_NO)

    assert dict(owner.session).keys() - before.keys() == {"four_no"}


def test_another_site_cannot_answer_for_somebody(client: Client, db: None) -> None:
    client.post("/guide/talking/", FOUR_NO, headers={"Sec-Fetch-Site": "cross-site"})

    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"safety_afraid": "no"},
        *({**FOUR_NO, question: answer} for question, answer in product(safety.QUESTIONS, ["yes", "unsure", "rather-not", ""])),
        {**FOUR_NO, "safety_kept": "<script>"},
    ],
)
def test_anything_else_shows_help_and_opens_nothing(client: Client, db: None, answers: dict[str, str]) -> None:
    response = client.post("/guide/talking/", answers)

    page = page_of(response)
    assert response.status_code == (422 if "<script>" in answers.values() else 200)
    assert "<h1>No to all four" not in page and not Session.objects.exists()
    assert 'href="tel:999"' in page and 'href="/help/">Help lines by country' in page
    assert "ask--closed" in page_of(client.get("/guide/talking/"))


def test_the_answer_names_what_was_marked(client: Client, db: None) -> None:
    page = page_of(client.post("/guide/talking/", {"safety_force": "yes", "safety_kept": "yes", "safety_afraid": "unsure"}))

    assert "You marked <b>threats, force, or things broken in anger; that they keep you away from other people</b>." in page
    assert "You are not sure about <b>being afraid of how they might react</b>." in page
    assert "rather not say" not in page and "your phone, your money" not in page


@pytest.mark.parametrize(("answer", "said"), [("yes", True), ("unsure", True), ("rather-not", False), ("no", False)])
def test_force_brings_the_emergency_number_first(client: Client, db: None, answer: str, said: bool) -> None:
    page = page_of(client.post("/guide/talking/", {"safety_force": answer, "safety_afraid": "yes"}))

    assert ("If there is force, or a threat of it, call the emergency number." in page) == said
    assert not said or page.index("If there is force") < page.index('href="tel:') < page.index("Help lines by country")


def test_nothing_marked_is_said_as_such(client: Client, db: None) -> None:
    assert "Nothing was marked" in page_of(client.post("/guide/talking/", {}))
    assert "Not all four were answered" in page_of(client.post("/guide/talking/", {"safety_afraid": "no"}))


def test_answers_leave_nothing_behind(db: None, django_assert_num_queries) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/guide/talking/")

    with django_assert_num_queries(0):
        response = client.post("/guide/talking/", FOUR_NO | {"safety_afraid": "yes"})

    assert not response.cookies and not Session.objects.exists()
    assert "no-store" in response["Cache-Control"]
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

    answer = re.sub(r'<ul class="numbers".*?</ul>', "", answer)
    assert not re.search(r"\d|points|score|of five|leave (him|her|them)\b", re.sub(r"<[^>]+>", "", answer))


def test_an_unknown_mark_is_refused_calmly(client: Client, db: None) -> None:
    response = client.post("/guide/limits/", {"sign_shut": "very much"})

    assert response.status_code == 422
    assert "Choose one of the three, or none." in response.content.decode()


# Reasons and rungs


def test_every_reason_opens_to_what_it_may_mean_and_what_to_say(client: Client, db: None) -> None:
    page = client.get("/guide/understanding/").content.decode()

    for reason in reasons.REASONS.values():
        piece = page[page.index(f'id="heard-{reason.key}"') :].split('class="sentence"')[0]
        for words in (reason.means, reason.say, reason.avoid, reason.because, reason.offer, *(link.address for link in reason.links)):
            assert words in piece
        assert all(f'href="#note-{note}"' in piece and f'id="note-{note}"' in page for note in reason.notes)
        assert f'href="/guide/options/#rung-{reason.rung}"' in piece


def test_every_rung_opens_to_a_way_to_say_it(client: Client, db: None) -> None:
    page = client.get("/guide/options/").content.decode()

    for rung in ladder.RUNGS.values():
        piece = page[page.index(f'id="rung-{rung.key}"') :].split('class="pick"')[0]
        assert rung.title in page and rung.hint in page
        for words in (rung.say, rung.avoid, rung.smaller):
            assert words in piece
        assert f'href="#note-{rung.note}"' in piece


def test_a_stranger_is_offered_no_form_that_would_need_an_account(client: Client, db: None) -> None:
    for slug in ("understanding", "options", "forward"):
        assert set(re.findall(r'<form[^>]* action="([^"]+)"', client.get(f"/guide/{slug}/").content.decode())) <= {"/guide/story/"}
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


def test_a_plan_of_a_talk_begins_from_each_of_the_three_openers(owner: Client) -> None:
    assert list(openers.OPENERS) == list(approaches.OPENERS) == ["closer", "new-tools", "years-to-come"]
    page = owner.get("/guide/talking/").content.decode()

    for key, opener in openers.OPENERS.items():
        [form] = [form for form in re.findall(r"<form.*?</form>", page, re.S) if f'name="opener" value="{key}"' in form]
        assert 'action="/roadmap/talks/new/"' in form and 'name="start" value="1"' in form
        assert page.index(opener.says) < page.index(form)
        plan = owner.post("/roadmap/talks/new/", {"start": "1", "opener": key}).content.decode()
        assert escape(approaches.OPENERS[key].need) in plan


def test_a_stranger_is_shown_the_openers_and_the_way_to_a_plan(client: Client, db: None) -> None:
    piece = client.get("/guide/talking/").content.decode().partition('id="openers"')[2].partition("<h2")[0]

    assert all(opener.says in piece for opener in openers.OPENERS.values())
    assert 'href="/accounts/signup/"' in piece and 'name="opener"' not in piece


def test_the_closing_question_writes_a_step_for_this_week(owner: Client) -> None:
    page = owner.get("/guide/forward/").content.decode()
    [form] = [form for form in re.findall(r"<form.*?</form>", page, re.S) if 'id="closing-step"' in form]
    assert 'name="title"' in form and 'name="horizon" value="7"' in form

    owner.post("/roadmap/actions/new/", {"title": "When the kettle boils, I will ring Mill Road", "horizon": "7"})

    week = owner.get("/roadmap/").content.decode().split('id="stretch-30"')[0]
    assert "When the kettle boils, I will ring Mill Road" in week
