"""Follow Sarah, Maria or Jennifer along the parts: in the session alone, gone with Leave."""

import re

import pytest
from django.test import Client

from accounts.models import Account, Session
from guide import library, stories

PARTS = {reading.slug: reading for reading in library.read_files()}


@pytest.mark.parametrize("who", stories.STORIES)
def test_a_story_is_told_in_every_part(who: str) -> None:
    for slug, reading in PARTS.items():
        [told] = [block for block in reading.blocks if block.kind == "story" and block.name == who]
        assert 50 < len(re.sub(r"<[^>]+>", " ", told.html).split()) < 300, slug


def test_a_stranger_reads_one_story_in_each_part_and_is_asked_no_session_for(client: Client, db: None, django_assert_num_queries) -> None:
    library.current()

    with django_assert_num_queries(0):
        pages = {slug: client.get(f"/guide/{slug}/") for slug in PARTS}

    for slug, page in pages.items():
        assert told(page.content.decode()) == [stories.default_in(slug)] and not page.cookies
    assert {slug for slug in PARTS if stories.default_in(slug)} == set(PARTS)


def told(page: str) -> list[str]:
    """Whose stories a page tells."""
    return re.findall(r'<section class="tale" aria-labelledby="(\w+)">\s*<p class="tale-label">A made-up story', page)


@pytest.mark.parametrize("who", stories.STORIES)
def test_whoever_follows_one_reads_it_in_every_part_and_nobody_elses(client: Client, db: None, who: str) -> None:
    assert client.post("/guide/story/", {"story": who}).status_code == 302

    for slug in PARTS:
        response = client.get(f"/guide/{slug}/")
        page = response.content.decode()
        assert told(page) == [who]
        assert page.count(f'id="{who}"') == 1
        assert "no-store" in response["Cache-Control"] and "ETag" not in response
    assert re.search(rf'value="{who}"[^>]*checked', client.get("/guide/").content.decode())


def test_what_one_follows_is_not_shown_to_the_next(client: Client, db: None) -> None:
    client.post("/guide/story/", {"story": "sarah"})
    client.get("/guide/talking/")

    page = Client().get("/guide/options/").content.decode()

    assert told(page) == ["maria"]


def test_none_again_leaves_nothing_behind(client: Client, db: None) -> None:
    client.post("/guide/story/", {"story": "sarah"})
    assert Session.objects.count() == 1

    response = client.post("/guide/story/", {"story": "none"})

    assert not Session.objects.exists()
    assert response.cookies["__Host-session"].value == ""
    assert told(client.get("/guide/options/").content.decode()) == ["maria"]


def test_leave_ends_the_story(client: Client, db: None) -> None:
    client.post("/guide/story/", {"story": "sarah"})

    client.get("/leave/", headers={"Sec-Fetch-Site": "none"})

    assert not Session.objects.exists()
    assert told(client.get("/guide/options/").content.decode()) == ["maria"]


def test_with_an_account_it_is_in_the_session_too_and_none_keeps_one_signed_in(owner: Client, partner: Account) -> None:
    owner.post("/guide/story/", {"story": "jennifer"})
    assert told(owner.get("/guide/talking/").content.decode()) == ["jennifer"]

    owner.post("/guide/story/", {"story": "none"})

    assert told(owner.get("/guide/talking/").content.decode()) == ["sarah"]
    assert owner.get("/roadmap/").status_code == 200


@pytest.mark.parametrize("who", ["", "david", "<script>", "x" * 5000])
def test_anybody_unknown_is_nobody(client: Client, db: None, who: str) -> None:
    client.post("/guide/story/", {"story": who})

    assert not Session.objects.exists()


def test_a_story_tells_nobody_what_to_do() -> None:
    for reading in PARTS.values():
        for block in reading.blocks:
            if block.kind == "story":
                assert not re.search(r"\byou (should|must|need to)\b|success|worked\b", block.html, re.I)
