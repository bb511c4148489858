"""A talk in a few sentences, as the person would tell it to someone."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guide.safety import SafetyAnswer
from roadmap import due
from roadmap.talks import approaches
from roadmap.talks.models import Talk, TalkResponse
from roadmap.talks.wording import full_stop, quoted

_ANSWERS = {
    TalkResponse.HOSTILE: gettext_lazy("The answer was hostile."),
    TalkResponse.REFUSED: gettext_lazy("It was refused."),
    TalkResponse.DEFLECTED: gettext_lazy("It was put off."),
    TalkResponse.LISTENED: gettext_lazy("I was listened to."),
    TalkResponse.SMALL_YES: gettext_lazy("The answer was a small yes."),
    TalkResponse.YES: gettext_lazy("The answer was yes."),
}
_SAFE = {
    SafetyAnswer.YES: gettext_lazy("It stayed safe."),
    SafetyAnswer.UNSURE: gettext_lazy("I am not sure that it stayed safe."),
    SafetyAnswer.NO: gettext_lazy("It did not stay safe."),
}


def as_told(talk: Talk, today: date) -> str:
    """What was said or tried, what came back, and what one noted."""
    assert talk.day
    sentences = [
        _tried(talk, due.day_in_words(talk.day, today)),
        str(dict(_ANSWERS).get(talk.response, "")),
        _("The reason given: %(reason)s.") % {"reason": talk.reason_words} if talk.reason else "",
        str(dict(_SAFE).get(talk.safe, "")),
        _("Before it I felt %(feelings)s.") % {"feelings": _within(talk.feelings_before)} if talk.feelings_before else "",
        _("Afterwards I felt %(feelings)s.") % {"feelings": _within(talk.feelings_after)} if talk.feelings_after else "",
        _("I noted: %(note)s") % {"note": quoted(talk.note)} if talk.note else "",
        _("Next: %(next)s") % {"next": talk.next_step + full_stop(talk.next_step)} if talk.next_step else "",
    ]
    return " ".join(filter(None, sentences))


def as_planned(talk: Talk, today: date) -> str:
    day = _("on %(day)s") % {"day": due.day_in_words(talk.day, today)} if talk.day else _("on no fixed day")
    words = talk.sentence if _is_whole(talk) else talk.title + full_stop(talk.title)
    return _("Planned %(day)s: %(words)s") % {"day": day, "words": words}


def _within(words: str) -> str:
    """Words as they are inside a sentence: without a capital at their start, unless it is of a word in capitals."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _is_whole(talk: Talk) -> bool:
    """Whether every part of its sentence is written."""
    return all(getattr(talk, name) for name in Talk.SENTENCE)


def _tried(talk: Talk, day: str) -> str:
    words = approaches.words_of(talk.approach)
    if _is_whole(talk):
        return _("On %(day)s I said: “%(words)s”") % {"day": day, "words": talk.sentence}
    if talk.approach in approaches.STEPS:
        return approaches.STEPS[talk.approach].said % {"day": day}
    if talk.approach in approaches.OPENERS:
        return _("On %(day)s I began with %(words)s.") % {"day": day, "words": words}
    if words and approaches.is_ours(talk.approach):
        return _("On %(day)s I suggested this: %(words)s.") % {"day": day, "words": words}
    if words:
        return _("On %(day)s I tried this: %(words)s") % {"day": day, "words": words + full_stop(words)}
    return _("On %(day)s we talked.") % {"day": day}
