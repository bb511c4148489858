"""What may come back for each reason (guide.reasons), and an answer to it that does not argue."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Pair = tuple[str | Promise, str | Promise]

LIKELY: dict[str, tuple[Pair, ...]] = {
    "stigma": (
        (_("“What would people say?”"), _("“Nobody need know. It would be ours, like a visit to the dentist.”")),
        (_("“That is for people who can’t cope.”"), _("“I can see that it looks like that. To me it would be more like a lesson.”")),
    ),
    "vulnerability": (
        (_("“I’m not going to talk about my feelings with a stranger.”"), _("“You could just listen. And we stop when you say so.”")),
        (_("“I wouldn’t know what to say.”"), _("“Neither would I. They ask, and one may always pass.”")),
    ),
    "judged": (
        (_("“So it’s all my fault.”"), _("“No. I’m asking about the two of us, and I have my own half to look at.”")),
        (_("“You want someone who takes your side.”"), _("“We would choose the person together, and leave if it felt lopsided.”")),
    ),
    "past": (
        (_("“I’ve been there. It made everything worse.”"), _("“I’m sorry it was like that. What must not happen again?”")),
        (_("“They only want you to keep coming.”"), _("“Then let’s say three visits beforehand, and decide after that.”")),
    ),
    "money": (
        (_("“We can’t afford it.”"), _("“Then let’s find out what it costs, and what there is for nothing, before we decide.”")),
        (_("“Think what else we could do with that.”"), _("“That’s fair. Would you try a book from the library first?”")),
    ),
    "fine": (
        (_("“We’re fine. Other people have real problems.”"), _("“We’re all right in a lot of ways. I still miss talking with you.”")),
        (_("“Not this again.”"), _("“I’ll say it once and then leave it. When would be a good day to hear it?”")),
    ),
}


def likely(reasons: list[str]) -> list[tuple[str, str]]:
    """The pairs for the chosen reasons, in their order."""
    return [(str(said), str(answer)) for reason in reasons for said, answer in LIKELY.get(reason, ())]
