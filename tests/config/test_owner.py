"""Words from a page of one account are never saved into another that has signed in meanwhile in the browser, nor lost if none has."""

import json
import re

import pytest
from django.test import Client, override_settings

from accounts.autosave.models import Draft
from accounts.models import Account
from accounts.vault.scope import acting_for
from config import form_owner as owners
from roadmap.models import Action
from tests.test_site import check_headers, check_page, rows_of

WORDS = "Jo rang back, within the hour"


@pytest.fixture
def step(stranger: Account) -> Action:
    """A step of the account that is signed in now."""
    with acting_for(stranger):
        return Action.add(stranger, title="Ring the practice", horizon=7)


def mark_on(client: Client, path: str) -> str:
    marks = {*re.findall(r'name="owner" value="([^"]+)"', client.get(path).content.decode())}
    assert len(marks) == 1
    return marks.pop()


def forms(step: Action) -> list[tuple[str, dict[str, str]]]:
    return [
        ("/checkins/", {"gratitude_1": WORDS, "version": "0"}),
        ("/accounts/draft/", {"place": "/roadmap/talks/", "words": json.dumps({"own_words": [WORDS]})}),
        ("/roadmap/talks/", {"own_words": WORDS}),
        ("/roadmap/talks/new/", {"reason": "stigma", "opening": WORDS}),
        (step.get_absolute_url(), {"note": WORDS, "words": WORDS}),
        (step.get_absolute_url(), {"done": "1"}),
        ("/roadmap/reviews/new/", {"what_i_learned": WORDS}),
        ("/roadmap/looking-back/", {"need_to_see": WORDS}),
        ("/accounts/settings/", {"theme": "dark"}),
    ]


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("how", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_what_stands_on_a_page_of_somebody_else_is_not_written(
    owner: Client, stranger: Account, step: Action, sign_in, number: int, how: dict[str, str]
) -> None:
    mark, client = mark_on(owner, "/checkins/"), sign_in(stranger)
    path, form = forms(step)[number]
    before = rows_of(stranger)

    response = client.post(path, {**form, "owner": mark}, headers=how)

    assert response.status_code == 409
    assert b"Someone else is signed in now" in response.content
    assert rows_of(stranger) == before
    if how:
        assert response["HX-Refresh"] == "true"
    else:
        check_headers(response)
        check_page(response)
        assert (WORDS in response.content.decode()) == any(WORDS in value for value in form.values()), "what was typed is given back"
        assert stranger.name not in response.content.decode()


def test_what_no_page_can_hold_is_given_back_as_such(owner: Client, stranger: Account, sign_in) -> None:
    form = {"owner": mark_on(owner, "/checkins/"), "gratitude_1": f"{WORDS}\0", "emotion": "calm\0", "a\0name": "1"}

    page = sign_in(stranger).post("/checkins/", form).content.decode()

    assert "\0" not in page
    assert f"{WORDS}\ufffd" in page and 'value="calm\ufffd"' in page


def test_what_was_given_back_is_saved_once_its_owner_has_signed_in(owner: Client, partner: Account, stranger: Account, sign_in) -> None:
    form = {"gratitude_1": WORDS, "version": "0", "owner": mark_on(owner, "/checkins/")}
    page = sign_in(stranger).post("/checkins/", form).content.decode()

    again = dict(re.findall(r'<input type="hidden" name="(owner|version)" value="([^"]+)"', page))
    assert sign_in(partner).post("/checkins/", again | {"gratitude_1": WORDS}).status_code == 302

    with acting_for(partner):
        assert partner.checkins.get().gratitude_1 == WORDS


def test_what_was_sent_after_the_session_had_ended_is_given_back(owner: Client, client: Client, partner: Account, sign_in) -> None:
    form = {"gratitude_1": WORDS, "version": "0", "owner": mark_on(owner, "/checkins/")}
    response = client.post("/checkins/", form)
    page = response.content.decode()

    assert response.status_code == 403
    assert WORDS in page and "You are signed out" in page
    check_headers(response)
    check_page(response)
    again = dict(re.findall(r'<input type="hidden" name="(owner|version)" value="([^"]+)"', page))
    assert sign_in(partner).post("/checkins/", again | {"gratitude_1": WORDS}).status_code == 302
    with acting_for(partner):
        assert partner.checkins.get().gratitude_1 == WORDS


@pytest.mark.parametrize("form", [{}, {"outcome": "yes"}, {"gratitude_1": "", "version": "3"}, {"password": WORDS}])
def test_what_was_sent_without_words_leads_to_signing_in(client: Client, db: None, form: dict[str, str]) -> None:
    response = client.post("/checkins/", form)

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/checkins/")


def test_a_form_without_a_mark_is_whoevers_sends_it(owner: Client, partner: Account) -> None:
    assert owner.post("/accounts/draft/", {"place": "/checkins/", "words": json.dumps({"own_words": [WORDS]})}).status_code == 204

    with acting_for(partner):
        assert Draft.objects.count() == 1


def test_the_mark_tells_nothing_and_lasts_through_signing_in_anew(owner: Client, partner: Account, stranger: Account, sign_in) -> None:
    mark = mark_on(owner, "/checkins/")

    assert mark == mark_on(sign_in(partner), "/roadmap/talks/")
    assert mark != mark_on(sign_in(stranger), "/checkins/")
    assert str(partner.pk) not in mark
    assert partner.name not in mark


def test_a_page_that_was_open_while_the_key_was_changed_is_still_its_owners(partner: Account, sign_in, settings) -> None:
    mark, old = owners.owner_token(partner), settings.SECRET_KEY

    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[old]):
        response = sign_in(partner).post("/checkins/", {"gratitude_1": WORDS, "version": "0", "owner": mark})

    assert response.status_code == 302


def test_a_page_of_nobody_has_no_mark(client: Client, db: None) -> None:
    assert b'name="owner"' not in client.get("/accounts/login/").content
