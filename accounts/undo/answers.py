"""The answer to a press on a button: one line at the button's place, with Undo next to it.

After a plain post, the session keeps it for the page that follows. For htmx it is part of the fragment. It disappears with the next page.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.http import HttpRequest

from accounts.requests import is_from_script

_KEY = "answer"


@dataclass(frozen=True)
class PressAnswer:
    """One line.

    `place` is the id of the part of the page that shows it; empty for the head of the page.
    `undo` is a token of accounts.undo.changes, empty when there is no way back. `undo_at` is the address that undoes it, if it is another.
    `of` says to a screen reader what the button undoes; `label` is on it, if not Undo.
    `gone` is where a row was that has left its list: the list's id and the position in it.
    `swap` is the part of the page that htmx puts in again after Undo, and `also` are others, as selectors.
    `failed` says that nothing has changed, `detail` why.
    """

    text: str
    place: str = ""
    undo: str = ""
    undo_at: str = ""
    of: str = ""
    label: str = ""
    detail: str = ""
    failed: bool = False
    gone: tuple[str, int] | None = None
    swap: str = ""
    also: str = ""


def tell_in_place(request: HttpRequest, answer: PressAnswer) -> None:
    """Say it at its place, or, without scripts, at the head of the page that follows, where a browser begins."""
    tell(request, answer if is_from_script(request) else replace(answer, place=""))


def tell(request: HttpRequest, answer: PressAnswer) -> None:
    """Say it on the page that follows."""
    request.session[_KEY] = asdict(answer)


def pop_answer(request: HttpRequest) -> PressAnswer | None:
    """What is to be said on this page; None if nothing is. It is said once."""
    if not hasattr(request, "_answer"):
        # An answer that a middleware gives before there is a session has nothing to say.
        session = getattr(request, "session", {})
        kept: dict[str, Any] | None = session.pop(_KEY) if _KEY in session else None
        request._answer = PressAnswer(**kept | {"gone": kept["gone"] and tuple(kept["gone"])}) if kept else None  # type: ignore[attr-defined]
    return request._answer  # type: ignore[attr-defined, no-any-return]
