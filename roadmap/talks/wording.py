"""Hints about the wording of a plan. They are shown next to the field; nothing is refused because of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.form_fields import MAX_LINE_CHARS
from guide import danger

_ABSOLUTE = re.compile(r"\b(always|never|constantly|all the time|every (?:single )?time)\b", re.I)
_VERDICT = re.compile(r"\byou(?:\s+are|[’']re)\b", re.I)
_OPINION = re.compile(r"^\s*(?:that|as if|like)\b|\byou\b", re.I)
# Each says what the other one did. Words for being frightened or attacked are left alone: they are never too strong.
_DEED = re.compile(
    r"\b(ignored|neglected|unappreciated|rejected|misunderstood|unloved|unheard|disrespected|taken for granted|let down)\b", re.I
)
_FEAR = re.compile(r"\b(afraid|scared|frightened|terrified|threatened|unsafe|fear)\b", re.I)
_SEVERAL = re.compile(r"[;\n]|[.!?]\s+\S|\b(?:and also|as well as|besides)\b|\band\b.*\band\b|,.*\band\b", re.I)


@dataclass(frozen=True)
class Nudge:
    """A hint next to a field. `help_lines` adds a link to the help lines."""

    words: str
    help_lines: bool = False


def full_stop(text: str) -> str:
    """The punctuation after `text`: empty if there is no text yet, or if it ends with its own."""
    return "." if text.strip() and text.strip().rstrip("”\"’'")[-1:] not in (".", "!", "?", "…") else ""


def quoted(text: str) -> str:
    """Words of the person's own in quotation marks, ending as a sentence does."""
    return f"“{text.strip()}{full_stop(text)}”"


def nudges(words: Mapping[str, str]) -> dict[str, Nudge]:
    """At most one for each field of the sentence, by its name. `words` are the plan's, also half written."""
    # What is longer than a field takes is not looked at: the expressions are made for a sentence or two.
    words = {name: text.strip()[:MAX_LINE_CHARS] for name, text in words.items()}
    found = {}
    for name in ("issue", "about", "need"):
        if nudge := _in_sentence(words.get(name, "")):
            found[name] = nudge
    if "issue" not in found and _SEVERAL.search(words.get("issue", "")):
        found["issue"] = Nudge(_("There may be more than one thing in this. Which comes first? The others can have a day of their own."))
    if nudge := _in_feeling(words.get("feeling", "")):
        found["feeling"] = nudge
    begun = any(words.get(name, "") for name in ("issue", "feeling", "about"))
    if begun and not words.get("need", "") and words.get("step") != "seed":
        found["need"] = Nudge(_("Nothing is asked for yet. What could they say yes to?"))
    return found


def _in_danger(text: str) -> Nudge | None:
    if _FEAR.search(text) or danger.kind(text):
        return Nudge(_("If they hurt or frighten you, let the talk wait and speak with someone first."), help_lines=True)
    return None


def _in_sentence(text: str) -> Nudge | None:
    if nudge := _in_danger(text):
        return nudge
    if absolute := _ABSOLUTE.search(text):
        word = absolute[1].capitalize()
        return Nudge(
            _("“%(word)s” invites an argument about the one time it was otherwise. Could it be a particular day?") % {"word": word}
        )
    if _VERDICT.search(text):
        return Nudge(_("“You are” speaks of who they are, and people defend that. What happened, and when?"))
    return None


def _in_feeling(text: str) -> Nudge | None:
    if nudge := _in_danger(text):
        return nudge
    if deed := _DEED.search(text):
        word = deed[1].capitalize()
        return Nudge(_("“%(word)s” says what they did. What is it like for you: lonely, hurt, tired?") % {"word": word})
    if _OPINION.search(text):
        return Nudge(_("This is an opinion about them. What is it like for you: lonely, worried, tired?"))
    return None
