from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Account
from accounts.signin import names, throttle
from tests.checkins.test_concurrency import at_once
from tests.conftest import PASSPHRASE, make_account, stored

pytestmark = pytest.mark.django_db

NETWORK = throttle.TokenBucket.of(throttle.SIGN_UPS, "sign-up", "network", "127.0.0.1/32")
FORM = {"username": "quiet-harbour-42", "password1": PASSPHRASE}


def sign_up(client: Client, **changes: str):
    return client.post("/accounts/signup/", FORM | changes)


def test_signing_up_makes_an_account_and_signs_in(client: Client) -> None:
    response = sign_up(client)

    assert (response.status_code, response["Location"]) == (302, "/")
    account = Account.objects.get()
    assert (account.name, account.email) == ("quiet-harbour-42", "")
    assert account.check_password(PASSPHRASE)
    assert b"Your first day" in client.get("/").content


def test_the_form_offers_a_name_that_is_free(client: Client) -> None:
    page = client.get("/accounts/signup/")

    offered = page.context["form"]["username"].value()
    assert offered in page.content.decode()
    assert not Account.objects.named(offered).exists()
    assert offered.count("-") == 2 and offered[-2:].isdigit()


def test_offered_names_are_words_of_ours_and_never_a_taken_one(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "FIRST", "quiet")
    monkeypatch.setattr(names, "SECOND", "harbour")
    for number in range(10, 99):
        make_account(f"QUIET-harbour-{number}")

    assert Account.objects.unused_name() == "quiet-harbour-99"


def test_another_name_is_one_press_away(client: Client) -> None:
    page = client.get("/accounts/signup/")

    assert '<a class="button button--quiet" href="/accounts/signup/" data-another="id_username">' in page.content.decode()
    assert client.get("/accounts/signup/").context["form"]["username"].value() != page.context["form"]["username"].value()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"password1": "eleven char"}, "password1", "12 characters or more. This has 11."),
        ({"password1": "x" * 129}, "password1", "128 characters at most. This has 129."),
        ({"password1": "four words\0nobody guesses"}, "password1", "invisible character"),
        ({"password1": "quiet-harbour-42"}, "password1", "This is too similar to the name."),
        ({"password1": "qwerty123456"}, "password1", "too common"),
        ({"password1": ""}, "password1", "Choose a passphrase"),
        ({"username": ""}, "username", "Choose a name"),
        ({"username": "x" * 65}, "username", "64"),
        ({"username": "quiet\u200bharbour"}, "username", "invisible character"),
        ({"username": "quiet\0harbour"}, "username", "invisible character"),
        ({"username": "TAKEN-name-10"}, "username", "This name is taken"),
        ({"email": "no address"}, "email", "not an e-mail address"),
        ({"email": "a@exam\ufffdple.org"}, "email", "not an e-mail address"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_the_rest_is_kept(
    client: Client, changes: dict[str, str], field: str, words: str
) -> None:
    make_account("taken-name-10")

    response = sign_up(client, **changes)

    assert response.status_code == 422
    assert any(words in error for error in response.context["form"].errors[field])
    assert f'id="id_{field}_error"' in response.content.decode()
    if field != "username":
        assert "quiet-harbour-42" in response.content.decode()
    assert PASSPHRASE not in response.content.decode()
    assert Account.objects.count() == 1


@pytest.mark.parametrize("passphrase", ["  spaces at both ends  ", "ünïcödé wörds 😀 and more", "x" * 128, "<script>alert(1)</script>"])
def test_any_character_counts_and_nothing_is_cut(client: Client, passphrase: str) -> None:
    assert sign_up(client, password1=passphrase).status_code == 302

    account = Account.objects.get()
    assert account.check_password(passphrase)
    assert not account.check_password(passphrase[:-1])


def test_the_passphrase_is_stored_by_argon2id_with_19_mib(client: Client) -> None:
    sign_up(client)

    assert Account.objects.get().password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(("sent", "kept"), [("Asia/Kathmandu", "Asia/Kathmandu"), ("Mars/Olympus", ""), ("", ""), ("UTC", "")])
def test_the_time_zone_comes_from_the_browser_if_it_is_one(client: Client, sent: str, kept: str) -> None:
    sign_up(client, time_zone=sent)

    assert Account.objects.get().time_zone == kept


def test_an_e_mail_address_is_kept_sealed_and_nothing_is_sent(client: Client, mailoutbox: list) -> None:
    sign_up(client, email="a@example.org")

    account = Account.objects.get()
    assert account.email == "a@example.org"
    assert b"example" not in stored(account, "email")
    assert not EmailAddress.objects.exists()
    assert mailoutbox == []


def test_two_accounts_may_share_an_address_so_that_none_can_be_found_by_it(client: Client) -> None:
    make_account("first", email="a@example.org")

    assert sign_up(client, email="a@example.org").status_code == 302


def test_signing_in_takes_the_name_in_any_case(client: Client, partner: Account) -> None:
    response = client.post("/accounts/login/", {"login": "PARTNER", "password": PASSPHRASE})

    assert (response.status_code, response["Location"]) == (302, "/")


def test_known_and_unknown_names_get_the_same_answer(client: Client, partner: Account) -> None:
    known = client.post("/accounts/login/", {"login": "partner", "password": "wrong words entirely"})
    unknown = client.post("/accounts/login/", {"login": "nobody1", "password": "wrong words entirely"})

    def told(response):
        return response.content.decode().replace("partner", "…").replace("nobody1", "…").split("csrfmiddlewaretoken")[0]

    assert known.status_code == unknown.status_code == 422
    assert told(known) == told(unknown)
    assert "do not go together" in known.content.decode()
    assert 'value="partner"' in known.content.decode()
    assert "wrong words entirely" not in known.content.decode()


@pytest.mark.parametrize(
    "form", [{"login": "part\0ner", "password": PASSPHRASE}, {"login": "partner", "password": "a\0b"}, {}, {"login": "x" * 999}]
)
def test_signing_in_with_nonsense_is_refused_calmly(client: Client, partner: Account, form: dict[str, str]) -> None:
    response = client.post("/accounts/login/", form)

    assert response.status_code == 422
    assert "field-error" in response.content.decode()


def test_signing_in_leads_back_to_where_one_was_going(client: Client, partner: Account) -> None:
    asked = client.get("/roadmap/")

    assert asked["Location"] == "/accounts/login/?next=/roadmap/"
    signed_in = client.post(asked["Location"], {"login": "partner", "password": PASSPHRASE, "next": "/roadmap/"})
    assert signed_in["Location"] == "/roadmap/"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "elsewhere", "=%C2%BF", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(client: Client, partner: Account, address: str) -> None:
    response = client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE, "next": address})

    assert response["Location"] == "/"


def test_signing_out_ends_the_session(owner: Client) -> None:
    cookie = owner.cookies["__Host-session"].value

    assert owner.get("/accounts/logout/").status_code == 405
    assert owner.post("/accounts/logout/").status_code == 302

    other = Client()
    other.cookies["__Host-session"] = cookie
    assert other.get("/roadmap/").status_code == 302


def test_many_tries_are_slowed_with_a_page_and_a_time(client: Client) -> None:
    assert all(NETWORK.consume() for _ in range(throttle.SIGN_UPS.burst - 1))

    answers = [sign_up(client, password1="short") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 429]
    assert answers[1]["Retry-After"] == "60"
    assert "Nothing is locked" in answers[1].content.decode()


def test_an_account_that_is_made_uses_a_try_up_too(client: Client) -> None:
    """Or one network could make as many as it likes. To be offered another name costs nothing."""
    assert all(NETWORK.consume() for _ in range(throttle.SIGN_UPS.burst - 2))

    others = [client.get("/accounts/signup/").status_code for _ in range(3)]
    answers = [sign_up(Client(), username=f"quiet-harbour-{number}").status_code for number in (10, 11, 12)]

    assert (others, answers) == ([200] * 3, [302, 302, 429])
    assert Account.objects.count() == 2


def test_a_session_ends_after_twelve_hours(client: Client, partner: Account, time_machine) -> None:
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    client.force_login(partner)
    assert client.get("/roadmap/").status_code == 200

    time_machine.shift(timedelta(hours=12, seconds=1))
    assert client.get("/roadmap/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_several_who_take_the_same_name_at_once_one_has_it_and_the_others_are_told() -> None:
    answers = at_once(4, lambda number: sign_up(Client(raise_request_exception=False)))

    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
    assert all("This name is taken" in answer.content.decode() for answer in answers if answer.status_code == 422)
    assert Account.objects.count() == 1
