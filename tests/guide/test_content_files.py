"""The content files are compared with what reads them, and what is wrong is named by file and line."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.utils import translation

from guide import checks, content, ladder, library, reasons


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A copy of our files that a test may spoil."""
    shutil.copytree(content.CONTENT, tmp_path / "content")
    monkeypatch.setattr(content, "CONTENT", tmp_path / "content")
    library.forget()
    yield tmp_path / "content" / "en"
    library.forget()


def change(path: Path, old: str, new: str) -> int:
    """Write `new` where `old` was; returns the line it is in."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old), old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    library.forget()
    return text[: text.index(old)].count("\n") + 1


def test_ours_are_sound() -> None:
    assert [error.msg for error in run_checks() if error.id == "guide.E001"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("ladder.toml", 'hint = "An evening.', 'hints = "An evening.', "no field is called 'hints'"),
        ("ladder.toml", 'smaller = "Watch it', '# smaller = "Watch it', "'smaller' is missing"),
        ("ladder.toml", 'title = "One question over a pot of tea"', 'title = ""', "'title' is empty"),
        ("ladder.toml", 'title = "One question over a pot of tea"', "title = 3", "'title' is a text in quotation marks, not 3"),
        ("ladder.toml", 'note = "films"', 'note = "movies"', "no evidence note is called 'movies'"),
        ("ladder.toml", 'key = "film"', 'key = "A film"', "a key is made of small letters, digits and hyphens, not 'A film'"),
        ("ladder.toml", 'key = "film"', 'key = "question"', "the key 'question' is there already"),
        ("ladder.toml", 'note = "films"', 'note = "films', "Illegal character"),
        ("reasons.toml", 'rung = "course"', 'rung = "cruise"', "there is no 'cruise' in ladder.rung"),
        ("reasons.toml", 'notes = ["real-on-men"]', 'notes = "real-on-men"', "'notes' is a list"),
        ("signs.toml", "help_first = true", 'help_first = "yes"', "'help_first' is true or false"),
        ("signs.toml", "/guide/options/#refuses", "/guide/options/#refusing", "nothing in /guide/options/ is called #refusing"),
        ("signs.toml", 'address = "/help/"', 'address = "/helping/"', "no page has the address '/helping/'"),
        ("stories.toml", "[[story]]", "[[stories]]", "nothing reads [stories]"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(files: Path, file: str, old: str, new: str, said: str) -> None:
    line = change(files / file, old, new)

    found = checks.problems("en")

    assert any(words.startswith(f"guide/content/en/{file}:") and said in words for words in found), found
    at = next(int(words.split(":")[1]) for words in found if said in words)
    # What is missing is told at the head of its entry, and a list at its first line.
    assert at <= line and line - at <= (7 if "missing" in said or "signs" in file else 0)


def test_a_file_that_is_gone_is_named(files: Path) -> None:
    (files / "ladder.toml").unlink()
    library.forget()

    assert "guide/content/en/ladder.toml:1: there is no such file" in checks.problems("en")


def test_a_translation_has_the_same_keys_and_is_shown_in_its_language(files: Path, settings) -> None:
    shutil.copytree(files, files.parent / "de")
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    change(files.parent / "de" / "ladder.toml", "One question over a pot of tea", "Eine Frage bei einer Kanne Tee")

    with translation.override("de"):
        assert ladder.RUNGS["question"].title == "Eine Frage bei einer Kanne Tee"
        assert dict(reasons.choices()).keys() == reasons.REASONS.keys()
    assert ladder.RUNGS["question"].title == "One question over a pot of tea"
    assert checks.problems("de") == []

    change(files.parent / "de" / "ladder.toml", 'key = "weekend"', 'key = "wochenende"')
    assert "guide/content/de/ladder.toml:1: other [[rung]] than in en: weekend, wochenende" in checks.problems("de")
