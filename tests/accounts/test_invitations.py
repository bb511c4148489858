"""Who can make an account: everyone, those with a code, or no one (`SIGN_UP`, `manage.py invite`)."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.signin import throttle
from accounts.signin.invitations import Invitation
from tests.conftest import PASSPHRASE, make_account

pytestmark = pytest.mark.django_db

FORM = {"username": "quiet-harbour-42", "password1": PASSPHRASE}


@pytest.fixture
def invited(settings) -> None:
    settings.SIGN_UP = "invited"


def codes(number: int, **options: object) -> list[str]:
    out = StringIO()
    call_command("invite", number, plain=True, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().split()


def sign_up(client: Client, **changes: str):
    return client.post("/accounts/signup/", FORM | changes)


def test_an_open_site_asks_for_no_code(client: Client) -> None:
    assert b'name="invitation"' not in client.get("/accounts/signup/").content
    assert sign_up(client).status_code == 302


def test_one_code_makes_one_account_and_is_gone_with_it(invited, client: Client) -> None:
    first, second = codes(2)

    assert sign_up(client, invitation=first.lower().replace("-", " ")).status_code == 302
    again = sign_up(Client(), username="other-harbour-43", invitation=first)

    assert again.status_code == 422
    assert "used already" in again.context["form"].errors["invitation"][0]
    assert Account.objects.count() == 1
    assert Invitation.objects.count() == 1
    assert sign_up(Client(), username="other-harbour-43", invitation=second).status_code == 302


@pytest.mark.parametrize("code", ["", "ABCD-EFGH-JKMN-PQRS", "<script>alert(1)</script>", "\0", "é" * 64, "x" * 65])
def test_a_wrong_code_is_refused_at_its_field_and_the_text_is_kept(invited, client: Client, code: str) -> None:
    codes(1)

    response = sign_up(client, invitation=code)

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"invitation"}
    page = response.content.decode()
    assert 'id="id_invitation_error"' in page and "quiet-harbour-42" in page and PASSPHRASE not in page
    assert "ABCD" not in code or code in page
    assert not Account.objects.exists() and Invitation.objects.count() == 1


def test_a_code_works_on_its_last_day_and_not_after_it(invited, client: Client) -> None:
    last, past = codes(2)
    today = timezone.now().date()
    Invitation.objects.update(last_day=today)
    from accounts.signin.invitations import digest

    Invitation.objects.filter(pk=digest(past)).update(last_day=today - timedelta(days=1))

    assert sign_up(client, invitation=past).status_code == 422
    assert sign_up(client, invitation=last).status_code == 302
    call_command("delete_expired")
    assert not Invitation.objects.exists()


def test_a_code_stays_when_no_account_is_made(invited, client: Client, settings) -> None:
    (code,) = codes(1)
    make_account("taken-name-10")

    assert sign_up(client, invitation=code, username="taken-name-10").status_code == 422
    settings.SIGN_UPS_PER_DAY = 1
    throttle.count_sign_up()
    assert sign_up(client, invitation=code).status_code == 429
    assert Invitation.objects.count() == 1 and Account.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_the_same_code_one_gets_an_account(invited) -> None:
    (code,) = codes(1)

    def ask(name: str) -> int:
        try:
            return sign_up(Client(), username=name, invitation=code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        found = sorted(threads.map(ask, ["quiet-harbour-42", "other-harbour-43"]))

    assert found == [302, 422]
    assert Account.objects.count() == 1 and not Invitation.objects.exists()


def test_guesses_are_slowed_and_those_with_a_code_are_not(invited, client: Client) -> None:
    good = codes(throttle.INVITATIONS.burst + 5)
    for number, code in enumerate(good[:-1]):
        assert sign_up(Client(), username=f"quiet-harbour-{number}", invitation=code, password1="short").status_code == 422
    for _ in range(throttle.INVITATIONS.burst):
        assert sign_up(Client(), invitation="0000-0000-0000-0000").status_code == 422

    assert sign_up(client, invitation=good[-1]).status_code == 429


def test_a_closed_site_says_so_and_makes_no_account(client: Client, settings) -> None:
    settings.SIGN_UP = "closed"
    make_account("partner")

    page = client.get("/accounts/signup/")
    assert page.status_code == 200 and "No new accounts here" in page.content.decode()
    assert sign_up(client).status_code == 403
    assert Account.objects.count() == 1
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE}).status_code == 302
    for path in ("/", "/guide/moving/"):
        assert "/accounts/signup/" not in Client().get(path).content.decode(), path


def test_codes_are_stored_as_hashes_and_belong_to_no_one() -> None:
    made = codes(3, days=7)

    assert all(re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", code) for code in made) and len(set(made)) == 3
    rows = list(Invitation.objects.values())
    assert not any(code[:4] in str(rows) and code in str(rows) for code in made)
    assert {row["last_day"] for row in rows} == {timezone.now().date() + timedelta(days=7)}
    assert {field.name for field in Invitation._meta.get_fields()} == {"code_hash", "last_day"}


def test_the_slips_name_the_address_and_the_last_day_and_not_the_subject(settings) -> None:
    settings.ALLOWED_HOSTS = ["even-keel.example"]
    out, said = StringIO(), StringIO()

    call_command("invite", 2, days=1, stdout=out, stderr=said)

    slips = out.getvalue()
    assert slips.count("https://even-keel.example/accounts/signup/") == slips.count("Code: ") == 2
    assert f"until {date.today() + timedelta(days=1):%-d %B %Y}" in slips
    assert not re.search("therap|partner|relationship", slips, re.I)
    assert "Set SIGN_UP=invited" in said.getvalue()


def test_unused_codes_can_be_cancelled() -> None:
    codes(3)

    (left,) = codes(1, cancel_all=True)

    assert Invitation.objects.count() == 1 and left
    call_command("invite", cancel_all=True, stderr=StringIO())
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(("number", "days"), [(0, 30), (-1, 30), (1001, 30), (1, 0), (1, 367)])
def test_a_number_that_cannot_be_is_refused_with_one_sentence(number: int, days: int) -> None:
    with pytest.raises(CommandError, match="1 to"):
        call_command("invite", number, days=days)
    assert not Invitation.objects.exists()
