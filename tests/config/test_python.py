"""A Python that is too old, or one without our packages, is told so in one sentence."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

MANAGE = settings.BASE_DIR / "manage.py"
OLD = [name for minor in range(6, 12) if (name := shutil.which(f"python3.{minor}"))]


def run(python: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, *options, str(MANAGE), "serve"], capture_output=True, text=True, timeout=60)


def test_python_3_6_can_read_the_file() -> None:
    ast.parse(MANAGE.read_text(), feature_version=(3, 6))


@pytest.mark.skipif(not OLD, reason="no older Python on this machine")
@pytest.mark.parametrize("python", OLD)
def test_an_old_python_is_told_what_is_needed(python: str) -> None:
    if not subprocess.run([python, "--version"], capture_output=True, text=True).stdout.startswith("Python 3"):
        pytest.skip("it does not run")

    done = run(python)

    assert done.returncode == 1
    assert re.fullmatch(r"Even Keel needs Python 3\.12 or newer, and this is 3\.\d+\. Install .*\n", done.stderr)


def test_a_python_without_the_packages_is_told_which_to_use() -> None:
    done = run(sys.executable, "-S", "-I")

    assert done.returncode == 1
    assert "is not installed for" in done.stderr and ".venv/bin/python" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_on_windows_it_says_where_it_runs() -> None:
    there = "import os, sys; os.name = 'nt'; sys.path.insert(0, sys.argv[1]); import manage; manage.main()"

    done = subprocess.run([sys.executable, "-c", there, str(settings.BASE_DIR)], capture_output=True, text=True, timeout=60)

    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "runs on Linux and macOS. On Windows, run it in WSL or in a container" in done.stderr


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pip_stops_an_old_python_at_the_first_line(name: str) -> None:
    """`uv pip compile` writes the files anew: put both lines back (CONTRIBUTING.md)."""
    comment, gate, *_ = (settings.BASE_DIR / name).read_text().splitlines()

    assert comment.startswith("# Not a package")
    assert gate.startswith('even-keel @ file:///Even-Keel-needs-Python-3.12-or-newer ; python_version < "3.12" --hash=sha256:0000')


def test_every_place_names_the_same_version() -> None:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]

    assert project["requires-python"] == ">=3.12"
    assert "OLDEST = (3, 12)" in MANAGE.read_text()
    assert "Python 3.12 or newer" in Path(settings.BASE_DIR / "README.md").read_text()
