"""The notation of the guide: how one Markdown file becomes one part, with its headings and evidence notes.

A file is TOML between two lines `+++`, then Markdown (CommonMark, tables, definition lists) in which

    ## A heading {#anchor}

names its own anchor, and containers are written between blocks, never inside one another:

    :::note study          what a claim rests on: study, opinion, rule or none
    id: checkup            unique over all parts
    what: 215 couples      a few words next to the label
    grade: A               A: seen at the source. B: well known, not read again. AB: some of each, and the note says what is well known.
                           none: there is nothing to grade
    source: Cordova and colleagues, 2014, https://doi.org/…      may repeat
    checked: 2026-11-22

    The finding in one short paragraph, shown with the section's sources.

    Anything more, which opens with a press.
    :::

    :::callout             the box about fear; the emergency numbers are put in
    :::story maria         an illustrative story; a page shows one, of the reader's choice (stories.toml)
    :::thread maria        the same: what happens to those two in another part
    :::ask                 words to ask a partner with, for help, for something smaller or for a reason; folded, since the four questions
                           about being safe come first, and opened by four noes
    :::chart trials        drawn from `charts.toml` in the same folder; inside is what has to be said under it
    :::tool ladder         something to do, empty here: the template `guide/tools/ladder.html`
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin

from guide import charts

LABELS = {
    "study": gettext_lazy("Study"),
    "opinion": gettext_lazy("Professional opinion"),
    "rule": gettext_lazy("Rule of thumb"),
    "none": gettext_lazy("No source found"),
}
GRADES = {"A", "AB", "B", "none"}
WORDS_A_MINUTE = 220  # silent reading of plain English: about 240 (Brysbaert 2019, doi 10.1016/j.jml.2019.104047), less for a hard day

# The kinds of blocks that are read as the text of a part; of stories one is shown.
RUNNING = ("text", "fear", "ask")

_HEADING_ID = re.compile(r"\s*\{#([a-z0-9-]+)\}$")
_ADDRESS = re.compile(r"[,\s]*(https?://\S+)$")


class NotationError(Exception):
    """A file of the guide is not written as this module says. The message begins with file and line."""


@dataclass(frozen=True)
class Source:
    words: str
    address: str  # "" when there is none that is not a copy


@dataclass(frozen=True)
class Note:
    """What one claim rests on."""

    id: str
    kind: str
    what: str
    grade: str
    sources: tuple[Source, ...]
    checked: date
    html: SafeString

    @property
    def anchor(self) -> str:
        """Its position in the part."""
        return f"note-{self.id}"

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])

    @property
    def finding(self) -> SafeString:
        """The first paragraph, without its tags around it."""
        return mark_safe(self.html.partition("</p>")[0].removeprefix("<p>"))  # noqa: S308, as in `read`

    @property
    def more(self) -> SafeString:
        """Everything after the first paragraph."""
        return mark_safe(self.html.partition("</p>")[2].strip())  # noqa: S308, as in `read`

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"checked": self.checked.isoformat(), "html": str(self.html)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Note":
        sources = tuple(Source(**source) for source in stored["sources"])
        html = mark_safe(stored["html"])  # noqa: S308, as in `read`
        return cls(**stored | {"sources": sources, "checked": date.fromisoformat(stored["checked"]), "html": html})


@dataclass(frozen=True)
class Block:
    """A stretch of a part: `text`, `fear`, `ask`, `story`, `note` or `tool`. A heading of the second level begins a new stretch of text.

    `name` is the anchor of that heading, whose story, which note or which tool; "" for anything else.
    """

    kind: str
    html: SafeString
    name: str = ""

    def to_json(self) -> list[str]:
        return [self.kind, str(self.html), self.name]

    @classmethod
    def from_json(cls, stored: list[str]) -> "Block":
        kind, html, name = stored
        return cls(kind, mark_safe(html), name)  # noqa: S308, as in `read`


@dataclass(frozen=True)
class Heading:
    id: str
    words: str


@dataclass
class PartFile:
    """One file, read. Its HTML is safe: it comes from our own files, and raw HTML in them is escaped."""

    slug: str
    order: int
    title: str
    heading: str
    about: str
    lead: str
    blocks: list[Block] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    folder: Path = Path()

    @property
    def html(self) -> str:
        """All of it but the notes and the tools."""
        return "\n".join(block.html for block in self.blocks)

    @property
    def text(self) -> str:
        """The running text: notes left closed, no story."""
        return " ".join(unescape(strip_tags(block.html)) for block in self.blocks if block.kind in RUNNING)

    @property
    def minutes(self) -> int:
        """Minutes to read the running text; at least one."""
        return max(1, round(len(self.text.split()) / WORDS_A_MINUTE))


def read(path: Path) -> PartFile:
    """Read one file. Raises NotationError."""
    opening, front, body = path.read_text(encoding="utf-8").partition("\n+++\n")
    try:
        if not front or not opening.startswith("+++\n"):
            raise NotationError("no TOML between two lines of +++ at the top")
        reading = PartFile(**tomllib.loads(opening.removeprefix("+++\n")), folder=path.parent)
        # The lines before the body are counted as well.
        reading.blocks = list(_Body(reading, "\n" * (opening.count("\n") + 2) + body).blocks())
    except (NotationError, TypeError, ValueError, KeyError) as error:
        line = getattr(error, "line", None) or _line_of(error)
        raise NotationError(f"{path.name}:{line}: {error}") from error
    return reading


def _line_of(error: Exception) -> int:
    """The line a TOML error names, which is counted without the first +++."""
    said = re.search(r"at line (\d+)", str(error))
    return int(said[1]) + 1 if said else 1


class _At(NotationError):
    """What is wrong, and in which line."""

    def __init__(self, words: str, line: int) -> None:
        super().__init__(words)
        self.line = line


class _Body:
    """The Markdown of a part, cut into blocks."""

    def __init__(self, reading: PartFile, text: str) -> None:
        self.reading = reading
        self.env: dict[str, Any] = {"headings": reading.headings}
        self.lines = text.splitlines()
        self.tokens: list[Token] = _parser.parse(text, self.env)

    def blocks(self) -> Iterator[Block]:
        """Yield each stretch of text and each container."""
        stretch: list[Token] = []
        for tokens in _outermost(self.tokens):
            if tokens[0].type == "container_guide_open":
                yield from self._text(stretch)
                yield self._container(tokens)
                stretch = []
            elif tokens[0].tag == "h2":
                yield from self._text(stretch)
                stretch = tokens
            else:
                stretch = stretch + tokens
        yield from self._text(stretch)

    def _text(self, tokens: list[Token]) -> Iterator[Block]:
        if tokens:
            yield Block("text", self._html(tokens), tokens[0].meta.get("id", ""))

    def _html(self, tokens: list[Token]) -> SafeString:
        return mark_safe(str(_parser.renderer.render(tokens, _parser.options, self.env)))  # noqa: S308, as in `read`

    def _container(self, tokens: list[Token]) -> Block:
        opening, inside = tokens[0], tokens[1:-1]
        start, end = opening.map or (0, 0)
        name, _, argument = opening.info.strip().partition(" ")
        if end >= len(self.lines) or any(token.type == opening.type for token in inside):
            raise _At(f"this container is not closed before the next begins, or at all: {opening.info!r}", start + 1)
        match name:
            case "note":
                note = self._note(argument, inside, start + 1)
                self.reading.notes.append(note)
                return Block("note", SafeString(""), note.id)
            case "callout":
                return Block("fear", self._html(inside))
            case "story" | "thread" if argument:
                for token in inside:
                    if token.type.startswith("heading_"):
                        token.tag = "h2"
                return Block("story", self._html(inside), argument)
            case "chart" if argument:
                return Block("text", charts.render(self.reading.folder / "charts.toml", argument, self._html(inside)))
            case "ask":
                return Block("ask", self._html(inside))
            case "tool" if argument and not inside:
                return Block("tool", SafeString(""), argument)
        raise _At(f"no container is called {opening.info.strip()!r}, or it is not written like this", start + 1)

    def _note(self, kind: str, inside: list[Token], line: int) -> Note:
        """A note: its first paragraph says what it is, the rest is its text."""
        head = inside[1].content if len(inside) > 1 else ""
        pairs = [(key.strip(), value.strip()) for key, _, value in (each.partition(":") for each in head.splitlines())]
        meta = dict(pairs)
        try:
            sources = tuple(_source(value) for key, value in pairs if key == "source")
            html = self._html(inside[3:])
            note = Note(meta["id"], kind, meta["what"], meta["grade"], sources, date.fromisoformat(meta["checked"]), html)
        except KeyError as error:
            raise _At(f"a note without {error}", line) from error
        except ValueError as error:
            raise _At(str(error), line) from error
        if note.kind not in LABELS or note.grade not in GRADES or not note.html:
            raise _At(f"note {note.id!r}: its kind, its grade or its text is missing or wrong", line)
        if note.kind in ("study", "opinion") and not (note.sources and note.grade != "none"):
            raise _At(f"note {note.id!r}: a study or an opinion needs a source and the grade A or B", line)
        return note


def _outermost(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each outermost element."""
    element: list[Token] = []
    depth = 0
    for token in tokens:
        element.append(token)
        depth += token.nesting
        if depth == 0:
            yield element
            element = []


def _source(words: str) -> Source:
    match = _ADDRESS.search(words)
    return Source(words[: match.start()], match[1]) if match else Source(words, "")


def _name_headings(state: StateCore) -> None:
    """Take `{#anchor}` off each heading and make it the heading's id."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            match = _HEADING_ID.search(inline.content)
            if not match:
                raise _At(f"the heading {inline.content!r} has no {{#anchor}}", (opening.map or [0])[0] + 1)
            words = inline.content[: match.start()]
            inline.content = words
            opening.attrSet("id", match[1])
            opening.meta["id"] = match[1]
            if opening.tag == "h2" and opening.level == 0:
                state.env["headings"].append(Heading(match[1], words))


def _stack_tables(state: StateCore) -> None:
    """Name tables after the heading before them, and give them what they need to become short entries on a phone.

    That is roles, row headers, and for each cell the words of its column.
    """
    columns: list[str] = []
    column = 0
    in_head = False
    heading = ""
    for index, token in enumerate(state.tokens):
        match token.type:
            case "heading_open":
                heading = state.tokens[index + 1].content
            case "table_open":
                token.attrSet("aria-label", heading)
                token.attrSet("class", "table table--stack")
                token.attrSet("role", "table")
                columns = []
            case "thead_open" | "tbody_open":
                token.attrSet("role", "rowgroup")
                in_head = token.type == "thead_open"
            case "tr_open":
                token.attrSet("role", "row")
                column = 0
            case "th_open":
                token.attrSet("role", "columnheader")
                token.attrSet("scope", "col")
                columns.append(state.tokens[index + 1].content)
            case "td_open" if not in_head:
                if column == 0:
                    token.tag = state.tokens[index + 2].tag = "th"
                    token.attrSet("role", "rowheader")
                    token.attrSet("scope", "row")
                else:
                    token.attrSet("role", "cell")
                    token.attrSet("data-label", columns[column])
                column += 1


def _heading_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return f'<div class="heading">{self.renderToken(tokens, index, options, env)}'


def _heading_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """The link to the heading comes after it, so that it is no part of the heading's name."""
    anchor, words = tokens[index - 2].meta["id"], tokens[index - 1].content
    named = gettext("Link to “%(heading)s”") % {"heading": words}
    return format_html('</{}><a class="anchor" href="#{}" aria-label="{}">#</a></div>\n', tokens[index].tag, anchor, named)


def _new_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").use(deflist_plugin)
    parser.use(container_plugin, "guide", validate=lambda name, markup: bool(name.strip()))
    parser.core.ruler.before("inline", "name_headings", _name_headings)
    parser.core.ruler.push("stack_tables", _stack_tables)
    parser.add_render_rule("heading_open", _heading_open)
    parser.add_render_rule("heading_close", _heading_close)
    return parser


_parser: Any = _new_parser()
