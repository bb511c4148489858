import re

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import Account
from checkins import emotions
from checkins.forms import CheckInForm
from checkins.models import CheckIn
from tests.checkins.days import DAY, read, write

ADDRESS = f"/checkins/{DAY}/"


def feelings(partner: Account) -> tuple[str, str]:
    checkin = read(partner)
    return checkin.emotion_1, checkin.emotion_2


def test_words_are_in_four_groups_and_each_has_a_definition() -> None:
    assert [group.key for group in emotions.GROUPS.values()] == ["mu", "mp", "lu", "lp"]
    assert all(group.emotions for group in emotions.GROUPS.values())
    assert sum(len(group.emotions) for group in emotions.GROUPS.values()) == len(emotions.EMOTIONS)
    assert all(emotion.word and emotion.definition for emotion in emotions.EMOTIONS.values())


@pytest.mark.parametrize("text", ["at-ease", "At ease", "AT EASE", "  at ease "])
def test_a_word_is_known_by_its_key_and_its_name(text: str) -> None:
    assert emotions.named(text) == emotions.EMOTIONS["at-ease"]
    assert emotions.named("like before a storm") is None


@pytest.mark.parametrize(
    ("posted", "stored"),
    [
        ("emotion=calm&emotion=torn", ("calm", "torn")),
        ("emotion_1=Calm&emotion_2=like before a storm", ("calm", "like before a storm")),
        ("emotion_1=wide awake&emotion=calm", ("wide awake", "calm")),
        ("emotion_2=wide awake&emotion=calm", ("wide awake", "calm")),
        ("emotion=calm&emotion=calm", ("calm", "")),
        ("emotion_1=CALM&emotion=calm&emotion=torn", ("calm", "torn")),
        ("emotion_1=Calm&emotion_2=calm", ("calm", "")),
        ("emotion=", ("", "")),
    ],
)
def test_typed_words_come_first_then_ticked_ones_each_once(partner: Account, owner: Client, posted: str, stored: tuple[str, str]) -> None:
    owner.post(ADDRESS, QueryDict(f"gratitude_1=x&version=0&{posted}").urlencode(), content_type="application/x-www-form-urlencoded")

    assert feelings(partner) == stored


def test_a_chosen_word_is_ticked_wherever_it_is_shown(owner: Client, partner: Account) -> None:
    write(partner, emotion_1="at-ease", emotion_2="like before a storm")

    form = CheckInForm(checkin=read(partner))
    page = owner.get(ADDRESS).content.decode()

    assert [(feeling.words, ticked) for feeling, ticked in form.chips([])] == [("At ease", True), ("like before a storm", True)]
    assert (form["emotion_1"].value(), form["emotion_2"].value()) == ("", "")
    assert [emotion.key for _group, chosen, _words in form.picker for emotion in chosen] == ["at-ease"]
    assert re.search(r'name="emotion_shown"\s+value="at-ease"', page)
    assert page.count(" checked") == 3, "two at one press, and one of them in the list"


@pytest.mark.parametrize(
    ("posted", "stored"),
    [
        # As it was shown, unticked in one place or in both, typed as well, another typed or ticked instead or as well.
        ("emotion_1=&emotion=calm&emotion=calm", ("calm", "")),
        ("emotion_1=&emotion=calm", ("", "")),
        ("emotion_1=", ("", "")),
        ("emotion_1=Calm&emotion=calm", ("calm", "")),
        ("emotion_1=Torn&emotion=calm", ("torn", "")),
        ("emotion_1=&emotion=torn", ("torn", "")),
        ("emotion_1=&emotion=calm&emotion=calm&emotion=torn", ("calm", "torn")),
        ("emotion_1=like+rain&emotion=calm&emotion=calm", ("like rain", "calm")),
    ],
)
def test_without_scripts_a_word_taken_out_of_either_place_is_gone(partner, owner: Client, posted: str, stored: tuple[str, str]) -> None:
    write(partner, emotion_1="calm", gratitude_1="x")

    body = QueryDict(f"gratitude_1=x&emotion_shown=&emotion_shown=calm&version=1&{posted}").urlencode()
    owner.post(ADDRESS, body, content_type="application/x-www-form-urlencoded")

    assert feelings(partner) == stored


def test_no_group_is_called_good_or_bad() -> None:
    words = (
        " ".join(f"{group.name} {' '.join(str(e.definition) for e in group.emotions)}" for group in emotions.GROUPS.values())
        .lower()
        .split()
    )

    assert not {"good", "bad", "positive", "negative"} & set(words)


@pytest.mark.parametrize("key", ["afraid", "panicky"])
def test_naming_fear_points_to_the_help_lines(owner: Client, key: str) -> None:
    page = owner.get(ADDRESS).content.decode()

    assert f'value="{key}" data-word="{emotions.EMOTIONS[key].word}" autocomplete="off" data-help' in page
    assert 'class="picker-help"' in page


def test_an_unknown_key_is_shown_as_it_was_written() -> None:
    assert emotions.Feeling("storm").words == "storm"
    assert emotions.Feeling("at-ease").words == "At ease"
    assert CheckIn(emotion_1="calm", emotion_2="").feelings == [emotions.Feeling("calm")]
