"""What answers a plain POST with a page: never the POST itself (docs/security.md, R76 and R77).

A browser keeps what was posted for a page that it shows: in its folder, for the next start, and for Back, which then asks to send it again
on a page without Leave. So such a page is held for 15 minutes, and the browser is sent to `/held/<token>/`, which answers with it and with
its status. `config.middleware.held` does that for every view; to htmx and fetch the answer stays as it is.

For someone signed in the page is stored, sealed (`models.HeldForm`). For a stranger nothing is: the address itself holds it, encrypted
(`address`).
"""

from dataclasses import dataclass
from datetime import timedelta

LIFETIME = timedelta(minutes=15)
# For a page that shows a secret once, where it cannot be deleted as soon as it was shown.
LIFETIME_OF_A_SECRET = timedelta(minutes=1)


@dataclass(frozen=True)
class HeldPage:
    """A page as it would have answered the POST to `path`."""

    path: str
    status: int
    html: str
    # Shown once, and deleted as it is shown.
    is_secret: bool = False
    # Shown only while the private plan is open, as it was when the page was made.
    needs_open_plan: bool = False
