"""Ending or deleting an account by name, from the command line (`manage.py account`)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Account, Session
from accounts.vault.models import private_models
from accounts.vault.scope import acting_for
from tests.checkins.days import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch):
    """What is typed, one answer after the other; after them the end of the input."""

    def typed(*lines: str) -> None:
        waiting = iter(lines)

        def read(prompt: str) -> str:
            try:
                return next(waiting)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)

    return typed


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("account", *arguments, stdout=out)
    return out.getvalue()


def test_sessions_end_and_nothing_else_does(partner: Account, stranger: Account, owner: Client, sign_in, answer) -> None:
    other, theirs = sign_in(partner), sign_in(stranger)
    answer("partner", "end")

    said = run("PARTNER", "--end-sessions")

    assert "2 sessions are ended" in said
    assert [client.get("/checkins/").status_code for client in (owner, other, theirs)] == [302, 302, 200]
    assert Account.objects.count() == 2


def test_it_is_deleted_with_everything_in_it(partner: Account, stranger: Account, owner: Client, answer) -> None:
    write(partner, gratitude_1="Canary in gratitude")
    write(stranger, gratitude_1="stays")
    answer("partner", "delete")

    said = run("partner", "--delete")

    assert "Canary" not in said and "Deleted." in said
    assert [account.name for account in Account.objects.all()] == ["stranger"]
    with acting_for(stranger):
        assert all(not model.objects.filter(account=partner.pk).exists() for model in private_models())
        assert stranger.checkins.count() == 1
    assert not Session.objects.filter(owner=partner.pk).exists()


@pytest.mark.parametrize("typed", [(), ("partner",), ("partner", ""), ("partner", "yes"), ("stranger", "delete"), ("", "delete")])
def test_with_any_other_answer_nothing_changes(partner: Account, stranger: Account, owner: Client, answer, typed: tuple[str, ...]) -> None:
    answer(*typed)

    with pytest.raises(CommandError, match="Nothing was changed"):
        run("partner", "--delete")

    assert Account.objects.count() == 2 and owner.get("/checkins/").status_code == 200


def test_a_script_is_not_asked(partner: Account, owner: Client, answer) -> None:
    answer()

    assert "1 sessions are ended" in run("partner", "--end-sessions", "--yes")
    run("partner", "--delete", "--yes")

    assert not Account.objects.exists()


def test_what_cannot_be_done_is_said_in_one_sentence(partner: Account, settings) -> None:
    with pytest.raises(CommandError, match="no account of that name"):
        run("nobody", "--delete", "--yes")
    with pytest.raises(CommandError, match="one of the arguments --end-sessions --delete is required"):
        run("partner")
    settings.SEALING_KEYS = [b"x" * 32]
    with pytest.raises(CommandError, match=r"None of SEALING_KEYS opens this account.*Nothing was changed"):
        run("partner", "--delete", "--yes")
    assert Account.objects.count() == 1
