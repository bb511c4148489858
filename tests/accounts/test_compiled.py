"""Queries that are compiled once find the same rows as Django's, for every account, and keep none of them."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.compiled import CompiledQuery
from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins import suggestions
from checkins.models import CheckIn
from roadmap.models import Action, Roadmap

TODAY = date(2026, 11, 24)


@pytest.fixture
def days(partner: Account, stranger: Account) -> dict[Account, list[CheckIn]]:
    for account in (partner, stranger):
        with acting_for(account):
            for ago in range(20):
                words = {"gratitude_1": f"{account.name} {ago}", "emotion_1": "calm"}
                CheckIn.write(account, TODAY - timedelta(days=ago), words, version=0, at=timezone.now())
    found = {}
    for account in (partner, stranger):
        with acting_for(account):
            found[account] = list(account.checkins.until(TODAY))
    return found


def test_each_account_finds_its_own(days: dict[Account, list[CheckIn]]) -> None:
    for account, own in [*days.items(), *reversed(days.items())]:
        with acting_for(account):
            recent = suggestions.recent(account, TODAY - timedelta(days=3))

            assert [(each.day, each.gratitude_1) for each in recent] == [(each.day, each.gratitude_1) for each in own[3:17]]
            assert {each.gratitude_1.rpartition(" ")[0] for each in recent} == {account.name}


def test_nothing_is_found_for_another_account_or_outside_the_scope(
    partner: Account, days: dict[Account, list[CheckIn]], stranger: Account
) -> None:
    assert suggestions.recent(partner, TODAY) == []
    with acting_for(stranger):
        assert suggestions.recent(partner, TODAY) == []
        assert suggestions.recent(stranger, TODAY) != []


def test_the_rows_belong_to_the_account_that_asks(partner: Account, days: dict[Account, list[CheckIn]]) -> None:
    with acting_for(partner), CaptureQueriesContext(connection) as queries:
        recent = suggestions.recent(partner, TODAY)

        assert all(each.account is partner for each in recent)
    assert len([query for query in queries if "SELECT" in query["sql"] and "checkins" in query["sql"]]) == 1


def test_it_finds_what_the_query_finds(partner: Account) -> None:
    with acting_for(partner):
        own = Roadmap.of(partner)
        own.add("Ring the library", 7, TODAY)

        assert vars(Roadmap.of(partner).seen) == vars(Roadmap.of(partner, to_write=True).seen)
        assert [each.pk for each in Action.all_of(partner)] == [each.pk for each in partner.actions.in_order()]
        assert [each.pk for each in Action.next_of(partner)] == [each.pk for each in partner.actions.open().in_order()]


def test_what_was_changed_is_read_anew(partner: Account, days: dict[Account, list[CheckIn]]) -> None:
    with acting_for(partner):
        suggestions.recent(partner, TODAY)
        CheckIn.write(partner, TODAY, {"gratitude_1": "changed"}, version=1, at=timezone.now())

        assert suggestions.recent(partner, TODAY)[0].gratitude_1 == "changed"


def test_a_value_without_a_place_is_a_mistake(db: None) -> None:
    query = CompiledQuery(lambda account_id, day: CheckIn.objects.filter(account_id=account_id), UUID(int=1), date.min)

    with pytest.raises(AssertionError, match="has a place"):
        query(UUID(int=2), TODAY)
