"""The passages of a part: what search looks through and leads to. Each begins at a heading, a tool that opens, or an evidence note."""

from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from guide import tools
from guide.models import Part, Passage
from guide.notation import RUNNING

_INLINE = {"a", "b", "em", "strong", "span", "small", "code", "svg", "use"}


@dataclass
class _Stretch:
    anchor: str
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Cuts a part's HTML at its headings and at what opens within a tool."""

    def __init__(self, start: _Stretch) -> None:
        super().__init__()
        self.stretches = [start]
        self._into = start.text
        # The element being skipped, and the words of a summary until it is known whether what it opens can be linked to.
        self._skipped = ""
        self._summary: _Stretch | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        kind, anchor = named.get("class"), named.get("id") or ""
        if tag in ("button", "label", "svg") or kind == "anchor":
            # Words of controls and drawings, which nobody would look for.
            self._skipped = tag
        elif tag in ("h2", "h3") and anchor:
            self._begin(anchor)
        elif tag == "summary":
            self._summary = _Stretch("")
            self._into = self._summary.heading
        elif kind == "hint" and self._summary:
            self._into = self._summary.text
        elif self._summary and self._into not in (self._summary.heading, self._summary.text):
            self._open(anchor)
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped = ""
        elif tag == "summary":
            self._into = []
        elif tag in ("h2", "h3"):
            self._into = self.stretches[-1].text
        elif tag == "dt":
            # As an excerpt shows no lines, what is named is parted from what is said of it.
            self._into.append(":")
        self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._into.append(data)

    def _begin(self, anchor: str) -> None:
        self.stretches.append(_Stretch(anchor))
        self._into = self.stretches[-1].heading

    def _open(self, anchor: str) -> None:
        """The first element that a summary opens. With an id it begins a passage of its own, whose heading the summary is."""
        summary, self._summary = self._summary, None
        assert summary
        if anchor:
            summary.anchor = anchor
            self.stretches.append(summary)
        else:
            self.stretches[-1].text += [*summary.heading, ": ", *summary.text]
        self._into = self.stretches[-1].text

    def _space(self, tag: str) -> None:
        if tag not in _INLINE:
            self._into.append(" ")


def of(part: Part) -> list[Passage]:
    """The passages of a part as a stranger reads it, in order, and after them its evidence notes."""
    reader = _Reader(_Stretch("", [part.heading], [part.lead]))
    for block, tool in tools.laid_out(part):
        if block.kind == "tool":
            reader.feed(render_to_string(tool["template"], {"tool": tool, "part": part}))
        elif block.kind in (*RUNNING, "story"):
            reader.feed(block.html)
    found = [(stretch.anchor, _words(*stretch.heading), _words(*stretch.text), "") for stretch in reader.stretches]
    for note in part.evidence:
        said = [unescape(strip_tags(note.html)), *(source.words for source in note.sources)]
        found.append((note.anchor, note.what, _words(" ".join(said)), note.kind))
    return [
        Passage(language=part.language, part=part.slug, order=order, anchor=anchor, heading=heading, text=text, kind=kind)
        for order, (anchor, heading, text, kind) in enumerate(found)
    ]


def _words(*pieces: str) -> str:
    return " ".join("".join(pieces).split())
