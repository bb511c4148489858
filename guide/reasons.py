"""What a partner may have given as the reason for a no. Stored is the key; everything else is shown."""

from dataclasses import dataclass
from typing import Annotated

from guide.content import ContentLink, ContentTable, KeyOf, NoteId


@dataclass(frozen=True)
class Reason:
    """A reason by `key` and `name`, and a sentence in which people say it.

    What it may mean; one thing to say; one better left unsaid, `because` of what that does; something smaller to ask for, with links.
    `rung` is the key of that smaller thing on the ladder. `notes` are the evidence notes, in the first part, on what it may mean.
    """

    key: str
    name: str
    sentence: str
    means: str
    say: str
    avoid: str
    because: str
    offer: str
    rung: Annotated[str, KeyOf("ladder.rung")]
    notes: tuple[NoteId, ...]
    links: tuple[ContentLink, ...] = ()


REASONS = ContentTable("reasons", "reason", Reason)


def choices() -> list[tuple[str, str]]:
    """Key and name of each, for the choices of a form's field."""
    return [(reason.key, reason.name) for reason in REASONS.values()]
