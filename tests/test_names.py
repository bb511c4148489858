"""One name for one thing, and one form for constants that are limits (docs/architecture.md)."""

import ast
from collections import defaultdict

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
