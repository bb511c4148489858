"""The calendar: what it contains, when, and who can read it."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from accounts.models import Account
from accounts.signin import throttle
from accounts.vault.scope import acting_for
from roadmap.calendar.feed import as_file
from roadmap.models import Action, Roadmap
from tests.conftest import say_passphrase
from tests.test_site import SUBJECT

PAGE = "/roadmap/calendar/"
START = date(2026, 11, 2)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday(time_machine) -> None:
    """It is Tuesday 24 November 2026, noon in UTC, three weeks into the roadmap."""
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def roadmap(acting: Account) -> Roadmap:
    roadmap = Roadmap.of(acting)
    roadmap.move_start(START)
    roadmap.plan_to_look_back(look_back_on=START + timedelta(days=180))
    return roadmap


def read(content: bytes) -> dict[str, Event]:
    """The events by their words."""
    return {str(event["summary"]): event for event in Calendar.from_ical(content).events}


def events(roadmap: Roadmap) -> dict[str, Event]:
    return read(as_file(Roadmap.of(roadmap.account), at=NOON).content)


def make_address(client: Client) -> str:
    """A feed's address, made as a person does; without the host."""
    say_passphrase(client)
    page = client.post("/roadmap/calendar/address/").content.decode()
    return re.search(r'class="secret-address"[^>]*>http://testserver(/calendar/[\w-]+\.ics)<', page)[1]


# What it contains


def test_it_holds_the_ends_of_the_stretches_the_questions_and_the_day_to_look_back(roadmap: Roadmap) -> None:
    days = {words: event.start for words, event in events(roadmap).items()}

    assert days == {
        "Steps: 7 days": date(2026, 11, 9),
        "Steps: 30 days": date(2026, 12, 2),
        "Steps: 180 days": date(2027, 5, 1),
        "Six questions": date(2026, 12, 2),
        "Look back": date(2027, 5, 1),
    }


def test_a_stretch_with_nothing_left_to_do_is_not_in_it(roadmap: Roadmap) -> None:
    for action in roadmap.account.actions.filter(horizon=7):
        action.tick(today=START)
    for action in roadmap.account.actions.filter(horizon=30):
        action.set_aside(today=START)

    assert not {"Steps: 7 days", "Steps: 30 days"} & events(roadmap).keys()


def test_the_questions_come_again_every_thirty_days_until_the_day_to_look_back(roadmap: Roadmap) -> None:
    rule = events(roadmap)["Six questions"]["rrule"]

    assert (rule["freq"], rule["interval"], rule["until"]) == (["DAILY"], [30], [date(2027, 5, 1)])


def test_questions_that_are_due_only_after_that_day_come_once(roadmap: Roadmap) -> None:
    roadmap.plan_to_look_back(look_back_on=NOON.date() + timedelta(days=2))

    assert "rrule" not in events(roadmap)["Six questions"]


def test_after_an_end_nothing_is_due(roadmap: Roadmap) -> None:
    roadmap.end(NOON.date())

    assert events(roadmap) == {}
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H" in as_file(roadmap, at=NOON).content
    assert Calendar.from_ical(as_file(roadmap, at=NOON).content).calendar_name == "Days"


def test_no_word_of_ours_names_the_subject_and_none_of_theirs_is_in_it(roadmap: Roadmap) -> None:
    Action.add(roadmap.account, title="Canary in title", horizon=7)
    roadmap.account.talks.create(issue="Canary in issue", day=date(2026, 12, 5), version=1, written_at=NOON)
    roadmap.plan_to_look_back(need_to_see="Canary in need")
    roadmap.nudge_daily(datetime(2026, 1, 1, 19, 30).time(), today=NOON.date())
    text = as_file(roadmap, at=NOON).content.decode()

    assert not SUBJECT.search(text)
    assert "Canary" not in text
    assert roadmap.account.name not in text and str(roadmap.account.pk) not in text
    # Nothing in an entry leads back here.
    assert "http" not in text and "URL" not in text


def test_entries_take_no_time_from_a_day_and_are_private(roadmap: Roadmap) -> None:
    for event in events(roadmap).values():
        assert (event["class"], event["transp"], event.duration) == ("PRIVATE", "TRANSPARENT", timedelta(days=1))


# The same entry, always


def test_an_entry_keeps_its_id_when_its_day_moves(roadmap: Roadmap) -> None:
    before = events(roadmap)
    roadmap.move_start(START + timedelta(days=9))
    after = events(roadmap)

    assert {words: event.uid for words, event in before.items()} == {words: event.uid for words, event in after.items()}
    assert before["Steps: 30 days"].start != after["Steps: 30 days"].start


def test_no_two_entries_share_an_id_nor_do_two_accounts(owner: Client, stranger: Account, sign_in) -> None:
    ids = [event.uid for client in (owner, sign_in(stranger)) for event in read(client.get("/roadmap/calendar.ics").content).values()]

    assert len(set(ids)) == len(ids) == 10


# The nudge, on the clock of the person


ZONES = [
    "UTC",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
]


@pytest.mark.parametrize("zone", ZONES)
def test_a_nudge_keeps_to_the_wall_clock_through_summer_and_winter(roadmap: Roadmap, zone: str) -> None:
    account = roadmap.account
    account.time_zone = zone
    roadmap.account = account
    roadmap.nudge_daily(datetime(2026, 1, 1, 19, 30).time(), today=NOON.date())
    calendar = Calendar.from_ical(as_file(roadmap, at=NOON).content)
    [nudge] = [event for event in calendar.events if event["summary"] == "A few lines"]

    assert nudge.start.replace(tzinfo=None) == datetime(2026, 11, 24, 19, 30)
    assert nudge["rrule"]["freq"] == ["DAILY"]
    assert nudge.alarms.times[0].trigger == nudge.start
    assert calendar.get_missing_tzids() == set()
    if zone == "UTC":
        assert nudge["dtstart"].to_ical() == b"20261124T193000Z"
        return
    # Its rules say of every day of two years what the zone itself says.
    assert nudge["dtstart"].params["TZID"] == zone
    [rules] = calendar.timezones
    theirs, ours = rules.to_tz(lookup_tzid=False), ZoneInfo(zone)
    for days in range(730):
        wall = datetime(2026, 11, 24, 19, 30) + timedelta(days=days)
        assert wall.replace(tzinfo=theirs).utcoffset() == wall.replace(tzinfo=ours).utcoffset(), wall


def test_a_pause_rests_the_nudge(roadmap: Roadmap) -> None:
    roadmap.nudge_daily(datetime(2026, 1, 1, 19, 30).time(), today=NOON.date())
    roadmap.account.paused_since = NOON.date()

    assert "A few lines" not in read(as_file(roadmap, at=NOON).content)


def test_a_nudge_is_set_shown_and_ended_on_the_page(owner: Client, partner: Account) -> None:
    response = owner.post(PAGE, {"nudge_at": "19:30"})

    assert (response.status_code, response["Location"]) == (302, "/roadmap/calendar/#nudge")
    page = owner.get(PAGE).content.decode()
    assert "every day at 19:30" in page and 'value="19:30"' in page
    assert "A few lines" in read(owner.get("/roadmap/calendar.ics").content)
    owner.post(PAGE, {"nudge_at": ""})
    assert "A few lines" not in read(owner.get("/roadmap/calendar.ics").content)


@pytest.mark.parametrize("at", ["24:00", "7", "half past seven", "\0", "19:30:00:00"])
def test_what_is_no_time_is_given_back_with_what_to_write(owner: Client, at: str) -> None:
    response = owner.post(PAGE, {"nudge_at": at})

    assert response.status_code == 422
    assert "This is not a time" in response.content.decode()


@given(start=st.dates(date(2025, 1, 1), date(2027, 12, 31)), look=st.integers(-400, 800), at=st.times() | st.none())
def test_any_roadmap_makes_a_calendar_that_can_be_read(roadmap: Roadmap, start: date, look: int, at) -> None:
    roadmap.started_on, roadmap.look_back_on = start, start + timedelta(days=look)
    roadmap.nudge_minute, roadmap.nudge_since = (60 * at.hour + at.minute, start) if at else (None, None)
    found = read(as_file(roadmap, at=NOON).content)

    assert len(found) == 5 + bool(at)
    assert Calendar.from_ical(as_file(roadmap, at=NOON).content).errors == []
    assert all(len(line) <= 75 for line in as_file(roadmap, at=NOON).content.split(b"\r\n"))


# The file


def test_the_file_has_a_name_and_a_kind_that_tell_nothing(owner: Client) -> None:
    response = owner.get("/roadmap/calendar.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="days.ics"'
    assert response["Cache-Control"] == "no-store, private"


def test_the_page_says_word_for_word_what_will_stand_there(owner: Client, roadmap: Roadmap) -> None:
    page = owner.get(PAGE).content.decode()

    for words in ("2 December 2026", "Six questions", "1 January 2027", "1 May 2027", "Look back", "Steps: 180 days"):
        assert words in page
    assert "9 November 2026" not in page, "what is over need not be read"


# The feed


def test_the_feed_is_read_without_signing_in_and_leaves_no_cookie(owner: Client, client: Client) -> None:
    address = make_address(owner)
    response = client.get(address)

    assert response.status_code == 200
    assert "Look back" in read(response.content)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store, private", "noindex")
    assert not response.cookies
    assert client.head(address).status_code == 200


def test_of_its_address_only_a_hash_is_stored(owner: Client, partner: Account) -> None:
    token = make_address(owner).removeprefix("/calendar/").removesuffix(".ics")

    with acting_for(partner):
        stored = partner.roadmaps.values().get()
    assert re.fullmatch("[0-9a-f]{64}", stored["feed_token_hash"])
    assert token not in str(stored)
    assert token not in owner.get(PAGE).content.decode() + owner.get("/roadmap/calendar/address/").content.decode()


def test_making_an_address_asks_for_the_passphrase(owner: Client, partner: Account) -> None:
    response = owner.post("/roadmap/calendar/address/")

    assert (response.status_code, response["Location"]) == (302, "/accounts/reauthenticate/?next=/roadmap/calendar/address/")


def test_a_new_address_takes_the_place_of_the_one_before(owner: Client, client: Client) -> None:
    first, second = make_address(owner), make_address(owner)

    assert [client.get(address).status_code for address in (first, second)] == [404, 200]


def test_taken_back_it_leads_nowhere(owner: Client, client: Client) -> None:
    address = make_address(owner)
    assert owner.post(PAGE, {"end": "1"})["Location"] == "/roadmap/calendar/#feed"

    assert client.get(address).status_code == 404
    assert "There is none" in owner.get(PAGE).content.decode()


def test_nobody_reads_without_the_whole_address(owner: Client, client: Client, partner: Account, stranger: Account) -> None:
    address = make_address(owner)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    guesses = [token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"), token[:22] + "A" * 32, "A" * 54, "A" * 55, "x"]

    answers = [client.get(f"/calendar/{guess}.ics") for guess in guesses]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    with acting_for(stranger):
        Roadmap.of(stranger)
    # An account without a feed is not opened by an empty hash.
    with acting_for(partner):
        Roadmap.of(partner).end_feed()
    assert client.get(address).status_code == 404


def test_a_browser_that_is_signed_in_as_another_reads_it_too(owner: Client, stranger: Account, sign_in) -> None:
    address = make_address(owner)

    assert sign_in(stranger).get(address).status_code == 200


def test_it_ends_with_the_account(owner: Client, client: Client, partner: Account) -> None:
    address = make_address(owner)
    with acting_for(partner):
        partner.delete()

    assert client.get(address).status_code == 404


def test_fetches_that_are_answered_cost_nothing_and_guesses_are_slowed(owner: Client, client: Client, monkeypatch) -> None:
    address = make_address(owner)
    of = throttle.TokenBucket.of
    monkeypatch.setattr(throttle.TokenBucket, "of", classmethod(lambda cls, limit, *parts: of(throttle.RateLimit(3, 1, 3600), *parts)))

    assert [client.get(address).status_code for _ in range(5)] == [200] * 5
    guesses = [client.get(f"/calendar/{'A' * 54}.ics") for _ in range(4)]
    assert [guess.status_code for guess in guesses] == [404, 404, 404, 429]
    assert guesses[-1]["Retry-After"]


def test_fetching_does_not_keep_a_session_alive(owner: Client, partner: Account, time_machine) -> None:
    address = make_address(owner)
    before = partner.sessions.values_list("expire_date", flat=True).get()
    time_machine.shift(timedelta(minutes=10))

    owner.get(address)

    assert partner.sessions.values_list("expire_date", flat=True).get() == before


# The same for as long as nothing changes


def test_it_is_the_same_bytes_until_something_changes(owner: Client, client: Client, roadmap: Roadmap, time_machine) -> None:
    roadmap.nudge_daily(datetime(2026, 1, 1, 19, 30).time(), today=NOON.date())
    address = make_address(owner)
    first = client.get(address)
    time_machine.move_to(NOON + timedelta(days=20), tick=False)
    again = client.get(address)

    assert again.content == first.content and again["ETag"] == first["ETag"]
    assert again["Last-Modified"] == "Tue, 24 Nov 2026 12:00:00 GMT"
    Roadmap.of(roadmap.account).nudge_daily(datetime(2026, 1, 1, 7, 15).time(), today=NOON.date())
    changed = client.get(address)
    assert changed["ETag"] != first["ETag"] and changed["Last-Modified"] == "Mon, 14 Dec 2026 12:00:00 GMT"
    stamps = {words: (event.stamp, event.last_modified) for words, event in read(changed.content).items()}
    assert stamps.pop("A few lines") == (NOON + timedelta(days=20),) * 2
    assert set(stamps.values()) == {(NOON, NOON)}, "the others are as they were"


def test_a_program_that_has_it_is_told_so(owner: Client, client: Client, roadmap: Roadmap) -> None:
    address = make_address(owner)
    first = client.get(address)

    for known in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        response = client.get(address, headers=known)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", first["ETag"])
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


# A step with a day of its own


def test_a_step_with_a_day_of_its_own_is_on_that_day_in_neutral_words(roadmap: Roadmap) -> None:
    step = Action.add(roadmap.account, title="Canary in title", horizon=7, due_on=date(2026, 12, 4))
    for action in roadmap.account.actions.filter(horizon=30):
        action.give_day(date(2026, 12, 9))

    entries = [(str(event["summary"]), event.start) for event in Calendar.from_ical(as_file(roadmap, at=NOON).content).events]

    assert ("A step", date(2026, 12, 4)) in entries
    assert [day for words, day in entries if words == "A step"] == [date(2026, 12, 4)] + [date(2026, 12, 9)] * 4
    assert "Steps: 30 days" not in dict(entries), "each of them has a day of its own"
    assert b"Canary" not in as_file(roadmap, at=NOON).content
    step.tick(today=NOON.date())
    assert ("A step", date(2026, 12, 4)) not in [
        (str(event["summary"]), event.start) for event in Calendar.from_ical(as_file(roadmap, at=NOON).content).events
    ]


def test_a_step_keeps_its_id_when_its_own_day_moves(roadmap: Roadmap) -> None:
    step = Action.add(roadmap.account, title="Ring the practice", horizon=7, due_on=date(2026, 12, 4))
    before = events(roadmap)["A step"]
    step.give_day(date(2026, 12, 6))
    after = events(roadmap)["A step"]

    assert (before.uid, before.start, after.start) == (after.uid, date(2026, 12, 4), date(2026, 12, 6))


def test_own_days_are_in_the_download_and_in_the_feed_and_the_bytes_stay_the_same(
    owner: Client, client: Client, roadmap: Roadmap, sign_in, time_machine
) -> None:
    for title, day in [("one", 4), ("two", 4), ("three", 3)]:
        Action.add(roadmap.account, title=title, horizon=7, due_on=date(2026, 12, day))
    address = make_address(owner)

    first = client.get(address)
    time_machine.move_to(NOON + timedelta(days=1), tick=False)

    assert first.content.count(b"SUMMARY:A step") == 3
    assert client.get(address).content == sign_in(roadmap.account).get("/roadmap/calendar.ics").content == first.content


def test_a_program_hears_that_an_entry_is_gone(owner: Client, client: Client, roadmap: Roadmap, time_machine) -> None:
    step = Action.add(roadmap.account, title="one", horizon=7, due_on=date(2026, 12, 4))
    address = make_address(owner)
    first = client.get(address)
    time_machine.move_to(NOON + timedelta(days=1), tick=False)
    step.delete()

    for known in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        assert client.get(address, headers=known).status_code == 200
    assert client.get(address)["Last-Modified"] == "Wed, 25 Nov 2026 12:00:00 GMT"
