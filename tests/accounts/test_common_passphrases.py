"""Common passphrases are refused, without asking another service (docs/security.md, R5)."""

import gzip
import random
import socket
from pathlib import Path

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts.models import Account
from accounts.signin import names
from accounts.signin.common_passphrases import is_common

LISTED = gzip.decompress(Path(password_validation.__file__).with_name("common-passwords.txt.gz").read_bytes()).decode().split()


def candidates() -> set[str]:
    """Common passwords as people extend them to twelve characters."""
    found = {entry for entry in LISTED if len(entry) >= 12}
    for word in LISTED[:700]:
        odd = word.replace("a", "@").replace("o", "0").replace("e", "3").replace("s", "$")
        found |= {word * 2, word * 3, f"{word}1234567890", f"{word.title()}2026!!!!!!", f"{odd}!!!!!!!!!!", f"!!{word.upper()}{word}!!"}
        found |= {f"{first}{word}" for first in LISTED[3:8]}
    return {each for each in found if 12 <= len(each) <= 128}


def test_three_thousand_common_ones_are_refused() -> None:
    tried = candidates()
    missed = {each for each in tried if not is_common(each)}

    print(f"{len(tried)} candidates, {len(missed)} not told: {sorted(missed)[:5]}")
    assert len(tried) - len(missed) >= 3000
    assert len(missed) < len(tried) / 50


@pytest.mark.parametrize(
    "passphrase",
    [
        "passwordpassword",
        "P@ssw0rd2026!!",
        "qwertyuiop123456",
        "123456789012",
        "987654321098",
        "qwertyasdfgh",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "iloveyoumonkey",
        "EvenKeel2026!",
        "Passphrase-2026",
        "i love you i love you",
        "  password  123  ",
        "ＰＡＳＳＷＯＲＤ１２３４",
    ],
)
def test_disguises_are_seen_through(passphrase: str) -> None:
    assert is_common(passphrase)


@pytest.mark.parametrize("passphrase", ["quietharbour42", "Quiet Harbour 1984", "ruobrahteiuq!!", "qu13t-h4rb0ur"])
def test_the_name_one_signs_in_with_is_none(passphrase: str) -> None:
    assert is_common(passphrase, "quiet-harbour-42")


def test_words_that_have_nothing_to_do_with_each_other_are_taken() -> None:
    dice = random.Random(12)
    words = names.FIRST.split() + names.SECOND.split()
    chosen = [dice.choice("- ").join(dice.sample(words, 4)) for _ in range(5000)]

    assert not [each for each in chosen if is_common(each, "quiet-harbour-42")]


@pytest.mark.parametrize(
    "passphrase",
    [
        "correct horse battery staple",
        "four words nobody guesses",
        "x" * 128,
        "8392 7461 0293 5518",
        "ünïcödé wörds 😀",
        "kq7#mV2!pz9&",
        "雨が降る夜の静かな港で待つ",
    ],
)
def test_and_so_is_what_is_merely_unusual(passphrase: str) -> None:
    assert not is_common(passphrase)


def test_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ValidationError, match="too common"):
        password_validation.validate_password("passwordpassword", Account(name="quiet-harbour-42"))


def test_what_is_too_long_is_refused_for_that_alone() -> None:
    """To see whether 32,000 characters are common as well took twenty seconds, and anybody may ask."""
    with pytest.raises(ValidationError) as refused:
        password_validation.validate_password("0123456789" * 20, Account(name="quiet-harbour-42"))

    assert refused.value.messages == ["128 characters at most. This has 200."]
