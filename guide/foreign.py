"""Words typed in a language the guide is not written in: which language, and what they mean: `languages.toml`.

A short list of words for each language is enough to tell it by; a script of its own is enough by itself.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property

from guide import content, helplines, phrases, words
from guide.content import ContentTable, Fixed
from guide.helplines import Country

# Written without spaces between words: each letter is taken for one.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])")
# The kinds of danger, by the names of the fields that hold their phrases.
KINDS = ("harm", "forced", "dying", "afraid")


@dataclass(frozen=True)
class Language:
    """A language: how it is told (`script`, `little`, `means`), what is said in it, and what in it is danger. See the head of the file."""

    key: str
    name: str
    says: Fixed
    script: Fixed = ""
    little: Fixed = ""
    means: Fixed = ""
    countries: tuple[Fixed, ...] = ()
    harm: Fixed = ""
    forced: Fixed = ""
    dying: Fixed = ""
    afraid: Fixed = ""


LANGUAGES = ContentTable("languages", "language", Language)


class Tongue:
    """A language with its lists as patterns over plain words."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @property
    def code(self) -> str:
        return self.language.key

    @property
    def name(self) -> str:
        return self.language.name

    @property
    def says(self) -> str:
        return self.language.says

    def lines(self) -> list[tuple[Country, str]]:
        """Countries where it is spoken, each with the numbers for those who are afraid and for those who think of dying."""
        found = filter(None, map(helplines.country, self.language.countries))
        return [(country, ", ".join(_phones(country))) for country in found]

    def translated(self, text: str) -> str:
        """In English, the words of `text` that matter for a search; "" if none of them is known."""
        said = _spaced(text)
        return " ".join(dict.fromkeys(meaning for pattern, meaning in self._meanings if pattern.search(said)))

    def dangers(self, text: str) -> set[str]:
        """The names of the kinds of danger that `text` sounds like."""
        said = _spaced(text)
        return {kind for kind, pattern in self._dangers.items() if pattern.search(said)}

    def knows(self, word: str) -> bool:
        """Whether a plain word is one of this language, as far as its lists go."""
        return bool(self._all.match(f"{word} "))

    @cached_property
    def _meanings(self) -> list[tuple[re.Pattern[str], str]]:
        pairs = [pair.partition(" ")[::2] for pair in phrases.listed(self.language.means)]
        return [(_compiled([word]), meaning) for word, meaning in pairs]

    @cached_property
    def _dangers(self) -> dict[str, re.Pattern[str]]:
        listed = {kind: phrases.listed(getattr(self.language, kind)) for kind in KINDS}
        return {kind: _compiled(says) for kind, says in listed.items() if says}

    @cached_property
    def _all(self) -> re.Pattern[str]:
        meant = [pair.partition(" ")[0] for pair in phrases.listed(self.language.means)]
        danger = [word for kind in KINDS for phrase in phrases.listed(getattr(self.language, kind)) for word in phrase.split()]
        return _compiled([*phrases.listed(self.language.little), *meant, *danger])


def _phones(country: Country) -> list[str]:
    lines = [next((line for line in country.lines if line.phone and line.meets(need)), None) for need in ("afraid", "dying")]
    return list(dict.fromkeys(line.phone if line.who == line.phone else f"{line.phone} ({line.who})" for line in lines if line))


def spoken(text: str) -> Tongue | None:
    """The language that `text` is written in, None if that is English or cannot be told."""
    tongues = _tongues(content.language())
    script = _script(text)
    if script and script != "LATIN":
        return next((tongue for tongue in tongues if script in tongue.language.script.split()), None)
    said = [word for word in phrases.plain(text).split() if len(word) > 1]
    english = [word for word in {*said} if words.of(content.language()).is_real(word)]
    best, most = None, 0
    for tongue in tongues:
        of_it = {word for word in {*said} if not tongue.language.script and tongue.knows(word)}
        known = [word for word in said if word in of_it]
        # Words that are English too tell little: it takes three, and no others.
        tells = not {*known} <= {*english} or len(known) == len(said) > 2
        if len(known) > most and tells and len(known) > len({*english} - {*known}):
            best, most = tongue, len(known)
    return best


def _script(text: str) -> str:
    """The name in Unicode of the script that most letters of `text` are of; kana before Chinese characters, which Japanese has too."""
    names = [unicodedata.name(letter, "").split(" ")[0].split("-")[0] for letter in text if letter.isalpha()]
    if kana := [name for name in names if name in ("HIRAGANA", "KATAKANA")]:
        return kana[0]
    return max(names, key=names.count, default="")


def _spaced(text: str) -> str:
    return phrases.plain(_UNSPACED.sub(r" \1 ", text)) + " "


def _compiled(says: list[str]) -> re.Pattern[str]:
    return phrases.compiled([_plain_phrase(phrase) for phrase in says], {})


def _plain_phrase(phrase: str) -> str:
    """A phrase of the file as plain words, with its asterisk."""
    return _spaced(phrase).strip() + ("*" if phrase.endswith("*") else "")


@cache
def _tongues(language: str) -> tuple[Tongue, ...]:
    return tuple(map(Tongue, content.read(LANGUAGES, language)[0].values()))


def forget() -> None:
    """Read the file again when it is next asked for."""
    _tongues.cache_clear()
