"""What no code of ours does, so that nothing anybody sends can make it do so."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

OURS = [path for app in ("accounts", "checkins", "config", "guide", "roadmap") for path in sorted((settings.BASE_DIR / app).rglob("*.py"))]
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))

# Libraries that ask another host, and those that make something of text that may run.
ASKING = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
}
MAKING = {"code", "codeop", "dill", "lxml", "marshal", "pickle", "shelve", "xml", "yaml"}
RUNNING = {"eval", "exec", "compile", "__import__", "from_string", "system", "popen"}


def imported(tree: ast.Module) -> Iterator[str]:
    """What is imported, each name with all it stands in: "http.client" and "http" for http.client."""
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def called(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_it_asks_nobody_and_runs_no_text(path: Path) -> None:
    tree = ast.parse(path.read_text())
    names = set(imported(tree))

    # The command that starts it asks itself whether it is up, and whether its port is free. systemd is on this machine.
    assert not names & ASKING or path.name in {"serve.py", "service_manager.py"}
    assert not names & MAKING
    for call in called(tree):
        name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
        # re.compile makes a pattern and no code.
        assert name not in RUNNING or ast.unparse(call.func) == "re.compile", ast.unparse(call)
        assert not any(keyword.arg == "shell" for keyword in call.keywords), ast.unparse(call)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_make_neither_markup_nor_code_of_text(path: Path) -> None:
    text = path.read_text()

    assert text.startswith('"use strict";')
    assert not re.search(
        r"\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|\bFunction\(|__proto__|srcdoc|createContextualFragment", text
    )
    # Other pages of ours are told by BroadcastChannel, which other origins do not hear; windows are not written to.
    assert not re.search(
        r"\b(window|parent|opener|top|self)\.(postMessage|addEventListener\(.message)|^\s*addEventListener\(.message", text, re.M
    )


@pytest.mark.parametrize(
    "path", sorted((settings.BASE_DIR / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(settings.BASE_DIR))
)
def test_no_line_of_a_template_is_longer_than_160_characters(path: Path) -> None:
    assert not [line for line in path.read_text().splitlines() if len(line) > 160]
