"""The reasons for a no and the ladder of small asks: complete, linked to each other, and to evidence next to them."""

import pytest

from guide import ladder, library, reasons

NOTES = {reading.slug: {note.id for note in reading.notes} for reading in library.read_files()}


def test_there_are_eleven_sentences_the_articles_five_barriers_first() -> None:
    barriers = ["stigma", "vulnerability", "judged", "past", "money"]

    assert list(reasons.REASONS) == [*barriers, "fine", "no-use", "your-problem", "ourselves", "later", "once"]
    assert all(reason.sentence.startswith("“") and reason.sentence.endswith("”") for reason in reasons.REASONS.values())


def test_the_ladder_goes_from_a_question_to_three_visits() -> None:
    assert list(ladder.RUNGS) == ["question", "film", "book", "trusted", "checkup", "course", "coach", "weekend", "three-visits"]


@pytest.mark.parametrize("reason", list(reasons.REASONS.values()), ids=lambda reason: reason.key)
def test_a_reason_says_what_it_may_mean_what_to_say_what_to_leave_and_what_else_to_ask(reason: reasons.Reason) -> None:
    assert str(reason.means).startswith(("Perhaps", "It can")), "a guess is worded as one"
    assert all(str(words) for words in (reason.name, reason.say, reason.avoid, reason.because, reason.offer))
    assert reason.rung in ladder.RUNGS
    assert reason.notes and set(reason.notes) <= NOTES["understanding"]


@pytest.mark.parametrize("rung", list(ladder.RUNGS.values()), ids=lambda rung: rung.key)
def test_a_rung_says_what_it_takes_how_to_say_it_and_what_is_smaller_still(rung: ladder.Rung) -> None:
    assert all(str(words) for words in (rung.title, rung.hint, rung.say, rung.avoid, rung.smaller))
    assert 0 < len(str(rung.step)) <= 200, "it fits a step of the roadmap"
    assert rung.note in NOTES["options"]


def test_nothing_to_say_accuses() -> None:
    for words in [*(reason.say for reason in reasons.REASONS.values()), *(rung.say for rung in ladder.RUNGS.values())]:
        assert not any(accusing in str(words).lower() for accusing in ("you always", "you never", "you are ")), words
