"""The roadmap as it is shown: three stretches, each with its steps, their dates in words, and how far it has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        if self.roadmap.ended_on:
            return _("Open")
        return due.in_words(self.roadmap.ends(self.action.horizon), self.today)

    @property
    def offer(self) -> str:
        """What the account tells that may make it done, in a sentence; empty when nothing does, or it was declined since."""
        seen, key, account = self.roadmap.seen, self.action.key or "", self.roadmap.account
        planned, read = (at and account.local_day(at) for at in (seen.smaller_ask, seen.read_options))
        day, words = {
            "smaller-ask": (planned, _("On %(day)s you worked on a plan that has something smaller to ask for.")),
            "three-two-one": (seen.first_checkin, _("You wrote your first lines on %(day)s.")),
            "soft-start": (seen.last_talk, _("You wrote down a talk of %(day)s.")),
            "coach-or-workshop": (read, _("You read about the other ways forward to the end, last on %(day)s.")),
            "six-questions": (seen.last_review, _("You answered the six questions on %(day)s.")),
            "what-changed": (seen.looked_back, _("You looked back on %(day)s, at what was tried as well.")),
            "look-back": (seen.looked_back, _("You looked back on %(day)s.")),
        }.get(key, (None, ""))
        declined = self.action.offer_declined_on
        if day is None or self.roadmap.ended_on or not self.action.is_open or (declined and day <= declined):
            return ""
        return words % {"day": due.day_in_words(day, self.today)}

    @property
    def elsewhere(self) -> list[Horizon]:
        """The stretches it can be moved to: those that are not over."""
        return [Horizon(each) for each in self.roadmap.running(self.today) if each != self.action.horizon]


@dataclass(frozen=True)
class HorizonView:
    """One horizon. `goes_on` is the next one that still runs, None if there is none; `ended`: the whole roadmap has ended."""

    horizon: Horizon
    ends: date
    today: date
    steps: list[Step]
    goes_on: Horizon | None = None
    ended: bool = False

    @property
    def offer(self) -> Step | None:
        """The first step that may be done already: one question at a time."""
        return next((step for step in self.steps if step.offer), None)

    @property
    def left_over(self) -> list[Step]:
        """What is open at its end, and was not left there on purpose."""
        if self.ends >= self.today or self.ended:
            return []
        return [step for step in self.steps if step.action.is_open and step.action.stays_in != self.horizon]

    @property
    def takes_more(self) -> bool:
        """Whether a step may be added here. One that is over takes none while another runs."""
        return self.ends >= self.today or self.goes_on is None

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
        if self.ends < self.today:
            return _("was until %(day)s") % {"day": day}
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


def outline(roadmap: Roadmap, actions: Iterable[Action], today: date) -> list[HorizonView]:
    """The three stretches in order."""
    steps = [Step(action, roadmap, today) for action in actions]
    return [_stretch(horizon, roadmap, [step for step in steps if step.action.horizon == horizon], today) for horizon in Horizon]


def left_over(roadmap: Roadmap, actions: Iterable[Action], today: date) -> HorizonView | None:
    """The first stretch that is over with steps left in it; None if there is none."""
    return next((stretch for stretch in outline(roadmap, actions, today) if stretch.left_over), None)


def _stretch(horizon: Horizon, roadmap: Roadmap, steps: list[Step], today: date) -> HorizonView:
    goes_on = roadmap.next_running(horizon, today)
    return HorizonView(horizon, roadmap.ends(horizon), today, steps, Horizon(goes_on) if goes_on else None, bool(roadmap.ended_on))


def also(roadmap: Roadmap, today: date) -> dict[str, str]:
    """How the other parts of the roadmap stand, in a few words each; a part without anything to say is left out."""
    seen = roadmap.seen
    if roadmap.review_is_due(today):
        reviews = _("if you like, today")
    else:
        reviews = _("next on %(day)s") % {"day": due.day_in_words(roadmap.review_due_on, today)}
    said = {"reviews": reviews, "looking_back": _("on %(day)s") % {"day": due.day_in_words(roadmap.look_back_on, today)}}
    if seen.planned_talks:
        said["talks"] = ngettext("one planned", "%(count)d planned", seen.planned_talks) % {"count": seen.planned_talks}
    if roadmap.ended_on:
        ended = _("ended on %(day)s") % {"day": due.day_in_words(roadmap.ended_on, today)}
        said = {name: words for name, words in said.items() if name == "talks"} | {"looking_back": ended}
    return said
