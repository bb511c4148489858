"""The ladder of small asks, the lightest first. Stored is the key of a rung; everything else is shown."""

from dataclasses import dataclass

from guide.content import ContentTable, NoteId


@dataclass(frozen=True)
class Rung:
    """One ask: `title` names it, `hint` says what it takes; a way to say it, one better left, and what to offer if it is too much.

    `step` is its wording as a step on one's own roadmap. `note` is the evidence note about it, in the part with the ladder.
    """

    key: str
    title: str
    hint: str
    say: str
    avoid: str
    smaller: str
    step: str
    note: NoteId


RUNGS = ContentTable("ladder", "rung", Rung)
