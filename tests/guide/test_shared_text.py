"""The text of a part is rendered once for all who read it signed in. Of a reader nothing is in it but the tokens of their own page."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account
from config.form_owner import PLACE_OF_TOKENS, owner_token
from guide import library, page_cache, stories

SLUGS = ["understanding", "talking", "options", "wellbeing", "limits", "forward", "questions"]
NO = dict.fromkeys(["safety_afraid", "safety_force", "safety_checked", "safety_kept"], "no")


def forms(html: str) -> list[str]:
    return re.findall(r"<form.*?</form>", html, re.S)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_form_carries_the_tokens_of_its_own_reader(
    slug: str, partner: Account, owner: Client, stranger: Account, sign_in: Callable[[Account], Client]
) -> None:
    first, second = owner.get(f"/guide/{slug}/").content.decode(), sign_in(stranger).get(f"/guide/{slug}/").content.decode()

    for html, reader, other in ((first, partner, stranger), (second, stranger, partner)):
        assert PLACE_OF_TOKENS not in html
        assert owner_token(other) not in html
        for form in forms(html):
            assert form.count("csrfmiddlewaretoken") == form.count(owner_token(reader)) <= 1


def test_a_form_in_the_shared_text_can_be_sent(owner: Client, partner: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = owner.cookies
    (form,) = [form for form in forms(client.get("/guide/forward/").content.decode()) if "closing-step" in form]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', form))

    assert client.post("/roadmap/actions/new/", fields | {"title": "Ring the library", "horizon": "7"}).status_code == 302
    assert client.post("/roadmap/actions/new/", {"title": "Ring the library", "horizon": "7"}).status_code == 403


def test_what_one_reader_chose_is_not_shown_to_the_next(owner: Client, stranger: Account, sign_in: Callable[[Account], Client]) -> None:
    other = sign_in(stranger)
    before = other.get("/guide/understanding/").content.decode()
    chosen = next(story for story in stories.STORIES.values() if story.key != stories.default_in("understanding"))

    owner.post("/guide/story/", {"story": chosen.key, "part": "understanding"})
    owner.post("/guide/talking/", NO)
    own = owner.get("/guide/understanding/").content.decode()
    after = other.get("/guide/understanding/").content.decode()

    assert f'aria-labelledby="{chosen.key}"' in own and "ask--closed" not in own
    assert f'aria-labelledby="{chosen.key}"' not in after and "ask--closed" in after
    assert len(after) == len(before)


def test_a_story_that_there_is_not_makes_no_text_of_its_own(partner: Account, db: None) -> None:
    part = library.current().parts[0]
    kept = {page_cache.text(part, story=story, asking=False, signed_in=True) for story in ("", "none-such", "x" * 100)}

    assert len(kept) == 1
    assert not any("none-such" in key for key in page_cache._texts)
