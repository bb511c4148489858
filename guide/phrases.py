"""Phrases as the words files write them, made into patterns over plain words.

What the signs in them mean is at the head of `guide/content/en/words.toml`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from accounts.folding import without_invisible

_APOSTROPHES = re.compile(r"(?<=\w)['’‘`´ʼ](?=\w)")
# Of Latin, Greek and Cyrillic letters; other scripts need their marks.
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_WORDS = re.compile(r"[^\w%]+|_+")
# As some write to get past filters: k1ll, su!cide, @buse.
_DISGUISED = str.maketrans("013457!@$", "oieastias")
_DISGUISE = re.compile(r"\b(?=\w*[^\W\d_])[\w!@$]*[0-9!@$][\w!@$]*\b|(?<!\w)[@$](?=[^\W\d_]{2})\w+")
_GAPS = {"...": r"(?:\w+ ){0,6}?", "~": r"(?:(?!(?:i|im|ive|id|ill) )\w+ ){0,4}?"}


# Spellings that are the same phrase: phrases are written with the form on the right.
_TOGETHER = {
    **{
        f"{verb} not": f"{verb}nt"
        for verb in ("do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "could", "would", "should")
    },
    **{"can not": "cant", "cannot": "cant", "will not": "wont", "i am": "im", "any more": "anymore", "some one": "someone"},
}
_APART = re.compile(rf"\b(?:{'|'.join(_TOGETHER)})\b")


def joined(words: str) -> str:
    """Plain words with "do not" as "dont" and the like."""
    return _APART.sub(lambda apart: _TOGETHER[apart[0]], words)


def plain(text: str) -> str:
    """The words of a text in small letters, with one space between them, without accents, apostrophes, marks and hidden characters."""
    letters = unicodedata.normalize("NFKD", without_invisible(text).casefold())
    letters = unicodedata.normalize("NFC", _ACCENTS.sub("", letters))
    return " ".join(_NOT_WORDS.sub(" ", _APOSTROPHES.sub("", letters)).split())


def undisguised(text: str) -> str:
    """The text with letters in place of digits and signs that disguise them within a word."""
    return _DISGUISE.sub(lambda word: word[0].translate(_DISGUISED), without_invisible(text).casefold())


def listed(says: str) -> list[str]:
    """The phrases of a list with commas between them."""
    return [phrase for phrase in (" ".join(phrase.split()) for phrase in says.split(",")) if phrase]


def words_of(phrases: Iterable[str]) -> set[str]:
    """The words that phrases name, those that end in * among them."""
    return {word.strip("=?") for phrase in phrases for element in phrase.split() for word in element.split("/") if word[0] not in "@.~"}


def compiled(phrases: Iterable[str], classes: Mapping[str, list[str]]) -> re.Pattern[str]:
    """One pattern for any of the phrases, over a text of plain words. Of two that begin at the same place the longer comes first."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase.split()), phrase))
    return re.compile("|".join(_pattern(phrase, classes) for phrase in longest_first) or r"(?!)")


def _pattern(phrase: str, classes: Mapping[str, list[str]]) -> str:
    whole, phrase = phrase.startswith("="), phrase.removeprefix("=")
    pattern = "".join(_GAPS.get(element) or _element(element, classes) for element in phrase.split())
    # Each word includes the space after it, so a space is added to the end of the text too.
    return f"(?:^{pattern}$)" if whole else rf"(?:\b{pattern})"


def _element(element: str, classes: Mapping[str, list[str]]) -> str:
    optional, element = element.endswith("?"), element.removesuffix("?")
    words = [word for name in element.split("/") for word in (classes[name[1:]] if name[0] == "@" else [name])]
    choice = "|".join(re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return rf"(?:(?:{choice}) )" + ("?" if optional else "")
