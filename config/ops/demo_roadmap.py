"""The half-year of the demo account on the roadmap: what was done, said, answered and looked back on."""

import uuid
from dataclasses import fields
from datetime import date

from django.utils import timezone

from accounts.local_day import ONE_DAY
from accounts.models import Account
from config.ops import demo_content
from guide import safety
from guide.six_questions import QUESTIONS
from roadmap.models import Action, Horizon, LookBack, Review, Roadmap, SafetyCheck, Talk
from roadmap.talks.models import TalkState


def walk(account: Account, today: date) -> None:
    """Half a year up to `today`."""
    Roadmap.of(account)
    actions = {action.key: action for action in account.actions.all()}
    for step in demo_content.STEPS.values():
        actions[step.key].tick(today=today - step.days_ago * ONE_DAY)
    actions["coach-or-workshop"].set_aside(today=today - 132 * ONE_DAY)
    actions["first-appointment"].write(note=demo_content.text("first-appointment"))
    Action.add(account, title=demo_content.text("own-done"), horizon=Horizon.MONTH).tick(today=today - 130 * ONE_DAY)
    Action.add(account, title=demo_content.text("own-open"), horizon=Horizon.HALF_YEAR)
    _talk(account, today)
    _review(account, today)
    _look_ahead(account, today)


def _talk(account: Account, today: date) -> None:
    now = timezone.now()
    names = {field.name for field in fields(demo_content.DemoTalk)} - {"key", "days_ago", "reasons", "replies"}
    for talk in demo_content.TALKS.values():
        words = {name: getattr(talk, name) for name in names}
        words |= {"reasons": [*talk.reasons], "replies": [[reply.said, reply.answer] for reply in talk.replies]}
        words |= {"day": today - talk.days_ago * ONE_DAY}
        if talk.days_ago >= 0:
            words |= {"state": TalkState.HELD, "logged": not talk.issue}
        Talk.write(account, uuid.uuid4(), words, version=0, at=now - max(talk.days_ago, 0) * ONE_DAY)


def _review(account: Account, today: date) -> None:
    for review in demo_content.REVIEWS.values():
        answers = {key: answer for key, answer in zip(QUESTIONS, review.answers, strict=True) if answer}
        words = {"answers": answers, "note": review.note, "finished": True}
        Review.write(account, today - review.days_ago * ONE_DAY, words, version=0, at=timezone.now() - review.days_ago * ONE_DAY)
    for ago in (140, 42):
        SafetyCheck.keep(account, today - ago * ONE_DAY, dict.fromkeys(safety.QUESTIONS, safety.SafetyAnswer.NO))


def _look_ahead(account: Account, today: date) -> None:
    Roadmap.of(account).plan_to_look_back(need_to_see=demo_content.text("need-to-see"))
    record = LookBack.of(account, today - 171 * ONE_DAY)
    record.write({"need_effort": demo_content.text("need-effort")}, version=0, at=timezone.now())
