"""A site's own accent colour: that of links and buttons, one for light pages and one for dark.

A colour that could not be read is refused (WCAG 2.2, 1.4.3: 4.5 to 1 for text).
"""

from dataclasses import dataclass

MIN_CONTRAST = 4.5


@dataclass(frozen=True)
class ColourScheme:
    """What a link is read on, and the words on a button, in light or in dark: values of static/css/tokens.css by name."""

    name: str
    behind: dict[str, str]
    on_button: str
    # What the colour moves towards under the pointer.
    towards: str


LIGHT = ColourScheme(
    "light",
    {"paper": "#fbfcfa", "shoal": "#eef2f1", "buff": "#f5ebcd", "buff-pale": "#f9f5e8", "field": "#ffffff", "lamp": "#f5ebcd"},
    on_button="#fbfcfa",
    towards="#000000",
)
DARK = ColourScheme(
    "dark",
    {"paper": "#11181b", "shoal": "#1a2327", "buff": "#352f1c", "buff-pale": "#1f211b", "field": "#0b1113", "lamp": "#23211a"},
    on_button="#0d1518",
    towards="#ffffff",
)


@dataclass(frozen=True)
class Accent:
    """Colours such as "#1b4d68"; an empty one leaves the program's own."""

    light: str = ""
    dark: str = ""

    def css(self) -> str:
        """A style sheet for after ours, empty without a colour. It begins in the layer of our tokens, so that it wins over nothing else."""
        light, dark = _tokens(self.light, LIGHT), _tokens(self.dark, DARK)
        rules = [f":root {{ {light} }}"] if light else []
        if dark:
            rules += [
                f'@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}',
                f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}',
            ]
        return "@layer tokens {\n" + "\n".join(rules) + "\n}\n" if rules else ""


def fault(colour: str, ground: ColourScheme) -> str:
    """What is wrong with a colour for links and buttons on that ground, "" if nothing is."""
    name, worst = min(ground.behind.items(), key=lambda behind: contrast(colour, behind[1]))
    found = min(contrast(colour, worst), contrast(colour, ground.on_button))
    if found >= MIN_CONTRAST:
        return ""
    better = "darker" if ground is LIGHT else "lighter"
    return f"is too hard to read on {ground.name} pages: its contrast is {found:.2f}, and must be {MIN_CONTRAST}. Take a {better} one"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (each / 255 for each in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _tokens(colour: str, ground: ColourScheme) -> str:
    """The two tokens of the accent. Under the pointer it is a quarter nearer to black or white, so its contrast only grows."""
    if not colour:
        return ""
    pairs = zip(_parts(colour), _parts(ground.towards), strict=True)
    deep = "#" + "".join(f"{round(part + (goal - part) / 4):02x}" for part, goal in pairs)
    return f"--keel: {colour}; --keel-deep: {deep};"
