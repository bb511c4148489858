"""The ten actions of the article's roadmap, in words of our own."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ArticleAction:
    """One of the ten: `key` is stored, everything else is shown.

    `horizon` is in days from the start of the roadmap (7, 30 or 180). `link` is an address on this site, `link_text` its words.
    """

    key: str
    horizon: int
    title: str | Promise
    why: str | Promise
    how: str | Promise
    link: str
    link_text: str | Promise


ACTIONS = (
    ArticleAction(
        key="first-appointment",
        horizon=7,
        title=_("Find out who takes new clients near you"),
        why=_(
            "An hour with a counsellor of your own needs nobody else’s agreement. "
            "It is there for you: it does not reliably change the other person. "
            "There may be a wait, so the asking comes early."
        ),
        how=_(
            "Call or write to two places. Ask how soon there is room, what it costs, and whether they see people who come alone. "
            "If someone reads your post, your messages or your bank statement, say so first and agree on how they may reach you."
        ),
        link="/guide/wellbeing/#gains",
        link_text=_("Going on your own"),
    ),
    ArticleAction(
        key="smaller-ask",
        horizon=7,
        title=_("Choose one smaller thing to ask for"),
        why=_(
            "Something that is short, has an end and starts from nobody’s fault is easier to agree to. "
            "Choosing it now means you need not think of it in the middle of a talk."
        ),
        how=_(
            "Write down a few, from a film together to a single visit, lightest first. "
            "Mark the highest one to which you could still take a no in good part, and choose the one below it. "
            "You are not asking yet. If you are afraid of your partner, set this step aside."
        ),
        link="/roadmap/talks/#ladder",
        link_text=_("The ladder of small asks"),
    ),
    ArticleAction(
        key="three-two-one",
        horizon=7,
        title=_("Begin with three, two, one"),
        why=_(
            "A few lines a day about your own life, whatever your partner does. "
            "The exercise as a whole has not been tested. Its parts have small effects in studies of other people."
        ),
        how=_(
            "Three things you were glad of, two feelings by name, one thing you will do for yourself. "
            "Leave out what you like: one word is a whole entry. Days without words cost nothing."
        ),
        link="/checkins/",
        link_text=_("Write today’s lines"),
    ),
    ArticleAction(
        key="soft-start",
        horizon=30,
        title=_("Raise it once, softly"),
        why=_(
            "Hard talks tend to go on as they began, and asking again and again goes with things getting worse. So: one talk, one request. "
            "If you are afraid of how they may react, talk to a help line first and leave this step for now."
        ),
        how=_(
            "Choose one issue and a calm hour. “I feel … about … and I would like …” is all the sentence needs. "
            "Know beforehand what you will stop with, and then let it rest."
        ),
        link="/roadmap/talks/new/",
        link_text=_("Plan a talk"),
    ),
    ArticleAction(
        key="coach-or-workshop",
        horizon=30,
        title=_("Look into a coach or a workshop"),
        why=_(
            "A coach or a weekend class may be thinkable where a therapist is not. "
            "Classes have small effects in trials. Coaching for couples has not been tested, so the person matters more than the word."
        ),
        how=_(
            "Find two that you could reach and afford. "
            "Ask about training, the number of meetings, the whole price, and what they would pass on to somebody else. "
            "Looking commits nobody. If you are afraid of your partner, do nothing of this kind together."
        ),
        link="/guide/options/#compare",
        link_text=_("Therapy and coaching, side by side"),
    ),
    ArticleAction(
        key="two-people",
        horizon=30,
        title=_("Let two people know how you are"),
        why=_("One relationship in difficulty is a good reason to look after the others. Two people, so that it does not hang on one."),
        how=_(
            "Think of someone who can listen without taking sides, and one more. "
            "“Things are hard at home, and I’d like to be able to ring you” is enough. "
            "If being in touch with people leads to trouble at home, begin with a help line."
        ),
        link="/guide/wellbeing/#supports",
        link_text=_("The people around you"),
    ),
    ArticleAction(
        key="six-questions",
        horizon=30,
        title=_("Answer the six questions"),
        why=_(
            "Three about growing, three about being safe. They are not a test and nothing is added up. "
            "Answered once a month, they show whether anything moves."
        ),
        how=_(
            "Take the past weeks as a whole, and write the date beside your answers. "
            "If fear keeps you from saying what you need, let that answer count first, and talk to someone on a help line."
        ),
        link="/roadmap/reviews/new/",
        link_text=_("Answer them"),
    ),
    ArticleAction(
        key="what-changed",
        horizon=180,
        title=_("See which of the other ways has changed anything"),
        why=_(
            "After some months hope and memory run together. Going through what was tried, one thing at a time, separates them a little. "
            "Gains that fade are common in trials too."
        ),
        how=_(
            "List what was tried: the book, the course, the visit, your own appointments. "
            "For each, write what you could point to, and leave out what you hoped. “Nothing” is an answer."
        ),
        link="/roadmap/talks/",
        link_text=_("What you tried, and what came back"),
    ),
    ArticleAction(
        key="look-back",
        horizon=180,
        title=_("Look back, with your record in front of you"),
        why=_(
            "Whatever you decide, it is better decided from half a year than from last night. "
            "The day is yours to choose, and it comes sooner if safety is in doubt."
        ),
        how=_(
            "Choose the day now, and write down what you would need to see by then. On the day, read what you wrote in between, "
            "and note what it tells you and what you still need to know."
        ),
        link="/roadmap/looking-back/",
        link_text=_("Choose the day, and write it down"),
    ),
    ArticleAction(
        key="own-ground",
        horizon=180,
        title=_("Keep something that is only yours"),
        why=_("Your life goes on growing whether or not anyone comes along. What you learn on the way stays with you in any case."),
        how=_(
            "Name one thing that depends on nobody else: a choir, a bench in the park, a course, an evening. "
            "Give it a fixed time, and treat that time like an appointment with someone you respect."
        ),
        link="/guide/wellbeing/",
        link_text=_("Looking after yourself"),
    ),
)

BY_KEY = {action.key: action for action in ACTIONS}
