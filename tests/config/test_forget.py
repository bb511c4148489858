"""`manage.py forget` takes out what is kept for a while only, and all of it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.autosave.models import Draft
from accounts.models import Account, Session
from accounts.portability.models import ImportFile
from accounts.signin.throttle import TokenBucket
from accounts.vault.models import PrivateModel, private_models
from accounts.vault.scope import acting_for
from checkins.models import DeletedDays
from config.management.commands.forget import Command

# What the help calls each, and how old it becomes at most.
NAMED: dict[type[PrivateModel], tuple[str, timedelta]] = {
    Draft: ("drafts (a week)", timedelta(days=7)),
    ImportFile: ("files that were brought (an hour)", timedelta(hours=1)),
    DeletedDays: ("days that were taken out (ten minutes)", timedelta(minutes=10)),
}


def put_down(account: Account, model: type[PrivateModel], *, ago: timedelta) -> None:
    at = timezone.now() - ago
    with acting_for(account):
        if model is Draft:
            Draft.keep(account, f"/{ago}/", {"note": ["x"]}, at=at)
        elif model is ImportFile:
            ImportFile.objects.create(account=account, uploaded_at=at, entries=0)
        else:
            DeletedDays.objects.create(account=account, removed_at=at)


def held(account: Account) -> list[str]:
    with acting_for(account):
        return [model.__name__ for model in NAMED for _ in model._default_manager.filter(account=account)]


def test_its_help_names_all_that_it_takes_out() -> None:
    assert {
        model for model in private_models() if model.delete_expired.__func__ is not PrivateModel.delete_expired.__func__
    } == NAMED.keys()
    for words in (*(words for words, _ in NAMED.values()), "tries that were counted (an hour)", "sessions that have ended"):
        assert words in Command.help
    for model, (_, age) in NAMED.items():
        assert age == model.LIFETIME


def test_what_is_too_old_goes_and_nothing_else(partner: Account, stranger: Account) -> None:
    for model, (_, age) in NAMED.items():
        put_down(partner, model, ago=age)
        put_down(stranger, model, ago=age - timedelta(minutes=1))
    now = timezone.now()
    for name, ago in (("old", 61), ("young", 59)):
        TokenBucket.objects.create(key=name, tokens=1, filled_at=now - timedelta(minutes=ago))
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(minutes=60 - ago))

    call_command("forget")

    assert held(partner) == [] and held(stranger) == ["Draft", "ImportFile", "DeletedDays"]
    assert [pace.key for pace in TokenBucket.objects.all()] == [session.pk for session in Session.objects.all()] == ["young"]


def test_an_account_that_cannot_be_opened_keeps_nobody_elses_words_there(partner: Account, stranger: Account) -> None:
    for account in (partner, stranger):
        put_down(account, Draft, ago=timedelta(days=8))
    for broken, whole in ((partner, stranger), (stranger, partner)):
        put_down(whole, DeletedDays, ago=timedelta(days=1))
        key = broken.data_key
        Account.objects.filter(pk=broken.pk).update(data_key=bytes(len(key)))

        with pytest.raises(CommandError, match="opens 1 of the accounts"):
            call_command("forget")

        assert held(whole) == []
        Account.objects.filter(pk=broken.pk).update(data_key=key)
