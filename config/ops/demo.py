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
from checkins.models import CheckIn, Outcome
from config.ops import demo_roadmap
from guide import library
from guide.models import PartRead, Supporter

NAME = "demo-harbour-42"
DAYS = 171

# An invented person: a garden, a sister, a choir, an hour on Tuesdays.
GRATITUDES = """
Rain on the skylight before anyone was up
Jo rang back within the hour
The first tomatoes, still warm
Nobody needed anything for an hour
Soup that came out right
The walk to the bridge and back
A seat on the early train
Choir: we got through the whole second part
The neighbour’s boy waved with both hands
Clean sheets
My sister remembered the date
He laughed at the radio, and so did I
Coffee on the step before work
Twenty minutes with the door closed
The library had the book
A dog asleep in the sun outside the bakery
I said no to the extra shift
The heating works again
Blackbird on the fence
Letters from the girls
Bread from the good bakery
Someone let me go first
We cooked without talking, and it was fine
The counsellor’s room has a big window
Slept through until six
Swimming: forty lengths
An old song in the supermarket
The garden after the rain
Nothing was said at dinner that I had to think about later
Jo’s terrible jokes
""".strip().splitlines()

ACTIONS = """
Ring the practice on Rowan Street
Ten minutes on the step before going in
Ask Jo whether Sunday suits
Bed by half past ten
Walk home instead of the bus
Write down what I want to say, then sleep on it
Eat lunch outside
Put the phone in the drawer after nine
Read two pages of the book
Go to choir even if I am tired
Water the beans
Ask what the first visit costs
""".strip().splitlines()

PLANS = [
    ("I have put the phone on the charger", "walk as far as the bridge and back"),
    ("the kettle goes on after work", "sit on the step for ten minutes first"),
    ("it starts again at dinner", "say that I will come back to it tomorrow"),
    ("the train is late", "ring Jo"),
    ("I wake before six", "get up and read instead of thinking"),
]

# How the half-year felt, month by month: words of ours, and some of her own.
FEELINGS = [
    "lonely tired hopeful worried resentful drained restless",
    "worried tense hopeful tired torn irritated calm",
    "hurt drained sad hopeful determined lonely numb",
    "calm hopeful tired curious worried relieved connected",
    "determined calm torn connected restless proud content",
    "calm at-ease hopeful tired free thoughtful connected",
]
OWN_FEELINGS = ["like before a storm", "wide awake", "homeless at home"]


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
    dice = random.Random(321)  # noqa: S311, the same invented person each time
    for ago in range(DAYS, 0, -1):
        day = today - ago * ONE_DAY
        # Three weeks in the third month without a word; otherwise about five days in seven.
        if 100 < ago <= 121 or (ago > 1 and dice.random() > 0.72):
            continue
        feelings = FEELINGS[min(5, (DAYS - ago) * 6 // DAYS)].split()
        chosen = dice.sample(feelings, dice.choice([1, 2, 2, 2]))
        if dice.random() < 0.08:
            chosen[-1] = dice.choice(OWN_FEELINGS)
        gratitudes = dice.sample(GRATITUDES, dice.choice([1, 2, 2, 3, 3, 3]))
        when, will = dice.choice(PLANS) if ago == 1 or dice.random() < 0.25 else ("", "")
        action = "" if when or dice.random() < 0.2 else dice.choice(ACTIONS)
        asked = (when or action) and ago > 4 and dice.random() < 0.85
        words = dict(zip(CheckIn.GRATITUDES, gratitudes, strict=False)) | dict(zip(CheckIn.EMOTIONS, chosen, strict=False))
        words |= {"action": action, "plan_when": when, "plan_will": will}
        words["outcome"] = dice.choices(Outcome.values, [5, 2, 3, 1])[0] if asked else ""
        at = timezone.now() - timedelta(days=ago, minutes=dice.randrange(600))
        CheckIn.write(account, day, words, version=0, at=at)


# Whom she could turn to, and how nobody would notice.
PEOPLE = [
    ("Jo", "friend", "Tuesdays after choir, or ring her at work"),
    ("My sister", "family", "Sunday evenings, from the allotment"),
    ("Rowan Street", "work", "They write to Jo’s address, never ring the house"),
]


def _know_people(account: Account) -> None:
    for who, kind, reach in PEOPLE:
        Supporter.write(account, uuid4(), {"who": who, "kind": kind, "reach": reach}, version=0, at=timezone.now())


def _read(account: Account) -> None:
    now = timezone.now()
    for place, part in enumerate(library.current().parts[:5]):
        PartRead.objects.open(account, part.slug, at=now - (5 - place) * ONE_DAY)
        # The last of them half-way.
        account.partreads.stop(part.slug, PartRead.END if place < 4 else part.headings[4]["id"])
