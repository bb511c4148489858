"""What can be searched: everything of an account that is written in words, but for the private plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.autosave.models import newest_first
from accounts.models import Account
from roadmap.models import LookBack, Roadmap, Talk

# Of a talk, what is shown with the sentence instead of by itself.
_IN_A_SENTENCE = {"feeling", "about", "need"}


@dataclass(frozen=True)
class WrittenEntry:
    """Something that was written: what it is, what it is called, where it is, and its texts."""

    kind: str
    name: str
    address: str
    texts: tuple[str, ...]


def everything(account: Account) -> Iterator[WrittenEntry]:
    """All of it, the newest first within each kind."""
    for source in (_days, _steps, _talks, _reviews, _looking_back, _people):
        yield from source(account)


def _days(account: Account) -> Iterator[WrittenEntry]:
    for checkin in account.checkins.defer("written_at", "zone").order_by("-day"):
        feelings = ", ".join(feeling.words for feeling in checkin.feelings)
        texts = (*checkin.gratitudes, feelings, checkin.planned_action, checkin.note)
        yield _written(_("A day"), date_format(checkin.day, "l j F Y"), checkin.get_absolute_url(), *texts)


def _steps(account: Account) -> Iterator[WrittenEntry]:
    for action in account.actions.in_order():
        yield _written(_("A step"), action.words, action.get_absolute_url(), "" if action.from_article else action.title, action.note)


def _talks(account: Account) -> Iterator[WrittenEntry]:
    for talk in newest_first(account.talks.all()):
        texts = (talk.display(name) for name in Talk.WORDS if name not in _IN_A_SENTENCE)
        yield _written(_("A talk"), _on(talk.day, talk.title), talk.get_absolute_url(), talk.sentence, *texts)


def _reviews(account: Account) -> Iterator[WrittenEntry]:
    for review in account.reviews.order_by("-day"):
        yield _written(_("Six questions"), date_format(review.day, "j F Y"), reverse("roadmap:reviews"), review.note)


def _looking_back(account: Account) -> Iterator[WrittenEntry]:
    address = reverse("roadmap:looking_back")
    need = Roadmap.of(account).need_to_see
    yield _written(_("Look back"), _("What you would need to see"), address, need)
    for record in account.lookbacks.order_by("-round"):
        at = f"{address}?time={record.round}" if record.closed_on else address
        texts = (record.display(name) for name in LookBack.WORDS if name != "by")
        yield _written(_("Look back"), record.heading, at, *texts)


def _people(account: Account) -> Iterator[WrittenEntry]:
    for person in newest_first(account.supporters.all()):
        yield _written(_("A person"), person.who, person.get_absolute_url(), person.reach)


def _written(kind: str, name: str, address: str, *texts: str) -> WrittenEntry:
    return WrittenEntry(kind, name, address, tuple(text for text in texts if text))


def _on(day: date | None, title: str) -> str:
    return _("%(day)s: %(title)s") % {"day": date_format(day, "j F Y"), "title": title} if day else title
