"""Every stored day stays reachable whatever zone and day start are set; only a new day in the future is refused (R87)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn
from tests.checkins.days import write
from tests.conftest import say_passphrase

WORDS = "Rain on the skylight"


@pytest.fixture
def put_into_tomorrow(request: pytest.FixtureRequest, partner: Account, time_machine) -> date:
    """A day written today that a setting has put into tomorrow."""
    time_zone, moment, day, settings = {
        "zone": ("Pacific/Kiritimati", datetime(2026, 12, 31, 11, 0, tzinfo=UTC), date(2027, 1, 1), {"time_zone": "Pacific/Honolulu"}),
        "day start": ("Europe/London", datetime(2026, 11, 30, 5, 0, tzinfo=UTC), date(2026, 11, 30), {"day_start": 6}),
    }[request.param]
    time_machine.move_to(moment, tick=False)
    Account.objects.filter(pk=partner.pk).update(time_zone=time_zone)
    write(partner, day, gratitude_1=WORDS, emotion_1="calm", action="Walk", at=moment)
    Account.objects.filter(pk=partner.pk).update(**settings)
    return day


BOTH = pytest.mark.parametrize("put_into_tomorrow", ["zone", "day start"], indirect=True)


@BOTH
def test_it_is_read_corrected_and_shown_in_every_list(put_into_tomorrow: date, owner: Client, partner: Account) -> None:
    address = f"/checkins/{put_into_tomorrow}/"
    assert WORDS in owner.get(address).content.decode()
    assert owner.post(address, {"gratitude_1": WORDS + " again", "version": "1"}).status_code == 302

    month = f"/checkins/history/?month={put_into_tomorrow:%Y-%m}"
    assert WORDS + " again" in owner.get("/checkins/").content.decode()
    assert WORDS + " again" in owner.get(month).content.decode()
    assert f"{month}#month" in owner.get(f"/checkins/calendar/{put_into_tomorrow.year}/").content.decode()
    for search in ("/search/", "/checkins/history/"):
        assert "<mark>skylight</mark>" in owner.post(search, {"q": "skylight"}, follow=True).content.decode()
    assert "1 day in this time has feelings in it." in owner.get("/checkins/patterns/").content.decode()
    assert f'href="{address}"' in owner.get("/checkins/").content.decode()


@BOTH
def test_it_is_deleted_and_restored(put_into_tomorrow: date, owner: Client, partner: Account) -> None:
    assert owner.post(f"/checkins/{put_into_tomorrow}/delete/", {"version": "1"}, follow=True).status_code == 200
    assert owner.post("/checkins/restore/", follow=True).status_code == 200

    with acting_for(partner):
        assert CheckIn.of(partner, put_into_tomorrow).gratitude_1 == WORDS


@BOTH
def test_a_new_day_in_the_future_is_refused_all_the_same(put_into_tomorrow: date, owner: Client) -> None:
    response = owner.post(f"/checkins/{put_into_tomorrow + timedelta(days=1)}/", {"gratitude_1": "x", "version": "0"})

    assert response.status_code == 422


def test_a_day_that_never_was_in_the_zone_set_now_is_read(owner: Client, partner: Account) -> None:
    write(partner, date(2011, 12, 30), gratitude_1=WORDS, at=datetime(2011, 12, 30, 12, tzinfo=UTC))
    Account.objects.filter(pk=partner.pk).update(time_zone="Pacific/Apia")

    assert WORDS in owner.get("/checkins/2011-12-30/").content.decode()
    assert 'href="/checkins/2011-12-30/"' in owner.get("/checkins/history/?month=2011-12").content.decode()


@pytest.mark.parametrize(
    "page", ["/", "/checkins/", "/checkins/history/", "/checkins/patterns/", "/roadmap/", "/search/", "/accounts/settings/"]
)
def test_pages_work_in_a_zone_this_machine_does_not_know(owner: Client, partner: Account, page: str) -> None:
    Account.objects.filter(pk=partner.pk).update(time_zone="Moon/Sea")
    say_passphrase(owner)

    assert owner.get(page).status_code == 200
