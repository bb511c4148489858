"""Common passphrases, recognised without another service (docs/security.md, R5).

Of the lists of passwords in use, few entries have twelve characters. What people do to reach twelve is known too: they write a word twice,
put digits or marks at its ends, or figures for letters. So these are undone before the list is looked at.
"""

import gzip
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.contrib.auth import password_validation

# Words that this site itself suggests.
OURS = {"evenkeel", "keeleven", "passphrase", "roadmap", "checkin", "checkins", "therapy", "partner", "talking", "wellbeing", "gratitude"}

# Of two words in a row, each is looked for among so many.
MAX_FOREMOST_WORDS = 1000

FIGURES = [str.maketrans("013457@$!€", "oleastasie"), str.maketrans("013457@$!€", "oieastasie")]
ROWS = [
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb",
]
ROWS += ["abcdefghijklmnopqrstuvwxyz"]
_RUNS = {row[at : at + 3] for line in ROWS for row in (line, line[::-1]) for at in range(len(row) - 2)}

# Forty repetitions of one letter are accepted: the number is a choice of its own.
MAX_REPEATED_CHARS = 40


@cache
def _listed() -> tuple[frozenset[str], frozenset[str]]:
    """Django's list of common passwords, and the foremost of them that are words."""
    with gzip.open(Path(password_validation.__file__).with_name("common-passwords.txt.gz"), "rt") as file:
        entries = file.read().split()
    return frozenset(entries) | OURS, frozenset(entry for entry in entries[:MAX_FOREMOST_WORDS] if len(entry) >= 4) | OURS


def is_common(passphrase: str, name: str = "") -> bool:
    """Whether `passphrase` is one of those tried first, or the name one signs in with, in one of its disguises."""
    listed, foremost = _listed()
    plain_name = unicodedata.normalize("NFKC", name).casefold()
    own = {_letters(plain_name), _letters(_core(plain_name))} - {""}
    for form in _undressed(passphrase):
        letters = _letters(form)
        if form in listed or letters in listed or letters in own or letters[::-1] in own:
            return True
        if any(letters[:at] in foremost and letters[at:] in foremost for at in range(4, len(letters) - 3)):
            return True
    return _is_a_row_of_keys(passphrase.casefold())


def _undressed(passphrase: str) -> Iterator[str]:
    """The passphrase without what people add to a word to make it longer or less common, in each order that matters."""
    plain = unicodedata.normalize("NFKC", passphrase).casefold()
    # A punctuation mark at an end may be added, or replace a letter; a year may be added to digits.
    bare = re.sub(r"^[^\w@$]+|[^\w@$]+$", "", plain)
    for text in {plain, bare, re.sub(r"(19|20)\d\d$", "", bare), _core(plain)}:
        for form in {text, *(text.translate(figures) for figures in FIGURES)}:
            for once in (form, _once(form)):
                yield once
                yield _core(once)


def _core(text: str) -> str:
    """Without digits, marks and spaces at either end."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _once(text: str) -> str:
    """What `text` repeats, as "abc" for "abcabcab"; itself if it repeats nothing."""
    if len(text) > MAX_REPEATED_CHARS:
        return text
    return next((text[:size] for size in range(1, len(text) // 2 + 1) if (text[:size] * len(text)).startswith(text)), text)


def _is_a_row_of_keys(text: str) -> bool:
    """Whether it consists only of neighbouring keys, or of letters or digits in order, in runs of four or more."""
    breaks = sum(text[at : at + 3] not in _RUNS for at in range(len(text) - 2))
    return len(text) > 2 and breaks <= 2 * (len(text) // 4 - 1)
