"""The roadmap as it is shown: the horizon that is running, the others in a line each, and their steps with dates in words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.undo.answers import PressAnswer
from roadmap import due, step_row
from roadmap.models import Action, Horizon, Roadmap

# With more steps than this, what can be done with each is on its own page only: whole rows cost twice as much
# (docs/security.md, R81).
MAX_WHOLE_ROWS = 40
# Of each horizon, as many steps can be ticked on the roadmap; those after them are links to their own pages.
MAX_ROWS_EACH = 20

# By the key of a step, what is said to the day on which it may have been done.
_OFFERS = {
    "smaller-ask": _l("On %(day)s you worked on a plan that has something smaller to ask for."),
    "three-two-one": _l("You wrote your first lines on %(day)s."),
    "soft-start": _l("You wrote down a talk of %(day)s."),
    "coach-or-workshop": _l("You read about the other ways forward to the end, last on %(day)s."),
    "six-questions": _l("You answered the six questions on %(day)s."),
    "what-changed": _l("You looked back on %(day)s, at what was tried as well."),
    "look-back": _l("You looked back on %(day)s."),
}

# In the drawing of how far one has come, a step is as wide as this.
_HULL_WIDTH_PX = 16


@dataclass(frozen=True)
class Step:
    """An action on the day `today`.

    `is_link`: the roadmap shows it only as a link to its own page. `is_short`: what can be done with it is on its own page.
    """

    action: Action
    roadmap: Roadmap
    today: date
    is_link: bool = False
    is_short: bool = False

    @cached_property
    def place(self) -> str:
        """The id of its row."""
        return self.action.row_id

    @cached_property
    def due(self) -> str:
        """The date in words: done, set aside, or due."""
        if self.action.done_on:
            return _("Done on %(day)s") % {"day": due.day_in_words(self.action.done_on, self.today)}
        if self.action.set_aside_on:
            return _("Set aside on %(day)s") % {"day": due.day_in_words(self.action.set_aside_on, self.today)}
        if self.action.due_on:
            return due.on_its_day(self.action.due_on, self.today)
        if self.roadmap.ended_on:
            return _("Open")
        return due.in_words(self.roadmap.ends(self.action.horizon), self.today)

    @property
    def row(self) -> SafeString:
        """Its row on the roadmap, while there is nothing to say of it."""
        return step_row.row(self)

    @property
    def is_late(self) -> bool:
        """Whether its due day is over."""
        return self.action.is_open and (self.action.due_on or self.roadmap.ends(self.action.horizon)) < self.today

    @cached_property
    def offer(self) -> str:
        """What the account tells that may make it done, in a sentence; empty when nothing does, or it was declined since."""
        if self.roadmap.ended_on or not self.action.is_open:
            return ""
        day, declined = self._seen_on, self.action.offer_declined_on
        if day is None or (declined and day <= declined):
            return ""
        return str(_OFFERS[self.action.key or ""]) % {"day": due.day_in_words(day, self.today)}

    @property
    def _seen_on(self) -> date | None:
        """The day of what may have done it."""
        seen, account = self.roadmap.seen, self.roadmap.account
        match self.action.key:
            case "smaller-ask":
                return seen.smaller_ask and account.local_day(seen.smaller_ask)
            case "three-two-one":
                return seen.first_checkin
            case "soft-start":
                return seen.last_talk
            case "coach-or-workshop":
                return seen.read_options and account.local_day(seen.read_options)
            case "six-questions":
                return seen.last_review
            case "what-changed" | "look-back":
                return seen.looked_back
        return None

    @property
    def elsewhere(self) -> list[Horizon]:
        """The horizons it can be moved to: those that are not over."""
        return [Horizon(each) for each in self.roadmap.running(self.today) if each != self.action.horizon]


@dataclass(frozen=True)
class HorizonView:
    """One horizon. `goes_on` is the next one that still runs, None if there is none; `ended`: the whole roadmap has ended.

    `answer` is what the page says of the last press, which may have taken a row out of one of the lists.
    """

    horizon: Horizon
    ends: date
    today: date
    steps: list[Step]
    goes_on: Horizon | None = None
    ended: bool = False
    answer: PressAnswer | None = None

    @property
    def is_over(self) -> bool:
        return self.ends < self.today

    @cached_property
    def offer(self) -> Step | None:
        """The first step that may be done already: one question at a time, and none on the page that answers a press."""
        return None if self.answer else next((step for step in self.steps if step.offer), None)

    @cached_property
    def left_over(self) -> list[Step]:
        """The steps that are open at its end and were not left there on purpose."""
        if not self.is_over or self.ended:
            return []
        return [step for step in self.steps if step.action.is_open and step.action.stays_in != self.horizon]

    @property
    def takes_more(self) -> bool:
        """Whether a step may be added here. One that is over takes none while another runs."""
        return not self.is_over or self.goes_on is None

    @cached_property
    def kept(self) -> list[Step]:
        return [step for step in self.steps if not step.action.set_aside_on]

    @cached_property
    def set_aside(self) -> list[Step]:
        return [step for step in self.steps if step.action.set_aside_on]

    @property
    def kept_list(self) -> str:
        """The id of the list of those that are kept."""
        return f"acts-{self.horizon}"

    @property
    def aside_list(self) -> str:
        return f"aside-{self.horizon}"

    @property
    def is_opened(self) -> bool:
        """Whether something was pressed in it just now, so that its line is open."""
        if not self.answer:
            return False
        gone = self.answer.gone and self.answer.gone[0] in (self.kept_list, self.aside_list)
        return bool(gone) or any(step.place == self.answer.place for step in self.steps)

    @cached_property
    def kept_rows(self) -> list[Step | None]:
        """The steps that are kept, with None where a row has just left the list."""
        return self._with_gap(self.kept_list, self.kept)

    @cached_property
    def aside_rows(self) -> list[Step | None]:
        return self._with_gap(self.aside_list, self.set_aside)

    def _with_gap(self, name: str, steps: list[Step]) -> list[Step | None]:
        gone = self.answer.gone if self.answer else None
        if gone is None or gone[0] != name:
            return [*steps]
        return [*steps[: gone[1]], None, *steps[gone[1] :]]

    @cached_property
    def done(self) -> int:
        return sum(1 for step in self.kept if step.action.done_on)

    @property
    def until(self) -> str:
        day = due.day_in_words(self.ends, self.today)
        if self.is_over:
            return _("was until %(day)s") % {"day": day}
        return _("until tomorrow, %(day)s") % {"day": day} if (self.ends - self.today).days == 1 else _("until %(day)s") % {"day": day}

    @property
    def progress(self) -> str:
        """The progress, in words. The half-year may not have begun."""
        if self.horizon == Horizon.HALF_YEAR and not self.done and (self.ends - self.today).days > 90:
            return _("not started yet; that is fine")
        return _("%(done)d of %(all)d") % {"done": self.done, "all": len(self.kept)}

    @property
    def hulls(self) -> list[tuple[int, bool]]:
        """For the drawing: the place of each kept step on the line, and whether one more is done."""
        return [(_HULL_WIDTH_PX * place, place < self.done) for place in range(len(self.kept))]

    @property
    def line(self) -> int:
        """For the drawing: how long the line is."""
        return _HULL_WIDTH_PX * len(self.kept)


@dataclass(frozen=True)
class RoadmapView:
    """The horizon that is shown open, those that come after it, and those that are over, the latest first."""

    now: HorizonView
    later: list[HorizonView]
    over: list[HorizonView]

    @cached_property
    def left_over(self) -> HorizonView | None:
        """The first horizon that is over with steps left in it; None if there is none."""
        return next((each for each in (*reversed(self.over), self.now) if each.left_over), None)

    @cached_property
    def offer(self) -> Step | None:
        return next((each.offer for each in (self.now, *self.later, *self.over) if each.offer), None)


def outline(roadmap: Roadmap, actions: Collection[Action], today: date, answer: PressAnswer | None = None) -> list[HorizonView]:
    """The three horizons in order."""
    of = {each: [action for action in actions if action.horizon == each] for each in Horizon}
    is_short = len(actions) > MAX_WHOLE_ROWS
    steps = {
        each: [Step(action, roadmap, today, place >= MAX_ROWS_EACH, is_short) for place, action in enumerate(of[each])] for each in Horizon
    }
    return [_horizon(each, roadmap, steps[each], today, answer) for each in Horizon]


def arranged(horizons: list[HorizonView]) -> RoadmapView:
    """With the first that runs in front; after the end of all, the last."""
    running = [each for each in horizons if not each.is_over]
    now = running[0] if running else horizons[-1]
    return RoadmapView(now, running[1:], [each for each in reversed(horizons) if each.is_over and each is not now])


def left_over(roadmap: Roadmap, actions: Collection[Action], today: date) -> HorizonView | None:
    """The first horizon that is over with steps left in it; None if there is none."""
    return next((each for each in outline(roadmap, actions, today) if each.left_over), None)


def _horizon(horizon: Horizon, roadmap: Roadmap, steps: list[Step], today: date, answer: PressAnswer | None) -> HorizonView:
    goes_on = roadmap.next_running(horizon, today)
    return HorizonView(horizon, roadmap.ends(horizon), today, steps, Horizon(goes_on) if goes_on else None, bool(roadmap.ended_on), answer)
