"""Every press on a step answers in its place, and can be undone for ten minutes."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.undo.changes import UNDO_TIME
from accounts.vault.scope import acting_for
from roadmap.models import Action, Review, Roadmap, Talk

ROADMAP = "/roadmap/"


@pytest.fixture
def laid_out(partner: Account) -> Account:
    with acting_for(partner):
        Roadmap.of(partner)
    return partner


def action(account: Account, key: str) -> Action:
    with acting_for(account):
        return account.actions.named(key)


def said(page: str) -> str:
    return re.search(r'<p role="(?:status|alert)">(.*?)</p>', page, re.S)[1]


def token(page: str) -> str:
    return re.search(r'name="undo" value="([^"]{40,})"', page)[1]


PRESSES = {
    "done": ({"done": "1"}, "Done today."),
    "set aside": ({"set-aside": "1"}, "Set aside: Choose one smaller thing to ask for"),
    "moved": ({"move": "30"}, "Moved to 30 days: Choose one smaller thing to ask for"),
    "up": ({"up": "1"}, "Now 1 of 3."),
    "down": ({"down": "1"}, "Now 3 of 3."),
    "a day": ({"due_on": "2026-12-05"}, "For 5 December."),
    "a note": ({"note": "After eight"}, "Saved."),
}


def columns(account: Account) -> list[tuple]:
    with acting_for(account):
        names = ("key", "horizon", "position", "due_on", "done_on", "set_aside_on", "title", "note")
        return sorted((tuple(getattr(each, name) for name in names) for each in account.actions.all()), key=str)


@pytest.mark.parametrize("name", PRESSES)
@time_machine.travel("2026-11-30 12:00Z", tick=False)
def test_a_press_answers_and_undo_puts_everything_back(owner: Client, laid_out: Account, name: str) -> None:
    posted, words = PRESSES[name]
    step, before = action(laid_out, "smaller-ask"), columns(laid_out)

    page = owner.post(step.get_absolute_url(), posted, follow=True).content.decode()

    assert said(page).strip() == words
    assert columns(laid_out) != before
    back = owner.post("/undo/", {"undo": token(page), "next": ROADMAP, "place": f"action-{step.pk}"}, follow=True)
    assert said(back.content.decode()).strip() == "Undone."
    assert columns(laid_out) == before
    assert "Undone." not in owner.get(ROADMAP).content.decode()


@pytest.mark.parametrize("name", PRESSES)
@time_machine.travel("2026-11-30 12:00Z", tick=False)
def test_htmx_gets_the_row_with_the_answer_and_no_page(owner: Client, laid_out: Account, name: str) -> None:
    posted, words = PRESSES[name]
    step, before = action(laid_out, "smaller-ask"), columns(laid_out)

    part = owner.post(step.get_absolute_url(), posted, headers={"HX-Request": "true"}).content.decode()

    assert said(part).strip() == words
    assert "<html" not in part and part.count(f'id="action-{step.pk}"') == 1
    owner.post("/undo/", {"undo": token(part)})
    assert columns(laid_out) == before
    # What is said in what is swapped in is not said again on the next page.
    assert words not in owner.get(ROADMAP).content.decode()


def test_a_step_of_ones_own_that_was_deleted_comes_back_with_its_note(owner: Client, laid_out: Account) -> None:
    with acting_for(laid_out):
        own = Action.add(laid_out, title="Call Jo", horizon=7)
        own.write(note="At work")
    before = columns(laid_out)

    page = owner.post(own.get_absolute_url(), {"delete": "1"}, follow=True).content.decode()

    assert said(page).strip() == "Deleted: Call Jo"
    owner.post("/undo/", {"undo": token(page)})
    assert columns(laid_out) == before


def test_undo_works_for_ten_minutes(owner: Client, laid_out: Account) -> None:
    step = action(laid_out, "smaller-ask")
    page = owner.post(step.get_absolute_url(), {"done": "1"}, follow=True).content.decode()

    with time_machine.travel(timezone.now() + UNDO_TIME + timedelta(seconds=2)):
        late = owner.post("/undo/", {"undo": token(page), "next": ROADMAP, "place": f"action-{step.pk}"}, follow=True)

    assert "Undo is no longer possible." in late.content.decode() and "ten minutes" in late.content.decode()
    assert action(laid_out, "smaller-ask").done_on


def test_undo_writes_over_nothing_that_was_changed_since(owner: Client, laid_out: Account) -> None:
    step = action(laid_out, "smaller-ask")
    page = owner.post(step.get_absolute_url(), {"done": "1"}, follow=True).content.decode()
    owner.post(step.get_absolute_url(), {"note": "After eight"})

    back = owner.post("/undo/", {"undo": token(page), "next": ROADMAP, "place": f"action-{step.pk}"}, follow=True).content.decode()

    assert "Undo is no longer possible." in back and "changed since" in back
    assert action(laid_out, "smaller-ask").done_on and action(laid_out, "smaller-ask").note == "After eight"


@pytest.mark.parametrize("text", ["", "x", "AAAA", "\0", "é" * 400])
def test_what_is_no_token_undoes_nothing(owner: Client, laid_out: Account, text: str) -> None:
    before = columns(laid_out)

    assert owner.post("/undo/", {"undo": text}).status_code == 302
    assert columns(laid_out) == before


def test_a_token_means_nothing_in_another_account(owner: Client, laid_out: Account, stranger: Account, sign_in) -> None:
    step = action(laid_out, "smaller-ask")
    page = owner.post(step.get_absolute_url(), {"done": "1"}, follow=True).content.decode()

    sign_in(stranger).post("/undo/", {"undo": token(page)})

    assert action(laid_out, "smaller-ask").done_on


def test_the_day_a_step_was_done_is_kept_through_an_untick_and_a_tick(owner: Client, laid_out: Account) -> None:
    step = action(laid_out, "smaller-ask")
    with time_machine.travel("2026-06-21 12:00Z"), acting_for(laid_out):
        step.tick(today=timezone.localdate())

    page = owner.post(step.get_absolute_url(), {"undo": "1"}, follow=True).content.decode()
    assert "Open again. It was done on 21 June" in said(page)
    owner.post(step.get_absolute_url(), {"done": "1"})

    assert str(action(laid_out, "smaller-ask").done_on) == "2026-06-21"


@time_machine.travel("2026-11-30 12:00Z", tick=False)
def test_the_day_a_step_was_done_can_be_corrected(owner: Client, laid_out: Account) -> None:
    step = action(laid_out, "smaller-ask")
    owner.post(step.get_absolute_url(), {"done": "1"})

    assert owner.post(step.get_absolute_url(), {"done_on": "2026-11-22"}).status_code == 302
    assert str(action(laid_out, "smaller-ask").done_on) == "2026-11-22"
    refused = owner.post(step.get_absolute_url(), {"done_on": "2026-12-01"})
    assert refused.status_code == 422 and "Choose today or an earlier day." in refused.content.decode()


# What else answers


def answered(client: Client, address: str, posted: dict, lands_on: str) -> str:
    """The page that follows a press, which says what it did and has the way back."""
    response = client.post(address, posted, follow=True)
    page = response.content.decode()
    assert response.status_code == 200 and (response.redirect_chain[-1][0] or lands_on).startswith(lands_on)
    return page


def test_deleted_talks_and_answers_come_back(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        talk = Talk.write(partner, uuid4(), {"issue": "Evenings", "note": "It rained"}, version=0, at=timezone.now())
        Review.write(partner, timezone.localdate(), {"answers": {"q1": 3}, "note": "So", "finished": True}, version=0, at=timezone.now())
    before = rows(partner)

    for address, posted, words in (
        (talk.get_absolute_url(), {"delete": "1"}, "Deleted: Evenings"),
        ("/roadmap/reviews/", {"delete": f"{timezone.localdate()}"}, "Deleted: "),
    ):
        page = answered(owner, address, posted, "/roadmap/")
        assert said(page).startswith(words) and rows(partner) != before
        owner.post("/undo/", {"undo": token(page)})
        assert rows(partner) == before


def rows(account: Account) -> list:
    with acting_for(account):
        talks = [(talk.pk, talk.issue, talk.note, talk.state) for talk in account.talks.all()]
        return [talks, [(review.day, review.answers, review.note) for review in account.reviews.all()]]


def test_letting_a_plan_go_writing_a_talk_down_and_putting_questions_off_answer(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        Roadmap.of(partner)
        talk = Talk.write(partner, uuid4(), {"issue": "Evenings"}, version=0, at=timezone.now())
    before = rows(partner)

    assert said(page := answered(owner, talk.get_absolute_url(), {"let-go": "1"}, "/roadmap/talks/")) == "Let go."
    owner.post("/undo/", {"undo": token(page)})
    assert rows(partner) == before
    log = {"approach": "film", "response": "listened", "key": str(uuid4())}
    assert said(page := answered(owner, "/roadmap/talks/", log, "/roadmap/talks/")).startswith("Written down:")
    owner.post("/undo/", {"undo": token(page)})
    assert rows(partner) == before
    assert said(answered(owner, "/roadmap/reviews/", {"later": "1"}, "/roadmap/reviews/")).startswith("Not this month.")
    assert said(answered(owner, "/roadmap/looking-back/", {"need_to_see": "Calm", "save": "1"}, "/roadmap/looking-back/")).startswith(
        "Saved."
    )


def test_settings_answer_and_are_undone(owner: Client, partner: Account) -> None:
    page = answered(owner, "/accounts/settings/", {"day_start": "5", "theme": "dark"}, "/accounts/settings/")

    assert said(page) == "Saved."
    owner.post("/undo/", {"undo": token(page)})
    partner.refresh_from_db()
    assert (partner.day_start, partner.theme) == (3, "system")


def test_answers_that_were_handed_in_are_corrected_where_they_are(owner: Client, partner: Account) -> None:
    day = timezone.localdate() - timedelta(days=9)
    with acting_for(partner):
        Review.write(partner, day, {"answers": {"q1": 3}, "note": "So", "finished": True}, version=0, at=timezone.now())
    form = owner.get(f"/roadmap/reviews/new/?day={day}").content.decode()
    assert "So</textarea>" in form and f'name="day" value="{day}"' in form

    owner.post("/roadmap/reviews/new/", {"day": f"{day}", "q1": "4", "note": "Better", "version": "1", "finish": "1"})

    with acting_for(partner):
        corrected = partner.reviews.get()
    assert (corrected.day, corrected.answers, corrected.note, corrected.finished) == (day, {"q1": 4}, "Better", True)
