"""The support map: who, of which kind, how to reach them unseen; private, corrected in place, printed."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from guide.supporters.models import KINDS, Supporter

JO = {"who": "Jo", "kind": "friend", "reach": "From work, in the break"}
MAP = "/guide/support-map/"


def add(owner: Client, **words: str) -> None:
    assert owner.post(MAP, JO | {"key": str(uuid4())} | words).status_code == 302


def only(partner: Account) -> Supporter:
    with acting_for(partner):
        return partner.supporters.get()


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_somebody_stands_under_their_kind_with_the_way_to_reach_them(owner: Client) -> None:
    add(owner)
    add(owner, who="My sister", kind="family", reach="")

    page = text_of(owner.get(MAP))

    assert (
        "A friend with a wide view Jo From work, in the break Family who wish you well My sister People in the same place No one here"
        in page
    )


def test_the_kinds_are_those_of_the_guide(client: Client, db: None) -> None:
    page = client.get("/guide/wellbeing/").content.decode()

    for kind in list(KINDS.values())[:4]:
        assert f"<dt>{kind.name}</dt>" in page


def test_an_empty_map_asks_first_whether_it_is_safer_in_the_head_and_reproaches_nobody(owner: Client) -> None:
    page = text_of(owner.get(MAP))

    assert page.index("Would this be safer in your head?") < page.index("Add someone")
    assert page.count("No one here yet.") == 4


def test_the_same_form_sent_twice_adds_one(owner: Client, partner: Account) -> None:
    key = re.search(r'name="key" value="([^"]+)"', owner.get(MAP).content.decode())[1]

    for _ in range(2):
        assert owner.post(MAP, JO | {"key": key}).status_code == 302

    assert only(partner).who == "Jo"


def test_without_a_key_somebody_is_added_all_the_same(owner: Client, partner: Account) -> None:
    owner.post(MAP, JO)

    assert only(partner).reach == "From work, in the break"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"who": " "}, "Write who it is. One letter is enough."),
        ({"who": "x" * 201}, "200 characters at most. This has 201."),
        ({"reach": "x" * 501}, "500 characters at most. This has 501."),
        ({"kind": "enemy"}, "Choose one of the five."),
    ],
)
def test_what_cannot_be_kept_is_given_back_with_the_reason(owner: Client, words: dict[str, str], says: str) -> None:
    response = owner.post(MAP, JO | words)

    assert response.status_code == 422
    assert says in text_of(response)
    assert (words.get("reach") or JO["reach"]) in response.content.decode()


def test_somebody_is_corrected_in_place_and_taken_off(owner: Client, partner: Account) -> None:
    add(owner)
    address = only(partner).get_absolute_url()
    version = re.search(r'name="version" value="(\d+)"', owner.get(address).content.decode())[1]

    assert owner.post(address, JO | {"reach": "Through my sister", "version": version}).status_code == 302
    assert only(partner).reach == "Through my sister"

    assert owner.post(address, JO | {"take-out": "1"}).status_code == 302
    with acting_for(partner):
        assert not partner.supporters.exists()


def test_a_change_in_another_tab_is_told_and_not_overwritten(owner: Client, partner: Account) -> None:
    add(owner)
    address = only(partner).get_absolute_url()
    owner.post(address, JO | {"reach": "Through my sister", "version": "1"})

    response = owner.post(address, JO | {"reach": "By letter", "version": "1"})

    assert response.status_code == 409
    assert "How to reach them so that it is not seen Through my sister" in text_of(response)
    assert "By letter" in response.content.decode()
    assert only(partner).reach == "Through my sister"
    assert owner.post(address, JO | {"reach": "By letter", "version": "2"}).status_code == 302


def test_the_map_is_for_its_owner_alone(owner: Client, partner: Account, stranger: Account, sign_in, client: Client) -> None:
    add(owner)
    address = only(partner).get_absolute_url()

    assert "Jo" not in text_of(sign_in(stranger).get(MAP))
    assert sign_in(stranger).post(address, JO | {"take-out": "1"}).status_code == 404
    assert client.get(MAP)["Location"].startswith("/accounts/login/")
    assert only(partner).who == "Jo"


def test_the_part_leads_to_it_and_says_how_it_goes_on_paper(owner: Client, client: Client) -> None:
    assert f'href="{MAP}"' in owner.get("/guide/wellbeing/").content.decode()
    page = text_of(client.get("/guide/wellbeing/"))
    assert "On paper, initials will do." in page
    assert "Draw your support map" not in page


def test_on_paper_the_map_says_nothing_of_this_site_or_of_not_being_seen(owner: Client) -> None:
    """Someone may find the sheet."""
    add(owner)
    page = owner.get(MAP).content.decode()
    printed = re.sub(
        r'<(p|section) class="[^"]*screen-only[^"]*".*?</\1>', "", page[page.index("<main") : page.index("</main>")], flags=re.S
    )

    assert "Jo" in printed
    assert not re.search(r"no one notices|makes you open|Using this safely|not seen", printed)
