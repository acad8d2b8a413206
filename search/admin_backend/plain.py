"""Without the index: the same query asked of the database's own columns. Slower, knows no forms of words, never fails."""

import functools
import operator
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from modelsearch.index import AutocompleteField, SearchField
from modelsearch.query import And, Boost, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

# Everything, and nothing: true and false in every database.
_ALL, _NOTHING = ~Q(pk__in=[]), Q(pk__in=[])


def condition(model: Any, query: SearchQuery, fields: Sequence[str] | None, *, is_begun: bool) -> Q:
    """Return the condition for objects of `model` whose columns contain what the query asks for."""
    kind = AutocompleteField if is_begun else SearchField
    names = fields or [field.field_name for field in model.get_search_fields() if isinstance(field, kind)]
    return _of(query, [name for name in names if _is_text(model, name)])


def _is_text(model: Any, name: str) -> bool:
    try:
        return isinstance(model._meta.get_field(name), models.CharField | models.TextField)
    except FieldDoesNotExist:
        return False


def _of(query: SearchQuery, names: list[str]) -> Q:
    if isinstance(query, PlainText):
        found = [_contains(word, names) for word in query.query_string.replace("\x00", "").split()[:16]]
        return (
            functools.reduce(operator.and_ if query.operator == "and" else operator.or_, found) if found else _NOTHING
        )
    if isinstance(query, Phrase):
        return _contains(query.query_string.replace("\x00", ""), names)
    if isinstance(query, And):
        return functools.reduce(operator.and_, [_of(part, names) for part in query.subqueries])
    if isinstance(query, Or):
        return functools.reduce(operator.or_, [_of(part, names) for part in query.subqueries])
    if isinstance(query, Boost):
        return _of(query.subquery, names)
    if isinstance(query, Not):
        return ~_of(query.subquery, names)
    if isinstance(query, MatchAll):
        return _ALL
    raise NotImplementedError(f"{type(query).__name__} is not searched for.")


def _contains(text: str, names: list[str]) -> Q:
    return functools.reduce(operator.or_, [Q(**{f"{name}__icontains": text}) for name in names], _NOTHING)
