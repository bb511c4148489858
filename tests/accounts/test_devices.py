"""Where one is signed in, without address or place, and ending it (docs/security.md, R15)."""

import re

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Account, Session
from accounts.signin.sessions import browser
from tests.conftest import PASSPHRASE, say_passphrase

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:152.0) Gecko/20100101 Firefox/152.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile Safari/604.1"


def signed_in(user_agent: str) -> Client:
    client = Client(headers={"User-Agent": user_agent}, REMOTE_ADDR="203.0.113.77")
    assert client.post("/accounts/login/", {"login": "partner", "password": PASSPHRASE}).status_code == 302
    return client


@pytest.fixture
def laptop(partner: Account, time_machine) -> Client:
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    return signed_in(FIREFOX)


@pytest.fixture
def phone(laptop: Client) -> Client:
    return signed_in(PHONE)


def test_each_is_told_by_its_day_and_the_family_of_its_browser(laptop: Client, phone: Client) -> None:
    page = laptop.get("/accounts/devices/").content.decode()

    assert "Firefox" in page and "Safari" in page
    assert page.count("since Tuesday 10 March") == 2
    # Random keys and tokens hold any three figures now and then.
    shown = re.sub(r'value="[^"]*"', "", page)
    for told in ("203.0.113.77", "Linux", "iPhone", "152", "Gecko"):
        assert told not in shown


def test_the_database_holds_neither_address_nor_name_of_a_browser(laptop: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(accounts_session::text, ' ') FROM accounts_session")
        [table] = cursor.fetchone()

    for told in ("203.0.113.77", "Firefox", "Linux"):
        assert told not in table


def test_one_is_ended(laptop: Client, phone: Client) -> None:
    other = next(session for session in Session.objects.all() if session.browser == "Safari")

    assert laptop.post("/accounts/devices/", {"end": other.pk}).status_code == 302

    assert phone.get("/roadmap/").status_code == 302
    assert laptop.get("/roadmap/").status_code == 200


def test_all_others_are_ended_at_once(laptop: Client, phone: Client, partner: Account, sign_in) -> None:
    third = sign_in(partner)

    laptop.post("/accounts/devices/", {"end_all": "1"})

    assert [client.get("/roadmap/").status_code for client in (laptop, phone, third)] == [200, 302, 302]


@pytest.mark.parametrize("end", ["", "0" * 64, "\0", "anothers"])
def test_nobody_elses_is_ended(laptop: Client, stranger: Account, sign_in, end: str) -> None:
    theirs = sign_in(stranger)
    end = end if end != "anothers" else stranger.sessions.get().pk

    assert laptop.post("/accounts/devices/", {"end": end}).status_code == 302
    laptop.post("/accounts/devices/", {"end_all": "1"})

    assert theirs.get("/roadmap/").status_code == 200


def test_others_sessions_are_not_listed(laptop: Client, stranger: Account, sign_in) -> None:
    sign_in(stranger)

    page = laptop.get("/accounts/devices/").content.decode()

    assert stranger.sessions.get().pk not in page
    assert 'name="end"' not in page


def test_it_asks_for_the_passphrase_first(owner: Client) -> None:
    assert owner.get("/accounts/devices/").status_code == 302
    say_passphrase(owner)
    assert owner.get("/accounts/devices/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (FIREFOX, "Firefox"),
        (PHONE, "Safari"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 SamsungBrowser/30.0 Chrome/150.0 Mobile Safari/537.36", "Samsung Internet"),
        ("curl/8.9", ""),
        ("", ""),
    ],
)
def test_the_family_of_a_browser(user_agent: str, family: str) -> None:
    assert browser(user_agent) == family
