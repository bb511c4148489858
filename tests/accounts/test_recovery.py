"""A code on paper for a forgotten passphrase (docs/security.md, R7 and R8)."""

import math
import re

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Account, Session
from accounts.signin import recovery
from tests.conftest import PASSPHRASE, make_account, say_passphrase

NEW = "five other words by now"
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\b")


@pytest.fixture
def code(partner: Account) -> str:
    return partner.new_recovery_code()


def recover(client: Client, code: str, name: str = "partner", passphrase: str = NEW):
    return client.post("/accounts/recover/", {"login": name, "code": code, "password1": passphrase})


def test_a_code_is_shown_once_on_the_page_that_makes_it(owner: Client, partner: Account) -> None:
    say_passphrase(owner)
    assert not CODE.search(owner.get("/accounts/recovery-code/").content.decode())

    made = owner.post("/accounts/recovery-code/")

    [shown] = CODE.findall(made.content.decode())
    assert "no-store" in made["Cache-Control"]
    for address in ("/accounts/recovery-code/", "/accounts/settings/", "/"):
        assert shown not in owner.get(address).content.decode()
    partner.refresh_from_db()
    assert partner.recovery_code_hash == recovery.digest(partner.pk, shown)


def test_it_has_at_least_112_random_bits_and_none_is_like_another() -> None:
    assert recovery.CODE_CHARS * math.log2(len(recovery.SIGNS)) >= 112
    assert len({recovery.new_code() for _ in range(10_000)}) == 10_000
    assert all(CODE.fullmatch(recovery.new_code()) for _ in range(100))


def test_the_database_holds_a_hash_of_it(partner: Account, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(accounts_account::text, ' ') FROM accounts_account")
        [table] = cursor.fetchone()

    assert code not in table and code.replace("-", "") not in table


def test_it_gives_a_new_passphrase_and_ends_every_session(partner: Account, owner: Client, code: str) -> None:
    client = Client()

    response = recover(client, code)

    assert response.status_code == 200
    assert "Your passphrase is changed" in response.content.decode()
    assert not Session.objects.exists()
    assert owner.get("/roadmap/").status_code == 302
    assert client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE}).status_code == 422
    assert client.post("/accounts/login/", {"login": "partner", "password": NEW}).status_code == 302


def test_it_works_once_and_gives_the_next(partner: Account, client: Client, code: str) -> None:
    [fresh] = CODE.findall(recover(client, code).content.decode())

    assert recover(client, code, passphrase="six more words for the second time").status_code == 422
    partner.refresh_from_db()
    assert partner.check_password(NEW)
    assert recover(client, fresh, passphrase="six more words for the second time").status_code == 200


def test_making_one_ends_the_one_before(owner: Client, client: Client, code: str) -> None:
    say_passphrase(owner)
    owner.post("/accounts/recovery-code/")

    assert recover(client, code).status_code == 422


@pytest.mark.parametrize(
    "change",
    [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code.replace('-', ' ')} "],
    ids=["small", "joined", "spaced"],
)
def test_it_may_be_typed_as_people_type(client: Client, code: str, change) -> None:
    assert recover(client, change(code)).status_code == 200


def test_figures_that_look_like_letters_may_be_typed_as_those(partner: Account) -> None:
    assert recovery.digest(partner.pk, "0101-AAAA") == recovery.digest(partner.pk, "oiol-aaaa")


@pytest.mark.parametrize(
    ("name", "with_code"), [("nobody", True), ("partner", False), ("stranger", True), ("no-code-yet", False)], ids=lambda value: str(value)
)
def test_a_wrong_pair_is_refused_without_saying_which_half_is_wrong(
    client: Client, stranger, code: str, name: str, with_code: bool
) -> None:
    make_account("no-code-yet")

    response = recover(client, code if with_code else recovery.new_code(), name)

    assert response.status_code == 422
    assert "do not go together" in response.content.decode()
    assert not response.context["form"].errors.get("login") and not response.context["form"].errors.get("code")


@pytest.mark.parametrize("code", ["", "-", "0", "ilol"])
def test_an_account_without_a_code_is_opened_by_none(partner: Account, client: Client, code: str) -> None:
    assert recover(client, code).status_code == 422
    assert Account.objects.recover("partner", "", NEW) == ""


@pytest.mark.parametrize("passphrase", ["short", "passwordpassword", "", "partner-partner", "a\0bcdefghijklm"])
def test_the_new_passphrase_is_judged_as_at_sign_up_and_the_code_stays(client: Client, code: str, passphrase: str) -> None:
    response = recover(client, code, passphrase=passphrase)

    assert response.status_code == 422
    assert code in response.content.decode(), "what was typed is given back"
    assert recover(client, code).status_code == 200


def test_guessing_codes_is_slowed(client: Client, partner: Account) -> None:
    assert [recover(client, recovery.new_code()).status_code for _ in range(11)][-1] == 429


def test_whoever_is_signed_in_changes_it_by_the_passphrase(owner: Client) -> None:
    assert owner.get("/accounts/recover/")["Location"] == "/accounts/passphrase/"


def test_it_is_made_only_after_the_passphrase(owner: Client, partner: Account) -> None:
    assert owner.post("/accounts/recovery-code/").status_code == 302
    partner.refresh_from_db()
    assert partner.recovery_code_hash == ""


def test_what_leave_cannot_do_is_said_before_the_first_use_until_it_was_read(owner: Client, partner: Account) -> None:
    """docs/security.md, R35."""
    said = "Leave, at the top of every page, closes this site at once and signs you out. It cannot clear the browser’s history."
    assert said in owner.get("/").content.decode()

    assert owner.post("/accounts/read-first/")["Location"] == "/"

    assert said not in owner.get("/").content.decode()
    assert "It is no help against spying software" in owner.get("/using-this-safely/").content.decode()
