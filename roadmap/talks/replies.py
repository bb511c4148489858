"""What may come back for each reason (guide.reasons), and an answer to it that does not argue (replies.toml)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from guide.content import ContentTable, KeyOf


@dataclass(frozen=True)
class LikelyReply:
    key: str
    reason: Annotated[str, KeyOf("reasons.reason")]
    said: str
    answer: str


REPLIES = ContentTable("replies", "reply", LikelyReply)


def likely(reasons: Iterable[str]) -> list[tuple[str, str]]:
    """What may be said and an answer, for the chosen reasons in their order."""
    return [(reply.said, reply.answer) for reason in reasons for reply in REPLIES.values() if reply.reason == reason]
