"""What a partner may have given as the reason for a no. Stored is the key; everything else is shown."""

from dataclasses import dataclass
from typing import Annotated

from guide.content import KeyOf, NoteId, Table


@dataclass(frozen=True)
class Reason:
    """A reason by `key` and `name`; what it may mean, one thing to say, one better left, something smaller to ask for.

    `rung` is the key of that smaller thing on the ladder. `notes` are the evidence notes, in the first part, on what it may mean.
    """

    key: str
    name: str
    means: str
    say: str
    avoid: str
    offer: str
    rung: Annotated[str, KeyOf("ladder.rung")]
    notes: tuple[NoteId, ...]


REASONS = Table("reasons", "reason", Reason)


def choices() -> list[tuple[str, str]]:
    """Key and name of each, for the choices of a form's field."""
    return [(reason.key, reason.name) for reason in REASONS.values()]
