"""A private plan as tests use it."""

from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from roadmap.models import PrivatePlan
from roadmap.private_plan.contents import PlanContents, PlanEntry
from tests.checkins.days import AT
from tests.conftest import say_passphrase

PHRASE = "seven grey herons stand"
OTHER = "a kettle on the third step"


def set_phrase(client: Client, phrase: str = PHRASE) -> None:
    """Begin a plan as a person does; it is open afterwards."""
    say_passphrase(client)
    assert client.post("/roadmap/plan/new/", {"phrase": phrase, "again": phrase}).status_code == 302


def unlock(client: Client, phrase: str = PHRASE) -> bool:
    return client.post("/roadmap/plan/unlock/", {"passphrase": phrase}).status_code == 302


def is_open(client: Client) -> bool:
    return "Lock it" in client.get("/roadmap/plan/").content.decode()


def keep(account: Account, phrase: str = PHRASE, **notes: str) -> None:
    """A plan with these notes, by item, without a browser."""
    with acting_for(account):
        plan = PrivatePlan.of(account, to_write=True)
        key = plan.start(phrase)
        if notes:
            plan.write(key, {name.replace("_", "-"): PlanEntry(note=note) for name, note in notes.items()}, version=0, at=AT)


def held(account: Account, phrase: str = PHRASE) -> PlanContents:
    """What the plan holds."""
    with acting_for(account):
        plan = PrivatePlan.of(account)
        return plan.read(plan.open_with(phrase))
