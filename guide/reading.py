"""What a signed-in reader has read, and the way back to where they stopped."""

from collections.abc import Iterable
from dataclasses import dataclass

from guide import library
from guide.models import Part, PartRead


@dataclass(frozen=True)
class ReadingPlace:
    """Where to go on: a part, and in it the heading where reading stopped, "" at its beginning. `begun`: it was opened before."""

    part: Part
    anchor: str = ""
    begun: bool = False

    @property
    def heading(self) -> str:
        """The words of the heading, "" at the beginning or when it is gone."""
        return next((heading["words"] for heading in self.part.headings if heading["id"] == self.anchor), "")

    @property
    def address(self) -> str:
        return self.part.get_absolute_url() + (f"#{self.anchor}" if self.heading else "")

    @property
    def minutes_left(self) -> int:
        """From here to the end of the part, at least one."""
        return self.part.minutes_from[self.anchor] if self.heading else self.part.minutes


def place(opened: Iterable[PartRead]) -> ReadingPlace | None:
    """Where to go on: in the part opened last and not read to its end; else at the first part not opened; None when all are read."""
    guide = library.current()
    parts = {read.part: read for read in opened}
    unfinished = [read for read in parts.values() if not read.to_its_end and guide.part(read.part)]
    if unfinished:
        last = max(unfinished, key=lambda read: read.read_at)
        part = guide.part(last.part)
        assert part
        return ReadingPlace(part, last.position, begun=True)
    unread = guide.next_unread(parts)
    return ReadingPlace(unread) if unread else None
