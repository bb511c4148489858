"""Hints next to the fields of a plan: gentle, at most one for each, and never blocking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.reasons import REASONS
from roadmap.talks import approaches, replies
from roadmap.talks.wording import full_stop, nudges

PLAN = {"issue": "How quiet our evenings are", "feeling": "lonely", "about": "how quiet our evenings have become", "need": "half an hour"}


def test_a_plain_plan_gets_no_nudge() -> None:
    assert nudges(PLAN) == {}
    assert nudges({}) == {}, "an empty page has nothing to look at again"


@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("issue", "You never talk to me", "“Never” invites"),
        ("about", "that it is ALWAYS the same", "“Always” invites"),
        ("need", "you to stop doing it all the time", "“All the time” invites"),
        ("about", "how cold you are", "“You are” speaks of who they are"),
        ("issue", "You’re lazy", "“You are” speaks of who they are"),
        ("issue", "Money; your mother", "more than one thing"),
        ("issue", "Money and the children and Sundays", "more than one thing"),
        ("issue", "The evenings. And who does the shopping", "more than one thing"),
        ("feeling", "ignored", "“Ignored” says what they did"),
        ("feeling", "taken for granted", "“Taken for granted” says"),
        ("feeling", "that you don’t care", "an opinion about them"),
        ("feeling", "like nobody listens", "an opinion about them"),
        ("need", "", "Nothing is asked for yet"),
        ("need", "   ", "Nothing is asked for yet"),
    ],
)
def test_what_might_be_looked_at_again(field: str, words: str, said: str) -> None:
    found = nudges(PLAN | {field: words})

    assert list(found) == [field]
    assert said in found[field].words


@pytest.mark.parametrize("words", ["lonely", "tired and sad", "hopeful", "attacked", "worried about us"])
def test_a_feeling_is_left_as_it_is(words: str) -> None:
    assert nudges(PLAN | {"feeling": words}) == {}


@pytest.mark.parametrize("words", ["afraid", "Scared of him", "unsafe", "terrified", "controlled"])
def test_fear_leads_to_the_help_lines(words: str) -> None:
    nudge = nudges(PLAN | {"feeling": words})["feeling"]

    assert nudge.help_lines


@pytest.mark.parametrize("field", ["issue", "feeling", "about"])
@pytest.mark.parametrize("words", ["that you always hit me", "you are choking me", "he threatened to kill me"])
def test_what_sounds_like_danger_leads_to_the_help_lines_and_is_not_put_better(field: str, words: str) -> None:
    nudge = nudges(PLAN | {field: words})[field]

    assert nudge.help_lines and "speak with someone first" in nudge.words


def test_what_is_only_mentioned_asks_for_nothing() -> None:
    assert nudges(PLAN | {"need": "", "step": "seed"}) == {}
    assert "need" in nudges(PLAN | {"need": "", "step": "ask"})


@given(st.dictionaries(st.sampled_from(["issue", "feeling", "about", "need", "step"]), st.text(max_size=900)))
def test_whatever_is_written_gets_a_calm_word_or_none(words: dict[str, str]) -> None:
    for nudge in nudges(words).values():
        assert nudge.words
        assert not {"must", "should", "wrong", "error"} & set(nudge.words.lower().split())
        assert "!" not in nudge.words


def test_a_very_long_text_takes_no_time() -> None:
    nudges({"issue": ", and" * 100_000, "feeling": "that " * 100_000})


# What may come back


def test_every_reason_has_likely_replies_each_with_an_answer() -> None:
    for reason in REASONS:
        pairs = replies.likely([reason])
        assert len(pairs) >= 2
        assert all(said and answer for said, answer in pairs)
    assert replies.likely(["nothing of ours"]) == []


def test_an_approach_is_known_by_its_words_or_its_key_and_own_words_stay() -> None:
    assert approaches.key_of("A film together, and a talk about it") == "film"
    assert approaches.key_of(" FILM ") == "film" or approaches.key_of("film") == "film"
    assert approaches.key_of(" A walk ") == "A walk"
    assert approaches.words_of("film") == "A film together, and a talk about it"
    assert approaches.words_of("A walk") == "A walk"


@pytest.mark.parametrize(("need", "end"), [("", ""), (" ", ""), ("a walk", "."), ("a walk. ", ""), ("shall we?", ""), ("a walk …", "")])
def test_the_sentence_ends_with_one_full_stop(need: str, end: str) -> None:
    assert full_stop(need) == end
