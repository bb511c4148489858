"""The three illustrative stories. A reader who follows one is shown how it goes on in every part.

Which one is followed is known to the session alone, with an account or without: it is stored nowhere else, and Leave ends it.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from guide.content import ContentTable, Fixed


@dataclass(frozen=True)
class Story:
    """`parts` are the slugs of those that show it to readers who have chosen none."""

    key: str
    name: str
    about: str
    parts: tuple[Fixed, ...]


STORIES = ContentTable("stories", "story", Story)


def default_in(part: str) -> str:
    """The key of the story that a part shows to readers who have chosen none, "" if there is none."""
    return next((story.key for story in STORIES.values() if part in story.parts), "")


def followed(request: HttpRequest) -> str:
    """The key of the story that is followed, "" if none is. A reader without a session costs no query."""
    # None where a layer before the session answers.
    return request.session.get("story", "") if hasattr(request, "session") else ""


def follow(request: HttpRequest, key: str) -> None:
    """Follow a story from now on; anything but one of the three means none."""
    if key in STORIES:
        request.session["story"] = key
    elif "story" in request.session:
        del request.session["story"]
        if not request.session.keys():
            # Nothing else was kept for this visitor, so nothing has to be remembered of them.
            request.session.flush()
