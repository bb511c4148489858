"""The passages of the guide: what search looks through and leads to. Each begins at a heading, a fold that can be linked to, or an evidence
note; the pages that are not parts are one passage each.
"""

from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags

from guide import tools, words
from guide.models import Part, Passage
from guide.notation import RUNNING

PAGE = "page"

_INLINE = {"a", "b", "em", "strong", "span", "small", "code", "svg", "use", "sup", "sub"}
# Words of controls and drawings, and labels of columns, which each cell names itself. So are hints and lists of sources in tools.
_SKIPPED = {"button", "label", "legend", "svg", "thead"}
# What an excerpt, which shows no lines, parts from what follows.
_NAMED = {"dt", "th"}
_ENDED = {"li", "td", "dd", "caption"}
_MARKS = tuple(".,;:!?…–")


@dataclass
class _Stretch:
    anchor: str
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Cuts a part's HTML at its headings, and at folds whose inside begins with an id."""

    def __init__(self, start: _Stretch) -> None:
        super().__init__()
        self.stretches = [start]
        self._into = start.text
        self._skipped = ""
        self._summary: _Stretch | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        kind, anchor = named.get("class"), named.get("id") or ""
        if self._skipped:
            return
        if tag == "summary":
            self._summary = _Stretch("")
            self._into = self._summary.heading
        elif self._summary and self._into is not self._summary.heading and kind != "hint":
            self._begin_inside_fold(anchor)
        is_of_the_page = kind in ("anchor", "meaning-sources") or (kind == "hint" and not self._summary)
        if tag in _SKIPPED or is_of_the_page:
            self._skipped = tag
        elif tag in ("h2", "h3") and anchor:
            self.stretches.append(_Stretch(anchor))
            self._into = self.stretches[-1].heading
        elif kind == "hint" and self._summary:
            self._into = self._summary.text
        elif label := named.get("data-label"):
            self._into.append(f" {label}:")
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped:
                self._skipped = ""
            return
        if tag == "summary" and self._summary:
            self._into = self._summary.text
        elif tag in ("h2", "h3"):
            self._into = self.stretches[-1].text
        elif tag in _NAMED:
            self._into.append(":")
        elif tag in _ENDED:
            self._end_sentence()
        self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._into.append(data)

    def _begin_inside_fold(self, anchor: str) -> None:
        """The first element after a summary: if it can be linked to, a passage begins here, and the summary is its heading."""
        summary, self._summary = self._summary, None
        assert summary
        if anchor:
            summary.anchor = anchor
            self.stretches.append(summary)
        else:
            self.stretches[-1].text += [*summary.heading, ". ", *summary.text]
        self._into = self.stretches[-1].text

    def _end_sentence(self) -> None:
        said = "".join(self._into).rstrip(" \n”’\"')")
        if said and not said.endswith(_MARKS):
            self._into.append(".")

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
    found = {stretch.anchor: (_words(*stretch.heading), _words(*stretch.text), "") for stretch in reversed(reader.stretches)}
    found = dict(reversed(found.items()))
    for note in part.evidence:
        said = [unescape(strip_tags(note.html)), *(source.words for source in note.sources)]
        found[note.anchor] = (note.what, _words(" ".join(said)), note.kind)
    return [
        Passage(language=part.language, part=part.slug, order=order, anchor=anchor, heading=heading, text=text, kind=kind)
        for order, (anchor, (heading, text, kind)) in enumerate(found.items())
    ]


def of_pages(language: str) -> list[Passage]:
    """The pages that are not parts, such as the help lines: one passage each, with what the words file says of it."""
    return [
        Passage(language=language, part=page.key, order=order, heading=page.title, text=page.about, kind=PAGE)
        for order, page in enumerate(words.PAGES.values())
    ]


def address_of(passage: Passage) -> str:
    """The address of a passage: a path, with the anchor if it has one."""
    if passage.kind == PAGE:
        return words.PAGES[passage.part].address
    return reverse("guide:part", args=[passage.part]) + (f"#{passage.anchor}" if passage.anchor else "")


def _words(*pieces: str) -> str:
    return " ".join("".join(pieces).split()).replace(" :", ":").replace(":.", ":")
