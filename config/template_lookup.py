"""Variables of templates, looked up as Django does, with the usual cases first.

Django asks every object along a dotted name for an item before it asks for the attribute, and learns from an exception that there is none.
On our pages nearly all names are attributes, or are not there at all. What is not usual is left to Django's own code, from the start.
"""

from html import escape
from typing import Any

from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context, Node, VariableDoesNotExist
from django.template.base import FilterExpression, Variable, VariableNode, render_value_in_context
from django.utils.safestring import SafeString

_NOTHING = object()


class QuickVariable(Variable):
    """A variable that is a dotted name."""

    __slots__ = ()

    def resolve(self, context: Context) -> Any:  # type: ignore[override]
        value = self.find(context)
        if value is _NOTHING:
            raise VariableDoesNotExist("There is no variable %s.", (self.var,))
        return value

    def find(self, context: Context) -> Any:
        """What the name stands for; _NOTHING where there is no variable of its first word."""
        first, *others = self.lookups or ()
        for names in reversed(context.dicts):
            if first in names:
                value = names[first]
                break
        else:
            return _NOTHING
        try:
            if callable(value):
                value = _called(value)
            for name in others:
                if value is None:
                    return _NOTHING
                if type(value) is dict:
                    value = value[name]
                elif isinstance(value, BaseForm):
                    value = value[name] if name in value.fields else getattr(value, name)
                elif hasattr(type(value), "__getitem__") and not isinstance(value, BoundField):
                    raise NotUsual
                else:
                    value = getattr(value, name)
                if callable(value):
                    value = _called(value)
        except Exception:
            # Whether this is an error, a missing name or something that is silently left out, Django decides.
            return super().resolve(context)
        return value


class QuickExpression(FilterExpression):
    """A variable without filters. One that is not there is the most usual case of all, and no exception here."""

    __slots__ = ()
    var: QuickVariable

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        try:
            value = self.var.find(context)
        except VariableDoesNotExist:
            value = _NOTHING
        if value is not _NOTHING:
            return value
        return None if ignore_failures else super().resolve(context)


class NotUsual(Exception):
    """Something that is left to Django."""


def _called(value: Any) -> Any:
    if hasattr(value, "do_not_call_in_templates") or getattr(value, "alters_data", False):
        raise NotUsual
    return value()


class QuickVariableNode(VariableNode):
    def render(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        if context.autoescape:
            kind = type(value)
            if kind is SafeString:
                return value  # type: ignore[no-any-return]
            if kind is str:
                return escape(value)
            if kind is int and not settings.USE_THOUSAND_SEPARATOR:
                # In every language its digits alone.
                return str(value)
        return render_value_in_context(value, context)


def quicken(node: Node) -> Node:
    """The node, with its variables looked up in this way."""
    for value in vars(node).values():
        if isinstance(value, FilterExpression):
            _quicken_expressions(value)
        elif isinstance(value, dict):
            _quicken_expressions(*value.values())
        elif isinstance(value, list | tuple):
            _quicken_expressions(*value)
    for condition, _nodelist in getattr(node, "conditions_nodelists", ()):
        _quicken_condition(condition)
    return QuickVariableNode(node.filter_expression) if type(node) is VariableNode else node


def _quicken_expressions(*expressions: Any) -> None:
    for expression in expressions:
        variable = getattr(expression, "var", None)
        if isinstance(expression, FilterExpression) and type(variable) is Variable and variable.lookups and not variable.translate:
            # Only the lookup changes: names and filters stay as Django parsed them.
            variable.__class__ = QuickVariable
            if not expression.filters:
                expression.__class__ = QuickExpression


def _quicken_condition(condition: Any) -> None:
    """The expressions in the condition of an {% if %}, which is a tree of operators."""
    for part in ("first", "second"):
        if getattr(condition, part, None) is not None:
            _quicken_condition(getattr(condition, part))
    _quicken_expressions(getattr(condition, "value", None))
