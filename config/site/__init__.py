"""What an operator says about their own site, in a folder outside the program (settings.SITE_DIR): docs/site-folder.md.

    site.toml        who runs it, how to reach them, a notice, a colour
    helplines.toml   help lines of their own (guide.helplines)
    privacy.md       their privacy notice (config.site.privacy)

The files are read once, when the program starts; what is wrong in one is said with file and line, and nothing is served.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from accounts.signin import invitations
from config.site import privacy, theme
from guide import helplines
from guide.rows import DataError, DataFile, DataRow

FILES = ("site.toml", "helplines.toml", "privacy.md")

_LINE = r"\S(?:[^\n\r]*\S)?"


@dataclass(frozen=True)
class Site:
    """What a page shows of the site it is on; empty texts where the folder says nothing."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    web: str = ""
    banner: str = ""
    accent: theme.Accent = theme.Accent()
    notice: tuple[privacy.NoticeSection, ...] = ()

    @property
    def signs_up(self) -> bool:
        """Whether anyone can make an account here."""
        return invitations.can_sign_up()

    @property
    def tel(self) -> str:
        """The address that dials `phone`."""
        return helplines.call_address(self.phone)

    @property
    def web_name(self) -> str:
        """`web` as it is read."""
        return helplines.readable(self.web)

    @cached_property
    def theme(self) -> str:
        """The style sheet of the site's own colours, empty if it has none."""
        return self.accent.css()

    @cached_property
    def theme_version(self) -> str:
        return sha256(self.theme.encode()).hexdigest()[:12]


def current() -> Site:
    """The site that this process serves. Raises `DataError` if a file of its folder is wrong."""
    return _read(settings.SITE_DIR)


@cache
def _read(folder: Path | None) -> Site:
    if folder is None:
        return Site()
    _refuse_unknown(folder)
    notice = folder / "privacy.md"
    return _site(folder / "site.toml", privacy.read(notice) if notice.exists() else ())


def _refuse_unknown(folder: Path) -> None:
    """A typing error in the name of a file would hide what it says. Other kinds of files are left alone."""
    try:
        found = sorted(path.name for path in folder.iterdir() if path.suffix in {".toml", ".md", ".markdown", ".txt", ".html"})
    except OSError as error:
        raise DataError(f"SITE_DIR names {folder}, which cannot be read ({error.strerror}).") from None
    if unknown := [name for name in found if name not in FILES]:
        raise DataError(f"{folder / unknown[0]}: the program reads {', '.join(FILES)} and no other file here.")
    if not found:
        raise DataError(f"SITE_DIR names {folder}, which has none of: {', '.join(FILES)}.")


def _site(path: Path, notice: tuple[privacy.NoticeSection, ...]) -> Site:
    if not path.exists():
        return Site(notice=notice)
    file = DataFile(path)
    if unknown := sorted(file.data.keys() - {"site"}):
        raise DataError(f"{path}: {unknown[0]} is not known here. Everything belongs under the heading [site].")
    rows = list(_rows(file))
    if len(rows) != 1:
        raise DataError(f"{path}: it must have the heading [site], once.")
    row = rows[0]
    site = Site(
        name=_text(row, "name", 80, required=True),
        address=_text(row, "address", 200),
        email=row.text("email", r"[\w.+-]+@[\w.-]+\.\w+", "an e-mail address", default=""),
        phone=row.text("phone", r"[+\d][\d ()/-]{2,30}", "one telephone number", default=""),
        web=row.text("web", r"https?://[^\s\"<>]+\.[^\s\"<>]+", "the address of a page", default=""),
        banner=_text(row, "banner", 300),
        accent=theme.Accent(_colour(row, "accent", theme.LIGHT), _colour(row, "accent_dark", theme.DARK)),
        notice=notice,
    )
    row.finish()
    return site


def _rows(file: DataFile) -> Iterator[DataRow]:
    for row, lines in file.rows("site"):
        if lines:
            lines[0].refuse("site has no lines of its own; help lines belong into helplines.toml")
        yield row


def _text(row: DataRow, key: str, longest: int, *, required: bool = False) -> str:
    shape = f"one line of at most {longest} characters"
    text = row.text(key, _LINE, shape) if required else row.text(key, _LINE, shape, default="")
    if len(text) > longest or not text.isprintable():
        row.refuse(f"{key} must be {shape}", key)
    return text


def _colour(row: DataRow, key: str, ground: theme.ColourScheme) -> str:
    colour = row.text(key, r"#[0-9a-fA-F]{6}", 'a colour such as "#1b4d68"', default="").lower()
    if colour and (fault := theme.fault(colour, ground)):
        row.refuse(f"{key} {fault}", key)
    return colour
