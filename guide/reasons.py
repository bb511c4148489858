"""What a partner may have given as the reason for a no: the article's five barriers, and "we're fine".

Stored is the key; everything else is shown.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    """A reason by `key` and `name`; what it may mean, one thing to say, one better left, something smaller to ask for.

    `rung` is the key of that smaller thing on `guide.ladder`. `notes` are the evidence notes, in the first part, on what it may mean.
    """

    key: str
    name: str | Promise
    means: str | Promise
    say: str | Promise
    avoid: str | Promise
    offer: str | Promise
    rung: str
    notes: tuple[str, ...]


REASONS = (
    Reason(
        key="stigma",
        name=_("What others would think"),
        means=_(
            "Perhaps that going would say in public: I can’t manage. Many have learnt that a capable adult manages alone. "
            "It is taught to many men, and to eldest daughters, nurses and soldiers too."
        ),
        say=_("“Nobody but us would need to know. And you would choose the person.”"),
        avoid=_("“It takes a strong person to ask for help.”"),
        offer=_("Something nobody sees: a course online, at home, or a book."),
        rung="course",
        notes=("british-poll", "men-attitudes"),
    ),
    Reason(
        key="vulnerability",
        name=_("Not wanting to open up"),
        means=_(
            "Perhaps that they would have to say things they have never said, even to themselves, and could not take them back. "
            "From outside that can look like not caring."
        ),
        say=_("“You could leave out whatever you like. I’d be glad to do most of the talking at first.”"),
        avoid=_("“You never open up.”"),
        offer=_("A film, and a talk about the people in it. It leaves the two of you out."),
        rung="film",
        notes=("real-on-men",),
    ),
    Reason(
        key="judged",
        name=_("Being judged, or controlled"),
        means=_(
            "Perhaps they see two against one, or a professional with a plan for how they ought to be. "
            "If you have been reading a lot, you may look to them like someone who arrives with a head start."
        ),
        say=_("“You pick the person. And if it feels like two against one, say so, and we’ll stop.”"),
        avoid=_("“Then at least you’d hear it from a professional.”"),
        offer=_("A book they choose. Nobody can take sides in it."),
        rung="book",
        notes=("what-was-heard",),
    ),
    Reason(
        key="past",
        name=_("A bad experience before"),
        means=_(
            "Perhaps somebody took sides, talked over them, or left them worse off. "
            "Perhaps their parents went, and parted. Being careful is then what experience has taught."
        ),
        say=_("“What was it like, that time? I’d like to know what must not happen again.”"),
        avoid=_("“That was one bad one. They’re not all like that.”"),
        offer=_("A talk with someone they trust already."),
        rung="trusted",
        notes=("what-was-heard",),
    ),
    Reason(
        key="money",
        name=_("Money"),
        means=_(
            "Perhaps exactly that. When couples with little money were asked what had kept them away, "
            "the cost came first, together with not knowing where to go."
        ),
        say=_("“If it cost nothing, would you come? I’m asking because then I’d look for something we can pay for.”"),
        avoid=_("“There’s money for everything else.”"),
        offer=_("A book from the library, or a place where the price depends on income."),
        rung="book",
        notes=("newlyweds-barriers",),
    ),
    Reason(
        key="fine",
        name=_("“We’re fine”"),
        means=_(
            "It can stand in for any of the other five. It can also be true for the one who says it: "
            "two people may share a home and live in two different relationships."
        ),
        say=_("“I’m glad that it’s good for you. For me one thing is hard. May I tell you which?”"),
        avoid=_("“How can you say that? Nothing is fine.”"),
        offer=_("One question over a pot of tea, and you answer it first."),
        rung="question",
        notes=("doubt-at-the-door",),
    ),
)

BY_KEY = {reason.key: reason for reason in REASONS}
