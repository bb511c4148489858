"""Leave without JavaScript, and what the server does of it with (docs/security.md, R31 and R32)."""

import re

import pytest
from django.test import Client

from accounts.models import Account, Session

LINK = re.compile(r'<a class="leave" href="([^"]+)"')


def test_leave_is_a_link_that_ends_the_session_and_goes_away(owner: Client) -> None:
    response = owner.get("/leave/", headers={"Sec-Fetch-Site": "same-origin"})

    assert (response.status_code, response["Location"]) == (303, "https://www.wikipedia.org/")
    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert "cache" not in response["Clear-Site-Data"], "it can hold a browser up for seconds"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert not response.content
    assert {cookie.value for cookie in response.cookies.values()} == {""}, "taken away, and none set"
    assert not Session.objects.exists()
    assert owner.get("/roadmap/").status_code == 302


def test_the_beacon_ends_the_session_and_needs_no_page(partner: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(partner)

    response = client.post("/leave/", headers={"Sec-Fetch-Site": "same-origin"})

    assert (response.status_code, response.content) == (204, b"")
    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert not Session.objects.exists()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_site_cannot_end_a_session_and_no_sibling_host(owner: Client, method: str, site: str) -> None:
    response = getattr(owner, method)("/leave/", headers={"Sec-Fetch-Site": site})

    assert response.status_code == (303 if method == "get" else 204)
    assert "Clear-Site-Data" not in response
    assert owner.get("/roadmap/").status_code == 200


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_press_on_our_page_and_a_bookmark_do(owner: Client, site: str) -> None:
    owner.get("/leave/", headers={"Sec-Fetch-Site": site})

    assert owner.get("/roadmap/").status_code == 302


def test_a_browser_that_does_not_say_where_it_comes_from_needs_the_token_in_the_link(owner: Client, stranger: Account, sign_in) -> None:
    """Safari before 16.4. The token is that of the session, and is good for no other."""
    theirs = LINK.search(sign_in(stranger).get("/").content.decode())[1]
    link = LINK.search(owner.get("/").content.decode())[1]

    for forged in ("/leave/", "/leave/?token=", theirs):
        assert owner.get(forged).status_code == 303
        assert owner.get("/roadmap/").status_code == 200
    owner.get(link)

    assert owner.get("/roadmap/").status_code == 302


def test_a_page_that_is_the_same_for_all_strangers_has_no_token_in_it(client: Client, db: None) -> None:
    for path in ("/guide/", "/help/", "/"):
        assert LINK.search(client.get(path).content.decode())[1] == "/leave/"


def test_leaving_twice_or_as_a_stranger_only_goes_away(client: Client, db: None) -> None:
    for _ in range(2):
        assert client.get("/leave/").status_code == 303


def test_every_page_has_the_address_at_hand(owner: Client, client: Client, settings) -> None:
    settings.LEAVE_URL = "https://weather.example/"

    for page in (owner.get("/"), client.get("/help/"), client.get("/nowhere/")):
        assert 'data-leave-to="https://weather.example/"' in page.content.decode()
