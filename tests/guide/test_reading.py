"""What one has read, and the way back to the heading where one stopped: only for people who are signed in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.vault.scope import acting_for
from guide import library
from guide.models import PartRead, Reading
from guide.reading import place


def text_of(client: Client, path: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).split())


def stop(client: Client, slug: str, position: str) -> int:
    return client.post(f"/guide/{slug}/read/", {"position": position}).status_code


def past_the_first_day(owner: Client) -> None:
    """With something written, Today is no longer the three lines of the first day."""
    assert owner.post("/checkins/", {"gratitude_1": "Jo called back"}).status_code == 302


def test_where_one_stopped_is_shown_in_the_contents_and_on_today(owner: Client) -> None:
    past_the_first_day(owner)
    owner.get("/guide/options/")
    assert stop(owner, "options", "alone") == 302

    for path in ("/guide/", "/"):
        assert "Part 3, at “Without an appointment”. About" in text_of(owner, path)
        assert 'href="/guide/options/#alone"' in owner.get(path).content.decode()
    assert "You are here" in text_of(owner, "/guide/")


def test_before_anything_was_opened_nothing_is_said_in_the_contents_and_today_offers_the_first_part(owner: Client) -> None:
    assert "Where you were" not in text_of(owner, "/guide/")
    first_day = text_of(owner, "/")
    assert "Read for " in first_day and "Understanding a no" in first_day

    past_the_first_day(owner)

    assert "Part 1, Understanding a no." in text_of(owner, "/")


def test_a_part_that_was_only_opened_is_gone_on_with_at_its_beginning(owner: Client) -> None:
    owner.get("/guide/wellbeing/")

    assert "Part 4, Looking after yourself." in text_of(owner, "/guide/")
    assert 'class="button" href="/guide/wellbeing/"' in owner.get("/guide/").content.decode()


def test_of_two_unfinished_parts_the_one_opened_last_is_gone_on_with(owner: Client) -> None:
    owner.get("/guide/options/")
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        owner.get("/guide/talking/")
        page = text_of(owner, "/guide/")

    assert "Part 2, Talking so it can be heard." in page
    assert "Started" in page


def test_a_part_is_read_when_its_end_came_up_or_one_says_so(owner: Client, partner: Account) -> None:
    page = owner.get("/guide/understanding/").content.decode()
    assert 'name="position" value="end">I have read this part' in page

    stop(owner, "understanding", "end")

    day = partner.local_day(timezone.now())
    assert f"Read {day.day} {day:%B}" in text_of(owner, "/guide/")
    assert "Part 2, Talking so it can be heard." in text_of(owner, "/guide/"), "the next one"
    assert "You have read this part." in text_of(owner, "/guide/understanding/")


def test_what_was_read_stays_read_until_one_says_otherwise(owner: Client, partner: Account) -> None:
    owner.get("/guide/understanding/")
    stop(owner, "understanding", "end")

    owner.get("/guide/understanding/")
    stop(owner, "understanding", "barriers")
    with acting_for(partner):
        assert Reading.of(partner).reads[0].position == "end"

    stop(owner, "understanding", "")
    with acting_for(partner):
        assert Reading.of(partner).reads[0].position == ""


def test_when_all_is_read_nothing_is_pressed_on_anybody(owner: Client) -> None:
    for part in library.current().parts:
        owner.get(part.get_absolute_url())
        stop(owner, part.slug, "end")

    assert "Go on" not in text_of(owner, "/guide/")
    assert "To read" not in text_of(owner, "/")


@pytest.mark.parametrize("position", ["nowhere", "end2", "<script>", "\0", "x" * 5000])
def test_an_unknown_place_is_refused_and_changes_nothing(owner: Client, partner: Account, position: str) -> None:
    owner.get("/guide/talking/")

    response = owner.post("/guide/talking/read/", {"position": position})

    assert response.status_code == 400
    assert "<h1>" in response.content.decode()
    with acting_for(partner):
        assert Reading.of(partner).reads[0].position == ""


def test_an_unknown_part_has_no_place(owner: Client) -> None:
    assert stop(owner, "unheard-of", "end") == 404


def test_a_stranger_has_no_reading_state_and_no_script_for_it(client: Client, db: None) -> None:
    page = client.get("/guide/talking/").content.decode()

    assert "reading.js" not in page and 'id="end"' not in page
    assert client.post("/guide/talking/read/", {"position": "end"})["Location"].startswith("/accounts/login/")
    assert "Started" not in client.get("/guide/").content.decode()


def test_reading_state_is_nobody_elses(owner: Client, stranger: Account, sign_in) -> None:
    owner.get("/guide/understanding/")
    stop(owner, "understanding", "barriers")
    other = sign_in(stranger)

    stop(other, "understanding", "end")

    assert "Where you were" not in text_of(other, "/guide/")
    assert "Started" not in text_of(Client(), "/guide/")
    assert "at “Five reasons you may be hearing”" in text_of(owner, "/guide/")


def test_a_heading_that_is_gone_leads_to_the_beginning_and_a_part_that_is_gone_nowhere(partner: Account) -> None:
    gone = PartRead(part="talking", read_at=timezone.now(), position="no-longer-there")
    never = PartRead(part="no-longer", read_at=timezone.now(), position="x")

    assert (place([gone]).address, place([gone]).heading) == ("/guide/talking/", "")
    assert place([never]).part.slug == "understanding"


def test_the_minutes_left_shrink_with_every_heading(db: None) -> None:
    part = library.current().part("limits")
    minutes = [place([PartRead(part="limits", read_at=timezone.now(), position=heading["id"])]).minutes_left for heading in part.headings]

    assert minutes == sorted(minutes, reverse=True)
    assert minutes[0] <= part.minutes and minutes[-1] == 1


def test_no_heading_has_the_anchor_of_the_end(db: None) -> None:
    assert not [part.slug for part in library.current().parts for heading in part.headings if heading["id"] == PartRead.END]
