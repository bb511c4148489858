"""The ladder of small asks (guide.ladder) with what was tried of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from guide import ladder
from roadmap.talks.models import Talk, TalkState


@dataclass(frozen=True)
class TriedRung:
    rung: ladder.Rung
    tried: list[Talk]
    planned: list[Talk]


def rungs(talks: Iterable[Talk]) -> list[TriedRung]:
    """All rungs, the lightest first, each with the talks that tried it or plan to."""
    talks = list(talks)

    def on(rung: ladder.Rung, state: TalkState) -> list[Talk]:
        return [talk for talk in talks if talk.approach == rung.key and talk.state == state]

    return [TriedRung(rung, on(rung, TalkState.HELD), on(rung, TalkState.PLANNED)) for rung in ladder.RUNGS.values()]
