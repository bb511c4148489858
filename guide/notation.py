"""The notation of the guide: how one Markdown file becomes one part, with its headings and evidence notes.

A file is TOML between two lines `+++`, then Markdown (CommonMark, tables, definition lists) in which

    ## A heading {#anchor}

names its own anchor, and containers may stand between blocks, never inside one another:

    :::note study          what a claim rests on: study, opinion, rule or none
    id: checkup            unique over all parts
    what: 215 couples      a few words beside the label
    grade: A               A: seen at the source. B: well known, not read again. AB: some of each, and the note says what is well known.
                           none: there is nothing to grade
    source: Cordova and colleagues, 2014, https://doi.org/…      may repeat
    checked: 2026-11-22

    The note itself.
    :::

    :::story maria         an illustrative story
    :::thread maria        what happens to the same two meanwhile; shown to who follows them
    :::callout             one thing not to overlook
    :::ask                 words to ask a partner with, for help, for something smaller or for a reason; folded, since the four questions
                           about being safe come first, and opened by four times no in the part that has them
    :::chart trials        drawn from `charts.toml` in the same folder; inside stands what has to be said under it
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

from django.template.loader import render_to_string
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
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

_FRONT = re.compile(r"\A\+\+\+\n(?P<front>.*?)\n\+\+\+\n(?P<body>.*)\Z", re.S)
_CONTAINER = re.compile(r"^:::(?P<name>[a-z]+)(?: (?P<argument>[\w-]+))?\n(?P<inside>.*?)^:::$\n?", re.S | re.M)
_HEADING_ID = re.compile(r"\s*\{#([a-z0-9-]+)\}$")
_ADDRESS = re.compile(r"[,\s]*(https?://\S+)$")


class NotationError(Exception):
    """A file of the guide is not written as this module says; the message names the file and the place."""


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
        """Where it stands in its part."""
        return f"note-{self.id}"

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"checked": self.checked.isoformat(), "html": str(self.html)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Note":
        sources = tuple(Source(**source) for source in stored["sources"])
        html = mark_safe(stored["html"])  # noqa: S308, as in `read`
        return cls(**stored | {"sources": sources, "checked": date.fromisoformat(stored["checked"]), "html": html})


@dataclass(frozen=True)
class Block:
    """A stretch of a part: `text`, `note`, `ask`, `thread` or `tool`. `name` says which note, whose thread, which tool."""

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
class Reading:
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
        """All of it but the threads and the tools."""
        return "\n".join(block.html for block in self.blocks if block.kind != "thread")

    @property
    def text(self) -> str:
        """The running text: notes left closed, nobody's thread followed."""
        return " ".join(unescape(strip_tags(block.html)) for block in self.blocks if block.kind in ("text", "ask"))

    @property
    def minutes(self) -> int:
        """Minutes to read the running text; at least one."""
        return max(1, round(len(self.text.split()) / WORDS_A_MINUTE))


def read(path: Path) -> Reading:
    """Read one file. Raises NotationError."""
    source = path.read_text(encoding="utf-8")
    match = _FRONT.match(source)
    if not match:
        raise NotationError(f"{path.name}: no TOML between two lines of +++ at the top")
    try:
        reading = Reading(**tomllib.loads(match["front"]), folder=path.parent)
        reading.blocks = [block for block in _blocks(match["body"], reading) if block.html or block.kind == "tool"]
    except (NotationError, TypeError, KeyError, ValueError) as error:
        raise NotationError(f"{path.name}: {error}") from error
    return reading


def _blocks(body: str, reading: Reading) -> Iterator[Block]:
    """Yield each stretch of Markdown and each container."""
    end = 0
    for container in _CONTAINER.finditer(body):
        yield Block("text", _render(body[end : container.start()], reading))
        yield _container(container["name"], container["argument"] or "", container["inside"], reading)
        end = container.end()
    rest = body[end:]
    if ":::" in rest:
        raise NotationError(f"a container is not closed, or its name is wrong: {rest[rest.index(':::') :][:40]!r}")
    yield Block("text", _render(rest, reading))


def _container(name: str, argument: str, inside: str, reading: Reading) -> Block:
    match name:
        case "note":
            note = _note(argument, inside)
            reading.notes.append(note)
            return Block("note", render_to_string("guide/_note.html", {"note": note}), note.id)
        case "story" | "callout":
            return Block("text", render_to_string(f"guide/_{name}.html", {"html": _render(inside, reading)}))
        case "thread":
            return Block("thread", render_to_string("guide/_story.html", {"html": _render(inside, reading), "goes_on": True}), argument)
        case "chart":
            return Block("text", charts.render(reading.folder / "charts.toml", argument, _render(inside, reading)))
        case "ask":
            return Block("ask", _render(inside, reading))
        case "tool" if argument and not inside:
            return Block("tool", SafeString(""), argument)
    raise NotationError(f"no container is called {f'{name} {argument}'.strip()!r}, or it is not written like this")


def _note(kind: str | None, inside: str) -> Note:
    head, _, text = inside.partition("\n\n")
    lines = [line.partition(":")[::2] for line in head.splitlines()]
    meta = {key.strip(): value.strip() for key, value in lines}
    sources = tuple(_source(value.strip()) for key, value in lines if key.strip() == "source")
    note = Note(meta["id"], kind or "", meta["what"], meta["grade"], sources, date.fromisoformat(meta["checked"]), _markdown(text))
    if note.kind not in LABELS or note.grade not in GRADES or not text.strip():
        raise NotationError(f"note {note.id!r}: its kind, its grade or its text is missing or wrong")
    if note.kind in ("study", "opinion") and not (note.sources and note.grade != "none"):
        raise NotationError(f"note {note.id!r}: a study or an opinion needs a source and the grade A or B")
    return note


def _source(words: str) -> Source:
    match = _ADDRESS.search(words)
    return Source(words[: match.start()], match[1]) if match else Source(words, "")


def _markdown(text: str) -> SafeString:
    return mark_safe(_parser.render(text, {"headings": []}))  # noqa: S308, as in `read`


def _render(text: str, reading: Reading) -> SafeString:
    return mark_safe(_parser.render(text, {"headings": reading.headings}))  # noqa: S308, as in `read`


def _name_headings(state: StateCore) -> None:
    """Take `{#anchor}` off each heading and make it the heading's id."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            match = _HEADING_ID.search(inline.content)
            if not match:
                raise NotationError(f"the heading {inline.content!r} has no {{#anchor}}")
            words = inline.content[: match.start()]
            inline.content = words
            opening.attrSet("id", match[1])
            opening.meta["id"] = match[1]
            if opening.tag == "h2":
                state.env["headings"].append(Heading(match[1], words))


def _stack_tables(state: StateCore) -> None:
    """Give tables what they need to become short entries on a phone: roles, row headers, and each cell the words of its column."""
    columns: list[str] = []
    column = 0
    in_head = False
    for index, token in enumerate(state.tokens):
        match token.type:
            case "table_open":
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


def _heading_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    anchor = tokens[index - 2].meta["id"]
    link = format_html(' <a class="anchor" href="#{}" aria-label="{}">#</a>', anchor, gettext("Link to this heading"))
    return f"{link}</{tokens[index].tag}>\n"


def _new_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").use(deflist_plugin)
    parser.core.ruler.before("inline", "name_headings", _name_headings)
    parser.core.ruler.push("stack_tables", _stack_tables)
    parser.add_render_rule("heading_close", _heading_close)
    return parser


_parser: Any = _new_parser()
