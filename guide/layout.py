"""A part as a page shows it: section by section, each with its sources next to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.safestring import mark_safe

from guide import stories
from guide.models import Part
from guide.notation import Block, Note
from guide.tools import Tool

# The part that is made of questions, each of which opens with a press. These sections of it are always open: one is about danger.
_QUESTIONS = "questions"
_NOT_FOLDED = {"suicide", "reviewed", "one-thing"}

# Tools with words for asking in them.
_ASKING = {"reasons", "ladder", "openers"}


@dataclass
class PartSection:
    """What is under one heading, or the box about fear, or a story: `kind` is text, fear or story.

    `question` is the anchor of a section that is folded, "" for all others. `others` are the stories one may read instead.
    """

    kind: str
    blocks: list[tuple[Block, Tool]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    question: str = ""
    heading: str = ""
    others: list[stories.Story] = field(default_factory=list)


def sections(part: Part, blocks: Iterable[tuple[Block, Tool]]) -> list[PartSection]:
    """The blocks of a part, as `tools.laid_out` gives them, in sections."""
    made: list[PartSection] = []
    headings = {heading["id"]: heading["words"] for heading in part.headings}
    for block, tool in with_reason(blocks):
        if block.kind == "note":
            _last_with_sources(made).notes.append(part.note(block.name))
            continue
        kind = block.kind if block.kind in ("fear", "story") else "text"
        begins = block.kind == "text" and block.name in headings
        if kind != "text" or begins or not made or made[-1].kind != "text":
            section, block = _section(kind, part, block, headings)
            made.append(section)
        made[-1].blocks.append((block, tool))
    return made


def with_reason(blocks: Iterable[tuple[Block, Tool]]) -> Iterator[tuple[Block, Tool]]:
    """The same blocks; the first with words for asking is marked with `why`: there the page says why they are closed, or open."""
    why = True
    for block, tool in blocks:
        if block.kind == "ask" or (block.kind == "tool" and block.name in _ASKING):
            yield block, tool | {"why": why}
            why = False
        else:
            yield block, tool


def _section(kind: str, part: Part, block: Block, headings: dict[str, str]) -> tuple[PartSection, Block]:
    """A new section, and the block it begins with as it is shown there."""
    section = PartSection(kind)
    if kind == "story":
        section.others = [story for story in stories.STORIES.values() if story.key != block.name]
    elif kind == "text" and block.kind == "text":
        section.heading = headings.get(block.name, "")
        if part.slug == _QUESTIONS and section.heading and block.name not in _NOT_FOLDED:
            section.question = block.name
            # The question is the fold's own heading.
            block = Block(block.kind, mark_safe(block.html.partition("</div>\n")[2]), block.name)  # noqa: S308, our own HTML
    return section, block


def _last_with_sources(made: list[PartSection]) -> PartSection:
    """A story has no sources: a note after it belongs to the text before it."""
    return next(section for section in reversed(made) if section.kind != "story")
