"""The guide for paper: everything opened, and the evidence notes at the end of each part, with numbers in their places."""

import re
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from guide import helplines, layout, tools
from guide.models import Part
from guide.notation import Block, Note

# The end of running text, before which the number of a note goes.
_ENDS = re.compile(r"(?:\s*</(?:p|li|ul|ol|dd|dl|blockquote|div|section|figcaption|figure)>)+\s*\Z")
# Names of anchors and what refers to them; not the icons, which all pages share.
_NAMES = re.compile(r' (id|for|aria-labelledby|aria-describedby|href)="(#?)(?!i-)([^"]+)"')
_TO_A_NOTE = re.compile(r'href="#(note-[^"]+)"')
_HEADING = re.compile(r"(</?h)([1-5])\b")
_ELSEWHERE = re.compile(r'href="/guide/([a-z]+)/(?:#([^"]+))?"')


@dataclass
class PrintedPart:
    """One part as printed: its blocks, each tool with what it needs, and its notes in the order of their numbers."""

    part: Part
    blocks: list[tuple[Block, tools.Tool]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def sheet(part: Part, story: str = "") -> PrintedPart:
    """The part with numbers in place of its notes."""
    made = PrintedPart(part)
    for block, tool in layout.with_reason(tools.laid_out(part, story)):
        if block.kind != "note":
            made.blocks.append((block, tool))
            continue
        made.notes.append(part.note(block.name))
        _refer(made, len(made.notes))
    return made


def _refer(made: PrintedPart, number: int) -> None:
    """Put the number of a note at the end of the text it is about; after a table or a tool that is the text before it."""
    reference = format_html('<sup class="ref"><a href="#n{0}">{0}</a></sup>', number)
    for place, (block, tool) in reversed([*enumerate(made.blocks)]):
        ends = _ENDS.search(block.html)
        end = ends.start() if ends else block.html.rfind("</p>")
        if end >= 0:
            html = mark_safe(block.html[:end] + reference + block.html[end:])  # noqa: S308, our own HTML
            made.blocks[place] = (Block(block.kind, html, block.name), tool)
            return


def printed(part: Part, story: str, request: HttpRequest) -> SafeString:
    """The HTML of a part for paper."""
    made = sheet(part, story)
    numbers = {note.anchor: f"n{number}" for number, note in enumerate(made.notes, 1)}
    context = {"sheet": made, "print_view": True, "emergency_numbers": helplines.emergency_numbers()}
    html = render_to_string("guide/_sheet.html", context, request)
    return mark_safe(_TO_A_NOTE.sub(lambda match: f'href="#{numbers[match[1]]}"', html))  # noqa: S308, our own HTML


def on_shared_page(html: str, slug: str, parts: set[str]) -> SafeString:
    """The HTML of a printed part for a page with all the others: its anchors are unique, its headings are one level down,
    and links from one of the `parts` to another stay on the page."""

    def own(match: re.Match[str]) -> str:
        name, hash_sign, value = match.groups()
        if name == "href" and not hash_sign:
            return match[0]
        return f' {name}="{hash_sign}' + " ".join(f"{slug}-{each}" for each in value.split()) + '"'

    def here(match: re.Match[str]) -> str:
        there, anchor = match.groups()
        return f'href="#{there}-{anchor or "part"}"' if there in parts else match[0]

    lower = _HEADING.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", html)
    return mark_safe(_ELSEWHERE.sub(here, _NAMES.sub(own, lower)))  # noqa: S308, our own HTML
