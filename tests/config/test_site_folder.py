"""What an operator says about their own site: the folder SITE_DIR, /privacy/ and /theme.css."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as program
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from config import checks, site
from config.site import privacy, theme
from guide import helplines, page_cache
from guide.rows import DataError
from tests.serving import manage
from tests.test_site import HEADERS, check_headers, check_page

SITE = """\
# Our own
[site]
name = "Harbour Centre"
address = "1 Quay Street, Bristol"
email = "help@harbour.example"
phone = "+44 1234 567890"
web = "https://www.harbour.example/"
banner = "On Sunday from 8 to 9 the site is closed for repairs."
accent = "#0b5c4a"
accent_dark = "#7fd6bd"
"""


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """A folder that the program reads as SITE_DIR, empty at first."""
    settings.SITE_DIR = tmp_path
    helplines._data.cache_clear()
    site._read.cache_clear()
    page_cache._for_strangers.clear()
    yield tmp_path
    helplines._data.cache_clear()
    site._read.cache_clear()
    page_cache._for_strangers.clear()


def test_without_a_folder_nothing_changes(client: Client, db: None) -> None:
    page = client.get("/using-this-safely/").content.decode()

    assert "/theme.css" not in page and "site-banner" not in page and "Run by" not in page
    assert 'href="/privacy/"' in page
    answer = client.get("/theme.css")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"", "text/css; charset=utf-8")


@pytest.mark.parametrize("path", ["/", "/using-this-safely/", "/guide/", "/accounts/login/", "/nowhere/"])
def test_every_page_says_who_runs_it_and_shows_the_notice_and_the_colour(folder: Path, client: Client, db: None, path: str) -> None:
    (folder / "site.toml").write_text(SITE)

    page = client.get(path).content.decode()

    assert "On Sunday from 8 to 9" in page and "Run by Harbour Centre." in page
    assert 'href="mailto:help@harbour.example"' in page and 'href="tel:+441234567890"' in page
    assert "Harbour" not in re.search("<title>(.*)</title>", page)[1], "a tab names no centre"
    sheets = re.findall('rel="stylesheet" href="([^"]+)"', page)
    assert len(sheets) <= 4 and sheets[-1].startswith("/theme.css?v=")
    css = client.get(sheets[-1])
    assert css["Cache-Control"] == "max-age=31536000, public, immutable"
    assert "--keel: #0b5c4a" in css.content.decode() and "--keel: #7fd6bd" in css.content.decode()
    assert all(css[name] == value for name, value in HEADERS.items())
    assert "no-store" in client.get("/theme.css?v=other")["Cache-Control"]


def test_text_of_a_site_is_never_read_as_html(folder: Path, client: Client, db: None) -> None:
    (folder / "site.toml").write_text('[site]\nname = "<b>A & B</b>"\nbanner = "<script>alert(1)</script>"\n')

    page = client.get("/privacy/").content.decode()

    assert "<script>alert" not in page and "&lt;b&gt;A &amp; B&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[site]\nname = "A"\nbaner = "x"\n', "line 3: baner is not a key of such a row"),
        ('[site]\n\nname = ""\n', "line 3: name must be one line"),
        ('[site]\nbanner = "x"\n', "line 1: name is missing"),
        ('[site]\nname = "A"\nbanner = """x\ny"""\n', "line 3: banner must be one line"),
        (f'[site]\nname = "{"x" * 81}"\n', "line 2: name must be one line of at most 80 characters"),
        ('[site]\nname = "A"\nemail = "nobody"\n', "line 3: email must be an e-mail address"),
        ('[site]\nname = "A"\nweb = "javascript:alert(1)"\n', "line 3: web must be the address of a page"),
        ('[site]\nname = "A"\nweb = "https://a.example/\\"onclick"\n', "line 3: web must be"),
        ('[site]\nname = "A"\nphone = "call us"\n', "line 3: phone must be one telephone number"),
        ('[site]\nname = "A"\naccent = "teal"\n', "line 3: accent must be a colour such as"),
        ('[site]\nname = "A"\naccent = "#1b4d68; } body { display: none"\n', "line 3: accent must be a colour such as"),
        (
            '[site]\nname = "A"\naccent = "#4aa3c7"\n',
            "its contrast is 2.40, and must be 4.5. Take a darker one",
        ),
        ('[site]\nname = "A"\naccent_dark = "#1b4d68"\n', "line 3: accent_dark is too hard to read on dark pages"),
        ("[site]\nname = 5\n", "line 2: name must be one line"),
        ('name = "A"\n', "name is not known here"),
        ('[[site]]\nname = "A"\n[[site]]\nname = "B"\n', "[site], once"),
        ("", "[site], once"),
        ('[site\nname = "A"\n', "line 1"),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_line(folder: Path, text: str, said: str) -> None:
    (folder / "site.toml").write_text(text)

    [error] = checks.site_is_sound()

    assert str(folder / "site.toml") in error.msg and said in error.msg, error.msg
    assert "\n" not in error.msg


def test_what_is_not_text_is_refused_with_its_line(folder: Path) -> None:
    (folder / "site.toml").write_bytes(b'[site]\nname = "caf\xe9"\n')
    assert "line 2: this is not text in UTF-8" in checks.site_is_sound()[0].msg
    (folder / "site.toml").unlink()
    (folder / "privacy.md").write_bytes(b"# A\n\nB\n\xff")
    site._read.cache_clear()
    page_cache._for_strangers.clear()
    assert "line 4: this is not text in UTF-8" in checks.site_is_sound()[0].msg
    (folder / "privacy.md").write_text(" \n")
    assert "there is nothing in it" in checks.site_is_sound()[0].msg
    (folder / "privacy.md").write_text("x" * (privacy.MAX_BYTES + 1))
    assert "longer than 200 kB" in checks.site_is_sound()[0].msg


def test_a_folder_that_says_nothing_or_has_a_wrong_name_in_it_is_refused(folder: Path, settings) -> None:
    assert "has none of" in checks.site_is_sound()[0].msg
    (folder / "Privacy.md").write_text("x")
    assert "Privacy.md: the program reads site.toml, helplines.toml, privacy.md" in checks.site_is_sound()[0].msg
    (folder / "Privacy.md").unlink()
    (folder / "site.toml").mkdir()
    assert "cannot be read" in checks.site_is_sound()[0].msg
    settings.SITE_DIR = folder / "nowhere"
    assert "cannot be read" in checks.site_is_sound()[0].msg


def test_the_program_does_not_start_with_a_wrong_folder(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "site.toml").write_text('[site]\nname = "A"\naccent = "#ffffff"\n')

    checked = manage(tmp_path / "var", "check", SITE_DIR=str(tmp_path / "site"))

    assert checked.returncode != 0 and "site.toml, line 3: accent is too hard to read" in checked.stderr
    assert "Traceback" not in checked.stderr


def test_a_server_of_another_kind_does_not_start_with_it_either(folder: Path, db: None) -> None:
    from config import startup

    (folder / "site.toml").write_text("[site]\n")
    with pytest.raises(ImproperlyConfigured, match="name is missing"):
        startup.prepare()
    with pytest.raises(CommandError, match="name is missing"):
        call_command("check")


# Privacy

BAD = """\
Before <script>alert(1)</script> any heading <img src=x onerror=alert(1)>.

# First <b onclick="x()">heading</b>

![a picture](https://elsewhere.example/track.png) and [a link](javascript:alert(1)), [data](data:text/html;base64,PHNjcmlwdD4=),
[good](https://good.example/), [mail](mailto:a@b.example), <https://auto.example/>

## Second

### Third

| left | right |
|:-----|------:|
| a | b |

7. from seven

<style>body { display: none }</style>
<iframe src="https://elsewhere.example"></iframe>

Setext
======

> ## In a quotation

```html
<script>alert(2)</script>
```
"""


def test_nothing_in_a_notice_breaks_the_page_or_its_policy(folder: Path, client: Client, db: None) -> None:
    (folder / "privacy.md").write_text(BAD)

    answer = client.get("/privacy/")

    check_headers(answer)
    check_page(answer)
    page = answer.content.decode()
    assert not re.search(r"<(script(?! defer src)|iframe|img|style|b onclick)", page)
    assert "style=" not in page and 'href="javascript' not in page and 'href="data' not in page
    for kept in (
        'href="https://good.example/"',
        'href="mailto:a@b.example"',
        "<td>b</td>",
        '<table class="table" aria-label="Table 1">',
        "<h3>Third</h3>",
        "&lt;script&gt;alert(2)",
        "Setext</h2>",
    ):
        assert kept in page, kept
    assert "What you have read" in page, "what the program keeps is always said"
    assert "have not said here who they are" not in page


def test_a_page_without_a_folder_is_truthful(client: Client, db: None, settings) -> None:
    settings.BACKUP_DAYS = 30

    page = client.get("/privacy/").content.decode()

    assert "have not said here who they are" in page
    assert "for 30 days" in page


def test_every_table_of_the_program_is_accounted_for() -> None:
    said = [model for kept in (*privacy.OWN, *privacy.FOR_A_WHILE) for model in kept.models]
    stored = {model._meta.label for model in apps.get_models()}

    assert len(said) == len(set(said))
    assert stored - {*said} - privacy.ABOUT_NO_ONE == set(), "a new table: say on /privacy/ what is in it and for how long"
    assert {*said} | privacy.ABOUT_NO_ONE == stored


def test_the_times_on_the_page_are_those_of_the_program() -> None:
    from datetime import timedelta

    from accounts.autosave.models import Draft
    from accounts.portability.deletion import UNUSED_AFTER
    from accounts.portability.models import ImportFile
    from accounts.signin.throttle import TURN_ENDS_S
    from checkins.models import DeletedDays
    from config.held import LIFETIME

    assert (timedelta(days=7), timedelta(hours=1), timedelta(minutes=10)) == (Draft.LIFETIME, ImportFile.LIFETIME, DeletedDays.LIFETIME)
    assert (timedelta(minutes=15), timedelta(days=30), 300) == (LIFETIME, UNUSED_AFTER, TURN_ENDS_S)
    assert program.SESSION_COOKIE_AGE == 12 * 3600


# Colours


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    css = (program.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    light, dark = css.split("@media screen {", 1)
    for ground, text in ((theme.LIGHT, light), (theme.DARK, dark)):
        found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", text))
        full = {name: value if len(value) == 7 else "#" + "".join(2 * sign for sign in value[1:]) for name, value in found.items()}
        assert {name: full[name] for name in ground.behind} == ground.behind
        assert full["on-keel"] == ground.on_button
        assert not theme.fault(full["keel"], ground), "our own colour passes"


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert theme.contrast("#1b4d68", "#1b4d68") == 1


@pytest.mark.parametrize(
    ("ground", "colour"),
    [(theme.LIGHT, colour) for colour in ("#0b5c4a", "#7a1f3d", "#3b3b98")] + [(theme.DARK, colour) for colour in ("#7fd6bd", "#ffb3c7")],
)
def test_under_the_pointer_a_colour_is_easier_to_read(ground: theme.ColourScheme, colour: str) -> None:
    assert not theme.fault(colour, ground)
    deep = re.search(r"--keel-deep: (#\w+)", theme._tokens(colour, ground))[1]
    assert not theme.fault(deep, ground)


# Help lines

LINES = """
[[country]]
code = "GB"
{instead}
[[country.line]]
who = "Harbour line"
for = "anyone in Bristol"
needs = ["afraid"]
phone = "01234 567890"
checked = 2026-11-30
source = "https://harbour.example/"
grade = "A"
"""


def test_own_lines_are_added_or_put_in_place_of_a_countrys(folder: Path, client: Client, db: None) -> None:
    def shown(instead: str) -> str:
        (folder / "helplines.toml").write_text(LINES.format(instead=instead))
        helplines._data.cache_clear()
        return client.get("/help/", {"country": "GB"}).content.decode()

    added, replaced = shown(""), shown("instead = true")

    assert "Harbour line" in added and "National Domestic Abuse Helpline" in added
    assert "Harbour line" in replaced and "National Domestic Abuse Helpline" not in replaced
    assert "999" in replaced, "the emergency number stays"
    (folder / "helplines.toml").write_text('[[country]]\ncode = "GB"\ninstead = 1\n')
    with pytest.raises(DataError, match="line 3: instead must be true or false"):
        helplines.load(helplines.DATA, folder / "helplines.toml")
    (folder / "helplines.toml").write_text('[[country]]\ncode = "GB"\ninstead = true\n')
    with pytest.raises(DataError, match="line 3: GB has no lines to put in place of ours"):
        helplines.load(helplines.DATA, folder / "helplines.toml")
