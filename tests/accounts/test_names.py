"""A name is the same name however its letters were put together: by this keyboard or another, in capitals or not."""

import unicodedata

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Account
from accounts.signin.passphrases import composed
from accounts.signin.throttle import by_name
from tests.accounts.test_pace import at
from tests.conftest import PASSPHRASE, make_account

pytestmark = pytest.mark.django_db

NAME = "café-river-42"
SPELLINGS = {
    "composed": NAME,
    "decomposed": unicodedata.normalize("NFD", NAME),
    "wide": "ｃａｆé-river-42",
    "capitals, decomposed": unicodedata.normalize("NFD", NAME.upper()),
    "spaces around it": f" {NAME}\u3000",
}


@pytest.fixture(params=SPELLINGS)
def spelling(request: pytest.FixtureRequest) -> str:
    return SPELLINGS[request.param]


def test_it_signs_up_and_in(client: Client, spelling: str) -> None:
    assert client.post("/accounts/signup/", {"username": spelling, "password1": PASSPHRASE}).status_code == 302

    for other in SPELLINGS.values():
        assert Client().post("/accounts/login/", {"login": other, "password": PASSPHRASE}).status_code == 302


def test_it_is_taken_once_for_all(client: Client, spelling: str) -> None:
    make_account(NAME)

    response = client.post("/accounts/signup/", {"username": spelling, "password1": PASSPHRASE})

    assert response.status_code == 422
    assert "taken" in str(response.context["form"].errors["username"])


def test_an_account_made_by_a_command_has_it_in_one_form(spelling: str) -> None:
    account = Account.objects.create_user(spelling, PASSPHRASE)

    assert Account.objects.named(NAME).get() == account
    assert account.name.lower() == NAME


def test_it_gets_a_new_passphrase_by_its_code(client: Client, spelling: str) -> None:
    code = make_account(NAME).new_recovery_code()

    form = {"login": spelling, "code": code, "password1": "five other words by now"}
    assert 'class="field-error" id' not in client.post("/accounts/recover/", form).content.decode()
    assert Account.objects.get().check_password("five other words by now")


def test_no_passphrase_is_made_of_it(client: Client, spelling: str) -> None:
    code = make_account(NAME).new_recovery_code()

    response = client.post("/accounts/recover/", {"login": spelling, "code": code, "password1": NAME})

    assert response.status_code == 422
    assert "password1" in response.context["form"].errors


def test_guesses_are_counted_as_for_one_name() -> None:
    make_account(NAME)
    spellings = [*SPELLINGS.values()] * 3

    answers = [at("203.0.113.7").post("/accounts/login/", {"login": name, "password": "wrong words entirely"}) for name in spellings]

    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 5


def test_a_browser_that_knows_it_knows_it_in_each_spelling(rf, spelling: str) -> None:
    make_account(NAME)
    client = Client()
    client.post("/accounts/login/", {"login": NAME, "password": PASSPHRASE})
    request = rf.post("/")
    request.COOKIES["__Host-known"] = client.cookies["__Host-known"].value

    assert [bucket.key for bucket in by_name("x", lambda _: spelling)(request)] == [
        bucket.key for bucket in by_name("x", lambda _: NAME)(request)
    ]
    assert [bucket.refuses for bucket in by_name("x", lambda _: spelling)(request)] == [True, False]


def test_the_length_that_counts_is_that_of_the_one_form(client: Client) -> None:
    typed = unicodedata.normalize("NFD", "é" * 64)
    assert client.post("/accounts/signup/", {"username": typed, "password1": PASSPHRASE}).status_code == 302
    assert Client().post("/accounts/login/", {"login": typed, "password": PASSPHRASE}).status_code == 302

    # One character that normalises to eighteen.
    response = Client().post("/accounts/signup/", {"username": "\ufdfa" * 10, "password1": PASSPHRASE})
    assert response.status_code == 422
    assert "64" in str(response.context["form"].errors["username"])


def test_what_is_too_long_for_any_name_is_not_even_looked_at() -> None:
    """Normalising thousands of accents takes seconds."""
    accents = "a" + "\u0301\u0323" * 500

    assert Account.normalize_username(accents) == accents


@pytest.mark.parametrize(
    ("name", "other"), [("Straße-9", "STRASSE-9"), ("İpek", "ipek"), ("ipek", "İPEK"), ("ﬁne-42", "FINE-42"), ("Ωmega", "ωMEGA")]
)
def test_names_that_fold_alike_are_one_account(client: Client, name: str, other: str) -> None:
    make_account(name)

    assert client.post("/accounts/signup/", {"username": other, "password1": PASSPHRASE}).status_code == 422
    assert client.post("/accounts/login/", {"login": other, "password": PASSPHRASE}).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        make_account(other)


@pytest.mark.parametrize(("name", "other"), [("zoë-42", "zoe-42"), ("ż-river", "z-river"), ("ırmak", "irmak")])
def test_names_that_are_two_stay_two(name: str, other: str) -> None:
    assert make_account(name) != make_account(other)


def test_a_joined_emoji_is_a_name_and_one_with_its_parts(client: Client) -> None:
    assert client.post("/accounts/signup/", {"username": "👩‍💻-river", "password1": PASSPHRASE}).status_code == 302
    assert Account.objects.named("👩💻-river").get().name == "👩‍💻-river"


@pytest.mark.parametrize("name", ["\u200d", "a\u00adb", "a\u202eb"])
def test_a_name_that_cannot_be_seen_is_refused(client: Client, name: str) -> None:
    response = client.post("/accounts/signup/", {"username": name, "password1": PASSPHRASE})

    assert response.status_code == 422
    assert "invisible character" in str(response.context["form"].errors["username"])


def test_a_passphrase_is_the_same_however_a_system_types_it(client: Client) -> None:
    whole, decomposed = (unicodedata.normalize(form, "vier böse grüne Äpfel") for form in ("NFC", "NFD"))
    account = make_account("quiet-harbour-42")
    account.change_passphrase(decomposed)

    for typed in (whole, decomposed):
        assert Client().post("/accounts/login/", {"login": "quiet-harbour-42", "password": typed}).status_code == 302
    assert client.post("/accounts/login/", {"login": "quiet-harbour-42", "password": "vier bose grune Apfel"}).status_code == 422


def test_a_text_of_accents_is_no_passphrase_and_costs_no_time() -> None:
    assert composed("a" + "\u0301\u0316" * 50_000) == "a" + "\u0301\u0316" * 50_000
