"""Ways into the guide by where a reader is just now."""

from dataclasses import dataclass

from guide.content import Address, ContentTable


@dataclass(frozen=True)
class Door:
    """`words` are what the reader may be thinking, `about` says what is there."""

    key: str
    words: str
    about: str
    address: Address


DOORS = ContentTable("doors", "door", Door)
