"""The three illustrative stories. Whoever follows one is shown how it goes on in every part.

Which one is followed is known to the session alone, with an account or without: it is stored nowhere else, and Leave ends it.
"""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

STORIES = {
    "sarah": _("Sarah, whose husband has lost his job and will not hear of a counsellor"),
    "maria": _("Maria, whose husband says no to a counsellor and yes to a book"),
    "jennifer": _("Jennifer, whose partner makes fun of her for going"),
}


def followed(request: HttpRequest) -> str:
    """Whose story is followed, "" if nobody's. Somebody without a session is asked for none: that costs no query."""
    return "" if getattr(request, "database_away", False) else request.session.get("story", "")


def follow(request: HttpRequest, who: str) -> None:
    """Follow a story from now on; anything but one of the three means none."""
    if who in STORIES:
        request.session["story"] = who
    elif "story" in request.session:
        del request.session["story"]
        if not request.session.keys():
            # Nothing else was kept for this visitor, so nothing has to be remembered of them.
            request.session.flush()
