"""Each view says in one policy what it may do, and middleware reads nothing else of it."""

import ast
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import resolve

from config.policy import NO_SUCH_ADDRESS, Policy, policy_of
from tests.test_site import NAMES, address

MIDDLEWARE = sorted([*(settings.BASE_DIR / "config").glob("middleware*.py"), *(settings.BASE_DIR / "config" / "middleware").glob("*.py")])


@pytest.mark.parametrize("name", NAMES)
def test_every_view_has_a_policy(name: str) -> None:
    assert isinstance(resolve(address(name, action=uuid4())).func.policy, Policy)


def test_a_view_without_a_policy_gets_the_strictest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(resolve("/help/").func, "policy")

    assert policy_of(RequestFactory().get("/help/")) == Policy()
    assert not Policy().public and not Policy().csrf_exempt and not Policy().stores_nothing and not Policy().without_database


def test_an_address_that_does_not_exist_is_no_secret() -> None:
    assert policy_of(RequestFactory().post("/nowhere/")) is NO_SUCH_ADDRESS


@pytest.mark.parametrize("path", MIDDLEWARE, ids=lambda path: path.name)
def test_middleware_reads_nothing_else_of_a_view(path: Path) -> None:
    """Attributes of what Django hands over as the view: none, by name or by `getattr`."""
    handed = {"view_func", "view", "callback"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id not in handed, ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"getattr", "hasattr"}:
            assert ast.unparse(node.args[0]) not in handed, ast.unparse(node)


def test_the_module_of_policies_imports_only_django_and_the_standard_library() -> None:
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse((settings.BASE_DIR / "config" / "policy.py").read_text()))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }

    assert {name.split(".")[0] for name in imported} <= {"collections", "dataclasses", "typing", "django"}
