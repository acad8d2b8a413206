"""A template loader that works out what depends on the language alone once, when a template is loaded.

Most parts of a page are words, icons and addresses without variables. Django asks for each of them again on every
request; rendering them was half of what a page cost. Here a template is kept once for each language, with runs of such
parts joined into one piece of text. What a template says, and how it is written, does not change.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.base import FilterExpression, Node, NodeList, Template, TextNode, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.template.loaders.base import Loader as BaseLoader
from django.templatetags.i18n import TranslateNode
from django.utils.translation import get_language


def is_constant(expression: Any) -> bool:
    """Is this argument of a tag a literal, with no filter behind it?"""
    if not isinstance(expression, FilterExpression) or expression.filters:
        return False
    return not isinstance(expression.var, Variable) or expression.var.lookups is None


def is_fixed(node: Node) -> bool:
    """Does this node render the same for everybody who reads one language?"""
    if isinstance(node, (TextNode, CommentNode, LoadNode)):
        return True
    if isinstance(node, TranslateNode):
        context = node.message_context
        return node.asvar is None and is_constant(node.filter_expression) and (context is None or is_constant(context))
    if isinstance(node, URLNode):
        return node.asvar is None and not node.args and not node.kwargs and is_constant(node.view_name)
    if isinstance(node, SimpleNode):
        # A tag says of itself that it makes the same of the same arguments (`foldable`).
        pure = getattr(node.func, "is_pure", False) and not node.takes_context and node.target_var is None
        return pure and all(map(is_constant, [*node.args, *node.kwargs.values()]))
    return False


def foldable(tag: Any) -> Any:
    """Mark a simple tag whose answer depends on its arguments and the language alone."""
    tag.is_pure = True
    return tag


def fold(nodes: NodeList) -> None:
    """Join the fixed parts of a list of nodes, and of all lists inside it, in place."""
    folded: list[Node] = []
    fixed: list[str] = []
    for node in nodes:
        if is_fixed(node):
            fixed.append(str(node.render(Context())))
            continue
        if fixed:
            folded.append(TextNode("".join(fixed)))
            fixed = []
        inner = [getattr(node, name, None) for name in node.child_nodelists]
        if isinstance(node, IfNode):
            inner = [branch for _condition, branch in node.conditions_nodelists]
        for branch in inner:
            if isinstance(branch, NodeList):
                fold(branch)
        folded.append(node)
    if fixed:
        folded.append(TextNode("".join(fixed)))
    nodes[:] = folded


class _Folded(BaseLoader):
    """Folds a template between reading it and keeping it."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, _Folded):
    """Keep each template once for each language and map of addresses."""

    def cache_key(self, template_name: str, skip: Any = None) -> Any:
        """Return what a kept template is found by."""
        key: Hashable = super().cache_key(template_name, skip)
        return (key, get_language(), settings.ROOT_URLCONF)
