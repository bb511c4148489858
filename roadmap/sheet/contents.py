"""What can be on the sheet, part by part, from one stretch of a person's own record: in sentences, as one would say them.

Numbers are counts. Only what one wrote about talks, steps and the six questions is quoted.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from checkins.models import ActionOutcome
from guide.six_questions import QUESTIONS
from roadmap import due
from roadmap.models import Action, Review, Roadmap
from roadmap.sheet.talks import as_planned, as_told
from roadmap.talks.wording import quoted

# Two pages have room for so many.
MAX_FEELINGS = 4
MAX_TALKS = 10
MAX_PLANNED = 3
MAX_NOTES = 3
MAX_STEPS = 12


@dataclass(frozen=True)
class SheetSection:
    """A part of the sheet: paragraphs, and points below them."""

    key: str
    title: str
    paragraphs: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)


type ParagraphsAndPoints = tuple[list[str], list[str]]


def _days(account: Account, first: date, last: date) -> ParagraphsAndPoints:
    """On how many days something was written, what was felt most, and what became of the things one meant to do."""
    written = [day for day in account.checkins.between(first, last) if day.has_words]
    if not written:
        return [], []
    numbers = {"days": len(written), "all": (last - first).days + 1}
    wrote = ngettext("I wrote something on one of %(all)d days.", "I wrote something on %(days)d of %(all)d days.", len(written)) % numbers
    named = Counter(feeling.words.lower() for day in written for feeling in day.feelings).most_common(MAX_FEELINGS)
    felt = [f"{word} ({_times(count)})" if index == 0 or count == 1 else f"{word} ({count})" for index, (word, count) in enumerate(named)]
    if felt:
        most = ngettext("The feeling I named most was %(feelings)s.", "The feelings I named most were %(feelings)s.", len(felt))
        wrote += " " + most % {"feelings": _listed(felt)}
    return [wrote, *_outcomes(Counter(day.outcome for day in written))], []


def _outcomes(counted: Counter[str]) -> list[str]:
    words = {
        ActionOutcome.YES: _("%(count)d happened"),
        ActionOutcome.PARTLY: _("%(count)d happened in part"),
        ActionOutcome.NOT: _("%(count)d did not"),
        ActionOutcome.LET_GO: _("%(count)d I let go"),
    }
    told = [text % {"count": counted[outcome]} for outcome, text in words.items() if counted[outcome]]
    return [_("Of the things I meant to do, %(outcomes)s.") % {"outcomes": _listed(told)}] if told else []


def _talks(account: Account, first: date, last: date) -> ParagraphsAndPoints:
    """The talks that took place in these days, the latest ones, and what is planned."""
    held = account.talks.held().filter(day__range=(first, last)).in_order()
    told = [as_told(talk, last) for talk in held[-MAX_TALKS:]]
    if (earlier := len(held) - MAX_TALKS) > 0:
        told.insert(0, ngettext("One talk came before these.", "%(count)d talks came before these.", earlier) % {"count": earlier})
    return [*told, *(as_planned(talk, last) for talk in account.talks.planned().in_order()[:MAX_PLANNED])], []


def _reviews(account: Account, first: date, last: date) -> ParagraphsAndPoints:
    """The six questions the first time in these days and the last."""
    reviews = list(account.reviews.finished().filter(day__range=(first, last)))
    if not reviews:
        return [], []
    then, now = reviews[0], reviews[-1]
    days = {"first": due.day_in_words(then.day, last), "last": due.day_in_words(now.day, last)}
    when = _("First on %(first)s, last on %(last)s.") if then != now else _("Answered on %(first)s.")
    scale = _("On a scale from 1, not at all, to 5, fully.")
    noted = [review for review in reviews if review.note][-MAX_NOTES:]
    notes = [_("On %(day)s I noted: %(note)s") % {"day": due.day_in_words(each.day, last), "note": quoted(each.note)} for each in noted]
    return [f"{scale} {when % days}", *notes], [_answer(key, then, now) for key in QUESTIONS]


def _answer(key: str, then: Review, now: Review) -> str:
    """One question with its answers; a question left open has none."""
    before, after, question = then.given.get(key), now.given.get(key), QUESTIONS[key].short
    if then == now:
        return f"{question} {before or _('Left open')}."
    if before == after:
        return _("%(question)s %(answer)s both times.") % {"question": question, "answer": before or _("Left open")}
    left = _("left open")
    return _("%(question)s %(then)s then, %(now)s now.") % {"question": question, "then": before or left, "now": after or left}


def _steps(account: Account, first: date, last: date) -> ParagraphsAndPoints:
    """How many are done, the last of them, and what is open; with what one wrote about each."""
    steps = account.actions.in_order()
    if all(step.is_untouched for step in steps):
        return [], []
    roadmap = Roadmap.of(account)
    kept = [step for step in steps if not step.set_aside_on]
    done = sorted((step for step in kept if step.done_on), key=lambda step: step.done_on or last)
    counts = {"done": len(done), "all": len(kept)}
    told = ngettext("I have done one of %(all)d steps.", "I have done %(done)d of %(all)d steps.", len(done)) % counts
    if done and done[-1].done_on:
        words = {"step": quoted(done[-1].words), "day": due.day_in_words(done[-1].done_on, last)}
        told += " " + _("The last, on %(day)s: %(step)s") % words
    shown = [step for step in steps if step.is_open or (step.note and first <= (step.done_on or step.set_aside_on or first) <= last)]
    return [told], [_step(step, roadmap, last) for step in shown[:MAX_STEPS]]


def _step(step: Action, roadmap: Roadmap, last: date) -> str:
    """A step as a point: when it is for or was done, and its note."""
    if step.done_on:
        state = _("done on %(day)s") % {"day": due.day_in_words(step.done_on, last)}
    elif step.set_aside_on:
        state = _("set aside")
    else:
        day = step.due_on or (None if roadmap.ended_on else roadmap.ends(step.horizon))
        state = _("open, by %(day)s") % {"day": due.day_in_words(day, last)} if day and day >= last else _("open")
    note = " " + _("My note: %(note)s") % {"note": quoted(step.note)} if step.note else ""
    return f"{step.words}: {state}.{note}"


def _need(account: Account, first: date, last: date) -> ParagraphsAndPoints:
    roadmap = Roadmap.of(account)
    if not roadmap.need_to_see:
        return [], []
    looks_back = _("I mean to look back on %(day)s.") % {"day": due.day_in_words(roadmap.look_back_on, last)}
    return [_("I wrote: %(words)s") % {"words": quoted(roadmap.need_to_see)}, *([] if roadmap.ended_on else [looks_back])], []


def _safety(account: Account, first: date, last: date) -> ParagraphsAndPoints:
    told = []
    for check in account.safetychecks.filter(day__range=(first, last)).order_by("day"):
        day = due.day_in_words(check.day, last)
        if check.four_no:
            told.append(_("On %(day)s I answered all four with no.") % {"day": day})
        else:
            told.append(_("On %(day)s: %(answers)s") % {"day": day, "answers": " ".join(check.display("answers").splitlines())})
    return told, []


def _times(count: int) -> str:
    return ngettext("once", "%(count)d times", count) % {"count": count}


def _listed(words: list[str]) -> str:
    return str(get_text_list(words, _("and")))


PARTS: dict[str, tuple[Promise, Callable[[Account, date, date], ParagraphsAndPoints]]] = {
    "days": (gettext_lazy("My days"), _days),
    "talks": (gettext_lazy("Talks"), _talks),
    "reviews": (gettext_lazy("Six questions"), _reviews),
    "steps": (gettext_lazy("Steps"), _steps),
    "need": (gettext_lazy("What I would need to see"), _need),
    "safety": (gettext_lazy("The four plain questions"), _safety),
}


def sections(account: Account, parts: Iterable[str], first: date, last: date) -> list[SheetSection]:
    """The chosen parts in order, including those without content in these days."""
    chosen = set(parts)
    return [SheetSection(key, str(title), *told(account, first, last)) for key, (title, told) in PARTS.items() if key in chosen]
