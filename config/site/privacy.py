"""The privacy page: the operator's own notice, if there is one, and what the program keeps, which is always said.

The notice is Markdown (CommonMark and tables). Raw HTML in it is shown as text, pictures and unsafe links are left out, and nothing in
it can bring an inline style or a script onto the page.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from guide.rows import DataError, read_text

MAX_BYTES = 200_000


@dataclass(frozen=True)
class NoticeSection:
    """A heading of the notice and what follows it; the first may have no heading."""

    heading: str
    html: SafeString


@dataclass(frozen=True)
class StoredData:
    """Something the program stores: what it is, in which form, and until when. `models` are the tables it is in."""

    what: str | Promise
    how: str | Promise
    until: str | Promise
    models: tuple[str, ...]


# What a person writes, and what is kept so that they can sign in.
OWN = (
    StoredData(
        _("Your account"),
        _(
            "The name you sign in with, your time zone, what you set under Account, and a one-way form of your passphrase. An e-mail "
            "address, your country and the page that Leave goes to are encrypted. So is the secret of an authenticator app; of "
            "a passkey the public half is kept."
        ),
        _("Until you delete the account. One in which nothing is ever written, read or set is deleted after 30 days."),
        ("accounts.Account", "mfa.Authenticator"),
    ),
    StoredData(
        _("Check-ins"),
        _("Your words, feelings and what became of the action are encrypted. The day is not, nor the days of a pause."),
        _("Until you delete them."),
        ("checkins.CheckIn", "checkins.Pause"),
    ),
    StoredData(
        _("Roadmap"),
        _("Titles, notes and which step it is are encrypted. The dates and the horizon are not."),
        _("Until you delete it."),
        ("roadmap.Roadmap", "roadmap.Action"),
    ),
    StoredData(
        _("Talks"),
        _("Everything you write or choose is encrypted. The day is not, nor whether the talk is planned, held or let go."),
        _("Until you delete them."),
        ("roadmap.Talk",),
    ),
    StoredData(
        _("Six questions and looking back"),
        _("Answers and notes are encrypted. The days are not. Answers about safety are kept only if you tick a box."),
        _("Until you delete them."),
        ("roadmap.Review", "roadmap.SafetyCheck", "roadmap.LookBack"),
    ),
    StoredData(
        _("Support map"),
        _("Who they are and how to reach them: encrypted."),
        _("Until you delete it."),
        ("guide.Supporter",),
    ),
    StoredData(
        _("What you have read"),
        _("Encrypted, and the same size for everyone."),
        _("Until you delete it."),
        ("guide.Reading",),
    ),
    StoredData(
        _("Private plan"),
        _("Encrypted with a passphrase of its own that is not stored. Every account has one of the same size, used or not."),
        _("Until you clear it or delete the account."),
        ("roadmap.PrivatePlan",),
    ),
)

# What is needed for a while.
FOR_A_WHILE = (
    StoredData(
        _("That you are signed in"),
        _("A session: encrypted, with the kind of browser. When it ends is not encrypted."),
        _("Until you leave, sign out or have been away for some minutes; 12 hours at most."),
        ("accounts.Session", "accounts.Visit"),
    ),
    StoredData(_("A form not sent yet"), _("A draft, encrypted."), _("A week."), ("accounts.Draft",)),
    StoredData(_("A file to import"), _("Encrypted."), _("An hour."), ("accounts.ImportFile",)),
    StoredData(
        _("The answer to a form"),
        _("Encrypted twice; only the browser that sent the form can open it."),
        _("15 minutes, or until you leave."),
        ("config.HeldForm",),
    ),
    StoredData(_("Days just deleted"), _("Encrypted, so that you can take it back."), _("Ten minutes."), ("checkins.DeletedDays",)),
    StoredData(
        _("Attempts to sign in"),
        _("A count, under a scrambled form of the name and the network. Neither can be read from it."),
        _("A day."),
        ("accounts.TokenBucket",),
    ),
    StoredData(
        _("Invitations"),
        _("Where the site gives out codes: a scrambled form of each code. Nothing tells which account was made with it."),
        _("Until it is used or out of date."),
        ("accounts.Invitation",),
    ),
)

# Tables about no one: the guide, what Django brings and we leave empty.
ABOUT_NO_ONE = frozenset(
    {
        "guide.Part",
        "guide.Passage",
        "account.EmailAddress",
        "account.EmailConfirmation",
        "auth.Permission",
        "auth.Group",
        "contenttypes.ContentType",
        "config.ErrorCount",
        "config.BackupProof",
    }
)


def read(path: Path) -> tuple[NoticeSection, ...]:
    """The notice in `path`, by its headings. Raises `DataError` if it cannot be read, is empty or too long."""
    text = read_text(path, "utf-8-sig")
    if len(text.encode()) > MAX_BYTES:
        raise DataError(f"{path}: longer than {MAX_BYTES // 1000} kB.")
    sections = sections_of(text)
    if not sections:
        raise DataError(f"{path}, line 1: there is nothing in it. Delete the file, or write the notice.")
    return sections


def sections_of(text: str) -> tuple[NoticeSection, ...]:
    """The sections of a notice. Headings of the first two levels begin one; others are a level below those of the page."""
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table").disable("image")
    parts: list[tuple[str, list[Token]]] = [("", [])]
    tokens, tables = iter(parser.parse(text)), 0
    for token in tokens:
        if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2"):
            heading = next(tokens)
            next(tokens)
            parts.append((_plain(heading), []))
        else:
            tables += token.type == "table_open"
            parts[-1][1].extend(_in_scroller(_safe(token), gettext("Table %(number)d") % {"number": tables}))
    return tuple(
        NoticeSection(heading, mark_safe(parser.renderer.render(body, parser.options, {})))  # noqa: S308, raw HTML is escaped by the parser
        for heading, body in parts
        if heading or body
    )


def _safe(token: Token) -> Token:
    """The token without what the page must not have: alignment comes as an inline style, and a page has one heading of the first level."""
    token.attrs.pop("style", None)
    if token.type.startswith("heading_") and token.tag in ("h1", "h2"):
        token.tag = "h3"
    if token.type == "ordered_list_open":
        token.attrs.pop("start", None)
    return token


def _in_scroller(token: Token, name: str) -> list[Token]:
    """The token; the ends of a table with those of a box around it, in which a wide one scrolls. Both are called `name`."""
    if token.type == "table_open":
        token.attrs |= {"class": "table", "aria-label": name}
        box = format_html('<div class="scroll" tabindex="0" role="region" aria-label="{}">', name)
        return [Token("html_block", "", 0, content=box), token]
    return [token, Token("html_block", "", 0, content="</div>")] if token.type == "table_close" else [token]


def _plain(heading: Token) -> str:
    """The words of a heading, without links and marks."""
    children: list[Any] = heading.children or []
    return "".join(" " if child.type == "softbreak" else child.content for child in children).strip()
