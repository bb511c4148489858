"""A Chromium to test with: the one on PATH, else one that is installed now. Without any the tests fail and say what to run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find(playwright: Playwright) -> str:
    """The path of a Chromium; installs one if there is none, fails the test with the command to run if that does not work."""
    for attempt in (_on_path, lambda: _of_playwright(playwright), lambda: _download(playwright), _from_debian):
        if path := attempt():
            return path
    pytest.fail("No Chromium to test with. Run: python -m playwright install chromium (or: apt-get install chromium)", pytrace=False)


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _of_playwright(playwright: Playwright) -> str | None:
    path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _download(playwright: Playwright) -> str | None:
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return _of_playwright(playwright)


def _from_debian() -> str | None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update"])
        _run(["apt-get", "install", "--yes", "chromium"])
    return _on_path()


def _run(command: list[str]) -> None:
    quick = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=os.environ | quick, timeout=600, check=False, capture_output=True)
