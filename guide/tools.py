"""The tools in the parts: each has a template, `guide/tools/<name>.html`, and a function here for the context of that template.

Tools store nothing. For people who are signed in, a form of the roadmap can add a step there.
"""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string

from guide import ladder, openers, reasons, safety, signs, stories
from guide.models import Part
from guide.notation import Block

Tool = dict[str, Any]


def _reasons(part: Part, data: QueryDict | None) -> Tool:
    return {"reasons": [(reason, [part.note(id) for id in reason.notes]) for reason in reasons.REASONS.values()]}


def matcher(part: Part | None) -> Tool:
    """The reasons by themselves, with the notes of the first part; none of them while there is no such part."""
    return _reasons(part, None) if part else {"reasons": []}


def _ladder(part: Part, data: QueryDict | None) -> Tool:
    return {"rungs": [(rung, part.note(rung.note)) for rung in ladder.RUNGS.values()]}


def _openers(part: Part, data: QueryDict | None) -> Tool:
    return {"openers": openers.OPENERS.values()}


def _safety(part: Part, data: QueryDict | None) -> Tool:
    return {"form": safety.SafetyForm(data)}


def _signs(part: Part, data: QueryDict | None) -> Tool:
    form = signs.SignsForm(data)
    return {"form": form, "answer": signs.SignsAnswer.to(form) if form.is_valid() else None}


def _words_alone(part: Part, data: QueryDict | None) -> Tool:
    return {}


TOOLS: dict[str, Callable[[Part, QueryDict | None], Tool]] = {
    "reasons": _reasons,
    "ladder": _ladder,
    "openers": _openers,
    "safety": _safety,
    "signs": _signs,
    "support": _words_alone,
    "closing": _words_alone,
}
# Those that answer what was chosen.
ANSWERING = {"safety", "signs"}


def answers(part: Part) -> bool:
    """Whether something can be sent to the part."""
    return any(block.kind == "tool" and block.name in ANSWERING for block in part.blocks)


def asks_about_safety(part: Part) -> bool:
    return any(block.kind == "tool" and block.name == "safety" for block in part.blocks)


def laid_out(part: Part, story: str = "", data: QueryDict | None = None) -> list[tuple[Block, Tool]]:
    """The part block by block, each tool with what it needs, and of its stories one: the one that is followed, else the part's own.

    `data` is what was sent to the part, if anything was.
    """
    told = {block.name for block in part.blocks if block.kind == "story"}
    shown = story if story in told else stories.default_in(part.slug)
    blocks = (block for block in part.blocks if block.kind != "story" or block.name == shown)
    return [(block, _tool(block.name, part, data) if block.kind == "tool" else {}) for block in blocks]


def rendered(name: str, part: Part) -> str:
    """A tool's HTML as a stranger sees it before anything is chosen."""
    return render_to_string(f"guide/tools/{name}.html", {"tool": _tool(name, part, None), "part": part})


def _tool(name: str, part: Part, data: QueryDict | None) -> Tool:
    return {"template": f"guide/tools/{name}.html"} | TOOLS[name](part, data)
