"""`manage.py delete_expired` deletes what is kept for a limited time, and all of it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.autosave.models import Draft
from accounts.models import Account, Session
from accounts.portability.models import ImportFile
from accounts.signin import two_step
from accounts.signin.throttle import TokenBucket
from accounts.vault.models import PrivateModel, private_models
from accounts.vault.scope import acting_for
from checkins.models import CheckIn, DeletedDays
from config import held
from config.held.models import HeldForm
from config.management.commands.delete_expired import Command
from guide.models import Reading
from roadmap.models import Roadmap
from tests.conftest import PASSPHRASE, make_account

# What the help calls each, and how old it becomes at most.
NAMED: dict[type[PrivateModel], tuple[str, timedelta]] = {
    Draft: ("drafts (a week)", timedelta(days=7)),
    ImportFile: ("uploaded files (an hour)", timedelta(hours=1)),
    DeletedDays: ("deleted days (ten minutes)", timedelta(minutes=10)),
    HeldForm: ("answers held for a page (15 minutes)", timedelta(minutes=15)),
}


def put_down(account: Account, model: type[PrivateModel], *, ago: timedelta) -> None:
    at = timezone.now() - ago
    with acting_for(account):
        if model is Draft:
            Draft.keep(account, f"/{ago}/", {"note": ["x"]}, at=at)
        elif model is ImportFile:
            ImportFile.objects.create(account=account, uploaded_at=at, entries=0)
        elif model is HeldForm:
            HeldForm.objects.create(account=account, key=str(ago), held_at=at)
        else:
            DeletedDays.objects.create(account=account, deleted_at=at)


def kept(account: Account) -> list[str]:
    with acting_for(account):
        return [model.__name__ for model in NAMED for _ in model._default_manager.filter(account=account)]


def test_its_help_names_all_that_it_takes_out() -> None:
    assert {
        model for model in private_models() if model.delete_expired.__func__ is not PrivateModel.delete_expired.__func__
    } == NAMED.keys()
    for words in (*(words for words, _ in NAMED.values()), "counted attempts (a day)", "sessions that have ended"):
        assert words in Command.help
    for model, (_, age) in NAMED.items():
        assert age == getattr(model, "LIFETIME", held.LIFETIME)


def test_what_is_too_old_goes_and_nothing_else(partner: Account, stranger: Account) -> None:
    for model, (_, age) in NAMED.items():
        put_down(partner, model, ago=age)
        put_down(stranger, model, ago=age - timedelta(minutes=1))
    now = timezone.now()
    for name, ago in (("old", 61), ("young", 59)):
        TokenBucket.objects.create(key=name, tokens=1, filled_at=now - timedelta(hours=23, minutes=ago))
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(minutes=60 - ago))

    call_command("delete_expired")

    assert kept(partner) == [] and kept(stranger) == ["Draft", "ImportFile", "DeletedDays", "HeldForm"]
    assert [pace.key for pace in TokenBucket.objects.all()] == [session.pk for session in Session.objects.all()] == ["young"]


def test_an_account_that_cannot_be_opened_keeps_nobody_elses_words_there(partner: Account, stranger: Account) -> None:
    for account in (partner, stranger):
        put_down(account, Draft, ago=timedelta(days=8))
    for broken, whole in ((partner, stranger), (stranger, partner)):
        put_down(whole, DeletedDays, ago=timedelta(days=1))
        key = broken.data_key
        Account.objects.filter(pk=broken.pk).update(data_key=bytes(len(key)))

        with pytest.raises(CommandError, match="opens 1 of the accounts"):
            call_command("delete_expired")

        assert kept(whole) == []
        Account.objects.filter(pk=broken.pk).update(data_key=key)


# Accounts that were never used


def aged(name: str, **fields: object) -> Account:
    return make_account(name, joined_at=timezone.now() - timedelta(days=31), **fields)


def test_an_account_that_was_never_used_is_deleted_after_thirty_days(client: Client, db: None) -> None:
    old, young = aged("old"), make_account("young", joined_at=timezone.now() - timedelta(days=29))
    for account in (old, young):
        client.force_login(account)
        assert client.get("/").status_code == client.get("/roadmap/").status_code == 200

    call_command("delete_expired")

    assert [*Account.objects.values_list("name", flat=True)] == ["young"]


USES = {
    "a day": lambda account: CheckIn.write(account, account.local_day(timezone.now()), {"action": "x"}, version=0, at=timezone.now()),
    "a draft": lambda account: Draft.keep(account, "/x/", {"note": ["x"]}, at=timezone.now()),
    "a part that was read": lambda account: Reading.open(account, "start", at=timezone.now()),
    "a step that was ticked": lambda account: (Roadmap.of(account), account.actions.first().tick(today=timezone.now().date())),
    "an address": lambda account: (setattr(account, "email", "a@example.org"), account.save()),
    "a setting": lambda account: (setattr(account, "theme", "dark"), account.save()),
    "the page on safe use": lambda account: (setattr(account, "told_about_leave", True), account.save()),
    "a recovery code": lambda account: account.new_recovery_code(),
    "a second step": lambda account: two_step.new_codes(account, at=timezone.now()),
}


@pytest.mark.parametrize("use", USES)
def test_an_account_that_was_used_at_all_is_kept(db: None, use: str) -> None:
    account = aged("quiet-harbour-42")
    with acting_for(account):
        USES[use](account)

    call_command("delete_expired")

    assert Account.objects.exists()


def test_an_account_that_was_signed_in_to_again_is_kept_whatever_its_plan_holds(client: Client, db: None) -> None:
    aged("quiet-harbour-42")
    assert client.post("/accounts/login/", {"login": "quiet-harbour-42", "password": PASSPHRASE}).status_code == 302

    call_command("delete_expired")

    assert Account.objects.get().has_returned


def test_the_first_visit_is_no_return(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"username": "quiet-harbour-42", "password1": PASSPHRASE})

    assert not Account.objects.get().has_returned
