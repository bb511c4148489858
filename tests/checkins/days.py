from datetime import UTC, date, datetime

from accounts.models import Account
from accounts.vault.scope import acting_for
from checkins.models import CheckIn

DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)


def write(
    account: Account, day: date = DAY, *, version: int = 0, at: datetime = AT, client_id: str = "", sequence: int = 0, **words: str
) -> CheckIn:
    """Write a day's words as the page does."""
    with acting_for(account):
        return CheckIn.write(account, day, words, version=version, at=at, client_id=client_id, sequence=sequence)


def read(account: Account, day: date = DAY) -> CheckIn:
    with acting_for(account):
        return CheckIn.of(account, day)
