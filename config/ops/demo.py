"""A fictional account with six months of entries, to see what the program looks like in use."""

import random
import secrets
from datetime import date, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.local_day import ONE_DAY
from accounts.models import Account
from accounts.signin import names
from accounts.vault.scope import acting_for
from checkins.models import ActionOutcome, CheckIn
from config.ops import demo_content, demo_roadmap
from guide import library
from guide.models import PartRead, Reading, Supporter

NAME = "demo-harbour-42"
DAYS = 171


def make() -> str:
    """Make or renew the demo account; returns its name and its passphrase, which is new each time, in words."""
    passphrase = "-".join(secrets.choice(names.SECOND.split()) for _ in range(4))
    with transaction.atomic():
        if old := Account.objects.named(NAME).first():
            with acting_for(old):
                old.delete()
        account = Account.objects.create_user(
            NAME, passphrase, joined_at=timezone.now() - timedelta(days=DAYS), time_zone="Europe/London", told_about_leave=True
        )
        with acting_for(account):
            today = account.local_day(timezone.now())
            _write_days(account, today)
            demo_roadmap.walk(account, today)
            _know_people(account)
            _read(account)
    return f"sign in as {NAME} with the passphrase {passphrase}"


def _write_days(account: Account, today: date) -> None:
    months, cues = [*demo_content.MONTHS.values()], [*demo_content.CUES.values()]
    dice = random.Random(321)  # noqa: S311, the same invented person each time
    for ago in range(DAYS, 0, -1):
        day = today - ago * ONE_DAY
        # Three weeks in the third month without a word; otherwise about five days in seven.
        if 100 < ago <= 121 or (ago > 1 and dice.random() > 0.72):
            continue
        feelings = months[min(5, (DAYS - ago) * 6 // DAYS)].feelings
        chosen = dice.sample(feelings, dice.choice([1, 2, 2, 2]))
        if dice.random() < 0.08:
            chosen[-1] = dice.choice(demo_content.words("own-feelings"))
        gratitudes = dice.sample(demo_content.words("gratitudes"), dice.choice([1, 2, 2, 3, 3, 3]))
        cue = dice.choice(cues) if ago == 1 or dice.random() < 0.25 else None
        action = "" if cue or dice.random() < 0.2 else dice.choice(demo_content.words("actions"))
        asked = (cue or action) and ago > 4 and dice.random() < 0.85
        words = dict(zip(CheckIn.GRATITUDES, gratitudes, strict=False)) | dict(zip(CheckIn.EMOTIONS, chosen, strict=False))
        words |= {"action": action, "plan_when": cue.when if cue else "", "plan_will": cue.will if cue else ""}
        words["outcome"] = dice.choices(ActionOutcome.values, [5, 2, 3, 1])[0] if asked else ""
        at = timezone.now() - timedelta(days=ago, minutes=dice.randrange(600))
        CheckIn.write(account, day, words, version=0, at=at)


def _know_people(account: Account) -> None:
    for person in demo_content.PEOPLE.values():
        words = {"who": person.who, "kind": person.kind, "reach": person.reach}
        Supporter.write(account, uuid4(), words, version=0, at=timezone.now())


def _read(account: Account) -> None:
    now = timezone.now()
    for index, part in enumerate(library.current().parts[:5]):
        Reading.open(account, part.slug, at=now - (5 - index) * ONE_DAY)
        # The last of them half-way.
        Reading.stop(account, part.slug, PartRead.END if index < 4 else part.headings[4]["id"])
