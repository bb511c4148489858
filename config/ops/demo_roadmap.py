"""The half-year of the demo account on the roadmap: what was done, said, answered and looked back on."""

import uuid
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.local_day import ONE_DAY
from accounts.models import Account
from guide import safety
from roadmap.models import Action, Horizon, LookBack, Review, Roadmap, SafetyCheck, Talk
from roadmap.reviews.questions import QUESTIONS
from roadmap.talks.models import State

# Days ago.
DONE = {"three-two-one": 170, "first-appointment": 162, "smaller-ask": 160, "two-people": 150, "soft-start": 143, "six-questions": 140}

# Days ago, and what was said and came back.
TALKS: list[tuple[int, dict[str, Any]]] = [
    (
        166,
        {
            "approach": "ask",
            "response": "hostile",
            "reason": "judged",
            "safe": "yes",
            "feelings_before": "Tense",
            "feelings_after": "Hurt",
            "note": "He slept in the study. In the morning he made the coffee, and neither of us said anything.",
        },
    ),
    (
        143,
        {
            "issue": "Our evenings have gone quiet",
            "feeling": "lonely",
            "about": "how quiet our evenings have become",
            "need": "us to take half an hour on Saturday to talk about it",
            "step": "issue",
            "place": "On the way back from the market",
            "reasons": ["fine"],
            "replies": [
                ["“We’re fine. Other people have real problems.”", "“We’re all right in a lot of ways. I still miss talking with you.”"]
            ],
            "smaller_ask": "ten questions from a book, one evening",
            "stop_sentence": "“I’d like to leave it there for today. Thank you for hearing me.”",
            "response": "listened",
            "reason": "fine",
            "safe": "yes",
            "feelings_before": "Nervous",
            "feelings_after": "Relieved",
            "next_step": "Let it rest for two weeks",
        },
    ),
    (
        128,
        {
            "approach": "checkup",
            "issue": "A check-up",
            "feeling": "hopeful",
            "about": "the two of us",
            "need": "one visit to somebody, and the answers",
            "step": "ask",
            "response": "refused",
            "reason": "money",
            "safe": "yes",
            "feelings_before": "Hopeful",
            "feelings_after": "Discouraged",
        },
    ),
    (
        92,
        {
            "approach": "question",
            "response": "small-yes",
            "safe": "yes",
            "feelings_after": "Surprised",
            "note": "He went second. It took an hour.",
        },
    ),
    (74, {"approach": "film", "response": "small-yes", "safe": "yes"}),
    (
        47,
        {
            "approach": "book",
            "issue": "Reading the same thing",
            "feeling": "curious",
            "about": "a book that Jo lent me",
            "need": "us to read a chapter on Sundays",
            "step": "ask",
            "response": "deflected",
            "reason": "vulnerability",
            "safe": "yes",
            "feelings_before": "Calm",
        },
    ),
    (21, {"approach": "The book again, only the questions at the end", "response": "listened", "safe": "yes", "feelings_after": "Calm"}),
]

PLANNED = {
    "approach": "checkup",
    "issue": "The check-up, once more",
    "feeling": "hopeful",
    "about": "how the questions went",
    "need": "us to go to one check-up visit; I have asked for a date",
    "step": "ask",
    "place": "In the garden",
    "reasons": ["money"],
    "replies": [["“We can’t afford it.”", "“It is one visit, and I have put the money aside.”"]],
    "smaller_ask": "reading the practice’s page together",
    "stop_sentence": "“Let’s leave it there. I only wanted you to know.”",
}

# Days ago, the six answers, and a note.
REVIEWS = [
    (140, (2, 1, 3, 4, 2, 2), "I answered the third one twice. The first time I put a 1."),
    (109, (2, 2, 2, 4, 2, 2), ""),
    (74, (3, 3, 3, 4, 3, 2), "The evening with the questions did something. I don’t know yet what."),
    (42, (3, 2, 3, 4, 3, None), "The last one I could not answer. Jo lives so differently."),
    (12, (3, 3, 3, 4, 4, 2), "Sleeping better. The choir helps more than anything."),
]

NEED = (
    "That we can talk about one hard thing a month without it ending in a slammed door. That I am not the only one who looks for a way. "
    "I don’t need therapy as such. I need not to be alone with this."
)


def walk(account: Account, today: date) -> None:
    """Half a year up to `today`."""
    Roadmap.of(account)
    actions = {action.key: action for action in account.actions.all()}
    for key, ago in DONE.items():
        actions[key].tick(today=today - ago * ONE_DAY)
    actions["coach-or-workshop"].set_aside(today=today - 132 * ONE_DAY)
    actions["first-appointment"].write(note="Rowan Street: first hour was a Tuesday in June, 17:30. Sliding scale. I go every second week.")
    Action.add(account, title="Go to choir again", horizon=Horizon.MONTH).tick(today=today - 130 * ONE_DAY)
    Action.add(account, title="A weekend at Jo’s, alone", horizon=Horizon.HALF_YEAR)
    _talk(account, today)
    _review(account, today)
    _look_ahead(account, today)


def _talk(account: Account, today: date) -> None:
    now = timezone.now()
    for ago, words in TALKS:
        held = {"day": today - ago * ONE_DAY, "state": State.HELD, "logged": "issue" not in words}
        Talk.write(account, uuid.uuid4(), words | held, version=0, at=now - ago * ONE_DAY)
    Talk.write(account, uuid.uuid4(), PLANNED | {"day": today + 4 * ONE_DAY}, version=0, at=now)


def _review(account: Account, today: date) -> None:
    for ago, given, note in REVIEWS:
        answers = {question.key: answer for question, answer in zip(QUESTIONS, given, strict=True) if answer}
        words = {"answers": answers, "note": note, "finished": True}
        Review.write(account, today - ago * ONE_DAY, words, version=0, at=timezone.now() - ago * ONE_DAY)
    for ago in (140, 42):
        SafetyCheck.keep(account, today - ago * ONE_DAY, dict.fromkeys(safety.QUESTIONS, safety.Answer.NO))


def _look_ahead(account: Account, today: date) -> None:
    Roadmap.of(account).plan_to_look_back(need_to_see=NEED)
    record = LookBack.of(account, today - 171 * ONE_DAY)
    record.write({"need_effort": "Would he come a second time if I did not book it?"}, version=0, at=timezone.now())
