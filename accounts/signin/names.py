"""Names to sign in with: made-up ones, which a partner cannot guess (docs/security.md, R1), and when two are the same."""

import re
import secrets
import unicodedata

from django.utils.translation import gettext_lazy as _

NAME_TAKEN = _("This name is taken. Choose another, or the one we made up.")

FIRST = """
amber ample autumn azure balmy basalt birch bold brave breezy bright brisk broad bronze calm candid cedar chalk clear clever cobalt copper
coral cosy crisp curious dapper dawn deep distant dusky eager early east easy ember even evening faded fair far fern fine firm fleet fond
fresh gentle gilded glad golden grand grassy green hazel high humble idle indigo ivory jade keen kind late lemon light linen lively lofty
lone long loyal lucid lucky lunar maple marble mellow merry mild misty modest morning mossy neat nimble noble north oaken ochre olive open
pale patient pearl pebble plain plum polar proud prime quick quiet rapid rare ready rosy round russet rustic salt sandy scarlet serene
sharp silent silver sleek slow smooth snowy soft solar solid south spare spring stable steady still stone stormy stout sturdy summer sunny
sure swift tall tame tawny tender tidy timber tranquil true upland velvet vivid walnut warm west wide wild willow windy winter wise woven
"""

SECOND = """
acorn alder anchor apple arch arrow aspen atlas badger barley basin basket bay beacon beech bell bench berry birch bluff boat bridge brook
bucket buoy canoe canyon cape cedar chalet channel cherry chestnut cliff clover coast comet compass cove crane creek crescent daisy dale
delta dock dolphin dove drift dune eagle easel elm falcon feather fern ferry field finch fir fjord flint forest fountain fox garden gate
glade glen grove gull harbour hare hawk hazel heath heather hedge heron hill hollow inlet island ivy jetty juniper kettle kite lagoon lake
lantern larch lark leaf ledge lichen lighthouse lily linnet loch loom magpie maple marsh meadow mill moon moor moss mountain oak oar
orchard otter owl oyster paddle pasture path peak pear pebble pelican pier pine plain planet plover plum pond poplar prairie quay quarry
quince rabbit raven reed reef ridge river robin rook rowan rudder saddle sail sandbar sedge shell shore sparrow spring spruce squirrel
star starling stone stork strand stream summit swallow swan tern thicket thistle thrush tide tower trail tulip tundra valley violet walnut
wave wharf wheat willow window wren yarrow yew
"""


# Characters that a name of 64 may be typed with: no letter is composed of more than four. A longer text is no name, and ordering thousands
# of accents would take seconds.
MAX_TYPED_CHARS = 4 * 64

# Characters that are joined to others and not seen: joiners, and selectors of how an emoji looks.
_UNSEEN = dict.fromkeys(map(ord, "\u200c\u200d\ufe0e\ufe0f"))


def fold(name: str) -> str:
    """The same for names that are one: without regard to case, width and unseen joiners (Unicode's NFKC and full case folding).

    The dot above that folding leaves of "İ" is dropped, so that "İpek" and "ipek" are one; "ß" is "ss".
    """
    if len(name) > MAX_TYPED_CHARS:
        return name
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold().translate(_UNSEEN))
    return unicodedata.normalize("NFKC", re.sub("i\u0307", "i", folded))


def is_printable(name: str) -> bool:
    """Whether each of its characters can be seen or joins two that can."""
    seen = name.translate(_UNSEEN)
    return bool(seen) and seen.isprintable()


def random_name() -> str:
    """A name such as "quiet-harbour-42", out of more than two and a half million."""
    return f"{secrets.choice(FIRST.split())}-{secrets.choice(SECOND.split())}-{secrets.randbelow(90) + 10}"
