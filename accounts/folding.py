"""The form in which words are compared, however they were typed: without upper case, accents and invisible characters."""

import re
import unicodedata

# Soft hyphens, spaces without width, and marks of direction, of joining and of how a character looks (Unicode 17, section 23.2 to 23.4).
_INVISIBLE = "\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
# Some scripts are spelt with joiners. Among Latin letters they mean nothing.
_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_UNSEEN = re.compile(f"[{_INVISIBLE}]+|(?<=[{_LATIN}])[\u200c\u200d]+|[\u200c\u200d]+(?=[{_LATIN}])")
_MARKS = re.compile("[\u0300-\u036f]+")
# Letters that are their own although they look like another with something added.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})

# A word, whatever is hidden in it.
WORD = re.compile(rf"[^\W_]+(?:[{_INVISIBLE}\u200c\u200d]+[^\W_]+)*")


def without_invisible(text: str) -> str:
    """`text` as it looks: a word that has a soft hyphen in it is the same word."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def fold(text: str) -> str:
    """`text` without upper case, accents and what cannot be seen."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", without_invisible(text).casefold())).translate(_PLAIN)
