"""Whether words were typed in a language the guide is not written in, which one, and what they mean: `languages.toml`.

A short list of words for each language is enough to tell it by, and for alphabets of its own the alphabet is.
"""


class Tongue:
    def translated(self, text: str) -> str:
        return ""


def spoken(text: str) -> Tongue | None:
    return None
