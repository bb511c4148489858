"""What a button on a step does, and what the page says about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.undo.answers import PressAnswer
from accounts.undo.changes import Watched
from roadmap import due
from roadmap.models import Action, Horizon

# Buttons that move or remove the row.
LEAVING = ("set-aside", "move", "delete")


@dataclass(frozen=True)
class StepPress:
    """A button pressed on `action`, on the person's day `today`."""

    action: Action
    today: date
    at: datetime

    @property
    def account(self) -> Account:
        return self.action.account

    def press(self, button: str, value: str = "") -> PressAnswer:
        """Do what `button` says; `value` is the horizon to move to."""
        # Read first, because nothing is left of a deleted step.
        action, words, place = self.action, self.action.words, self.action.row_id
        was_set_aside, list_before = bool(action.set_aside_on), self._list_id
        moves = button in LEAVING or (button == "undo" and was_set_aside)
        gone = (list_before, self._position) if moves else None
        watched = self._watched(button)
        if button == "up" or button == "down":
            action.move_up() if button == "up" else action.move_down()
        elif button == "delete":
            action.delete()
        else:
            self._change(button, value)
        return PressAnswer(
            self._said(button, words, was_set_aside),
            place,
            undo=watched.token(at=self.at),
            of=words,
            gone=gone,
            swap=f"#{list_before}" if button in ("up", "down") else f"#{place}",
            also=self._also(button, list_before),
        )

    def _change(self, button: str, value: str) -> None:
        action = self.action
        match button:
            case "done":
                action.tick(today=self.today)
            case "undo":
                action.reopen()
            case "set-aside":
                action.set_aside(today=self.today)
            case "not-yet":
                action.decline_offer(self.today)
            case "move":
                action.move(int(value))

    def _watched(self, button: str) -> Watched:
        if button in ("up", "down"):
            row = self.account.actions.filter(horizon=self.action.horizon).only("id", "account", "position")
            return Watched(row, fields=("position",))
        return Watched(partial(Action.with_id, self.account, self.action.pk))

    def _said(self, button: str, words: str, was_set_aside: bool) -> str:
        action = self.action
        match button:
            case "done":
                return done_in_words(action, self.today)
            case "undo" if was_set_aside:
                return _("Back in %(span)s: %(step)s") % {"span": action.get_horizon_display(), "step": words}
            case "undo" if action.was_done_on:
                return _("Open again. It was done on %(day)s.") % {"day": due.day_in_words(action.was_done_on, self.today)}
            case "undo":
                return _("Open again.")
            case "set-aside":
                return _("Set aside: %(step)s") % {"step": words}
            case "not-yet":
                return _("Noted: not yet.")
            case "move":
                return _("Moved to %(span)s: %(step)s") % {"span": action.get_horizon_display(), "step": words}
            case "delete":
                return _("Deleted: %(step)s") % {"step": words}
        return _("Now %(place)d of %(count)d.") % {"place": self._position + 1, "count": self._list.count()}

    @property
    def _list(self) -> QuerySet[Action]:
        """The steps in the list that it is in."""
        rows = self.account.actions.filter(horizon=self.action.horizon)
        return rows.exclude(set_aside_on=None) if self.action.set_aside_on else rows.filter(set_aside_on=None)

    @property
    def _list_id(self) -> str:
        """The id of the list that it is in."""
        name = "aside" if self.action.set_aside_on else "acts"
        return f"{name}-{self.action.horizon}"

    @property
    def _position(self) -> int:
        """Its place in that list."""
        row = [action.pk for action in self._list.only("horizon", "position").in_order()]  # type: ignore[attr-defined]
        return row.index(self.action.pk)

    def _also(self, button: str, list_before: str) -> str:
        """What else on the page shows it, as selectors: how far its horizons have come, and a list it went into or left."""
        horizons = dict.fromkeys([list_before.partition("-")[2], str(self.action.horizon)])
        came_back = button == "undo" and list_before.startswith("aside")
        lists = [f"#acts-{self.action.horizon}"] if button == "move" or came_back else []
        aside = [f"#set-aside-{self.action.horizon}"] if button == "set-aside" else []
        return ",".join([*(f"#progress-{horizon}" for horizon in horizons), *lists, *aside])


def done_in_words(action: Action, today: date) -> str:
    if action.done_on == today or action.done_on is None:
        return _("Done today.")
    return _("Done on %(day)s.") % {"day": due.day_in_words(action.done_on, today)}


def button_in(posted: Mapping[str, str], action: Action) -> str:
    """The name of the button that was pressed; empty if it is none of them."""
    buttons = ("done", "undo", "set-aside", "up", "down", "not-yet", "move", *([] if action.key else ["delete"]))
    pressed = next((name for name in buttons if name in posted), "")
    return "" if pressed == "move" and posted["move"] not in map(str, Horizon.values) else pressed
