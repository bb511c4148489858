"""No request of a stranger costs much more than a page of help lines (docs/security.md, R80). Counted is what is read and made."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client

from config import resubmit
from tests.conftest import make_account
from tests.test_site import NAMES, address

FORM = "application/x-www-form-urlencoded"
HUGE = urlencode({"q": "x" * 300_000, "login": "x" * 300_000, "title": "two words " * 30_000})
LONG = urlencode({"q": "x" * 40_000, "login": "x" * 40_000})


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails the test if a posted form is read."""

    def read(*args: object, **options: object) -> None:
        raise AssertionError("It was read.")

    monkeypatch.setattr("django.http.request.HttpRequest._load_post_and_files", read)


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "fetch"}])
def test_a_huge_form_of_a_stranger_is_read_by_no_view(db: None, unread: None, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.follows_held = False  # type: ignore[attr-defined]
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32

    answers = {name: client.post(address(name, action=uuid4()), HUGE, FORM, headers=headers).status_code for name in NAMES}

    assert {*answers.values()} <= {204, 302, 303, 403, 404, 405, 413}, answers


@pytest.mark.parametrize("path", ["/guide/search/", "/accounts/login/", "/accounts/signup/", "/accounts/recover/", "/nowhere/"])
def test_a_long_form_that_strangers_may_send_is_refused_unread(client: Client, db: None, unread: None, path: str) -> None:
    response = client.post(path, LONG, FORM, headers={"X-Requested-With": "fetch"})

    assert response.status_code == (404 if path == "/nowhere/" else 413)
    if response.status_code == 413:
        assert "your words are still on the page you came from" in response.content.decode()


def test_the_form_of_a_stranger_may_have_as_much_as_any_of_ours_needs(client: Client, db: None) -> None:
    response = client.post("/guide/search/", {"q": "x" * 20_000}, headers={"X-Requested-With": "fetch"})

    assert response.status_code == 422 and "200 characters at most" in response.content.decode()
    assert settings.MAX_PUBLIC_BODY_BYTES < settings.MAX_BODY_BYTES


@pytest.mark.parametrize("path", ["/checkins/", "/roadmap/talks/new/", "/undo/", "/search/"])
def test_of_a_thousand_fields_a_page_for_strangers_shows_few(client: Client, db: None, path: str) -> None:
    form = QueryDict(mutable=True)
    for number in range(990):
        form[f"field_{number}"] = "two words"

    page = client.post(path, form.urlencode(), FORM).content.decode()

    assert "You are signed out" in page
    assert len(re.findall("<textarea", page)) == resubmit.MAX_SHOWN_FIELDS
    assert len(re.findall(r'<input type="hidden" name="field_', page)) == 990 - resubmit.MAX_SHOWN_FIELDS


def test_someone_signed_in_gets_a_form_back_that_is_too_large(db: None) -> None:
    client = Client()
    client.force_login(make_account("partner"))

    response = client.post("/roadmap/actions/new/", {"title": "two words " * 30_000, "horizon": "7"})

    assert response.status_code == 413 and "two words two words" in response.content.decode()


def test_a_file_whose_session_has_ended_leads_to_signing_in(client: Client, db: None) -> None:
    response = client.post("/accounts/import/", {"q": "x" * 300_000})

    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")
