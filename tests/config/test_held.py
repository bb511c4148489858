"""A page that answers a plain POST is held at an address of its own (docs/security.md, R76 and R77). All forms: tests/test_forms.py."""

import base64
import re
import zlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from config.held import address
from config.held.models import HeldForm
from tests.conftest import PASSPHRASE, say_passphrase
from tests.roadmap.plans import PHRASE, set_phrase

WORDS = "Rain on the skylight"
REFUSED = {"gratitude_1": WORDS, "action": "x" * 501, "version": "0"}
HELD = settings.HELD_COOKIE_NAME


@pytest.fixture(autouse=True)
def seen_as_it_is_sent(owner: Client, client: Client) -> None:
    owner.follows_held = client.follows_held = False  # type: ignore[attr-defined]


def held(client: Client, path: str, form: dict, **headers: str) -> str:
    """The address to which the answer to a form sends."""
    answer = client.post(path, form, headers=headers)
    assert answer.status_code == 303, answer.status_code
    assert not answer.content
    return answer["Location"]


def hides(text: str, token: str) -> bool:
    """Whether `text` can be read in no way in the address."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return text.encode() not in raw and text not in token and not any(text.encode() in raw[at:] for at in range(64))


def test_a_refused_form_is_shown_at_an_address_that_tells_nothing(owner: Client) -> None:
    place = held(owner, "/checkins/2026-03-10/", REFUSED)
    token = place.removeprefix("/held/").rstrip("/")

    page = owner.get(place)

    assert page.status_code == 422 and WORDS in page.content.decode() and "500 characters at most" in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"
    assert hides("Rain", token)
    assert owner.get(place).status_code == 422, "and again, as by Back"
    assert owner.post(place).status_code == 405


def test_its_form_goes_to_where_the_form_came_from(partner: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(partner)
    client.follows_held = False  # type: ignore[attr-defined]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/checkins/2026-03-10/").content.decode())[1]

    page = client.get(held(client, "/checkins/2026-03-10/", REFUSED | {"csrfmiddlewaretoken": token})).content.decode()

    form = re.search(r'<form[^>]*action="(/checkins/2026-03-10/)"[^>]*>.*?</form>', page, re.S)
    assert form and not re.search(r"<form\b(?![^>]*\saction=)", page)
    fresh = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form[0])[1]
    assert client.post(form[1], {"gratitude_1": WORDS, "version": "0", "csrfmiddlewaretoken": fresh}).status_code == 302


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"X-Requested-With": "fetch"}, {"Sec-Fetch-Mode": "cors"}])
def test_scripts_are_answered_as_ever(owner: Client, headers: dict[str, str]) -> None:
    assert owner.post("/checkins/2026-03-10/", REFUSED, headers=headers).status_code == 422


def test_what_is_stored_opens_with_the_accounts_key_and_the_address_together(owner: Client, partner: Account) -> None:
    held(owner, "/checkins/2026-03-10/", REFUSED)

    with acting_for(partner), connection.cursor() as cursor:
        row = HeldForm.objects.get(account=partner)
        cursor.execute("SELECT h::text FROM config_heldform h")
        stored = cursor.fetchone()[0]
    assert "Rain" not in stored and "checkins" not in stored
    opened = base64.b64decode(row.page)
    assert b"Rain" not in opened and b"checkins" not in opened
    with pytest.raises(zlib.error):
        zlib.decompress(opened)


def test_another_account_does_not_see_it_and_its_owner_does_after_signing_in_again(
    owner: Client, stranger: Account, sign_in, client: Client, partner: Account
) -> None:
    place = held(owner, "/checkins/2026-03-10/", REFUSED)

    assert sign_in(stranger).get(place).status_code == 404
    assert client.get(place)["Location"] == f"/accounts/login/?next={place.replace('/', '%2F')}"
    client.post("/accounts/login/", {"login": partner.name, "password": PASSPHRASE})
    assert WORDS in client.get(place).content.decode()


def test_after_a_quarter_of_an_hour_it_says_that_it_is_gone(owner: Client, client: Client, partner: Account, time_machine) -> None:
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    places = [(owner, held(owner, "/checkins/2026-03-10/", REFUSED)), (client, held(client, "/guide/search/", {"q": "kettle"}))]
    time_machine.shift(timedelta(minutes=14, seconds=59))
    assert [who.get(place).status_code for who, place in places] == [422, 200]

    time_machine.shift(timedelta(seconds=2))

    for who, place in places:
        gone = who.get(place)
        assert gone.status_code == 404 and "This page is no longer kept" in gone.content.decode()
    call_command("delete_expired")
    with acting_for(partner):
        assert not HeldForm.objects.exists()


def test_no_account_holds_more_than_twenty(owner: Client, partner: Account) -> None:
    places = [held(owner, "/checkins/2026-03-10/", REFUSED) for _ in range(22)]

    with acting_for(partner):
        assert HeldForm.objects.count() == HeldForm.MAX_PER_ACCOUNT
    assert [owner.get(place).status_code for place in places] == [404] * 2 + [422] * 20


def test_nothing_of_it_is_exported_or_outlives_the_account(owner: Client, partner: Account) -> None:
    held(owner, "/checkins/2026-03-10/", REFUSED)
    say_passphrase(owner)

    assert WORDS not in owner.post("/accounts/export/", {"format": "json"}).content.decode()
    with acting_for(partner):
        partner.delete_with_data()
        assert not HeldForm.objects.exists()


# Strangers


def test_a_strangers_search_is_stored_nowhere_and_read_in_no_address(client: Client, db: None, django_assert_num_queries) -> None:
    place = held(client, "/guide/search/", {"q": "kettle on the step"})

    assert hides("kettle", place.removeprefix("/held/").rstrip("/"))
    assert client.cookies[HELD]["httponly"] and client.cookies[HELD]["max-age"] == ""
    page = client.get(place)
    assert page.status_code == 200 and "kettle on the step" in page.content.decode()


def test_a_strangers_page_opens_in_no_other_browser_and_not_after_leave(client: Client, db: None) -> None:
    place = held(client, "/guide/search/", {"q": "kettle"})
    key = client.cookies[HELD].value
    assert Client().get(place).status_code == 404

    left = client.get("/leave/", headers={"Sec-Fetch-Site": "same-origin"})

    assert left.cookies[HELD]["max-age"] == 0
    assert client.get(place).status_code == 404
    # Also where the message of Leave was lost: the mark is enough.
    client.cookies[HELD], client.cookies[settings.LEFT_COOKIE_NAME] = key, "1"
    assert client.get(place).status_code == 404


def test_an_address_that_was_made_up_or_changed_opens_nothing(client: Client, db: None) -> None:
    place = held(client, "/guide/search/", {"q": "kettle"})

    for token in ("A" * 43, "A" * 200, "-" * 61, place[6:-2], place[6:-1].swapcase()):
        assert client.get(f"/held/{token}/").status_code in (302, 404), token


def test_a_refused_sign_in_holds_the_name_and_never_the_passphrase(client: Client, partner: Account) -> None:
    place = held(client, "/accounts/login/", {"login": partner.name, "password": "wrong words of mine"})

    page = client.get(place)

    assert page.status_code == 422
    assert f'value="{partner.name}"' in page.content.decode() and "wrong words of mine" not in page.content.decode()
    assert hides(partner.name, place[6:-1])


def test_what_does_not_fit_into_an_address_is_answered_as_it_is(client: Client, db: None) -> None:
    long = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(6000))

    answer = client.post("/guide/search/", {"q": long})

    assert answer.status_code == 422
    assert address.MAX_TOKEN_CHARS < 8000, "what proxies let through"


@pytest.mark.parametrize("size", [300 * 1024, 3 * 1024 * 1024])
def test_a_form_too_large_to_be_read_is_not_answered_with_a_page_either(owner: Client, size: int) -> None:
    page = owner.get(held(owner, "/roadmap/", {"started_on": "x" * size}))

    assert page.status_code == 413 and "That is too long to save" in page.content.decode()


# What is shown once


def test_a_code_is_shown_once(owner: Client) -> None:
    say_passphrase(owner)
    place = held(owner, "/accounts/recovery-code/", {})

    assert owner.get(place).status_code == 200
    assert owner.get(place).status_code == 404


def test_a_page_of_the_plan_is_shown_while_the_plan_is_open(owner: Client, time_machine) -> None:
    time_machine.move_to("2026-03-10T08:00Z", tick=False)
    set_phrase(owner)
    changed = {"note-first-advocate": "Rowan Street", "version": "0"}
    assert owner.post("/roadmap/plan/", changed).status_code == 302
    place = held(owner, "/roadmap/plan/", {"note-first-advocate": "Elm Row", "version": "0"})
    page = owner.get(place)
    assert page.status_code == 409 and "Rowan Street" in page.content.decode()

    owner.post("/roadmap/plan/lock/")

    assert owner.get(place).status_code == 404
    assert owner.post("/roadmap/plan/unlock/", {"passphrase": PHRASE}).status_code == 302
    assert owner.get(place).status_code == 409
    time_machine.shift(timedelta(minutes=5))
    assert owner.get(place).status_code == 404, "after five quiet minutes it is locked"


def test_words_of_another_account_are_not_stored_for_the_one_signed_in(owner: Client, stranger: Account, sign_in) -> None:
    mark = re.search(r'name="owner" value="([^"]+)"', owner.get("/checkins/2026-03-10/").content.decode())[1]
    other = sign_in(stranger)
    other.follows_held = False

    place = held(other, "/checkins/2026-03-10/", {"gratitude_1": WORDS, "owner": mark})

    assert WORDS in other.get(place).content.decode()
    with acting_for(stranger):
        assert not HeldForm.objects.exists()
