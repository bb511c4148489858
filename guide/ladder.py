"""The ladder of small asks, the lightest first. Stored is the key of a rung; everything else is shown."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rung:
    """One ask: `title` names it, `hint` says what it takes; a way to say it, one better left, and what to offer if it is too much.

    `step` is its wording as a step on one's own roadmap. `note` is the evidence note about it, in the part with the ladder.
    """

    key: str
    title: str | Promise
    hint: str | Promise
    say: str | Promise
    avoid: str | Promise
    smaller: str | Promise
    step: str | Promise
    note: str


RUNGS = (
    Rung(
        key="question",
        title=_("One question over a pot of tea"),
        hint=_("You answer it first. Either of you may pass."),
        say=_("“What would you like to have more of, with me? I’ll go first.”"),
        avoid=_("“Can we finally talk about us?”"),
        smaller=_("Answer it yourself, aloud, and ask for nothing back."),
        step=_("Ask one question over a pot of tea"),
        note="small-asks",
    ),
    Rung(
        key="film",
        title=_("A film together, and a talk about it"),
        hint=_("An evening. The talk is about the people in the film."),
        say=_("“Would you watch a film about a marriage with me on Friday, and tell me afterwards what you made of the two?”"),
        avoid=_("“There’s a film I think you ought to see.”"),
        smaller=_("Watch it together and leave out the talk."),
        step=_("Ask for a film together and a talk about it"),
        note="films",
    ),
    Rung(
        key="book",
        title=_("A book, fifteen minutes a week"),
        hint=_("They choose which. A kitchen timer says when it is over."),
        say=_("“Would you read a book with me, a quarter of an hour on Sundays? You choose it.”"),
        avoid=_("“I’ve marked the pages that are about you.”"),
        smaller=_("One page, read aloud. Nobody has to say anything about it."),
        step=_("Ask to read a book together, fifteen minutes a week"),
        note="reading-a-book",
    ),
    Rung(
        key="course",
        title=_("A course online, at home"),
        hint=_("About eight hours in all, with nobody watching."),
        say=_("“There is a course for couples one can do on the sofa. Would you try the first hour with me?”"),
        avoid=_("“If you won’t see anyone, you can at least do this.”"),
        smaller=_("Look at its first page together, for five minutes."),
        step=_("Ask to try the first hour of a course online"),
        note="course-online",
    ),
    Rung(
        key="weekend",
        title=_("A weekend workshop"),
        hint=_("A class, and it ends on Sunday. Ask first whether anybody has to speak in front of others."),
        say=_(
            "“There’s a weekend for couples in spring, and nobody has to speak in front of others. Would you come if I see to the rest?”"
        ),
        avoid=_("“Other people’s partners go to these things.”"),
        smaller=_("A single evening or afternoon. Short ones did less in studies, and may be easier to agree to."),
        step=_("Ask about a weekend workshop"),
        note="classes-and-weekends",
    ),
    Rung(
        key="trusted",
        title=_("A talk with someone they trust"),
        hint=_("A friend, an uncle, a minister: somebody of their choosing, with you or without."),
        say=_("“Is there anyone you could imagine talking to about how we are? With me or without me, as you like.”"),
        avoid=_("“I’ve asked your brother to have a word with you.”"),
        smaller=_("Ask only who it would be, if ever."),
        step=_("Ask whether there is someone they would talk to"),
        note="faith-and-groups",
    ),
    Rung(
        key="coach",
        title=_("A coach, for an agreed number of meetings"),
        hint=_("The word sounds like training to some. Anyone may use it, so ask about theirs."),
        say=_("“What about someone who teaches couples how to talk? Four meetings, and then we see whether it’s worth it.”"),
        avoid=_("“It’s only a coach, that’s not real therapy.”"),
        smaller=_("A first call of fifteen minutes, with their questions only."),
        step=_("Ask about a coach, for four meetings"),
        note="coaching-tested",
    ),
    Rung(
        key="checkup",
        title=_("A check-up: one visit, and the answers"),
        hint=_("Some questions for each of you, one conversation about the answers, no plan to come back."),
        say=_("“Would you come with me once? They ask each of us some questions, tell us what came of it, and that’s all.”"),
        avoid=_("“Let’s hear from an expert what’s wrong with us.”"),
        smaller=_("Ten questions at home, each of you alone, and then exchange the sheets."),
        step=_("Ask for a check-up: one visit, and the answers"),
        note="checkup",
    ),
    Rung(
        key="three-visits",
        title=_("Three visits to a therapist, then decide"),
        hint=_("With someone they have chosen, or chosen with you."),
        say=_("“Would you come with me three times? You pick the person. After the third we decide together whether it was any use.”"),
        avoid=_("“If you loved me, you’d come.”"),
        smaller=_("The first visit only."),
        step=_("Ask for three visits to a therapist, and then decide"),
        note="how-many-sessions",
    ),
)

BY_KEY = {rung.key: rung for rung in RUNGS}
