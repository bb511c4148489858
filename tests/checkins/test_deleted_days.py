"""Deleting days, and undoing it within ten minutes."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn, DeletedDays
from tests.checkins.days import DAY, read, write
from tests.conftest import PASSPHRASE, say_passphrase

NOW = datetime(2026, 3, 10, 20, 10, tzinfo=UTC)
HISTORY = "/checkins/history/"
RANGE = "/checkins/delete/"
RESTORE = "/checkins/restore/"
ADDRESS = f"/checkins/{DAY}/delete/"
WORDS = {"gratitude_1": "Jo rang back", "emotion_1": "calm", "action": "Walk", "outcome": "partly"}


@pytest.fixture(autouse=True)
def evening(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def days_of(account: Account) -> list[date]:
    with acting_for(account):
        return list(account.checkins.order_by("day").values_list("day", flat=True))


def kept_of(account: Account) -> int:
    with acting_for(account):
        return DeletedDays.objects.filter(account=account).count()


# One day


def test_a_day_is_shown_once_more_before_it_goes(owner: Client, partner: Account) -> None:
    write(partner, **WORDS)
    assert f'href="{ADDRESS}"' in owner.get(f"/checkins/{DAY}/").content.decode()

    page = owner.get(ADDRESS).content.decode()

    assert "Delete Tuesday 10 March 2026?" in page
    assert "Jo rang back" in page and "It happened in part." in page
    assert days_of(partner) == [DAY], "asking deletes nothing"


def test_a_post_that_names_no_version_deletes_what_is_there(owner: Client, partner: Account) -> None:
    write(partner, **WORDS)

    assert owner.post(ADDRESS).status_code == 302
    assert days_of(partner) == []


def test_a_day_goes_and_comes_back_as_it_was(owner: Client, partner: Account) -> None:
    before = write(partner, **WORDS)

    gone = owner.post(ADDRESS, {"version": "1"})
    page = owner.get(gone["Location"]).content.decode()

    assert (gone.status_code, gone["Location"]) == (302, f"{HISTORY}?month=2026-03")
    assert days_of(partner) == []
    assert "Deleted: Tuesday 10 March 2026." in page and 'name="undo"' in page
    assert "Jo rang back" not in page

    back = owner.post(RESTORE)

    assert (back.status_code, back["Location"]) == (302, f"{HISTORY}?month=2026-03")
    after = read(partner)
    for name in (*CheckIn.WORDS, "day", "written_at", "zone", "version"):
        assert getattr(after, name) == getattr(before, name), name
    assert kept_of(partner) == 0
    assert "Deleted:" not in owner.get(HISTORY).content.decode()


def test_undo_works_as_the_page_has_it(owner: Client, partner: Account) -> None:
    write(partner, **WORDS)
    page = owner.post(ADDRESS, {"version": "1"}, follow=True).content.decode()

    action = re.search(r'method="post"\s+action="(/checkins/restore/)"', page)[1]
    assert "Undone." in owner.post(action, follow=True).content.decode()
    assert "Undo is no longer possible." in owner.post(action, follow=True).content.decode()

    assert days_of(partner) == [DAY], "the second press changes nothing"


def test_after_ten_minutes_it_is_gone_for_good(owner: Client, partner: Account, time_machine) -> None:
    write(partner, **WORDS)
    owner.post(ADDRESS, {"version": "1"})
    time_machine.move_to(NOW + timedelta(minutes=10), tick=False)

    answered = owner.post(RESTORE, follow=True)
    assert "Undo is no longer possible." in answered.content.decode()
    assert days_of(partner) == []


def test_a_day_that_another_tab_has_changed_is_shown_as_it_is_now_and_stays(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="of before")
    write(partner, gratitude_1="of the other tab", version=1)

    refused = owner.post(ADDRESS, {"version": "1"})

    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Another tab has changed this day. This is what it says now." in page and "of the other tab" in page
    assert days_of(partner) == [DAY]
    assert owner.post(ADDRESS, {"version": re.search(r'name="version" value="(\d+)"', page)[1]}).status_code == 302


def test_deleting_a_day_twice_or_one_without_words_changes_nothing(owner: Client, partner: Account) -> None:
    write(partner, **WORDS)

    assert [owner.post(ADDRESS, {"version": "1"}).status_code for _ in range(2)] == [302, 302]
    assert kept_of(partner) == 1
    assert owner.get(ADDRESS)["Location"] == f"/checkins/{DAY}/"
    assert owner.get("/checkins/2026-02-30/delete/").status_code == 404
    assert 'href="/checkins/2026-03-10/delete/"' not in owner.get(f"/checkins/{DAY}/").content.decode()


def test_after_a_day_of_a_month_that_cannot_be_looked_at_the_nearest_is_shown(owner: Client, partner: Account) -> None:
    write(partner, date(2026, 4, 1), **WORDS)

    for day in ("2026-04-01", "9999-12-31", "0001-01-01"):
        assert owner.post(f"/checkins/{day}/delete/", {"version": "1"}, follow=True).status_code == 200
    assert owner.post(RESTORE, follow=True).status_code == 200
    assert days_of(partner) == [date(2026, 4, 1)]


def test_a_day_written_again_stays_and_the_deleted_one_waits(owner: Client, partner: Account) -> None:
    write(partner, gratitude_1="of before")
    owner.post(ADDRESS, {"version": "1"})
    write(partner, gratitude_1="again")

    page = owner.post(RESTORE, follow=True).content.decode()

    assert "Days that you have written again since stay as you wrote them." in page
    assert read(partner).gratitude_1 == "again"
    owner.post(ADDRESS, {"version": "1"})
    for _ in range(2):
        owner.post(RESTORE)
    assert read(partner).gratitude_1 == "again", "the last one deleted is the first one restored"
    with acting_for(partner):
        assert [kept.days[0]["gratitude_1"] for kept in DeletedDays.objects.filter(account=partner).all()] == ["of before"]


# A range


def test_a_range_asks_for_the_passphrase_first(owner: Client, partner: Account) -> None:
    write(partner, **WORDS)

    response = owner.post(RANGE, {"first": "2026-03-01", "last": "2026-03-31", "counted": "1"})

    assert response["Location"] == f"/accounts/reauthenticate/?next={RANGE}"
    assert days_of(partner) == [DAY]


def test_a_range_is_counted_then_deleted_then_restored(owner: Client, partner: Account) -> None:
    days = [DAY - timedelta(days=back) for back in (40, 9, 8, 0)]
    for day in days:
        write(partner, day, gratitude_1=f"of {day}")
    say_passphrase(owner)
    form = {"first": str(days[1]), "last": str(days[2])}

    counted = owner.post(RANGE, form)

    assert counted.status_code == 200 and "Delete 2 days" in counted.content.decode()
    assert days_of(partner) == days, "counting deletes nothing"
    assert owner.post(RANGE, form | {"counted": "2"})["Location"] == HISTORY
    assert days_of(partner) == [days[0], days[3]]
    assert "Deleted: 2 days, from 1 March 2026 to 2 March 2026" in owner.get(HISTORY).content.decode()
    owner.post(RESTORE)
    assert days_of(partner) == days
    assert read(partner, days[1]).gratitude_1 == f"of {days[1]}"


def test_a_count_that_is_no_longer_true_is_said_again(owner: Client, partner: Account) -> None:
    write(partner, **WORDS)
    say_passphrase(owner)

    for counted in ("2", "0", "x", ""):
        page = owner.post(RANGE, {"first": "2026-03-01", "last": "2026-03-31", "counted": counted})
        assert (page.status_code, "Delete 1 day" in page.content.decode()) == (200, True)
    assert days_of(partner) == [DAY]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-11", "2026-03-10", "This is before the first day."),
        ("", "2026-03-10", "Choose a day."),
        ("2026-02-30", "2026-03-10", "This is not a date."),
        ("2025-03-01", "2025-03-10", "No day between these two has words in it."),
    ],
)
def test_a_range_that_cannot_be_is_said_and_kept_on_the_page(owner: Client, partner: Account, first: str, last: str, said: str) -> None:
    write(partner, **WORDS)
    say_passphrase(owner)

    response = owner.post(RANGE, {"first": first, "last": last})

    assert response.status_code == 422
    assert said in response.content.decode() and f'value="{last}"' in response.content.decode()


# What is kept meanwhile


def test_what_was_deleted_is_sealed_and_of_this_account_alone(owner: Client, partner: Account, stranger: Account, sign_in) -> None:
    write(partner, **WORDS)
    owner.post(ADDRESS, {"version": "1"})

    sign_in(stranger).post(RESTORE)

    assert days_of(partner) == [] and days_of(stranger) == []
    assert kept_of(stranger) == 0 and kept_of(partner) == 1


def clean_up_by_command(owner: Client, partner: Account) -> None:
    call_command("delete_expired")


def clean_up_by_signing_in(owner: Client, partner: Account) -> None:
    assert Client().post("/accounts/login/", {"login": partner.name, "password": PASSPHRASE}).status_code == 302


def clean_up_by_deleting_another(owner: Client, partner: Account) -> None:
    write(partner, date(2020, 1, 1), gratitude_1="x")
    owner.post("/checkins/2020-01-01/delete/", {"version": "1"})


@pytest.mark.parametrize("clean_up", [clean_up_by_command, clean_up_by_signing_in, clean_up_by_deleting_another])
def test_what_can_no_longer_be_restored_is_cleared_away_and_nothing_else(owner: Client, partner: Account, time_machine, clean_up) -> None:
    for day in (DAY, DAY - timedelta(days=1)):
        write(partner, day, **WORDS)
    owner.post(f"/checkins/{DAY - timedelta(days=1)}/delete/", {"version": "1"})
    time_machine.move_to(NOW + timedelta(minutes=9), tick=False)
    owner.post(ADDRESS, {"version": "1"})
    time_machine.move_to(NOW + timedelta(minutes=10), tick=False)

    clean_up(owner, partner)

    with acting_for(partner):
        old = timezone.now() - DeletedDays.LIFETIME
        assert DeletedDays.objects.filter(account=partner).filter(deleted_at__lte=old).count() == 0
        assert DeletedDays.objects.filter(account=partner).filter(days__isnull=False, deleted_at=NOW + timedelta(minutes=9)).count() == 1
