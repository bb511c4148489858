"""Everything in again: the same content in another account, once, and nothing overwritten unasked (docs/security.md, R50 and R60)."""

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.test import Client
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from accounts.portability import export
from accounts.portability.file_format import FileRefused
from accounts.portability.models import ImportFile
from accounts.portability.parsing import read
from accounts.vault.scope import acting_for
from checkins.models import ActionOutcome, CheckIn
from config.ops import demo_roadmap
from guide.models import Reading, Supporter
from guide.safety import QUESTIONS, SafetyAnswer
from roadmap.models import Action, Horizon, LookBack, Review, Roadmap, SafetyCheck, Talk
from roadmap.private_plan import lock
from tests.accounts.test_export import full, in_json
from tests.checkins.days import AT, DAY, write
from tests.checkins.days import read as day_of
from tests.conftest import begun, say_passphrase

__all__ = ["full"]

ADDRESS = "/accounts/import/"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
numbers = count()


@pytest.fixture(autouse=True)
def noon(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def content(account: Account) -> dict[str, Any]:
    """What an account holds, in an order that does not depend on ids; without the private plan, which looks different every time."""
    with acting_for(account):
        whole = json.loads(in_json(account))
    assert len(whole.pop("privateplan")) > lock.SIZE_BYTES
    return {name: sorted(map(json.dumps, rows)) if isinstance(rows, list) else rows for name, rows in whole.items()}


def exported(account: Account) -> bytes:
    with acting_for(account):
        return in_json(account)


def take(account: Account, file: bytes | dict[str, Any], *, over: bool = False) -> dict[str, int]:
    """Import a file; returns how many of each became what, and checks that this is what was said before."""
    with acting_for(account):
        arrival = ImportFile.upload(account, read(file if isinstance(file, bytes) else json.dumps(file).encode(), account, at=NOW), at=NOW)
        while not arrival.is_previewed:
            arrival.preview(at=NOW)
        before = [(label, count) for label, count, _lines in arrival.outcomes]
        arrival.apply(overwrite=over, at=NOW)
        after = [(label, count) for label, count, _lines in arrival.outcomes]
        assert over or before == after
    return dict(after)


def a_file(**lists: Any) -> dict[str, Any]:
    return {"format": "even-keel", "version": 1, **lists}


def a_day(**words: str) -> dict[str, Any]:
    return a_file(checkin=[{"day": DAY.isoformat(), **words}])


# The same content in another account

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
days = st.dates(date(2025, 9, 1), date(2026, 3, 20))


def write_at_random(account: Account, data: st.DataObject) -> None:
    """Days, pauses, people, and what was read."""
    for day in data.draw(st.lists(days, unique=True, max_size=5)):
        words = {name: data.draw(texts) for name in CheckIn.WORDS} | {"outcome": data.draw(st.sampled_from(["", *ActionOutcome.values]))}
        CheckIn.write(account, day, words, version=0, at=AT)
    for who in data.draw(st.lists(st.sampled_from(["Jo", "Jo", "The choir"]), max_size=3)):
        Supporter.write(account, uuid4(), {"who": who, "kind": "friend", "reach": data.draw(texts)}, version=0, at=AT)
    for first in data.draw(st.lists(days, unique=True, max_size=2)):
        account.pauses.create(first=first, last=first + timedelta(days=data.draw(st.integers(0, 30))))
    account.paused_since = data.draw(st.sampled_from([None, DAY]))
    account.save(update_fields=["paused_since"])
    for part in data.draw(st.lists(st.sampled_from(["talking", "limits"]), unique=True)):
        Reading.open(account, part, at=AT)
        Reading.stop(account, part, data.draw(st.sampled_from(["", "end", "the-three-steps"])))


def walk_at_random(account: Account, data: st.DataObject) -> None:
    """Dates and steps of the roadmap."""
    roadmap = Roadmap.of(account)
    if data.draw(st.booleans()):
        roadmap.move_start(data.draw(days))
        roadmap.plan_to_look_back(need_to_see=data.draw(texts), look_back_on=data.draw(days))
    for title in data.draw(st.lists(texts.filter(str.strip), max_size=3)):
        Action.add(account, title=title, horizon=data.draw(st.sampled_from(Horizon.values)))
    for action in account.actions.all():
        turn = data.draw(st.integers(0, 9))
        if turn < 2:
            action.tick(today=DAY) if turn else action.set_aside(today=DAY)
            action.write(note=data.draw(texts))
        elif turn == 3:
            action.move(data.draw(st.sampled_from(Horizon.values)))


def talk_at_random(account: Account, data: st.DataObject) -> None:
    """Talks, reviews, and looking back."""
    for day in data.draw(st.lists(days, max_size=3)):
        words = {name: data.draw(texts) for name in Talk.WORDS if name not in ("reasons", "replies")}
        lists = {
            "reasons": data.draw(st.lists(texts, max_size=2)),
            "replies": data.draw(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=2)),
        }
        state = data.draw(st.sampled_from(["planned", "held", "let-go"]))
        account.talks.create(**words, **lists, day=day, state=state, version=3, written_at=AT)
    for day in data.draw(st.lists(days, unique=True, max_size=2)):
        answers = data.draw(st.dictionaries(st.sampled_from(["q1", "q2", "q6"]), st.integers(1, 5)))
        Review.write(account, day, {"answers": answers, "note": "n" + data.draw(texts), "finished": True}, version=0, at=AT)
        SafetyCheck.keep(account, day, data.draw(st.dictionaries(st.sampled_from([*QUESTIONS]), st.sampled_from(SafetyAnswer.values))))
    if data.draw(st.booleans()):
        LookBack.of(account, DAY).write({"now": data.draw(texts), "who_helps": data.draw(texts)}, version=0, at=AT)


def fill_at_random(account: Account, data: st.DataObject) -> None:
    """Something of everything, as people leave it behind."""
    write_at_random(account, data)
    walk_at_random(account, data)
    talk_at_random(account, data)


@settings(max_examples=int(os.environ.get("ROUND_TRIPS", "8")), phases=[Phase.reuse, Phase.generate])
@given(data=st.data())
def test_what_leaves_one_account_is_the_same_in_another_and_the_second_time_changes_nothing(db: None, data: st.DataObject) -> None:
    number = next(numbers)
    old, new = (Account.objects.create_user(f"{name} {number}", joined_at=AT) for name in ("old", "new"))
    old.theme, old.day_start, old.time_zone = data.draw(st.sampled_from(["dark", "light"])), data.draw(st.integers(0, 6)), "Asia/Kathmandu"
    old.save()
    with acting_for(old):
        fill_at_random(old, data)
    if data.draw(st.booleans()):
        with acting_for(new):
            Roadmap.of(new)
    file = exported(old)

    first = take(new, file)

    new.refresh_from_db()
    assert content(new) == content(old)
    assert set(first) <= {"Added", "Merged with what is here", "Here already"}
    assert set(take(new, file)) == {"Here already"}
    assert content(new) == content(old)
    assert set(take(old, file)) == {"Here already"}, "into the account it came from"


def test_ids_are_new_and_what_belongs_to_others_stays_theirs(full: Account, stranger: Account) -> None:
    before = content(full)

    take(stranger, exported(full))

    with acting_for(full):
        ids = set(full.checkins.values_list("pk", flat=True)) | set(full.talks.values_list("pk", flat=True))
    with acting_for(stranger):
        assert not ids & (set(stranger.checkins.values_list("pk", flat=True)) | set(stranger.talks.values_list("pk", flat=True)))
    assert content(full) == before


def test_ids_and_owners_in_a_file_are_ignored(partner: Account, stranger: Account) -> None:
    theirs = write(stranger, gratitude_1="The stranger’s")
    file = a_day(gratitude_1="Mine", id=str(theirs.pk), account=str(stranger.pk), account_id=str(stranger.pk), owner="x")

    take(partner, file)

    assert day_of(partner).gratitude_1 == "Mine"
    assert day_of(stranger).gratitude_1 == "The stranger’s"


# Joining


def test_what_is_missing_here_is_filled_in_and_nothing_is_overwritten(partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back", action="Walk")

    became = take(partner, a_day(gratitude_1="Clean sheets", emotion_1="calm", action="Swim", outcome="yes"))

    day = day_of(partner)
    assert became == {"Merged with what is here": 1}
    assert day.gratitudes == ["Jo rang back", "Clean sheets"]
    assert (day.emotion_1, day.action, day.outcome) == ("calm", "Walk", ""), "an answer belongs to its own action"
    assert day.version == 2


def test_the_answer_to_the_same_action_comes_along(partner: Account) -> None:
    write(partner, action="Walk")

    take(partner, a_day(action="Walk", outcome="yes"))

    assert day_of(partner).outcome == "yes"


def test_where_both_have_something_else_the_file_counts_if_that_is_chosen(partner: Account) -> None:
    write(partner, gratitude_1="1", gratitude_2="2", gratitude_3="3", action="Walk", outcome="partly")
    file = a_day(gratitude_1="4", action="Swim")

    assert take(partner, file) == {"Left out": 1}
    assert (day_of(partner).gratitudes, day_of(partner).action, day_of(partner).version) == (["1", "2", "3"], "Walk", 1)

    assert take(partner, file, over=True) == {"Merged with what is here": 1}
    assert (day_of(partner).gratitudes, day_of(partner).action, day_of(partner).outcome) == (["4", "1", "2"], "Swim", "")

    assert take(partner, file, over=True) == {"Here already": 1}


def test_the_report_names_what_was_filled_in_and_what_differs(partner: Account) -> None:
    write(partner, gratitude_1="1", gratitude_2="2", gratitude_3="3")
    with acting_for(partner):
        arrival = ImportFile.upload(partner, read(json.dumps(a_day(gratitude_1="4", emotion_1="calm")).encode(), partner, at=NOW), at=NOW)
        [line] = arrival.report

    assert (line["filled"], line["differing"]) == (["First feeling"], ["Glad of, 3"])
    assert (line["area"], line["where"], line["what"]) == ("Check-ins", "Entry 1", "Tuesday 10 March 2026")


def test_a_day_that_has_not_come_stays_out(partner: Account) -> None:
    """Tomorrow has come in Kiritimati; the day after has come nowhere."""
    days = [{"day": "2026-03-21", "gratitude_1": "Tomorrow"}, {"day": "2026-03-22", "gratitude_1": "The day after"}]

    assert take(partner, a_file(checkin=days)) == {"Added": 1, "Left out": 1}
    assert (day_of(partner, date(2026, 3, 21)).version, day_of(partner, date(2026, 3, 22)).version) == (1, 0)


def test_the_same_day_twice_in_a_file_is_one_day(partner: Account) -> None:
    file = a_file(checkin=[{"day": "2026-03-10", "gratitude_1": "Once"}, {"day": "2026-03-10", "gratitude_1": "Twice"}])

    assert take(partner, file) == {"Added": 1, "Merged with what is here": 1}
    assert day_of(partner).gratitudes == ["Once", "Twice"]


def test_own_steps_of_the_same_words_stay_as_many_as_they_were(partner: Account) -> None:
    file = a_file(action=[{"title": "Rest", "horizon": 7}, {"title": "Rest", "horizon": 30}])

    assert take(partner, file) == {"Added": 2}
    assert take(partner, file) == {"Here already": 2}
    with acting_for(partner):
        assert sorted(partner.actions.values_list("horizon", flat=True)) == [7, 30]


def test_a_roadmap_that_nobody_has_touched_gives_way_and_any_other_does_not(full: Account, stranger: Account, sign_in) -> None:
    sign_in(stranger).get("/")
    take(stranger, exported(full))
    with acting_for(stranger), acting_for(stranger):
        assert stranger.roadmaps.get().need_to_see.startswith("That we can talk")

    with acting_for(stranger):
        stranger.roadmaps.get().plan_to_look_back(need_to_see="Something else")
    take(stranger, exported(full))

    with acting_for(stranger):
        assert stranger.roadmaps.get().need_to_see == "Something else"


def test_settings_come_along_where_they_are_as_they_began(partner: Account, stranger: Account) -> None:
    partner.theme, partner.idle_minutes, partner.leave_address = "dark", 30, "https://weather.example/"
    partner.save()
    stranger.idle_minutes = 60
    stranger.save()
    write(stranger, gratitude_1="Something of one's own")

    take(stranger, exported(partner))

    stranger.refresh_from_db()
    assert (stranger.theme, stranger.idle_minutes, stranger.time_zone) == ("dark", 60, "Europe/London")
    assert stranger.leave_address == "https://weather.example/"


def test_what_has_come_is_judged_by_the_clock_that_the_file_brings(partner: Account, stranger: Account) -> None:
    """Otherwise a day of the file would be skipped the first time and imported the second."""
    partner.time_zone, partner.day_start = "Pacific/Kiritimati", 0
    partner.save()
    tomorrow = partner.local_day(NOW)
    assert tomorrow > stranger.local_day(NOW)
    write(partner, tomorrow, gratitude_1="The sea")
    file = exported(partner)

    take(stranger, file)

    with acting_for(stranger):
        assert stranger.checkins.get().day == tomorrow
    assert "Added" not in take(stranger, file)


# Bad files


def brought(client: Client, content: bytes, **form: str):
    say_passphrase(client)
    file = BytesIO(content)
    file.name = "notes.json"
    return client.post(ADDRESS, {"file": file, **form})


DEEP = '{"format": "even-keel", "version": 1, "talk": [{"replies": ' + "[" * 9 + "]" * 9 + "}]}"
BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \n ", "The file is empty."),
    "cut off": (json.dumps(a_day(gratitude_1="Mine")).encode()[:-9], "ends too early"),
    "an archive": (b"PK\x03\x04" + b"\0" * 90, "compressed"),
    "packed": (b"\x1f\x8b\x08" + b"\0" * 90, "compressed"),
    "Latin-1": ('{"format": "é"}'.encode("latin-1"), "UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "UTF-8"),
    "prose": (b"Dear diary, it rained.", "neither"),
    "another CSV": (b"date,mood\n2026-03-10,good\n", "neither"),
    "a list": (b"[]", "neither"),
    "other JSON": (b'{"days": []}', "not a file that this site has made"),
    "a later version": (b'{"format": "even-keel", "version": 2}', "another version"),
    "too deep": (DEEP.encode(), "not built as an export"),
    "a tower": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not built as an export"),
    "a bomb": (b"{" + b"[" * 600_000, "more in the file"),
    "too many": (json.dumps(a_file(checkin=[{}] * 20_001)).encode(), "20,000"),
    "too large": (b"{" + b" " * (5 * 1024 * 1024), "larger than 5 MB"),
    "no number": (b'{"format": "even-keel", "version": NaN}', "ends too early"),
}
# What is left out, and why; the day next to it is imported.
LEFT_OUT: dict[str, tuple[bytes, str]] = {
    "something unknown": (json.dumps(a_file(dream=[])).encode(), "does not know"),
    "no list": (json.dumps(a_file(checkin={})).encode(), "It is not built as an export is"),
    "a row without what it needs": (json.dumps(a_file(partread=[{"part": "talking"}])).encode(), "“read_at” is missing"),
    "a day without its day": (json.dumps(a_file(checkin=[{"action": "Walk"}])).encode(), "“day” is missing"),
    "no row": (json.dumps(a_file(checkin=["x"])).encode(), "not built as an export"),
    "half a letter": (b'{"format": "even-keel", "version": 1, "checkin": [{"day": "2026-03-10", "action": "\\ud800"}]}', "action"),
    "no such day": (json.dumps(a_file(checkin=[{"day": "2026-02-30"}])).encode(), "“day” is not"),
    "a day before all": (json.dumps(a_file(checkin=[{"day": "1066-10-14"}])).encode(), "“day” is not"),
    "a wrong kind": (json.dumps(a_day(gratitude_1=["x"])).encode(), "gratitude_1"),
    "an unknown field": (json.dumps(a_day(dream="x")).encode(), "does not know this field"),
    "a field of use here alone": (json.dumps(a_day(client_id="x")).encode(), "does not know this field"),
    "a step of no name": (json.dumps(a_file(action=[{"horizon": 7}])).encode(), "no such step"),
    "a step that does not exist": (json.dumps(a_file(action=[{"horizon": 7, "key": "win"}])).encode(), "no such step"),
    "done and set aside": (
        json.dumps(a_file(action=[{"horizon": 7, "title": "x", "done_on": "2026-03-10", "set_aside_on": "2026-03-10"}])).encode(),
        "no such step",
    ),
    "a talk that was held on no day": (json.dumps(a_file(talk=[{"state": "held"}])).encode(), "needs its day"),
    "replies that are none": (json.dumps(a_file(talk=[{"replies": [["one"]]}])).encode(), "What may come back"),
    "an answer of six": (json.dumps(a_file(review=[{"day": "2026-03-10", "answers": {"q1": 6}}])).encode(), "answers"),
    "an answer that is true": (json.dumps(a_file(review=[{"day": "2026-03-10", "answers": {"q1": True}}])).encode(), "answers"),
    "an answer to nothing": (json.dumps(a_file(safetycheck=[{"day": "2026-03-10", "answers": {"x": "no"}}])).encode(), "answers"),
    "a plan in letters of no kind": (b'{"format": "even-keel", "version": 1, "privateplan": "\\ud800"}', "not built as an export"),
    "a plan in other letters": (json.dumps(a_file(privateplan="é")).encode(), "not built as an export"),
    "a plan that is no text": (json.dumps(a_file(privateplan=["x"])).encode(), "not built as an export"),
    "a setting out of range": (json.dumps(a_file(settings={"idle_minutes": 600})).encode(), "“600” is not known here"),
    "a script for Leave": (
        json.dumps(a_file(settings={"leave_address": "javascript:alert(1)"})).encode(),
        "“leave_address” is not what it should be",
    ),
    "an address to write to": (json.dumps(a_file(settings={"email": "a@example.org"})).encode(), "does not import such a setting"),
    "a setting that is none": (json.dumps(a_file(settings={"password": "x"})).encode(), "does not import such a setting"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_in_one_sentence_and_changes_nothing(owner: Client, full: Account, kind: str) -> None:
    before = content(full)
    bad, words = BAD[kind]

    response = brought(owner, bad)

    assert response.status_code == (413 if kind == "too large" else 422)
    assert words in response.content.decode(), response.context["form"].errors
    assert 'id="id_file_error"' in response.content.decode()
    assert content(full) == before
    with acting_for(full):
        assert not full.importfiles.exists()


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_cannot_be_imported_is_left_out_and_said_and_the_rest_is_imported(owner: Client, partner: Account, kind: str) -> None:
    bad, words = LEFT_OUT[kind]
    whole = json.loads(bad)
    days = whole["checkin"] if isinstance(whole.get("checkin"), list) else []
    if kind != "no list":
        whole["checkin"] = [{"day": "2026-02-01", "gratitude_1": "Jo rang back"}, *days]

    assert brought(owner, json.dumps(whole).encode()).status_code == 302
    page = owner.get(ADDRESS).content.decode()
    assert "Left out: 1" in page and words in page
    owner.post(ADDRESS, {"apply": "1"})

    assert words in owner.get(ADDRESS).content.decode()
    assert day_of(partner, date(2026, 2, 1)).gratitudes == ([] if kind == "no list" else ["Jo rang back"])
    partner.refresh_from_db()
    assert partner.leave_address == "" and partner.email == "" and partner.idle_minutes == 15


def test_one_bad_entry_among_many_is_left_out_with_its_place(owner: Client, partner: Account) -> None:
    rows = [{"day": f"2026-02-{day:02}", "gratitude_1": "fine"} for day in range(1, 29)]

    brought(owner, json.dumps(a_file(checkin=[*rows, {"day": "2026-03-10", "outcome": 5}])).encode())

    page = owner.get(ADDRESS).content.decode()
    assert "Added: 28" in page and "Left out: 1" in page
    assert "Check-ins, 2026-03-10" in page and "Entry 29" in page and "“outcome” is not what it should be." in page
    owner.post(ADDRESS, {"apply": "1"})
    assert day_of(partner, date(2026, 2, 1)).gratitudes == ["fine"]


def test_a_zone_that_is_not_known_here_is_left_out_alone(owner: Client, partner: Account) -> None:
    brought(owner, json.dumps(a_file(settings={"time_zone": "Europe/Nowhere", "theme": "dark"}, checkin=[{"day": "2026-02-01"}])).encode())
    owner.post(ADDRESS, {"apply": "1"})

    assert "“Europe/Nowhere” is not known here." in owner.get(ADDRESS).content.decode()
    partner.refresh_from_db()
    assert (partner.theme, partner.time_zone) == ("dark", partner.time_zone)


def test_a_day_that_never_took_place_in_a_zone_is_imported_like_any_other(partner: Account) -> None:
    """It was written somewhere else, and is read wherever one is now (docs/security.md, R87)."""
    days = [{"day": f"2011-12-{day}", "gratitude_1": "x"} for day in (29, 30, 31)]

    assert take(partner, a_file(settings={"time_zone": "Pacific/Apia"}, checkin=days)) == {"Added": 3, "Merged with what is here": 1}


def test_a_day_that_a_setting_put_into_tomorrow_goes_round(partner: Account, stranger: Account) -> None:
    partner.time_zone = "Pacific/Kiritimati"
    partner.save(update_fields=["time_zone"])
    tomorrow = partner.local_day(NOW)
    write(partner, tomorrow, gratitude_1="The sea")
    partner.time_zone = "Pacific/Honolulu"
    partner.save(update_fields=["time_zone"])

    take(stranger, exported(partner))

    stranger.refresh_from_db()
    assert stranger.local_day(NOW) < tomorrow
    assert day_of(stranger, tomorrow).gratitudes == ["The sea"]


def test_on_an_untouched_account_the_settings_of_the_file_win(partner: Account) -> None:
    partner.time_zone, partner.idle_minutes = "Europe/London", 5
    partner.save(update_fields=["time_zone", "idle_minutes"])
    file = a_file(settings={"time_zone": "Europe/Berlin", "idle_minutes": 30})

    take(partner, file)

    partner.refresh_from_db()
    assert (partner.time_zone, partner.idle_minutes) == ("Europe/Berlin", 30)


def test_a_file_in_utf_16_is_read(partner: Account) -> None:
    assert take(partner, json.dumps(a_day(action="Walk")).encode("utf-16")) == {"Added": 1}


@pytest.mark.parametrize("posted", [{}, {"file": "not a file"}, {"preview": "1"}, {"apply": "1"}, {"discard": "1"}])
def test_without_a_file_it_is_asked_for(owner: Client, posted: dict[str, str]) -> None:
    say_passphrase(owner)

    response = owner.post(ADDRESS, posted)

    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()


def test_a_body_larger_than_a_file_may_be_is_not_read(owner: Client) -> None:
    say_passphrase(owner)

    assert owner.post(ADDRESS, b"x" * (5 * 1024 * 1024 + 20_000), content_type="multipart/form-data; boundary=x").status_code == 413
    # Other pages keep their own limit.
    assert owner.post("/accounts/read-first/", {"words": "x" * (300 * 1024)}).status_code == 413


def test_what_is_brought_never_lies_on_the_disk(settings) -> None:
    assert [f"{MemoryFileUploadHandler.__module__}.{MemoryFileUploadHandler.__name__}"] == settings.FILE_UPLOAD_HANDLERS
    assert TemporaryFileUploadHandler.__name__ not in str(settings.FILE_UPLOAD_HANDLERS)
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE > export.MAX_FILE_BYTES


# The pages


def test_it_is_shown_before_it_is_done(owner: Client, partner: Account, stranger: Account) -> None:
    write(partner, gratitude_1="Jo rang back")

    response = brought(owner, json.dumps(a_day(gratitude_1="Clean sheets")).encode())

    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    page = owner.get(ADDRESS).content.decode()
    assert "What would happen" in page
    assert "Merged with what is here: 1" in page
    assert "Clean sheets" not in page, "what it says stays in the file"
    assert day_of(partner).gratitudes == ["Jo rang back"]

    assert owner.post(ADDRESS, {"apply": "1"})["Location"] == ADDRESS

    assert day_of(partner).gratitudes == ["Jo rang back", "Clean sheets"]
    page = owner.get(ADDRESS).content.decode()
    assert "Result" in page
    assert owner.post(ADDRESS, {"apply": "1"}).status_code == 302, "a second press changes nothing"
    assert day_of(partner).version == 2
    owner.post(ADDRESS, {"discard": "1"})
    assert "Choose a file" in owner.get(ADDRESS).content.decode()


def test_it_can_be_put_away(owner: Client, partner: Account) -> None:
    brought(owner, json.dumps(a_day(gratitude_1="Clean sheets")).encode())

    owner.post(ADDRESS, {"discard": "1"})

    assert day_of(partner).version == 0
    with acting_for(partner):
        assert not partner.importfiles.exists()


def test_the_choice_is_offered_only_where_something_differs(owner: Client, partner: Account) -> None:
    write(partner, action="Walk")
    brought(owner, json.dumps(a_day(gratitude_1="Clean sheets")).encode())
    assert 'name="overwrite"' not in owner.get(ADDRESS).content.decode()

    brought(owner, json.dumps(a_day(action="Swim")).encode())
    page = owner.get(ADDRESS).content.decode()
    assert "You have something different here: One thing you will do" in page
    assert owner.post(ADDRESS, {"apply": "1", "overwrite": "neither"}).status_code == 422
    owner.post(ADDRESS, {"apply": "1", "overwrite": "file"})

    assert day_of(partner).action == "Swim"


def test_a_file_with_nothing_new_in_it_says_so(owner: Client, full: Account) -> None:
    brought(owner, exported(full))

    page = owner.get(ADDRESS).content.decode()
    assert "Everything in it is here already." in page
    assert 'name="apply"' not in page


def test_what_cannot_be_imported_is_shown_at_once_and_is_not_said_to_be_here(owner: Client, partner: Account) -> None:
    brought(owner, json.dumps(a_file(checkin=[{"day": "2999-01-01", "gratitude_1": "Clean sheets"}])).encode())

    page = owner.get(ADDRESS).content.decode()
    assert "<details open><summary>Left out: 1</summary>" in page and "There is nothing else to import." in page
    assert "here already" not in page


def test_a_long_file_is_looked_through_in_stretches_and_says_how_far_it_is(owner: Client, partner: Account) -> None:
    first = date(2020, 1, 1)
    rows = [{"day": (first + timedelta(days=number)).isoformat(), "gratitude_1": f"Day {number}"} for number in range(2200)]

    brought(owner, json.dumps(a_file(checkin=rows)).encode())

    page = owner.get(ADDRESS).content.decode()
    assert '<progress class="meter" id="previewed" value="1000" max="2200"></progress>' in page
    assert owner.post(ADDRESS, {"apply": "1"}).status_code == 302
    assert day_of(partner, first).version == 0, "nothing is imported before all of it was seen"
    partial = owner.post(ADDRESS, {"preview": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert 'value="2000" max="2200"' in partial
    assert "<html" not in partial
    owner.post(ADDRESS, {"preview": "1"})
    assert "Added: 2200" in owner.get(ADDRESS).content.decode()

    owner.post(ADDRESS, {"apply": "1"})

    with acting_for(partner):
        assert partner.checkins.count() == 2200


def test_it_is_all_or_nothing(owner: Client, partner: Account, monkeypatch) -> None:
    brought(owner, json.dumps(a_file(checkin=[{"day": "2026-03-10", "gratitude_1": "x"}], review=[{"day": "2026-03-10"}])).encode())
    save: Callable[..., Any] = Review.objects.bulk_create

    def twice(rows: list[Review], **options: Any) -> Any:
        save(rows, **options)
        return save([Review(account=partner, day=DAY, written_at=AT)], **options)

    monkeypatch.setattr(Review._default_manager, "bulk_create", twice)
    response = owner.post(ADDRESS, {"apply": "1"})

    assert response.status_code == 409
    assert "nothing was imported" in response.content.decode()
    assert day_of(partner).version == 0
    with acting_for(partner):
        assert not partner.reviews.exists()


def test_what_was_brought_is_forgotten_after_an_hour(owner: Client, partner: Account, time_machine) -> None:
    brought(owner, json.dumps(a_day(gratitude_1="x")).encode())
    time_machine.move_to(NOW + timedelta(minutes=61), tick=False)
    owner.force_login(partner)
    say_passphrase(owner)

    assert "Choose a file" in owner.get(ADDRESS).content.decode()
    with acting_for(partner):
        assert not partner.importfiles.exists()


def test_the_demo_account_goes_round(partner: Account, stranger: Account) -> None:
    with acting_for(partner):
        demo_roadmap.walk(partner, DAY)

    take(stranger, exported(partner))

    stranger.refresh_from_db()
    assert content(stranger) | {"settings": 0} == content(partner) | {"settings": 0}


@pytest.mark.parametrize("name", ["checkin", "talk", "review"])
def test_a_file_cannot_bring_what_breaks_a_page(owner: Client, partner: Account, name: str) -> None:
    """The largest and the oddest that is taken."""
    rows = {
        "checkin": {"day": "1900-01-01", "emotion_1": "<b>", "outcome": "maybe", "enough": "perhaps", "version": 1, "zone": "Mars"},
        "talk": {"day": "2200-12-31", "state": "planned", "response": "odd", "reason": "odd", "safe": "odd", "reasons": ["odd"]},
        "review": {"day": "1900-01-01", "answers": {}, "finished": True, "note": "x" * 20_000},
    }
    take(partner, a_file(**{name: [rows[name]]}))

    for path in (
        "/",
        "/checkins/history/",
        "/checkins/1900-01-01/",
        "/checkins/calendar/1900/",
        "/roadmap/",
        "/roadmap/talks/",
        "/roadmap/reviews/",
    ):
        assert owner.get(path).status_code == 200, path


def test_a_file_that_is_not_ours_raises_nothing_but_refused(partner: Account) -> None:
    with acting_for(partner), pytest.raises(FileRefused):
        read(b"\xff", partner, at=NOW)


def test_htmx_gets_what_changes_and_not_a_page_within_the_page(owner: Client, partner: Account) -> None:
    say_passphrase(owner)
    for content in (b"{", json.dumps(a_day(action="Walk")).encode()):
        file = BytesIO(content)
        file.name = "notes.json"
        page = owner.post(ADDRESS, {"file": file}, headers={"HX-Request": "true"}, follow=True).content.decode()

        assert 'id="import"' in page
        assert "<html" not in page
    assert (
        "<html" not in owner.post(ADDRESS, {"preview": "1", "discard": "1"}, headers={"HX-Request": "true"}, follow=True).content.decode()
    )


# In the same moment


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_a_file_is_taken_in_is_joined_too(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="Jo rang back")
    brought(owner, json.dumps(a_day(gratitude_1="Clean sheets")).encode())

    with acting_for(partner):
        CheckIn.write(partner, DAY, {"gratitude_1": "Jo rang back", "gratitude_2": "Tea in the sun"}, version=1, at=NOW)
        answer = begun(lambda: owner.post(ADDRESS, {"apply": "1"}))

    assert answer.result().status_code == 302
    assert day_of(partner).gratitudes == ["Jo rang back", "Tea in the sun", "Clean sheets"]
    assert day_of(partner).version == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [False, True])
def test_of_two_files_brought_at_once_the_second_counts(owner: Client, partner: Account, before: bool) -> None:
    say_passphrase(owner)
    first, second = (read(json.dumps(a_day(action=words)).encode(), partner, at=NOW) for words in ("Walk", "Swim"))
    with acting_for(partner):
        if before:
            ImportFile.upload(partner, first, at=NOW)

    def bring() -> None:
        with acting_for(partner):
            ImportFile.upload(partner, second, at=NOW)

    with acting_for(partner):
        ImportFile.upload(partner, first, at=NOW)
        answer = begun(bring)

    answer.result()
    with acting_for(partner):
        assert partner.importfiles.get().contents["entries"][0]["plain"]["action"] == "Swim"


def test_lines_that_cannot_be_taken_in_count_too(partner: Account) -> None:
    head = "full_date,mood,activities,note\n"

    with pytest.raises(FileRefused, match="more than 20,000 entries"):
        read((head + "x\n" * 20_001).encode(), partner, at=NOW)
    with pytest.raises(FileRefused, match="more in the file than an export holds"):
        read((head + "x\n" * 100_001).encode(), partner, at=NOW)
