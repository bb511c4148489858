"""The ten actions of the article's roadmap, in words of our own (guide/content/<language>/actions.toml)."""

from dataclasses import dataclass
from typing import Annotated

from guide.content import FIXED, ContentLink, ContentTable


@dataclass(frozen=True)
class ArticleAction:
    """One of the ten: `key` is stored, everything else is shown. `horizon` is in days from the start of the roadmap (7, 30 or 180)."""

    key: str
    horizon: Annotated[int, FIXED]
    title: str
    why: str
    how: str
    link: ContentLink


# In the order in which they are laid out.
ACTIONS = ContentTable("actions", "action", ArticleAction)
