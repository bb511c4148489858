"""Earlier words and feelings, offered again: one press inserts them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from accounts.compiled import CompiledQuery
from accounts.models import Account
from checkins.emotions import Feeling
from checkins.models import CheckIn

# Suggestions come from so many of the last days with words.
RECENT_DAYS = 14
# So many of each kind are offered, none longer than fits a button.
MAX_OFFERED = 4
MAX_LENGTH_CHARS = 60
# So many feelings are offered, those named most in so many of the last days with words.
MAX_FEELINGS = 8
FEELING_DAYS = 120


@dataclass(frozen=True)
class Offered:
    gratitudes: list[str]
    actions: list[str]


def recent(account: Account, until: date) -> list[CheckIn]:
    """The last days with words up to `until`, the latest first: as many as suggestions come from."""
    return _recent(account.pk, until, owner=account)


_recent = CompiledQuery(
    lambda account_id, until: CheckIn.objects.filter(account_id=account_id).until(until)[:RECENT_DAYS], UUID(int=1), date.min
)
_named_lately = CompiledQuery(
    lambda account_id: CheckIn.objects.filter(account_id=account_id).order_by("-day").values_list(*CheckIn.EMOTIONS)[:FEELING_DAYS],
    UUID(int=1),
)


def offered(recent: Iterable[CheckIn], checkin: CheckIn) -> Offered:
    """What to offer on the page of `checkin`: the latest different words of `recent` (latest first) that are not in it already."""
    others = [other for other in recent if other.day != checkin.day]
    return Offered(
        _different((text for other in others for text in other.gratitudes), but=checkin.gratitudes),
        _different((other.action for other in others), but=[checkin.action]),
    )


def _different(texts: Iterable[str], *, but: list[str]) -> list[str]:
    return list(_unseen(texts, {text.casefold() for text in but}))[:MAX_OFFERED]


def _unseen(texts: Iterable[str], seen: set[str]) -> Iterator[str]:
    for text in texts:
        if text and "\n" not in text and len(text) <= MAX_LENGTH_CHARS and text.casefold() not in seen:
            seen.add(text.casefold())
            yield text


def named_before(account: Account) -> list[Feeling]:
    """The feelings named most often lately, the most frequent first; of those named as often, the latest first."""
    feeling = cache(Feeling)
    feelings = [feeling(text) for texts in _named_lately(account.pk) for text in texts if text]
    # A counter keeps the order in which its keys first came.
    named = Counter(feeling.key for feeling in feelings)
    by_key = {feeling.key: feeling for feeling in reversed(feelings)}
    return [by_key[key] for key, _count in named.most_common(MAX_FEELINGS)]
