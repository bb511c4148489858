"""A limited number of passphrases is hashed at once; later requests are asked to come back (docs/security.md, R3)."""

import threading

import pytest
from django.test import Client

from accounts.models import Account
from accounts.signin import passphrases
from tests.conftest import PASSPHRASE
from tests.test_site import check_headers, check_page


@pytest.fixture
def all_taken(monkeypatch: pytest.MonkeyPatch) -> threading.BoundedSemaphore:
    """The maximum number is being hashed, and no request waits."""
    turns = threading.BoundedSemaphore(passphrases.MAX_CONCURRENT)
    for _ in range(passphrases.MAX_CONCURRENT):
        turns.acquire()
    monkeypatch.setattr(passphrases, "_slots", turns)
    monkeypatch.setattr(passphrases, "SLOT_TIMEOUT_S", 0.01)
    return turns


def test_one_more_than_may_be_hashed_at_once_is_asked_to_come_back(partner: Account, client: Client, all_taken) -> None:
    form = {"login": "partner", "password": PASSPHRASE}

    refused = client.post("/accounts/login/", form)
    all_taken.release()
    taken = client.post("/accounts/login/", form)

    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert "Nothing was changed" in refused.content.decode()
    check_headers(refused)
    check_page(refused)
    assert (taken.status_code, taken["Location"]) == (302, "/")


def test_an_account_whose_passphrase_found_no_turn_is_not_made(client: Client, db: None, all_taken) -> None:
    response = client.post("/accounts/signup/", {"username": "quiet-harbour-42", "password1": PASSPHRASE})

    assert response.status_code == 429
    assert not Account.objects.exists()


def test_a_turn_is_given_back_also_after_an_error(all_taken) -> None:
    all_taken.release()

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), passphrases.hashing_slot():
            raise ZeroDivisionError

    with pytest.raises(passphrases.HashingBusy), passphrases.hashing_slot(), passphrases.hashing_slot():
        pass


def test_hashing_and_checking_both_take_a_turn(all_taken) -> None:
    with pytest.raises(passphrases.HashingBusy):
        passphrases.PassphraseHasher().encode("four words nobody guesses", "salt" * 6)
    all_taken.release()
    stored = passphrases.PassphraseHasher().encode("four words nobody guesses", "salt" * 6)
    assert passphrases.PassphraseHasher().verify("four words nobody guesses", stored)
    all_taken.acquire()
    with pytest.raises(passphrases.HashingBusy):
        passphrases.PassphraseHasher().verify("four words nobody guesses", stored)
