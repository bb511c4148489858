"""What can be on the sheet, part by part, from one stretch of a person's own record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from accounts.vault.models import ReadableModel
from checkins.models import CheckIn
from roadmap.models import Roadmap

Words = list[tuple[str, str]]


@dataclass(frozen=True)
class SheetItem:
    """One thing that was written: what it is called, and its words with their labels."""

    heading: str
    words: Words


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    rows: list[SheetItem]

    @property
    def note(self) -> str:
        """An explanation needed to read it; empty for most."""
        return _("From 1, not at all, to 5, fully") if self.key == "reviews" else ""


def _days(account: Account, first: date, last: date) -> list[SheetItem]:
    """The days, the earlier first, each told in three lines."""
    return [SheetItem(day.heading, _three_lines(day)) for day in reversed(account.checkins.between(first, last))]


def _three_lines(day: CheckIn) -> Words:
    shown = {name: day.display(name) for name in day.labels}
    intention = _("When %(when)s, I will %(will)s") % {"when": shown["plan_when"], "will": shown["plan_will"]}
    happened = _("Did it happen? %(outcome)s") % {"outcome": shown["outcome"]}
    action = [
        shown["action"],
        intention if shown["plan_when"] and shown["plan_will"] else "",
        happened if shown["outcome"] else "",
    ]
    lines = {
        _("Feelings"): ", ".join(filter(None, (shown[name] for name in day.EMOTIONS))),
        _("Glad of"): "\n".join(filter(None, (shown[f"gratitude_{number}"] for number in (1, 2, 3)))),
        _("One thing"): "\n".join(filter(None, action)),
    }
    return [(label, words) for label, words in lines.items() if words]


def _talks(account: Account, first: date, last: date) -> list[SheetItem]:
    """Those that took place in these days, and what is planned."""
    held, planned = account.talks.held().filter(day__range=(first, last)).in_order(), account.talks.planned().in_order()
    return [
        *(SheetItem(f"{talk.display('day')}: {talk.heading}", talk.lines(without=("day", "logged", "state"))) for talk in held),
        *(SheetItem(_("Planned: %(talk)s") % {"talk": talk.heading}, talk.lines(without=("logged", "state"))) for talk in planned),
    ]


def _reviews(account: Account, first: date, last: date) -> list[SheetItem]:
    return _as_read(account.reviews.finished().filter(day__range=(first, last)))


def _steps(account: Account, first: date, last: date) -> list[SheetItem]:
    """What was done or set aside in these days, and what is open and was written to."""
    moved = Q(done_on__range=(first, last)) | Q(set_aside_on__range=(first, last)) | Q(done_on=None, set_aside_on=None)
    return [
        SheetItem(step.heading, step.lines(without=("horizon",)))
        for step in account.actions.filter(moved).in_order()
        if not step.is_untouched
    ]


def _need(account: Account, first: date, last: date) -> list[SheetItem]:
    roadmap = Roadmap.of(account)
    until = _("By %(day)s") % {"day": date_format(roadmap.look_back_on, "j F Y")}
    return [SheetItem(until, [("", roadmap.need_to_see)])] if roadmap.need_to_see else []


def _safety(account: Account, first: date, last: date) -> list[SheetItem]:
    return _as_read(account.safetychecks.filter(day__range=(first, last)).order_by("day"))


def _as_read(rows: Iterable[ReadableModel]) -> list[SheetItem]:
    return [SheetItem(row.heading, row.lines()) for row in rows]


PARTS: dict[str, tuple[Promise, Callable[[Account, date, date], list[SheetItem]]]] = {
    "days": (gettext_lazy("My days"), _days),
    "talks": (gettext_lazy("Talks"), _talks),
    "reviews": (gettext_lazy("The six questions"), _reviews),
    "steps": (gettext_lazy("Steps"), _steps),
    "need": (gettext_lazy("What I would need to see"), _need),
    "safety": (gettext_lazy("The four plain questions"), _safety),
}


def sections(account: Account, parts: Iterable[str], first: date, last: date) -> list[Section]:
    """The chosen parts in order, including those without content in these days."""
    chosen = set(parts)
    return [Section(key, str(title), rows_of(account, first, last)) for key, (title, rows_of) in PARTS.items() if key in chosen]
