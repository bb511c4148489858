"""What the page costs that somebody opens every day."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import Account
from tests.checkins.days import write


def test_today_takes_at_most_eight_queries(owner: Client, partner: Account, django_assert_num_queries) -> None:
    today = partner.local_day(timezone.now())
    for ago in range(365):
        write(partner, today - timedelta(days=ago), gratitude_1="Jo rang back", emotion_1="calm", action="Walk")
    owner.get("/")

    with django_assert_num_queries(8):
        # session with its account, scope (and what a test's nested transaction adds: savepoint, back, release);
        # the last days, the roadmap with all that is seen of it, its open steps
        owner.get("/")
