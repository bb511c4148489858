"""What the environment says, and what it leaves open."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from tests.serving import CONFIGURED, environment

KEYS = {
    "SECRET_KEY": "x" * 50,
    "SEALING_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "DATABASE_URL": "postgres://evenkeel:secret@127.0.0.1/evenkeel",
}
TELL = "import json, config.settings as s; print(json.dumps({name: repr(getattr(s, name)) for name in dir(s) if name.isupper()}))"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Reads the settings in a process of its own."""

    def start(**changes: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", TELL]
        return subprocess.run(command, env=environment(tmp_path, **changes), cwd=settings.BASE_DIR, capture_output=True, text=True)

    return start


def test_no_setting_of_a_developer_reaches_a_program_under_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = set(re.findall(r'\b(?:value|switch|number|secret)\("([A-Z_]+)"', (settings.BASE_DIR / "config" / "settings.py").read_text()))
    for name in read:
        monkeypatch.setenv(name, "mine")
        monkeypatch.setenv(f"{name}_FILE", "mine")

    given = environment(tmp_path)

    assert len(read) > 10 and [name for name, text in given.items() if text == "mine"] == []


@pytest.mark.parametrize("chosen", [{}, KEYS], ids=["trying out", "for others"])
def test_what_is_set_and_empty_counts_as_not_set(run, chosen: dict[str, str]) -> None:
    empty = dict.fromkeys(CONFIGURED, "") | {f"{name}_FILE": " " for name in CONFIGURED} | chosen
    del empty["VAR_DIR"]

    unset, blank = (json.loads(re.sub(" at 0x[0-9a-f]+", "", run(**changes).stdout)) for changes in (chosen, empty))

    assert len(CONFIGURED) > 10 and unset["DEBUG"] == str(not chosen)
    assert blank == unset


def test_a_file_counts_where_the_value_itself_is_empty(run, tmp_path: Path) -> None:
    (tmp_path / "pool").write_text("3\n")

    told = json.loads(run(**KEYS, DATABASE_POOL="", DATABASE_POOL_FILE=str(tmp_path / "pool")).stdout)

    assert "'max_size': 3" in told["DATABASES"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("DEBUG", "of", "DEBUG must be on or off."),
        ("BEHIND_TLS_PROXY", "ture", "BEHIND_TLS_PROXY must be on or off."),
        ("DATABASE_POOL", "many", "DATABASE_POOL must be a whole number, 1 or more."),
        ("DATABASE_POOL", "0", "DATABASE_POOL must be a whole number, 1 or more."),
        ("TRUSTED_PROXIES", "1.5", "TRUSTED_PROXIES must be a whole number, 0 or more."),
        ("BACKUP_DAYS", "a month", "BACKUP_DAYS must be a whole number, 0 or more."),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_guessed(run, name: str, text: str, sentence: str) -> None:
    done = run(**KEYS | {name: text})

    assert done.returncode != 0 and sentence in done.stderr
