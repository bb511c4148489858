"""Years of one person's days, as the benchmarks need them: written through the models, sealed as in use."""

import random
from datetime import timedelta

from django.utils import timezone

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.emotions import EMOTIONS
from checkins.models import CheckIn, Outcome
from config.ops import demo_content


def fill(account: Account, *, days: int, dice: random.Random) -> int:
    """Three of four of the last `days` days, most of them full, and a talk in every third week; returns how many days have words."""
    now, feelings = timezone.now(), list(EMOTIONS)
    today = account.local_day(now)
    rows = []
    for ago in range(days):
        if dice.random() < 0.25:
            continue
        words = dict(zip(CheckIn.GRATITUDES, dice.sample(demo_content.words("gratitudes"), 3), strict=True))
        words |= dict(zip(CheckIn.EMOTIONS, dice.sample(feelings, 2), strict=True))
        words |= {"action": dice.choice(demo_content.words("actions")), "outcome": dice.choice(Outcome.values)}
        rows.append(CheckIn(account=account, day=today - timedelta(days=ago), written_at=now, zone="UTC", version=1, **words))
    with acting_for(account):
        CheckIn.objects.bulk_create(rows, batch_size=500)
        for ago in range(0, days, 21):
            account.talks.create(day=today - timedelta(days=ago), state="held", version=1, written_at=now, issue="Evenings")
    return len(rows)
