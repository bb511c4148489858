"""The roadmap as it is shown: three stretches, each with its steps, their dates in words, and how far it has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from roadmap import due
from roadmap.models import Action, Horizon, Roadmap


@dataclass(frozen=True)
class Step:
    """An action on the day `today`."""

    action: Action
    roadmap: Roadmap
    today: date

    @property
    def due(self) -> str:
        """When, in words: done, set aside, or by when."""
        if self.action.done_on:
            return _("Done on %(day)s") % {"day": due.day_in_words(self.action.done_on, self.today)}
        if self.action.set_aside_on:
            return _("Set aside on %(day)s") % {"day": due.day_in_words(self.action.set_aside_on, self.today)}
        return due.in_words(self.roadmap.ends(self.action.horizon), self.today)


@dataclass(frozen=True)
class Stretch:
    """One horizon."""

    horizon: Horizon
    ends: date
    today: date
    steps: list[Step]

    @property
    def kept(self) -> list[Step]:
        return [step for step in self.steps if not step.action.set_aside_on]

    @property
    def set_aside(self) -> list[Step]:
        return [step for step in self.steps if step.action.set_aside_on]

    @property
    def done(self) -> int:
        return sum(1 for step in self.kept if step.action.done_on)

    @property
    def until(self) -> str:
        day = due.day_in_words(self.ends, self.today)
        return _("until tomorrow, %(day)s") % {"day": day} if (self.ends - self.today).days == 1 else _("until %(day)s") % {"day": day}

    @property
    def progress(self) -> str:
        """How far, in words. The half-year need not have begun."""
        if self.horizon == Horizon.HALF_YEAR and not self.done and (self.ends - self.today).days > 90:
            return _("not begun, nor need it be")
        return _("%(done)d of %(all)d") % {"done": self.done, "all": len(self.kept)}

    @property
    def hulls(self) -> list[tuple[int, bool]]:
        """For the drawing: the place of each kept step on the line, 16 apart, and whether one more is done."""
        return [(16 * place, place < self.done) for place in range(len(self.kept))]

    @property
    def line(self) -> int:
        """For the drawing: how long the line is."""
        return 16 * len(self.kept)


def outline(roadmap: Roadmap, actions: Iterable[Action], today: date) -> list[Stretch]:
    """The three stretches in order."""
    steps = [Step(action, roadmap, today) for action in actions]
    return [
        Stretch(horizon, roadmap.ends(horizon), today, [step for step in steps if step.action.horizon == horizon]) for horizon in Horizon
    ]
