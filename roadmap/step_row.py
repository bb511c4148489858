"""The row of a step in a list, drawn from a pattern: its template, rendered once with stand-ins for what is the step's own.

A roadmap has a dozen rows, and a row sixty places to fill in. Rows that are alike in all that the template asks about share a pattern.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING
from uuid import UUID

from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from roadmap.models import Action, Horizon

if TYPE_CHECKING:
    from roadmap.outline import Step

# Neither a template, nor the article, nor anybody's own words can contain one of these.
_ID, _DAY = UUID("7d1b8a52-64a3-4c1e-9a39-2f0c5be6d4f1"), date(1, 1, 1)
_TITLE, _NOTE, _DUE = "\0title\0", "\0note\0", "\0due\0"
_STAND_INS = {str(_ID): "id", _TITLE: "title", _NOTE: "note", _DUE: "due", _DAY.isoformat(): "day"}


@dataclass(frozen=True)
class _Kind:
    """All that the template asks about a step, and none of its words."""

    language: str | None
    article_key: str | None
    is_done: bool
    is_set_aside: bool
    has_day: bool
    has_note: bool
    is_short: bool
    elsewhere: tuple[int, ...]


def row(step: "Step") -> SafeString:
    """The row of a step that was not pressed just now. The tokens of its forms are still to be put in (config.form_owner)."""
    action, article = step.action, step.action.from_article
    day = action.done_on or action.due_on
    kind = _Kind(
        language=get_language(),
        article_key=article.key if article else None,
        is_done=bool(action.done_on),
        is_set_aside=bool(action.set_aside_on),
        has_day=bool(day),
        has_note=bool(action.note),
        is_short=step.is_short,
        elsewhere=tuple(horizon.value for horizon in step.elsewhere),
    )
    own = {"id": action.pk, "title": escape(action.title), "note": linebreaksbr(action.note), "due": escape(step.due), "day": day}
    return mark_safe(_pattern(kind) % own)  # noqa: S308, the words are escaped


@lru_cache(maxsize=500)
def _pattern(kind: _Kind) -> str:
    """The row as a text to be formatted."""
    action = Action(
        id=_ID,
        key=kind.article_key,
        title=_TITLE,
        note=_NOTE if kind.has_note else "",
        done_on=_DAY if kind.is_done else None,
        set_aside_on=_DAY if kind.is_set_aside else None,
        due_on=_DAY if kind.has_day else None,
    )
    elsewhere = [Horizon(each) for each in kind.elsewhere]
    step = SimpleNamespace(action=action, place=action.row_id, due=_DUE, elsewhere=elsewhere, is_short=kind.is_short)
    html = render_to_string("roadmap/_step.html", {"step": step, "opened": False, "is_shared": True}).replace("%", "%%")
    for stand_in, name in _STAND_INS.items():
        html = html.replace(stand_in, f"%({name})s")
    return html
