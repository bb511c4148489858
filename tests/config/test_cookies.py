"""Browsers that keep no cookies, or no Secure ones on plain HTTP, or do not say where a form comes from."""

import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Account, Session
from tests.config.test_environment import KEYS, run  # noqa: F401, a fixture
from tests.conftest import PASSPHRASE
from tests.serving import Serving, Visitor

NULL = {"Origin": "null"}
BASE_DIR = settings.BASE_DIR


@pytest.mark.parametrize("site", ["same-origin", None])
def test_without_cookies_one_is_told_so_before_anything_is_made(partner: Account, site: str | None) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": site} if site else {})
    signing_up = client.post("/accounts/signup/", {"username": "quiet-harbour-42", "password1": "four words nobody guesses"})
    signing_in = client.post("/accounts/login/", {"login": partner.name, "password": PASSPHRASE})

    for answer in (signing_up, signing_in):
        assert answer.status_code == 403
        assert "This browser keeps no cookies here" in answer.content.decode()
        assert PASSPHRASE not in answer.content.decode()
    assert [account.name for account in Account.objects.all()] == [partner.name]
    assert not Session.objects.exists()


def test_with_our_cookie_one_signs_in(partner: Account) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    client.get("/accounts/login/")

    assert client.post("/accounts/login/", {"login": partner.name, "password": PASSPHRASE}).status_code == 302


@pytest.mark.parametrize("secure", [False, True])
def test_a_browser_that_says_nothing_of_where_a_form_comes_from_signs_in_with_cookie_and_token(partner: Account, secure: bool) -> None:
    """Safari before 16.4, and old Firefox and Chrome: under no-referrer they send "Origin: null" and no Referer, or neither."""
    for headers in (NULL, {}):
        client = Client(enforce_csrf_checks=True, headers=headers)
        page = client.get("/accounts/login/", secure=secure).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"login": partner.name, "password": PASSPHRASE}

        assert client.post("/accounts/login/", form | {"csrfmiddlewaretoken": "forged"}, secure=secure).status_code == 403
        assert client.post("/accounts/login/", form | {"csrfmiddlewaretoken": token}, secure=secure).status_code == 302


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    serving = Serving(tmp_path_factory.mktemp("var"), "--workers", "1").wait_until_ready()
    yield serving
    serving.stop()


def test_trying_out_on_loopback_needs_no_secure_cookie(server: Serving) -> None:
    """As in WebKit, which keeps none on plain HTTP."""
    visitor = Visitor(server.address)
    visitor.jar.set_policy(CookieJar()._policy)  # type: ignore[attr-defined]
    visitor.sign_up("quiet-harbour-42")

    assert "Today" in visitor.get("/").text
    assert {cookie.name for cookie in visitor.jar} == {"csrf", "session", "known"}
    assert not [cookie for cookie in visitor.jar if cookie.secure]
    assert 'data-left-cookie="left"' in visitor.get("/").text


def test_no_cookie_decides_by_itself_whether_it_is_secure() -> None:
    for path in (path for app in ("accounts", "checkins", "config", "guide", "roadmap") for path in (BASE_DIR / app).rglob("*.py")):
        if path != BASE_DIR / "config" / "settings.py":
            assert not re.search(r"secure=True|__Host-", path.read_text()), path


def test_for_any_other_address_the_program_refuses_cookies_without_host(run) -> None:  # noqa: F811
    for hosts in ("evenkeel.example", "localhost,evenkeel.example", "192.168.1.7"):
        done = run(**KEYS, LOOPBACK_COOKIES="on", ALLOWED_HOSTS=hosts)
        assert done.returncode != 0 and "LOOPBACK_COOKIES is for trying out on this machine alone" in done.stderr
    assert run(**KEYS, LOOPBACK_COOKIES="on", ALLOWED_HOSTS="localhost,127.0.0.1").returncode == 0


@pytest.mark.parametrize("changes", [{"BEHIND_TLS_PROXY": "on"}, {"ALLOWED_HOSTS": "127.0.0.1,evenkeel.example"}])
def test_serve_keeps_secure_cookies_where_another_address_is_named(tmp_path: Path, changes: dict[str, str]) -> None:
    serving = Serving(tmp_path, "--workers", "1", **changes).wait_until_ready()
    try:
        answer = Visitor(serving.address, **{"X-Forwarded-Proto": "https"}).get("/accounts/login/")
        assert answer.headers["set-cookie"].startswith("__Host-csrf=") and "Secure" in answer.headers["set-cookie"]
    finally:
        serving.stop()
