"""Queries that nearly every page asks, built and compiled once: Django takes longer for that than PostgreSQL for the answer."""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from accounts.models import Account


class CompiledQuery[Row]:
    """A query that is run with other values each time. It keeps the text of the query alone: rows are fetched and opened each time.

    `build` gives the query for the `placeholders`: values as they will be given, no two alike, by which their places in it are found.
    """

    def __init__(self, build: "Callable[..., QuerySet[Any, Row]]", *placeholders: object) -> None:
        self._build, self._placeholders = build, placeholders

    @cached_property
    def _compiled(self) -> "tuple[QuerySet[Any, Row], SQLCompiler, str, list[tuple[int | None, Any]]]":
        """The query, its compiler, its text, and for each parameter its place among the values, or None and what it always is."""
        queryset = self._build(*self._placeholders)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        indexes = [self._placeholders.index(param) if param in self._placeholders else None for param in params]
        assert {*indexes} >= {*range(len(self._placeholders))}, "each value has a place"
        return queryset, compiler, sql, list(zip(indexes, params, strict=True))

    def __call__(self, *values: object, owner: "Account | None" = None) -> list[Row]:
        """The rows for these values. With `owner`, that is what `account` of each row points to."""
        queryset, compiler, sql, params = self._compiled
        run = copy(compiler)
        run.connection = connections[DEFAULT_DB_ALIAS]
        given = tuple(always if index is None else values[index] for index, always in params)
        run.as_sql = lambda: (sql, given)  # type: ignore[misc, assignment, method-assign]
        # A queryset of its own, that is empty so far: copying one would fetch it.
        rows = object.__new__(type(queryset))
        rows.__dict__ |= vars(queryset) | {"_query": _Compiled(queryset.query, run)}
        if owner:
            rows.__dict__["_known_related_objects"] = {queryset.model._meta.get_field("account"): {owner.pk: owner}}
        return list(rows)


class _Compiled:
    """A query for which there is a compiler already."""

    def __init__(self, query: Any, compiler: SQLCompiler) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *args: Any, **options: Any) -> SQLCompiler:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)
