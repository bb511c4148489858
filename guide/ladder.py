"""The ladder of small asks, the lightest first. Stored is the key of a rung; everything else is shown."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rung:
    key: str
    title: str | Promise


RUNGS = (
    Rung("question", _("One question over a pot of tea")),
    Rung("film", _("A film together, and a talk about it")),
    Rung("book", _("A book, fifteen minutes a week")),
    Rung("course", _("A course online, at home")),
    Rung("weekend", _("A weekend workshop")),
    Rung("trusted", _("A talk with someone they trust")),
    Rung("coach", _("A coach, for an agreed number of meetings")),
    Rung("checkup", _("A check-up: one visit, and the answers")),
    Rung("three-visits", _("Three visits to a therapist, then decide")),
)

BY_KEY = {rung.key: rung for rung in RUNGS}
