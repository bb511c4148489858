"""Eighty words for feelings in four groups, by energy and by pleasantness (the circumplex of Russell, 1980).

No group is better than another and no word has a score. Stored is the key of a word, or a person's own words.
"""

from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Emotion:
    key: str
    word: str | Promise
    definition: str | Promise
    group: str

    @property
    def points_to_help(self) -> bool:
        """Whether naming it should show the way to the help lines, without a word more."""
        return self.key in {"afraid", "panicky"}


@dataclass(frozen=True)
class Group:
    """`key` is the place in the square: m(ore) or l(ess) energy, then p(leasant) or u(npleasant)."""

    key: str
    name: str | Promise
    emotions: tuple[Emotion, ...]


def _group(key: str, name: str | Promise, *words: tuple[str, str | Promise, str | Promise]) -> Group:
    return Group(key, name, tuple(Emotion(word_key, word, definition, key) for word_key, word, definition in words))


GROUPS = (
    _group(
        "mu",
        _("More energy, unpleasant"),
        ("afraid", _("Afraid"), _("sensing danger, now or soon")),
        ("angry", _("Angry"), _("a line of yours was crossed")),
        ("anxious", _("Anxious"), _("expecting something to go wrong")),
        ("defensive", _("Defensive"), _("braced to be blamed")),
        ("embarrassed", _("Embarrassed"), _("seen in a way you did not want")),
        ("frustrated", _("Frustrated"), _("blocked in what you are trying to do")),
        ("hurt", _("Hurt"), _("wounded by something said or done")),
        ("impatient", _("Impatient"), _("wanting it over, or begun")),
        ("irritated", _("Irritated"), _("small things rub")),
        ("jealous", _("Jealous"), _("fearing to lose someone to another")),
        ("overwhelmed", _("Overwhelmed"), _("more coming in than you can sort")),
        ("panicky", _("Panicky"), _("fear that takes over the breath")),
        ("pressured", _("Pressured"), _("pushed to decide or to act")),
        ("resentful", _("Resentful"), _("still carrying something unfair")),
        ("restless", _("Restless"), _("unable to settle")),
        ("shocked", _("Shocked"), _("hit by what you did not see coming")),
        ("suspicious", _("Suspicious"), _("doubting what you are told")),
        ("tense", _("Tense"), _("tight, in the body too")),
        ("torn", _("Torn"), _("pulled two ways at once")),
        ("worried", _("Worried"), _("the mind keeps going back to it")),
    ),
    _group(
        "mp",
        _("More energy, pleasant"),
        ("alive", _("Alive"), _("feeling things sharply, and glad to")),
        ("amazed", _("Amazed"), _("surprised, and glad of it")),
        ("amused", _("Amused"), _("something struck you as funny")),
        ("attracted", _("Attracted"), _("drawn towards someone")),
        ("brave", _("Brave"), _("doing it although it was daunting")),
        ("cheerful", _("Cheerful"), _("bright, with or without a reason")),
        ("confident", _("Confident"), _("sure you can meet what comes")),
        ("curious", _("Curious"), _("wanting to know more")),
        ("delighted", _("Delighted"), _("pleased beyond what you expected")),
        ("determined", _("Determined"), _("set on seeing it through")),
        ("eager", _("Eager"), _("wanting to get started")),
        ("energised", _("Energised"), _("awake and ready to move")),
        ("excited", _("Excited"), _("stirred by something ahead")),
        ("hopeful", _("Hopeful"), _("able to see it turning out well")),
        ("inspired", _("Inspired"), _("full of an idea worth trying")),
        ("joyful", _("Joyful"), _("happiness that fills all of you")),
        ("motivated", _("Motivated"), _("with a reason to make the effort")),
        ("playful", _("Playful"), _("in the mood to joke and try things")),
        ("proud", _("Proud"), _("glad of what you did or stood by")),
        ("thrilled", _("Thrilled"), _("almost dizzy with gladness")),
    ),
    _group(
        "lu",
        _("Less energy, unpleasant"),
        ("ashamed", _("Ashamed"), _("feeling wrong as a person")),
        ("bored", _("Bored"), _("nothing holds you")),
        ("disappointed", _("Disappointed"), _("you had hoped for more")),
        ("discouraged", _("Discouraged"), _("losing heart for trying")),
        ("drained", _("Drained"), _("more given out than came back")),
        ("empty", _("Empty"), _("something that was there is gone")),
        ("flat", _("Flat"), _("little colour in the day")),
        ("grieving", _("Grieving"), _("missing what will not return")),
        ("guilty", _("Guilty"), _("sorry for something you did")),
        ("helpless", _("Helpless"), _("nothing you do seems to reach it")),
        ("homesick", _("Homesick"), _("missing a place or a time")),
        ("hopeless", _("Hopeless"), _("unable to see a way on")),
        ("ignored", _("Ignored"), _("your words went nowhere")),
        ("insecure", _("Insecure"), _("unsure you are enough")),
        ("lonely", _("Lonely"), _("without anyone who understands")),
        ("numb", _("Numb"), _("feeling little, or nothing")),
        ("regretful", _("Regretful"), _("wishing you had done otherwise")),
        ("sad", _("Sad"), _("aware of a loss")),
        ("tired", _("Tired"), _("used up")),
        ("withdrawn", _("Withdrawn"), _("wanting to be out of reach")),
    ),
    _group(
        "lp",
        _("Less energy, pleasant"),
        ("accepting", _("Accepting"), _("letting a thing be as it is")),
        ("at-ease", _("At ease"), _("no need to watch yourself")),
        ("balanced", _("Balanced"), _("neither pushed nor pulled")),
        ("calm", _("Calm"), _("quiet inside, nothing pressing")),
        ("comfortable", _("Comfortable"), _("body and mind both settled")),
        ("connected", _("Connected"), _("close to someone, or to a place")),
        ("content", _("Content"), _("wanting nothing to be different")),
        ("free", _("Free"), _("with room to choose")),
        ("grateful", _("Grateful"), _("aware of something given to you")),
        ("loved", _("Loved"), _("sure that you matter to someone")),
        ("peaceful", _("Peaceful"), _("reconciled with how things stand")),
        ("relieved", _("Relieved"), _("a weight has come off")),
        ("rested", _("Rested"), _("sleep, or a pause, did its work")),
        ("safe", _("Safe"), _("nothing here to guard against")),
        ("satisfied", _("Satisfied"), _("done, and done well enough")),
        ("tender", _("Tender"), _("soft towards someone")),
        ("thoughtful", _("Thoughtful"), _("turning something over, unhurried")),
        ("touched", _("Touched"), _("moved by something small or kind")),
        ("trusting", _("Trusting"), _("able to rely on someone")),
        ("understood", _("Understood"), _("someone saw what you meant")),
    ),
)

BY_KEY = {emotion.key: emotion for group in GROUPS for emotion in group.emotions}


@cache
def _keys_by_word(language: str | None) -> dict[str, str]:
    """The words as they are in the language of the page, which is `language`."""
    return {str(emotion.word).casefold(): emotion.key for emotion in BY_KEY.values()}


def named(text: str) -> Emotion | None:
    """The emotion that `text` names, by its word in any case or by its key; None for own words."""
    text = text.strip().casefold()
    return BY_KEY.get(_keys_by_word(get_language()).get(text, text))


@dataclass(frozen=True)
class Feeling:
    """What somebody noted: the key of one of our words, or words of their own."""

    text: str

    @property
    def key(self) -> str:
        """The same for the same words in upper and lower case."""
        return self.text if self.emotion else self.text.casefold()

    @property
    def emotion(self) -> Emotion | None:
        return BY_KEY.get(self.text)

    @property
    def words(self) -> str:
        return str(self.emotion.word) if self.emotion else self.text
