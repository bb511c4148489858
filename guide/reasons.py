"""What a partner may have given as the reason for a no: the article's five barriers, and "we're fine".

Stored is the key; everything else is shown.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    key: str
    name: str | Promise


REASONS = (
    Reason("stigma", _("What others would think")),
    Reason("vulnerability", _("Not wanting to open up")),
    Reason("judged", _("Being judged, or controlled")),
    Reason("past", _("A bad experience before")),
    Reason("money", _("Money")),
    Reason("fine", _("“We’re fine”")),
)

BY_KEY = {reason.key: reason for reason in REASONS}
