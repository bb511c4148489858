"""Patterns: what was written, counted and drawn, each drawing with its sentence and its table, and nothing rated."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.date_range import CHOICES, DateRange
from checkins.emotions import EMOTIONS, Feeling
from checkins.patterns import CountedDay, Feelings, PlannedActions, TalkDays, WordCounts
from checkins.patterns.feelings import HEIGHT_PX, WIDTH_PX
from tests.checkins.days import AT, DAY, write

PATTERNS = "/checkins/patterns/"


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 10, 20, 10, tzinfo=UTC), tick=False)


def back(days: int) -> date:
    return DAY - timedelta(days=days)


def feel(account: Account, *words: str, ago: int) -> None:
    write(account, back(ago), **dict(zip(("emotion_1", "emotion_2"), words, strict=False)))


def talk(account: Account, ago: int, state: str = "held") -> None:
    with acting_for(account):
        account.talks.create(day=back(ago), state=state, issue="Canary in issue", version=1, written_at=AT)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def section(page: str, name: str) -> str:
    start = page.index(f'aria-labelledby="{name}"')
    return page[start : page.index("</section>", start)]


def felt(day: date, *words: str) -> CountedDay:
    return CountedDay(day, [Feeling(word) for word in words], False, False, "")


# Feelings by week


def test_feelings_are_counted_by_group_and_week_with_a_sentence_and_a_table(owner: Client, partner: Account) -> None:
    feel(partner, "tired", "hopeful", ago=0)
    feel(partner, "tired", "like rain", ago=1)
    for ago in (7, 8, 9, 10, 11):
        feel(partner, "lonely", ago=ago)

    page = section(owner.get(PATTERNS).content.decode(), "p-feelings")

    sentence = (
        "You named 9 feelings: 7 less energy, unpleasant; 1 more energy, pleasant; 0 more energy, unpleasant; 0 less energy, pleasant; "
    )
    assert sentence + "1 in a word of your own." in text(page)
    assert page.count('role="img"') == 4 and 'aria-label="Less energy, unpleasant: 7 in all.' in page
    rows = re.findall(r'<th role="rowheader" scope="row">([^<]+)</th>(.*?)</tr>', page, re.S)
    cells = {name: re.findall(r'data-label="([^"]+)">(\d+)<', rest) for name, rest in rows}
    assert list(cells) == ["Week of 9 March 2026", "Week of 2 March 2026", "Week of 23 February 2026"]
    assert cells["Week of 9 March 2026"][1:3] == [("More energy, pleasant", "1"), ("Less energy, unpleasant", "2")]
    assert cells["Week of 2 March 2026"][2] == ("Less energy, unpleasant", "2")
    assert "the top line is 3 in one week" in text(page)


def test_seven_days_with_feelings_are_the_fewest_that_are_drawn(owner: Client, partner: Account) -> None:
    for ago in range(6):
        feel(partner, "calm", ago=ago)
    write(partner, back(6), gratitude_1="No feeling here")
    page = owner.get(PATTERNS).content.decode()
    assert "6 days in this time have feelings in them." in text(page)
    assert "Look at all days" not in page, "there are no others"
    assert "by-week" not in page and "tally" not in page

    feel(partner, "calm", ago=7)

    assert owner.get(PATTERNS).content.decode().count("by-week") == 4


def test_a_short_stretch_leads_to_all_days(owner: Client, partner: Account) -> None:
    for ago in range(100, 110):
        feel(partner, "calm", ago=ago)

    page = owner.get(PATTERNS, {"range": "30"}).content.decode()

    assert "No day in this time has a feeling in it." in text(page) and 'href="?range=all">Look at all days' in page
    assert "by-week" in owner.get(PATTERNS, {"range": "all"}).content.decode()


def test_years_are_counted_by_month(owner: Client, partner: Account) -> None:
    for ago in range(0, 800, 40):
        feel(partner, "calm", ago=ago)

    page = owner.get(PATTERNS, {"range": "all"}).content.decode()

    assert "Feelings by month" in page and '<th role="rowheader" scope="row">March 2026</th>' in page
    assert "Week of" not in page


words_of_days = st.lists(st.sampled_from([*list(EMOTIONS)[::7], "like rain", "Like Rain"]), max_size=2)


@given(ago=st.dictionaries(st.integers(0, 1500), words_of_days, max_size=40), key=st.sampled_from(list(CHOICES)))
def test_drawing_sentence_and_table_show_the_same_counts(ago: dict[int, list[str]], key: str) -> None:
    date_range = DateRange.choose(key, min((back(each) for each in ago), default=None), DAY)
    days = [felt(back(each), *words) for each, words in ago.items() if date_range.first <= back(each)]

    feelings = Feelings.count(days, date_range)

    counted = Counter(feeling.emotion.group if feeling.emotion else "own" for day in days for feeling in day.feelings)
    assert {each.group.key: each.total for each in feelings.small_multiples if each.total} | (
        {"own": feelings.own} if feelings.own else {}
    ) == counted
    in_table = Counter[str]()
    for _name, counts in feelings.rows:
        in_table.update({group.key: count for group, count in counts})
    for each in feelings.small_multiples:
        assert in_table[each.group.key] == each.total
        assert sum(round(bar.height * feelings.most / HEIGHT_PX) for bar in each.bars) == each.total
        assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH_PX and 0 < bar.height <= HEIGHT_PX for bar in each.bars)
        assert each.drawing.count("M") == len(each.bars)
    assert WordCounts.count(days).different == len({feeling.key for day in days for feeling in day.feelings})


@pytest.mark.parametrize("key", CHOICES)
@pytest.mark.parametrize("long", [0, 1, 29, 100, 419, 421, 1000, 3650])
def test_a_stretch_is_made_of_whole_weeks_or_months_without_gaps(key: str, long: int) -> None:
    date_range = DateRange.choose(key, back(long), DAY)
    periods = date_range.periods

    assert periods[0].first == date_range.first and periods[-1].last == DAY
    assert [day for period in periods for day in period.days] == [
        date_range.first + timedelta(days=each) for each in range(date_range.days)
    ]
    assert all(period.first.day == 1 if date_range.by_month else period.first.weekday() == 0 for period in periods)
    assert date_range.days >= min(CHOICES[key][0] or 10**6, long + 1)
    assert len(periods) <= 122


# Words


def test_words_are_listed_by_how_often_they_were_named(owner: Client, partner: Account) -> None:
    for ago, words in enumerate([("tired", "calm"), ("tired", "like rain"), ("tired",), ("Like Rain",), ("calm",), ("bored",), ("free",)]):
        feel(partner, *words, ago=ago)

    page = section(owner.get(PATTERNS).content.decode(), "p-words")

    assert "You used 5 different words. Most often: Tired, 3 times." in text(page)
    assert re.findall(r'tally-word">([^<]+)</span><span class="figures">([^<]+)<', page)[:3] == [
        ("Tired", "3 times"),
        ("Calm", "2 times"),
        ("Like Rain", "2 times"),
    ]


def test_of_words_named_equally_often_none_is_singled_out() -> None:
    assert WordCounts.count([felt(DAY, "calm", "tired")]).sentence == "You used 2 different words."
    assert WordCounts.count([felt(DAY, "calm", "tired"), felt(back(1), "tired", "calm")]).sentence == (
        "You used 2 different words. Most often: Calm and Tired, 2 times."
    )


def test_words_beyond_the_first_six_are_folded_away(owner: Client, partner: Account) -> None:
    for ago, word in enumerate(list(EMOTIONS)[:12]):
        feel(partner, word, ago=ago)

    page = section(owner.get(PATTERNS).content.decode(), "p-words")

    assert page.split("<details")[0].count("tally-word") == 6 and page.count("tally-word") == 12


# Actions


def test_what_became_of_the_actions_is_counted_drawn_and_said(owner: Client, partner: Account) -> None:
    became = ["yes"] * 4 + ["partly"] * 2 + ["not"] + ["letgo", "", ""]
    for ago, outcome in enumerate(became):
        form = {"plan_when": "it rains", "plan_will": "read"} if ago in (0, 1, 4) else {"action": "Walk"}
        write(partner, back(ago), outcome=outcome, **form)
    write(partner, back(50), gratitude_1="No action")

    page = section(owner.get(PATTERNS).content.decode(), "p-actions")

    assert "Of 7 small things you meant to do, 4 happened and 2 happened in part." in text(page)
    assert "Tied to a moment (“When …, I will …”): 2 of 3 happened. The others: 2 of 4." in text(page)
    assert "1 was let go. 2 are not answered yet." in text(page)
    assert re.findall(r'</svg>\s*([^<]+)</th><td class="num">(\d+)</td>', page) == [
        ("It happened", "4"),
        ("In part", "2"),
        ("Not this time", "1"),
    ]
    assert "%" not in text(page)


@given(yes=st.integers(0, 400), partly=st.integers(0, 400), no=st.integers(0, 400))
def test_the_drawing_of_actions_fills_its_width(yes: int, partly: int, no: int) -> None:
    actions = PlannedActions(yes, partly, no, 0, 0, (0, 0), (0, 0))

    if parts := actions.parts if actions.told else []:
        assert parts[0][1] == 0 and abs(parts[-1][1] + parts[-1][2] - 310) < 0.3
        assert len(parts) == sum(count > 0 for count in (yes, partly, no))


def test_without_an_answer_there_is_nothing_to_count(owner: Client, partner: Account) -> None:
    write(partner, action="Walk")

    page = section(owner.get(PATTERNS).content.decode(), "p-actions")

    assert "Nothing to count yet." in text(page) and "1 is not answered yet." in text(page) and "shares" not in page


# Days with a talk


def test_days_with_and_without_a_talk_stand_beside_each_other_from_three_of_each_on(owner: Client, partner: Account) -> None:
    for ago in range(7):
        feel(partner, "tired" if ago % 2 else "hopeful", ago=ago)
    for ago in (0, 1):
        talk(partner, ago)
    talk(partner, 40)
    talk(partner, 3, state="planned")
    page = section(owner.get(PATTERNS).content.decode(), "p-talks")
    assert "Not enough days yet" in text(page) and "2 with a talk, 5 without" in text(page)

    talk(partner, 2)
    talk(partner, 2)
    page = section(owner.get(PATTERNS).content.decode(), "p-talks")

    rows = re.findall(r"</svg>([^<]+)</span></th>\s*<td[^>]+>([^<]+)</td>\s*<td[^>]+>([^<]+)</td>", page)
    assert ("More energy, pleasant", "2 of 3 days", "2 of 4 days") in rows
    assert ("Less energy, unpleasant", "1 of 3 days", "2 of 4 days") in rows
    assert "These are few days. A hard day may lead to a talk, just as a talk may lead to a hard day." in text(page)
    assert "Canary" not in page


@given(
    days=st.dictionaries(st.integers(0, 60), st.lists(st.sampled_from(["calm", "tired", "own"]), max_size=2)),
    held=st.sets(st.integers(0, 60)),
)
def test_each_day_with_feelings_is_on_one_side_or_the_other(days: dict[int, list[str]], held: set[int]) -> None:
    talks = TalkDays.count([felt(back(ago), *words) for ago, words in days.items()], {back(ago) for ago in held})

    with_feelings = {ago for ago, words in days.items() if words}
    assert (talks.with_talk, talks.without) == (len(with_feelings & held), len(with_feelings - held))
    assert talks.are_enough == (talks.with_talk >= 3 and talks.without >= 3)
    for _group, talked, quiet in talks.rows:
        assert talked <= talks.with_talk and quiet <= talks.without


# What it is not


def test_there_is_no_average_no_score_and_no_cause(owner: Client, partner: Account) -> None:
    for ago in range(40):
        write(partner, back(ago), emotion_1="tired", action="Walk", outcome="yes")
        talk(partner, ago) if ago % 3 else None

    page = text(owner.get(PATTERNS).content.decode())

    assert not re.search(r"average|mean\b|score|%|because|rate\b|better|worse|should not|improve|streak", page, re.I)


def test_another_persons_days_and_talks_are_not_counted(owner: Client, partner: Account, stranger: Account) -> None:
    for ago in range(10):
        feel(stranger, "tired", ago=ago)
        talk(stranger, ago)
    feel(partner, "calm", ago=0)

    page = text(owner.get(PATTERNS).content.decode())

    assert "1 day in this time has feelings in it." in page and "0 with a talk, 1 without" in page


def test_patterns_take_nine_queries(owner: Client, partner: Account, django_assert_num_queries) -> None:
    feel(partner, "calm", ago=0)
    owner.get(PATTERNS)
    with django_assert_num_queries(9):
        # session with its account, savepoint, scope; the days, the pauses, what is counted, the talks; the end of scope and savepoint
        owner.get(PATTERNS)
