"""Two people do everything that can be done with days, in any order, while a plain model of a few dictionaries keeps the same record.

Whatever zones, starts of the day, files, corrections and deletions came before, each word can be read, found, listed and exported (R87).

The suite takes a short walk. `STEPS=60000 python -m pytest -n0 -s --timeout=0 tests/checkins/test_machine.py` takes a long one.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from html import unescape
from math import isclose
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.autosave.models import Conflict
from accounts.models import Account
from accounts.portability import export, parsing
from accounts.portability.models import ImportFile
from accounts.vault.scope import acting_for
from checkins import patterns
from checkins.date_range import CHOICES, DateRange
from checkins.models import ActionOutcome, CheckIn, DeletedDays, Pause
from checkins.rhythm import Rhythm
from tests.checkins.test_daylio import HEAD
from tests.checkins.test_rhythm import in_closed_form

STEPS = int(os.environ.get("STEPS", "300"))
STEPS_OF_ONE = 50 if STEPS > 1000 else 30

# The last three: not chosen yet, and not known to this machine.
UNKNOWN = ["", "Mars/Olympus", "Europe/Nowhere"]
ZONES = [
    *("UTC", "Europe/London", "America/St_Johns", "Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Honolulu"),
    *("Pacific/Apia", *UNKNOWN),
]
START = datetime(2026, 3, 27, 21, 30, tzinfo=UTC)
# A day that Apia never had.
NEVER_IN_APIA = date(2011, 12, 30)
# Each text, and what of it is looked for: what one sees of it, in another case.
LOOKED_FOR = {
    "calm": "calm",
    "tired": "tired",
    "Jo rang back": "rang",
    "like rain": "RAIN",
    "sky\u00adlight": "skylight",
    "zero\u200bwidth": "zerowidth",
    "Stra\xdfe": "STRASSE",
    "\u0130pek": "ipek",
    "hug \U0001f469\u200d\U0001f467": "hug",
    "from elsewhere": "elsewhere",
}

words = st.dictionaries(st.sampled_from([*CheckIn.WORDS[:-2], "enough"]), st.sampled_from(["", "", *LOOKED_FOR]), max_size=4).map(
    lambda words: words | ({"enough": "yes"} if words.get("enough") else {})
)
who = st.integers(0, 1)
ago = st.integers(0, 3)
taken = Counter[str]()


class Person:
    """What the model knows about a person: a day is its words, version and moment."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.days: dict[date, dict[str, Any]] = {}
        # The latest last: when they were deleted, and the days.
        self.deleted: list[tuple[datetime, list[tuple[date, dict[str, Any]]]]] = []
        self.paused: set[date] = set()
        self.paused_since: date | None = None
        self.zone, self.day_start = "UTC", 3
        self.file: tuple[bytes, dict[date, dict[str, Any]]] | None = None

    def today(self, at: datetime) -> date:
        wall = at.astimezone(ZoneInfo("UTC" if self.zone in UNKNOWN else self.zone))
        return wall.date() - timedelta(days=wall.hour < self.day_start)

    def paused_until(self, today: date) -> set[date]:
        running = (
            {self.paused_since + timedelta(days=each) for each in range((today - self.paused_since).days + 1)}
            if self.paused_since
            else set()
        )
        return {day for day in self.paused | running if day <= today}


class Days(RuleBasedStateMachine):
    accounts: ClassVar[list[Account]] = []

    def __init__(self) -> None:
        super().__init__()
        self.rows = transaction.atomic()
        self.rows.__enter__()
        self.at = START
        self.people = [Person(Account.objects.get(pk=account.pk)) for account in self.accounts]
        # Whom the last step was about; the other one's record is looked at too, every few steps.
        self.last = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rows.__exit__(None, None, None)

    def of(self, who: int) -> Person:
        self.last = who
        return self.people[who]

    def day(self, person: Person, back: int) -> date:
        return person.today(self.at) - timedelta(days=back)

    # Writing

    @rule(who=who, back=ago, words=words, version=st.sampled_from(["fresh", "fresh", "fresh", 0, 1, 7]))
    def write(self, who: int, back: int, words: dict[str, str], version: str | int) -> None:
        person, taken["write"] = self.of(who), taken["write"] + 1
        day = self.day(person, back)
        here = person.days.get(day)
        read = (here["version"] if here else 0) if version == "fresh" else int(version)
        expected, conflict = self.written(here, words, read)
        with acting_for(person.account):
            try:
                CheckIn.write(person.account, day, words, version=read, at=self.at)
                assert not conflict
            except Conflict as refused:
                assert conflict and refused.stored.version == here["version"]
        self.put(person, day, expected)

    def written(self, here: dict[str, Any] | None, words: dict[str, str], read: int) -> tuple[dict[str, Any] | None, bool]:
        """What the day is then, and whether that is refused: a change of words that were not the ones in sight."""
        if here is None:
            new = {"words": {name: text for name, text in words.items() if text}, "version": 1, "at": self.at}
            return (new if new["words"] else None), False
        changed = {name for name, text in words.items() if text != here["words"].get(name, "")}
        if not changed:
            return here, False
        if changed - {"enough"} and read != here["version"]:
            return here, True
        after = {name: text for name, text in (here["words"] | words).items() if text}
        return ({"words": after, "version": here["version"] + 1, "at": self.at} if after else None), False

    def put(self, person: Person, day: date, here: dict[str, Any] | None) -> None:
        if here:
            person.days[day] = here
        else:
            person.days.pop(day, None)

    @precondition(lambda self: any(person.deleted for person in self.people))
    @rule(data=st.data(), words=words)
    def write_again(self, data: st.DataObject, words: dict[str, str]) -> None:
        """Write a day that was deleted."""
        gone = [(who, day) for who, person in enumerate(self.people) for _at, days in person.deleted for day, _here in days]
        who, day = data.draw(st.sampled_from(gone))
        self.write(who, (self.people[who].today(self.at) - day).days, words, "fresh")

    @precondition(lambda self: any(person.days for person in self.people))
    @rule(data=st.data(), words=words)
    def correct(self, data: st.DataObject, words: dict[str, str]) -> None:
        """Write over a day that has words, from a page that shows them."""
        who, day = data.draw(st.sampled_from([(who, day) for who, person in enumerate(self.people) for day in sorted(person.days)]))
        back = (self.people[who].today(self.at) - day).days
        self.write(who, back, words, "fresh")

    @precondition(lambda self: any(NEVER_IN_APIA not in person.days for person in self.people))
    @rule(who=who, words=words)
    def write_long_ago(self, who: int, words: dict[str, str]) -> None:
        self.write(who, (self.people[who].today(self.at) - NEVER_IN_APIA).days, words, "fresh")

    @rule(who=who, back=ago, outcome=st.sampled_from(ActionOutcome.values))
    def answer(self, who: int, back: int, outcome: str) -> None:
        person, taken["answer"] = self.of(who), taken["answer"] + 1
        day = self.day(person, back)
        here = person.days.get(day)
        with acting_for(person.account):
            try:
                answered = CheckIn.answer(person.account, day, outcome, at=self.at)
            except Conflict:
                assert here and here["words"]["outcome"] != outcome
                return
        deed = here and {"action", "plan_when", "plan_will"} & here["words"].keys()
        assert bool(answered) == bool(deed)
        if here and deed and here["words"].get("outcome") != outcome:
            assert not here["words"].get("outcome")
            person.days[day] = {"words": here["words"] | {"outcome": outcome}, "version": here["version"] + 1, "at": self.at}

    # Taking out and putting back

    @rule(who=who, back=ago, long=st.sampled_from([0, 0, 1, 3]))
    def take_out(self, who: int, back: int, long: int) -> None:
        person, taken["delete"] = self.of(who), taken["delete"] + 1
        last = self.day(person, back)
        first = last - timedelta(days=long)
        gone = [(day, person.days.pop(day)) for day in sorted(person.days) if first <= day <= last]
        with acting_for(person.account):
            DeletedDays.delete_days(person.account, person.account.checkins.between(first, last), at=self.at)
        if gone and person.deleted and person.deleted[-1][0] == self.at:
            gone += person.deleted.pop()[1]
        if gone:
            person.deleted.append((self.at, gone))

    @precondition(lambda self: any(person.days for person in self.people))
    @rule(data=st.data())
    def take_one_out(self, data: st.DataObject) -> None:
        """On the page of any day that is stored."""
        who, day = data.draw(st.sampled_from([(who, day) for who, person in enumerate(self.people) for day in sorted(person.days)]))
        person, taken["take one out"] = self.of(who), taken["take one out"] + 1
        here = person.days.pop(day)
        with self.signed_in(person) as client:
            response = client.post(f"/checkins/{day}/delete/", {"version": here["version"]}, follow=True)
        assert response.status_code == 200
        gone = [(day, here)]
        if person.deleted and person.deleted[-1][0] == self.at:
            gone += person.deleted.pop()[1]
        person.deleted.append((self.at, gone))

    @rule(who=who)
    def restore(self, who: int) -> None:
        person, taken["restore"] = self.of(who), taken["restore"] + 1
        person.deleted = [each for each in person.deleted if each[0] > self.at - timedelta(minutes=10)]
        with acting_for(person.account):
            last = DeletedDays.last(person.account, at=self.at)
            assert bool(last) == bool(person.deleted)
            left = last.restore() if last else 0
        if not person.deleted:
            return
        at, gone = person.deleted.pop()
        staying = []
        for day, here in gone:
            if day in person.days:
                staying.append((day, here))
            else:
                person.days[day] = here
        assert left == len(staying)
        if staying:
            person.deleted.append((at, staying))

    # Pausing

    @rule(who=who, begins=st.booleans())
    def pause(self, who: int, begins: bool) -> None:
        person, taken["pause"] = self.of(who), taken["pause"] + 1
        today = person.today(self.at)
        with acting_for(person.account):
            Pause.start(person.account, today) if begins else Pause.end(person.account, today)
        if begins:
            person.paused_since = person.paused_since or today
        else:
            person.paused |= person.paused_until(today - timedelta(days=1)) if person.paused_since else set()
            person.paused_since = None

    # Time and place

    @rule(minutes=st.sampled_from([1, 1, 9, 10, 60, 600, 1440, 4000]))
    def wait(self, minutes: int) -> None:
        taken["wait"] += 1
        self.at += timedelta(minutes=minutes)

    @rule(who=who, zone=st.sampled_from(ZONES), day_start=st.integers(0, 6))
    def move(self, who: int, zone: str, day_start: int) -> None:
        person, taken["move"] = self.of(who), taken["move"] + 1
        person.zone, person.day_start = zone, day_start
        person.account.time_zone, person.account.day_start = zone, day_start
        person.account.save()

    # Out and in again

    @precondition(lambda self: any(person.days and (not person.file or person.file[1] != person.days) for person in self.people))
    @rule(who=who)
    def export(self, who: int) -> None:
        person, taken["export"] = self.of(who), taken["export"] + 1
        with acting_for(person.account):
            content = export.as_json(person.account, person.today(self.at))[0][0]
        person.file = (content, deepcopy(person.days))
        exported = {row["day"]: {name: row[name] for name in CheckIn.WORDS if row.get(name)} for row in json.loads(content)["checkin"]}
        assert exported == {day.isoformat(): here["words"] for day, here in person.days.items()}

    @precondition(lambda self: any(person.file for person in self.people))
    @rule(who=who, data=st.data(), over=st.booleans())
    def take_in(self, who: int, data: st.DataObject, over: bool) -> None:
        person, taken["import"] = self.of(who), taken["import"] + 1
        content, brought = data.draw(st.sampled_from([each.file for each in self.people if each.file]))
        with acting_for(person.account):
            for time in range(2):
                arrival = ImportFile.upload(person.account, parsing.read(content, person.account, at=self.at), at=self.at)
                arrival.apply(overwrite=over, at=self.at)
                after = {checkin.day: of_row(checkin) for checkin in person.account.checkins.all()}
                # Whether a day has come is judged by the clock in the file.
                person.zone, person.day_start = person.account.time_zone, person.account.day_start
                if not time:
                    self.was_joined(person, brought, after, over)
                else:
                    assert after == person.days, "the same file a second time changes nothing"
                person.days = after
                person.account.refresh_from_db()
            person.account.importfiles.all().delete()
            person.paused = {
                first + timedelta(days=each)
                for first, last in person.account.pauses.values_list("first", "last")
                for each in range((last - first).days + 1)
            }
        person.account.refresh_from_db()
        person.paused_since = person.account.paused_since

    @rule(who=who, backs=st.lists(st.integers(-1, 4), min_size=1, max_size=3, unique=True), over=st.booleans())
    def take_in_another_diary(self, who: int, backs: list[int], over: bool) -> None:
        person, taken["import of Daylio"] = self.of(who), taken["import of Daylio"] + 1
        brought = [NEVER_IN_APIA, *(self.day(person, back) for back in backs)]
        table = HEAD + "".join(f"{day},,,8:00,tired,,,from elsewhere\r\n" for day in brought)
        with acting_for(person.account):
            arrival = ImportFile.upload(person.account, parsing.read(table.encode(), person.account, at=self.at), at=self.at)
            arrival.apply(overwrite=over, at=self.at)
            person.account.importfiles.all().delete()
            after = {checkin.day: of_row(checkin) for checkin in person.account.checkins.all()}
        latest = (self.at + timedelta(hours=14)).date()
        brought = [day for day in brought if day <= latest]
        assert after.keys() == person.days.keys() | set(brought)
        for day, here in person.days.items():
            if day not in brought:
                assert after[day] == here
            elif not over:
                assert said(here["words"]) - {("note", here["words"].get("note"))} <= said(after[day]["words"])
        assert all("from elsewhere" in after[day]["words"]["note"] for day in brought)
        person.days = after

    def was_joined(self, person: Person, brought: dict[date, dict[str, Any]], after: dict[date, dict[str, Any]], over: bool) -> None:
        """What was here or in the file is still there, unless both had words in one place; then the right one counts."""
        assert after.keys() == person.days.keys() | brought.keys()
        for day, here in after.items():
            stood, came = (dict(side[day]["words"]) if day in side else {} for side in (person.days, brought))
            # A note is added to the one that is there.
            notes = {side.pop("note", "") for side in (stood, came)}
            assert all(note in here["words"].get("note", "") for note in notes)
            here = {"words": {name: text for name, text in here["words"].items() if name != "note"}}
            weighs = came if over else stood
            assert said(weighs) <= said(here["words"]) <= said(stood) | said(came)
            if not weighs or not (came if weighs is stood else stood):
                assert here["words"].keys() == (stood | came).keys()

    # What is seen

    @contextmanager
    def signed_in(self, person: Person) -> Iterator[Client]:
        """A browser of theirs, at the moment of the record."""
        with time_machine.travel(self.at, tick=False):
            client = Client()
            client.force_login(person.account)
            yield client

    @precondition(lambda self: any(person.days for person in self.people))
    @rule(data=st.data())
    def reach(self, data: st.DataObject) -> None:
        """Each day is read on its page, found by each of its words, and listed in its month and its year."""
        who = data.draw(st.sampled_from([who for who, person in enumerate(self.people) if person.days]))
        person, taken["reach"] = self.of(who), taken["reach"] + 1
        text = data.draw(st.sampled_from(sorted({text for here in person.days.values() for text in texts(here)} or [""])))
        day = data.draw(st.sampled_from(sorted(person.days)))
        address = 'href="/checkins/{}/"'.format
        with self.signed_in(person) as client:
            page = client.get(f"/checkins/{day}/")
            assert page.status_code == 200
            shown = unescape(page.content.decode())
            assert all(each in shown for each in texts(person.days[day])), (day, texts(person.days[day]))
            assert address(day) in client.get(f"/checkins/history/?month={day:%Y-%m}").content.decode()
            assert f"/checkins/history/?month={day:%Y-%m}#month" in client.get(f"/checkins/calendar/{day.year}/").content.decode()
            if text:
                found = client.post("/search/", {"q": LOOKED_FOR[text]}, follow=True).content.decode()
                assert all(address(day) in found for day, here in person.days.items() if text in texts(here)), text

    @rule(who=who, key=st.sampled_from(list(CHOICES)))
    def look(self, who: int, key: str) -> None:
        person, taken["look"] = self.of(who), taken["look"] + 1
        today = person.today(self.at)
        with acting_for(person.account):
            written = CheckIn.days(person.account, today)
            stretch = DateRange.choose(key, written[0] if written else None, today)
            rhythm = Rhythm.over(stretch, frozenset(written), Pause.days(person.account, today))
            seen = patterns.Patterns.over(stretch, patterns.read(person.account, stretch.first, today), set())
        mine = {day: here["words"] for day, here in person.days.items() if stretch.first <= day <= today}
        feelings = [text for each in mine.values() for name in CheckIn.EMOTIONS if (text := each.get(name))]
        assert sum(multiple.total for multiple in seen.feelings.small_multiples) == sum(text in ("calm", "tired") for text in feelings)
        assert seen.words.different == len({text.casefold() for text in feelings})
        assert rhythm.week.written == sum(today - timedelta(days=6) <= day <= today for day in person.days)
        if rhythm.values:
            days = [START.date() - timedelta(days=30) + timedelta(days=each) for each in range((today - START.date()).days + 31)]
            number = {day: place for place, day in enumerate(days)}
            until = len(days) - 1
            paused = {number[day] for day in person.paused_until(today) if day in number}
            expected = in_closed_form({number[day] for day in person.days if day in number and day <= today}, paused, until)
            assert isclose(rhythm.values[-1], expected, abs_tol=1e-9)

    @invariant()
    def the_records_are_the_same(self) -> None:
        for person in self.people if sum(taken.values()) % 5 == 0 else [self.people[self.last]]:
            with acting_for(person.account):
                stored = {checkin.day: of_row(checkin) for checkin in CheckIn.objects.all()}
                today = person.account.local_day(self.at)
                assert stored == person.days
                assert today == person.today(self.at)
                assert Pause.days(person.account, today) == person.paused_until(today)


def of_row(checkin: CheckIn) -> dict[str, Any]:
    filled = {name: text for name in CheckIn.WORDS if (text := getattr(checkin, name))}
    return {"words": filled, "version": checkin.version, "at": checkin.written_at}


def texts(here: dict[str, Any]) -> list[str]:
    """What a day says in words: an answer to a question is none, and of a note that of the file."""
    texts = [text for name, text in here["words"].items() if name not in ("outcome", "enough", "note")]
    return [*texts, "from elsewhere"] if "note" in here["words"] else texts


def said(words: dict[str, str]) -> set[tuple[str, str]]:
    """What was said, without in which of three or two places."""
    return {(name.rstrip("123").rstrip("_"), text) for name, text in words.items()}


def test_whatever_two_people_do_in_any_order_the_record_is_what_they_did(db: None) -> None:
    taken.clear()
    Days.accounts = [Account.objects.create_user(name) for name in ("one", "two")]
    try:
        run_state_machine_as_test(
            Days,
            settings=settings(
                max_examples=max(1, STEPS // STEPS_OF_ONE),
                stateful_step_count=STEPS_OF_ONE,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
                database=None,
            ),
        )
    finally:
        print(f"{sum(taken.values())} steps: {dict(taken)}")
