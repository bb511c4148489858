"""What every account has from its first day is made with it, however it is made."""

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import current
from checkins.models import CheckIn
from tests.conftest import PASSPHRASE, make_account


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """For whom a private model was asked to begin, and whether it was asked while acting for them."""
    asked: list[tuple[str, bool]] = []

    def create_defaults(cls: type[CheckIn], account: Account) -> None:
        asked.append((account.name, current().account_id == account.pk))

    monkeypatch.setattr(CheckIn, "create_defaults", classmethod(create_defaults))
    return asked


def test_a_private_model_begins_with_an_account_made_by_a_program(db: None, begun: list) -> None:
    make_account("quiet-harbour-42")

    assert begun == [("quiet-harbour-42", True)]


def test_a_private_model_begins_with_an_account_made_by_a_person(client: Client, db: None, begun: list) -> None:
    assert client.post("/accounts/signup/", {"username": "quiet-harbour-42", "password1": PASSPHRASE}).status_code == 302

    assert begun == [("quiet-harbour-42", True)]


def test_an_account_that_cannot_begin_is_not_made(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CheckIn, "create_defaults", classmethod(lambda cls, account: 1 / 0))

    with pytest.raises(ZeroDivisionError):
        make_account("quiet-harbour-42")

    assert not Account.objects.exists()
