"""Templates with all worked out beforehand that no request changes: translations, addresses, drawings, and what is included by name.

Half the time that a page took was spent on these. Each template is compiled once for each language, as Django's own cached loader does for
all; then every tag that says the same in each request becomes plain text, and an included template takes the place of its tag. What a
page shows of a person stays a tag, so nothing of a request is ever kept here.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.template import Context, Node, NodeList, Template, TemplateDoesNotExist
from django.template.base import FilterExpression, TextNode, render_value_in_context
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleBlockNode, SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import cached
from django.template.loaders.base import Loader as Uncached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from config.tags import entry, icon
from config.template_lookup import quicken


class Loader(cached.Loader):
    def cache_key(self, template_name: str, skip: Any = None) -> str:
        # What the addresses and words of a template depend on.
        return f"{get_language()} {get_script_prefix()} {super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        key = self.cache_key(template_name, skip)
        if key not in self.get_template_cache:
            with suppress(TemplateDoesNotExist):
                template = Uncached.get_template(self, template_name, skip)
                # Before any other thread can see it.
                self._fold(template.nodelist, template)
                self.get_template_cache[key] = template
        return super().get_template(template_name, skip)

    def _fold(self, nodes: NodeList, template: Template) -> None:
        folded: list[Node] = []
        for node in nodes:
            for inner in _nodelists(node):
                self._fold(inner, template)
            for each in self._folded(node, template):
                if isinstance(each, TextNode) and folded and isinstance(folded[-1], TextNode):
                    folded[-1] = TextNode(folded[-1].s + each.s)
                elif not isinstance(each, TextNode) or each.s:
                    folded.append(each)
        nodes[:] = folded

    def _folded(self, node: Node, template: Template) -> list[Node]:
        """What takes the place of `node`: itself where it depends on the request."""
        if isinstance(node, LoadNode | CommentNode):
            return []
        if isinstance(node, IncludeNode):
            return self._included(node)
        if isinstance(node, SimpleBlockNode):
            return _around(node)
        if type(node) is BlockTranslateNode and not node.message_context and not node.asvar:
            sentence = SentenceNode(node)
            return [quicken(sentence) if sentence.names or sentence.counter else TextNode(sentence.singular % {})]
        if not _is_constant(node):
            return [quicken(node)]
        context = Context()
        context.template = template
        return [TextNode(node.render(context))]

    def _included(self, node: IncludeNode) -> list[Node]:
        if node.isolated_context or not _is_quoted(node.template):
            return [node]
        included = self.engine.get_template(node.template.var).nodelist
        if node.extra_context or _sets_variable(included):
            return [quicken(IncludedNode(included, node.extra_context))]
        return [*included]


class IncludedNode(Node):
    """An included template, which sees the variables of `extra` and keeps those it sets to itself."""

    def __init__(self, nodelist: NodeList, extra: dict[str, FilterExpression]) -> None:
        self.nodelist, self.extra = nodelist, extra

    def render(self, context: Context) -> str:
        values = {name: expression.resolve(context) for name, expression in self.extra.items()}
        with context.push(**values):
            return self.nodelist.render(context)


class SentenceNode(Node):
    """A translated sentence with values in it, looked up in the catalogue when its template is compiled."""

    def __init__(self, node: BlockTranslateNode) -> None:
        self.extra: dict[str, FilterExpression] = node.extra_context
        self.counter: FilterExpression | None = node.counter if node.plural else None
        self.countervar: str = node.countervar or ""
        self.singular, names = node.render_token_list(node.singular)
        if self.counter:
            self.plural, more = node.render_token_list(node.plural)
            names = [*names, *more]
        else:
            self.singular = gettext(self.singular)
        self.names = dict.fromkeys(names)

    def render(self, context: Context) -> str:
        own = {name: expression.resolve(context) for name, expression in self.extra.items()}
        text = self.singular
        if self.counter:
            count = own[self.countervar] = self.counter.resolve(context)
            text = ngettext(self.singular, self.plural, count)
        values = {name: render_value_in_context(own[name] if name in own else context.get(name, ""), context) for name in self.names}
        return text % values


def _around(node: SimpleBlockNode) -> list[Node]:
    """The nodes inside an entry of a page between the two texts around them, if these are always the same; else the node."""
    arguments = {name: argument for name, argument in node.kwargs.items() if _is_quoted(argument)}
    if node.func is not entry or len(arguments) < len(node.kwargs) or not all(_is_quoted(argument) for argument in node.args):
        return [node]
    stand_in = SafeString("\0")
    before, _place, after = entry(
        stand_in, *(argument.var for argument in node.args), **{name: argument.var for name, argument in arguments.items()}
    ).partition(stand_in)
    return [TextNode(before), *node.nodelist, TextNode(after)]


def _is_constant(node: Node) -> bool:
    """Whether the node says the same in each request, as long as language and address of the site are the same."""
    if isinstance(node, TranslateNode):
        words = node.filter_expression
        return not node.asvar and not node.message_context and not words.filters and words.var.literal is not None
    if isinstance(node, URLNode):
        return not (node.args or node.kwargs or node.asvar) and _is_quoted(node.view_name)
    if isinstance(node, StaticNode):
        return node.varname is None and _is_quoted(node.path)
    return type(node) is SimpleNode and node.func is icon and all(_is_quoted(argument) for argument in node.args)


def _is_quoted(expression: Any) -> bool:
    """Whether it is a quoted text and nothing else."""
    return isinstance(expression, FilterExpression) and not expression.is_var and not expression.filters


def _nodelists(node: Node) -> Iterator[NodeList]:
    """What is inside a node, but not what is included in it, which is folded by itself."""
    if isinstance(node, IfNode):
        yield from (nodelist for _condition, nodelist in node.conditions_nodelists)
    elif not isinstance(node, IncludedNode):
        names = dict.fromkeys((*node.child_nodelists, "nodelist"))
        yield from (nodelist for name in names if (nodelist := getattr(node, name, None)) is not None)


def _sets_variable(nodes: NodeList) -> bool:
    """Whether a node in the list, or inside one of them, leaves a variable for those after it."""
    return any(
        any(getattr(node, name, None) for name in ("asvar", "target_var", "varname", "variable"))
        or any(_sets_variable(inner) for inner in _nodelists(node))
        for node in nodes
    )
