"""What became of planned actions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from checkins.models import ActionOutcome
from checkins.patterns.counted_day import CountedDay

# Actions with a cue are compared with the others from so many of each on.
MIN_ACTIONS_TO_COMPARE = 3

# The bar, and the gap between two of its parts.
BAR_WIDTH_PX = 310
BAR_GAP_PX = 2


@dataclass(frozen=True)
class PlannedActions:
    """What became of the actions; `open` are those that have no answer, or were not asked about yet."""

    yes: int
    partly: int
    not_this_time: int
    let_go: int
    open: int
    # Of those tied to a moment and of the others: how many happened, of how many that did or did not.
    with_cue: tuple[int, int]
    without_cue: tuple[int, int]

    @classmethod
    def count(cls, days: Iterable[CountedDay]) -> "PlannedActions":
        actions = [day for day in days if day.has_planned_action]
        became = Counter(day.outcome for day in actions)
        told = [day for day in actions if day.outcome in (ActionOutcome.YES, ActionOutcome.PARTLY, ActionOutcome.NOT)]
        with_cue, without_cue = ([day.outcome for day in told if day.has_cue == has_cue] for has_cue in (True, False))
        return cls(
            became[ActionOutcome.YES],
            became[ActionOutcome.PARTLY],
            became[ActionOutcome.NOT],
            became[ActionOutcome.LET_GO],
            len(actions) - len(told) - became[ActionOutcome.LET_GO],
            (with_cue.count(ActionOutcome.YES), len(with_cue)),
            (without_cue.count(ActionOutcome.YES), len(without_cue)),
        )

    @property
    def told(self) -> int:
        return self.yes + self.partly + self.not_this_time

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Style, name and number of the parts of the drawing."""
        return [
            ("s-yes", _("It happened"), self.yes),
            ("s-part", _("In part"), self.partly),
            ("s-not", _("Not this time"), self.not_this_time),
        ]

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Style, place and width of each part that is not empty."""
        shown = [(style, count) for style, _name, count in self.rows if count]
        room, x, parts = BAR_WIDTH_PX - BAR_GAP_PX * (len(shown) - 1), 0.0, []
        for style, count in shown:
            wide = room * count / self.told
            parts.append((style, round(x, 1), round(wide, 1)))
            x += wide + BAR_GAP_PX
        return parts

    @property
    def sentence(self) -> str:
        words = ngettext(
            "Of %(told)d small thing you meant to do, %(yes)d happened and %(partly)d happened in part.",
            "Of %(told)d small things you meant to do, %(yes)d happened and %(partly)d happened in part.",
            self.told,
        )
        return words % {"told": self.told, "yes": self.yes, "partly": self.partly}

    @property
    def beside(self) -> str:
        """The actions that are in no part of the drawing."""
        said = []
        if self.let_go:
            said.append(ngettext("%(count)d was let go.", "%(count)d were let go.", self.let_go) % {"count": self.let_go})
        if self.open:
            said.append(ngettext("%(count)d is not answered yet.", "%(count)d are not answered yet.", self.open) % {"count": self.open})
        return " ".join(said)

    @property
    def moments(self) -> str:
        """Those tied to a moment compared with the others, in numbers; empty unless there are some of each."""
        if min(self.with_cue[1], self.without_cue[1]) < MIN_ACTIONS_TO_COMPARE:
            return ""
        words = _(
            "Tied to a moment (“When …, I will …”): %(with_cue)d of %(all_with)d happened. The others: %(without_cue)d of %(all_without)d."
        )
        return words % {
            "with_cue": self.with_cue[0],
            "all_with": self.with_cue[1],
            "without_cue": self.without_cue[0],
            "all_without": self.without_cue[1],
        }
