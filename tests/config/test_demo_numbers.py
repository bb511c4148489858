"""The numbers of the demo account, computed again from its export without any of our code, and compared with what its pages say."""

import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Account
from config.ops import demo

EMOTIONS = tomllib.loads((Path(__file__).parents[2] / "guide/content/en/emotions.toml").read_text())
WORD = {each["key"]: each["word"] for each in EMOTIONS["emotion"]}
GROUP = {each["key"]: each["group"] for each in EMOTIONS["emotion"]}
GROUP_NAME = {each["key"]: each["name"] for each in EMOTIONS["group"]}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
HALF_LIFE_DAYS = 13


@dataclass
class Figures:
    """Everything that is counted in the days from the first one of a range up to today."""

    days: dict[date, dict[str, str]]
    talked: set[date]
    named: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.named.update(feeling for each in self.days.values() for feeling in feelings(each))

    @property
    def by_group(self) -> Counter[str]:
        return Counter({key: sum(count for word, count in self.named.items() if GROUP.get(word) == key) for key in GROUP_NAME})

    @property
    def own(self) -> int:
        return sum(count for word, count in self.named.items() if word not in WORD)

    def became(self, *, with_cue: bool | None = None) -> Counter[str]:
        actions = [each for each in self.days.values() if each.get("action") or each.get("plan_when") or each.get("plan_will")]
        chosen = [each for each in actions if with_cue is None or bool(each.get("plan_when") or each.get("plan_will")) == with_cue]
        return Counter(each.get("outcome", "") for each in chosen)

    def on_days(self, *, with_talk: bool) -> tuple[int, Counter[str]]:
        """How many days with feelings there are, and on how many of them each group was named."""
        felt = [each for day, each in self.days.items() if feelings(each) and (day in self.talked) == with_talk]
        return len(felt), Counter(group for each in felt for group in {GROUP[word] for word in feelings(each) if word in GROUP})


def feelings(day: dict[str, str]) -> list[str]:
    return [day[name] for name in ("emotion_1", "emotion_2") if day.get(name)]


def steadiness(written: set[date], last: date) -> int:
    """Up by a share of what is missing on a day with words, down by the same share on another; half in thirteen days."""
    kept, value, day = 0.5 ** (1 / HALF_LIFE_DAYS), 0.0, min(written)
    while day <= last:
        value = 1 - (1 - value) * kept if day in written else value * kept
        day += timedelta(days=1)
    return round(100 * value)


def text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main")[0])).split())


def read(client: Client, address: str) -> str:
    return text(client.get(address).content.decode())


@pytest.fixture
def pages(db: None, time_machine) -> tuple[Client, dict]:
    """A browser in which the demo account is open, and its export."""
    time_machine.move_to(NOON, tick=False)
    passphrase = demo.make().rpartition(" ")[2]
    client = Client()
    client.force_login(Account.objects.named(demo.NAME).get())
    assert client.post("/accounts/reauthenticate/", {"password": passphrase}).status_code == 302
    return client, json.loads(client.post("/accounts/export/", {"format": "json"}).content)


def check_patterns(page: str, figures: Figures, key: str) -> None:
    assert f"You named {figures.named.total()} feelings:" in page, key
    for group, count in figures.by_group.items():
        assert f"{count} {GROUP_NAME[group].lower()}" in page, (key, group)
    assert f"{figures.own} in " in page if figures.own else "of your own" not in page, key
    assert f"You used {len(figures.named)} different words." in page, key
    for word, count in figures.named.items():
        assert f"{WORD.get(word, word)} {count} time" in page, (key, word)
    became, told = figures.became(), ("yes", "partly", "not")
    said = f"Of {sum(became[each] for each in told)} small things you meant to do, {became['yes']} happened and {became['partly']}"
    assert said in page, key
    cued, others = figures.became(with_cue=True), figures.became(with_cue=False)
    compared = [(each["yes"], sum(each[outcome] for outcome in told)) for each in (cued, others)]
    if min(count for _yes, count in compared) >= 3:
        assert "{} of {} happened. The others: {} of {}.".format(*compared[0], *compared[1]) in page, key
    assert f"{became['']} are not answered yet" in page, "without an answer"
    (with_talk, there), (without, elsewhere) = figures.on_days(with_talk=True), figures.on_days(with_talk=False)
    assert f"{with_talk} with a talk, {without} without" in page, key
    if min(with_talk, without) >= 3:
        for group, name in GROUP_NAME.items():
            assert f"{name} {there[group]} of {with_talk} days {elsewhere[group]} of {without} days" in page, (key, group)


def check_year(client: Client, days: dict[date, dict]) -> None:
    """The year, its months, and the words named most often in it; each month as a list."""
    year = Counter(day.month for day in days if day.year == TODAY.year)
    page = read(client, f"/checkins/calendar/{TODAY.year}/")
    assert f"{year.total()} days in {TODAY.year}" in page
    for month, count in year.items():
        assert f"{MONTHS[month - 1]} {count}" in page
        listed = client.get(f"/checkins/history/?month={TODAY.year}-{month:02}&all=1").content.decode()
        assert listed.count('class="log-day"') == count, month
    named = Counter(word for day, each in days.items() if day.year == TODAY.year for word in feelings(each))
    most = sorted((word for word, count in named.items() if count > 1), key=lambda word: (-named[word], WORD.get(word, word)))[:3]
    assert f"Most often named: {', '.join(WORD.get(word, word) for word in most)}." in page
    check_found(client, days, named)


def check_found(client: Client, days: dict[date, dict], named: Counter[str]) -> None:
    """What is found by a feeling."""
    for word, count in named.most_common(3):
        assert f"{WORD[word]} ({count})" in unescape(client.get("/checkins/history/").content.decode())
        found = text(client.post("/checkins/history/", {"emotion": word}).content.decode())
        assert f"{sum(word in feelings(each) for each in days.values())} days found" in found


def test_every_number_on_the_pages_follows_from_the_export(pages: tuple[Client, dict]) -> None:
    client, export = pages
    days = {date.fromisoformat(each["day"]): each for each in export["checkin"]}
    talked = {date.fromisoformat(each["day"]) for each in export["talk"] if each.get("state") == "held"}

    # Patterns, over each range; it begins on the Monday of its first week.
    for key, back in (("30", 30), ("90", 90), ("180", 180), ("all", None)):
        first = max(min(days), TODAY - timedelta(days=back - 1)) if back else min(days)
        monday = first - timedelta(days=first.weekday())
        figures = Figures({day: each for day, each in days.items() if day >= monday}, talked)
        check_patterns(read(client, f"/checkins/patterns/?range={key}"), figures, key)

    # Rhythm and steadiness.
    page = read(client, "/checkins/patterns/?range=all")
    last = [sum(TODAY - timedelta(days=back) in days for back in range(count)) for count in (7, 30)]
    assert f"{last[0]} of the last 7 days, {last[1]} of the last 30" in page
    assert f"It is {steadiness({*days}, TODAY)} out of 100 today, and was {steadiness({*days}, min(days))} on" in page
    assert f"{last[0]} of the last 7 days." in read(client, "/")

    check_year(client, days)
