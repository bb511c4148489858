"""What the program is made of is what was looked at (docs/security.md, R72)."""

import importlib.util
import re
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import django_htmx
import pytest
from django.conf import settings

# htmx as included in django-htmx; every page that saves loads it. Another version: read what it changed, then put its hash here.
HTMX = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_locked_to_one_version_and_its_hashes_and_to_no_host(name: str) -> None:
    # Two lines for a Python that is too old: tests/config/test_python.py.
    *_, text = (settings.BASE_DIR / name).read_text().split("\n", 2)
    packages = re.findall(r"^[a-z0-9].*(?:\n .*)*", text, re.M)

    assert len(packages) > 20
    for package in packages:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,0-9-]+\])?==[\w.+!]+", package), package
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", package), package
    assert "://" not in text and "--index" not in text and "--trusted" not in text


def test_htmx_is_the_file_that_was_looked_at() -> None:
    file = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"

    assert sha256(file.read_bytes()).hexdigest() == HTMX


@pytest.fixture
def supply() -> ModuleType:
    """The script that .ci/run lets look through all of it."""
    spec = importlib.util.spec_from_file_location("supply", settings.BASE_DIR / ".ci" / "supply.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("eval(words)", 1),
        ("eval(words)  # noqa: S307", 1),
        ("eval(words)  # noqa: S101, of something else", 1),
        ("eval(words)  # noqa: S307, words of our own", 0),
    ],
)
def test_what_bandit_finds_needs_a_reason_beside_it(supply: ModuleType, tmp_path: Path, line: str, left: int) -> None:
    (tmp_path / "code.py").write_text(f"words = '1'\n{line}\n")
    finding = {"filename": "code.py", "line_number": 2, "line_range": [2], "test_id": "B307", "issue_text": "Use of eval"}

    assert len(supply.unexplained([finding], tmp_path)) == left


def test_a_package_that_could_not_be_asked_after_is_not_taken_for_a_good_one(supply: ModuleType, monkeypatch, capsys) -> None:
    answers = {
        "nothing at all": ("print('no name server', file=sys.stderr)", [], "NOT ASKED: no name server"),
        "no answer on any": (
            "print(json.dumps({'dependencies': [skipped]}))",
            [],
            "NOT ASKED: the vulnerability database had no answer on any",
        ),
        "one of two": (
            "print(json.dumps({'dependencies': [skipped, good]}))",
            [],
            "NOT ASKED: the vulnerability database had no answer on left",
        ),
        "a known one": ("print(json.dumps({'dependencies': [good, bad]}))", ["pad 1.0: CVE-2026-1"], "2 of 2 packages were asked after, 1"),
    }
    packages = (
        "import json, sys; skipped = {'name': 'left', 'skip_reason': 'not found'}; good = {'name': 'right', 'version': '1.0', 'vulns': []};"
        "bad = {'name': 'pad', 'version': '1.0', 'vulns': [{'id': 'CVE-2026-1'}]};"
    )
    for code, found, said in answers.values():
        monkeypatch.setattr(supply, "AUDIT", [sys.executable, "-c", packages + code])

        assert supply.ask() == found
        assert said in capsys.readouterr().out


def test_the_list_of_parts_holds_every_locked_package_and_what_two_of_them_carry(supply: ModuleType) -> None:
    parts = {part.name: part for part in supply.parts().components}

    locked = re.findall(r"^([a-z0-9._-]+)==", (settings.BASE_DIR / "requirements.txt").read_text(), re.M)
    assert set(parts) == {*locked, "htmx.org", "postgresql"}
    assert [digest.content for digest in parts["htmx.org"].hashes] == [HTMX]
