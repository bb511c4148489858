"""One name for one thing, and one form for constants that are limits (docs/development.md)."""

import ast
import re
from collections import defaultdict

from django.conf import global_settings

from tests.test_imports import ROOT, modules

# Names that Django gives to a class in many places.
GIVEN_BY_DJANGO = {"Command", "Meta"}
TREES = {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in modules().values()}


def test_no_class_name_stands_for_two_classes() -> None:
    places = defaultdict(list)
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name not in GIVEN_BY_DJANGO:
                places[node.name].append(path)
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def constants(tree: ast.Module) -> set[str]:
    """The names of the constants of a module and of its classes."""
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    targets = [getattr(line, "target", None) or getattr(line, "targets", [None])[0] for body in bodies for line in body]
    return {target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper()}


def test_limits_are_called_max_or_min_of_something() -> None:
    names = {(path, name) for path, tree in TREES.items() for name in constants(tree)}
    # A limit in another form, or a length without its unit; Django's own settings are called as it calls them.
    other = r"_?(MOST|LEAST|LONGEST|SHORTEST|FEWEST)(_|$)|.*_(LIMIT|LENGTH|SIZE)$|_?(MAX|MIN|LENGTH|LIMIT)$"
    assert {(path, name) for path, name in names if re.match(other, name) and not hasattr(global_settings, name)} == set()
