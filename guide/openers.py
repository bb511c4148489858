"""Gentle ways to begin a talk. A plan of a talk can begin from each."""

from dataclasses import dataclass

from guide.content import ContentTable


@dataclass(frozen=True)
class Opener:
    """One way: the key by which a new plan knows it, and the words in full."""

    key: str
    says: str


OPENERS = ContentTable("openers", "opener", Opener)
