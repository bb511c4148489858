"""What cannot be taken back asks for the passphrase again (docs/security.md, R6 and R13)."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Account
from accounts.signin.passphrases import PassphraseHasher
from tests.conftest import PASSPHRASE, say_passphrase

ADDRESS = "/accounts/passphrase/"
ASKED = "/accounts/reauthenticate/?next=/accounts/passphrase/"


def test_a_session_that_did_not_say_the_passphrase_lately_is_asked(owner: Client) -> None:
    for response in (owner.get(ADDRESS), owner.post(ADDRESS, {"password1": "five other words by now"})):
        assert (response.status_code, response["Location"]) == (302, ASKED)

    assert owner.get(ASKED).status_code == 200


def test_with_the_passphrase_it_goes_on_to_where_it_was_needed(owner: Client) -> None:
    response = owner.post(ASKED, {"password": PASSPHRASE, "next": ADDRESS})

    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert owner.get(ADDRESS).status_code == 200


def test_it_is_asked_again_after_five_minutes(owner: Client, time_machine) -> None:
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    owner.force_login(Account.objects.get())
    say_passphrase(owner)

    time_machine.shift(timedelta(minutes=4, seconds=59))
    assert owner.get(ADDRESS).status_code == 200
    time_machine.shift(timedelta(seconds=1))
    assert owner.get(ADDRESS).status_code == 302


def test_a_clock_set_back_does_not_keep_the_door_open(owner: Client, time_machine) -> None:
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    owner.force_login(Account.objects.get())
    say_passphrase(owner)

    time_machine.shift(timedelta(minutes=-1))
    assert owner.get(ADDRESS).status_code == 302


def test_signing_in_with_the_passphrase_counts(client: Client, partner: Account) -> None:
    client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE})

    assert client.get(ADDRESS).status_code == 200


def test_having_just_made_the_account_counts(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"username": "quiet-harbour-42", "password1": PASSPHRASE})

    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize("passphrase", ["wrong words entirely", "", "a\0b", PASSPHRASE.upper(), "x" * 9999])
def test_a_wrong_passphrase_is_refused_at_its_field(owner: Client, passphrase: str) -> None:
    response = owner.post(ASKED, {"password": passphrase, "next": ADDRESS})

    assert response.status_code == 422
    assert 'id="id_password_error"' in response.content.decode()
    assert f'name="next" value="{ADDRESS}"' in response.content.decode(), "where it goes on is kept"
    assert not passphrase or passphrase not in response.content.decode()
    assert owner.get(ADDRESS).status_code == 302


def test_anothers_passphrase_is_a_wrong_one(owner: Client, stranger: Account) -> None:
    stranger.change_passphrase("five other words by now")

    assert owner.post(ASKED, {"password": "five other words by now"}).status_code == 422


def test_the_session_gets_a_new_key(owner: Client) -> None:
    before = owner.cookies["__Host-session"].value

    say_passphrase(owner)

    assert owner.cookies["__Host-session"].value != before
    thief = Client()
    thief.cookies["__Host-session"] = before
    assert thief.get("/roadmap/").status_code == 302


def test_a_session_goes_on_when_the_passphrase_is_hashed_at_a_new_cost(
    owner: Client, partner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PassphraseHasher, "memory_cost", 64)

    say_passphrase(owner)

    assert Account.objects.get(pk=partner.pk).password != partner.password
    assert owner.get("/accounts/settings/").status_code == 200


def test_it_leads_to_no_other_site(owner: Client) -> None:
    response = owner.post("/accounts/reauthenticate/", {"password": PASSPHRASE, "next": "//evil.example/"})

    assert response["Location"] == "/accounts/settings/"


def test_htmx_is_told_to_go_there_with_the_whole_page(owner: Client) -> None:
    response = owner.get(ADDRESS, headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (200, ASKED)
    assert not response.content


def test_a_new_passphrase_ends_every_other_session_and_keeps_this_one(owner: Client, partner: Account, sign_in) -> None:
    elsewhere = sign_in(partner)
    say_passphrase(owner)

    response = owner.post(ADDRESS, {"password1": "five other words by now"})

    assert (response.status_code, response["Location"]) == (302, "/accounts/settings/")
    assert owner.get("/roadmap/").status_code == 200
    assert elsewhere.get("/roadmap/").status_code == 302
    partner.refresh_from_db()
    assert partner.check_password("five other words by now")


@pytest.mark.parametrize("passphrase", ["eleven char", "x" * 129, "qwerty123456", "", "four words\0nobody guesses"])
def test_a_new_passphrase_is_judged_as_the_first_one_was(owner: Client, partner: Account, passphrase: str) -> None:
    say_passphrase(owner)

    response = owner.post(ADDRESS, {"password1": passphrase})

    assert response.status_code == 422
    assert 'id="id_password1_error"' in response.content.decode()
    partner.refresh_from_db()
    assert partner.check_password(PASSPHRASE)
