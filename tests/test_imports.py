"""Imports run one way: config → roadmap → checkins → guide → accounts, and inside accounts portability → autosave → vault,
portability → signin → vault, undo → vault.

Read from the source, so that an import inside a function counts too; only those under TYPE_CHECKING do not.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ["accounts", "guide", "checkins", "roadmap", "config"]
# The one module of `config` that every app may import.
LEAF = "config.policy"
# What each subpackage of accounts may import of the others; modules outside of them may be imported by all.
SUBPACKAGES = {
    "vault": set(),
    "signin": {"vault"},
    "autosave": {"vault"},
    "portability": {"autosave", "signin", "vault"},
    "undo": {"vault"},
}
# Folders that Django fills.
WITHOUT_RULE = {"management", "migrations"}


def modules() -> dict[str, Path]:
    """Every module of the program by its dotted name, migrations aside."""
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """The module and name of each import in the file, the name empty for `import module`."""

    def walk(node: ast.AST) -> Iterator[ast.AST]:
        if not is_for_types(node):
            yield node
            for child in ast.iter_child_nodes(node):
                yield from walk(child)

    for node in walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def graph() -> dict[str, set[str]]:
    known = modules()
    edges: dict[str, set[str]] = {}
    for module, path in known.items():
        targets = {f"{source}.{name}" if f"{source}.{name}" in known else source for source, name in imported(path)}
        edges[module] = {target for target in targets if target in known and target != module}
    return edges


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Each circle found by walking the graph depth first, as the modules on the way around it."""
    found, done = [], set[str]()

    def visit(module: str, way: list[str]) -> None:
        if module in way:
            found.append(way[way.index(module) :] + [module])
        elif module not in done:
            for target in sorted(edges[module]):
                visit(target, [*way, module])
            done.add(module)

    for module in sorted(edges):
        visit(module, [])
    return found


def test_a_circle_would_be_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c", "b"]]


def test_there_is_no_circle() -> None:
    assert len(graph()) > 100
    assert circles(graph()) == []


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_none_that_is_built_on_it(app: str) -> None:
    above = tuple(f"{other}." for other in APPS[APPS.index(app) + 1 :])
    wrong = [(module, each) for module, each in _edges(f"{app}.") if f"{each}.".startswith(above) and each != LEAF]
    assert not wrong


def test_the_leaf_imports_nothing_of_ours() -> None:
    assert graph()[LEAF] == set()


def test_every_subpackage_of_accounts_is_named() -> None:
    assert SUBPACKAGES.keys() == {path.parent.name for path in (ROOT / "accounts").glob("*/__init__.py")} - WITHOUT_RULE


@pytest.mark.parametrize("subpackage", SUBPACKAGES)
def test_a_subpackage_of_accounts_imports_only_those_below_it(subpackage: str) -> None:
    others = {f"accounts.{other}." for other in SUBPACKAGES.keys() - SUBPACKAGES[subpackage] - {subpackage}}
    wrong = [(module, each) for module, each in _edges(f"accounts.{subpackage}.") if f"{each}.".startswith(tuple(others))]
    assert not wrong


def _edges(package: str) -> list[tuple[str, str]]:
    return [(module, each) for module, targets in graph().items() if f"{module}.".startswith(package) for each in sorted(targets)]


def test_only_the_bridge_imports_what_allauth_keeps_to_itself() -> None:
    """Nor do tests."""
    tests = {path.stem: path for path in (ROOT / "tests").rglob("*.py")}
    users = {
        module
        for module, path in (modules() | tests).items()
        for source, _name in imported(path)
        if source.startswith("allauth") and ".internal" in source
    }
    assert users == {"accounts.signin.allauth_bridge"}


def test_imports_are_at_the_head_of_a_module() -> None:
    for module, path in modules().items():
        text = path.read_text()
        assert "noqa: E402" not in text, module
        body = ast.parse(text).body
        first = next((at for at, node in enumerate(body) if isinstance(node, ast.FunctionDef | ast.ClassDef)), len(body))
        assert not [node for node in body[first:] if isinstance(node, ast.Import | ast.ImportFrom)], module
