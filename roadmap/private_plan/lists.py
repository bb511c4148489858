"""The five lists and what they begin with. Safety comes first, and in it the advocate; the guide says why (limits, The parts of a plan)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Part:
    """One list: `starters` are its first items, by key. Keys are ids on the page, so they may come into an address: they are neutral."""

    key: str
    title: Words
    lead: Words
    starters: dict[str, Words]


PARTS = (
    Part(
        "first",
        _("Safety, with an advocate"),
        _(
            "An advocate is the person at a help line or a local service whose work this is. They have done it before, "
            "and talking with them commits you to nothing."
        ),
        {
            "advocate": _("Talk to an advocate before anything else on these lists"),
            "device": _("A phone or computer nobody else looks at, to find help with"),
            "somewhere": _("Where I could go at any hour, and how I would get there"),
            "rooms": _("Which rooms have a way out, and which to keep out of when it gets loud"),
            "hours": _("The hours that are calm, and those that are not"),
            "children": _("What the children need to know, and whom they can go to"),
            "animals": _("Who could take the animals in"),
            "things": _("What I would take: keys, medicine, a charger, some cash. Kept with someone, if a packed bag here could be found"),
            "traces": _("What shows where I am: phone, car, shared accounts. To be changed only as the advocate says"),
            "afterwards": _("What would have to be different afterwards: locks, ways to work, who picks up the children"),
        },
    ),
    Part(
        "people",
        _("People"),
        _("One or two are enough. Choose those who can keep it to themselves."),
        {
            "who-knows": _("Someone who knows how things are"),
            "at-night": _("Whom I could ring at night"),
            "word": _("A word that means: come, or ring for help"),
            "neighbour": _("A neighbour who would ring for help if they heard something"),
            "work": _("Who should know at work, or at the children’s school"),
            "keeper": _("Who could keep papers or a bag for me"),
            "wishes": _("What I want them to do, and what I do not want"),
        },
    ),
    Part(
        "money",
        _("Money and papers"),
        _("If accounts are watched, ask the advocate before you move anything. A sum that leaves an account can give a plan away."),
        {
            "what-there-is": _("What there is and what is owed, and in whose name"),
            "month": _("What a month costs, and what I would live on at first"),
            "of-my-own": _("Something of my own: some cash, or an account elsewhere whose post does not come here"),
            "papers": _("Copies of the papers that matter: passports, certificates, residence permit, lease or deeds, insurance"),
            "shared": _("What we have both signed: lease, loans, contracts"),
            "logins": _("Which accounts and devices we share, and which are mine alone"),
        },
    ),
    Part(
        "helpers",
        _("Someone whose work it is"),
        _("For you, through the change itself, before it and after."),
        {
            "listener": _("A therapist or counsellor of my own"),
            "doctor": _("A doctor who knows, and has written down what I told them"),
            "reach-me": _("How they may reach me: which number, which hours, no letters"),
            "for-children": _("Someone for the children: school, doctor, counsellor"),
        },
    ),
    Part(
        "rights",
        _("Rights, where I live"),
        _("An advocate can often say who near you knows this well."),
        {
            "advice": _("A lawyer, or a free advice centre, who knows about this"),
            "questions": _("What I want to ask: about the home, the children, money"),
            "orders": _("Which orders there are that keep someone away, and how one gets them"),
            "children-first": _("What I may do with the children before anything is decided, and what could count against me"),
            "permit": _("What becomes of my right to stay in the country, if it hangs on this"),
            "record": _("What happened and when, written down where nobody at home comes across it"),
        },
    ),
)

BY_KEY = {part.key: part for part in PARTS}
