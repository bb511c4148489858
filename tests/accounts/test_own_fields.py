"""Country, e-mail address, where Leave goes and when the account was made are sealed with its key (docs/security.md, R85)."""

import secrets
from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.models import Account
from accounts.vault import sealing
from tests.conftest import stored

FIELDS = {
    "country": "GB",
    "email": "a@example.org",
    "leave_address": "https://weather.example/",
    "joined_at": datetime(2026, 3, 10, 20, 15, 32, 7, tzinfo=UTC),
}


@pytest.mark.parametrize("name", FIELDS)
def test_it_comes_back_as_it_was_and_is_nowhere_in_the_clear(partner: Account, name: str) -> None:
    empty = stored(partner, name)
    setattr(partner, name, FIELDS[name])
    partner.save(update_fields=[name])

    again = Account.objects.get(pk=partner.pk)
    assert getattr(again, name) == FIELDS[name]
    assert str(FIELDS[name]).encode() not in stored(partner, name)
    assert len(stored(partner, name)) == len(empty), "the size does not tell that there is something"
    again.save()
    assert getattr(Account.objects.get(pk=partner.pk), name) == FIELDS[name], "stored again without having been opened"


def test_an_account_that_is_read_without_them_reads_them_when_asked(partner: Account) -> None:
    assert Account.objects.only("name").get(pk=partner.pk).country == ""


@pytest.mark.parametrize("name", FIELDS)
def test_moved_to_another_account_it_does_not_open(partner: Account, stranger: Account, name: str) -> None:
    setattr(partner, name, FIELDS[name])
    partner.save()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_account SET {name} = %s WHERE id = %s", [stored(partner, name), stranger.pk])

    assert getattr(Account.objects.get(pk=stranger.pk), name) in ("", datetime(1970, 1, 1, tzinfo=UTC))


def test_without_the_key_nothing_breaks(partner: Account) -> None:
    Account.objects.filter(pk=partner.pk).update(data_key=sealing.seal_by_program(secrets.token_bytes(32), sealing.WRAPPING))

    assert Account.objects.get(pk=partner.pk).leave_address == ""


def test_it_is_not_stored_but_with_its_row(partner: Account) -> None:
    with pytest.raises(TypeError, match="save"):
        Account.objects.filter(pk=partner.pk).update(country="GB")
