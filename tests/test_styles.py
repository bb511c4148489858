"""What stylesheets may use, so that the oldest browsers named in the README show every edge, ground and word."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STYLES = sorted((settings.BASE_DIR / "static" / "css").rglob("*.css"))
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
# Of each no older browser makes anything: a colour that uses one is no colour, and a rule inside one is no rule.
UNKNOWN = re.compile(r"light-dark\(|color-mix\(|oklch\(|@media[^{]*\((width|height)\s*[<>]")


def test_colours_in_the_dark_are_the_same_by_device_and_by_choice() -> None:
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    chosen, by_device = (
        dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{3,6});", tokens.partition(start)[2].partition("}")[0]))
        for start in (':root[data-theme="dark"] {', ':root:not([data-theme="light"]) {')
    )
    light = dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{3,6});", tokens.partition("color-scheme: light dark;")[2].partition("}")[0]))

    assert len(light) == 21
    assert chosen == by_device and chosen.keys() == light.keys()


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_nothing_is_used_that_the_oldest_browsers_do_not_know(path: Path) -> None:
    assert not UNKNOWN.findall(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S))


# A list that has any class is drawn without marks.
_CLASSES = re.compile(r'<(?!ul|ol)\w+[^<>]*?\bclass="([^"]*)"')


@pytest.mark.parametrize("kind", ["class", "data"])
def test_no_template_has_a_hook_that_no_style_and_no_script_knows(kind: str) -> None:
    """A name that is put together in the template, as `kind--{{ it }}`, is passed over."""
    known = "\n".join(path.read_text() for path in (*STYLES, settings.BASE_DIR / "accounts" / "portability" / "record.css", *SCRIPTS))
    unknown = set()
    for path in TEMPLATES:
        text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{%.*?%\}", " ", path.read_text(), flags=re.S)
        if kind == "class":
            names = {name: rf"[.\"'` ]{re.escape(name)}(?![\w-])" for each in _CLASSES.findall(text) for name in _whole(each)}
        else:
            names = {
                name: rf"{name}\b|[dD]ataset\W+{_in_script(name)}\b|\b{_in_script(name)}\b" for name in re.findall(r"\b(data-[\w-]+)", text)
            }
        unknown |= {f"{path.name}: {name}" for name, pattern in names.items() if not re.search(pattern, known)}

    assert not unknown


def _whole(names: str) -> list[str]:
    return [name for name in re.sub(r"\S*\{\{.*?\}\}\S*", " ", names).split() if not name.endswith("-")]


def _in_script(name: str) -> str:
    """The name under which a script finds a data attribute: `leftCookie` for `data-left-cookie`."""
    return re.sub(r"-(\w)", lambda found: found[1].upper(), name.removeprefix("data-"))
