"""What stylesheets may use, so that the oldest browsers named in the README show every edge, ground and word."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STYLES = sorted((settings.BASE_DIR / "static" / "css").rglob("*.css"))
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
