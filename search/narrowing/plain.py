"""A request's filters as conditions on rows of the database: what narrows while there is no index.

A kind that has not what is asked for (people have no language, files no tags) has nothing to show for it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from feed.models import Attachment, PostKind, TaggedPost
from intranet.people.models import UserSkill
from search.engines.base import SearchRequest, Some
from wiki.care.facts import standing
from wiki.models import TaggedPage

_NONE = Q(pk__in=[])
# By kind: where its community, its author, its time, its language, its tags, its files stand.
_COLUMNS: dict[str, dict[str, Any]] = {
    "page": {"community": "community", "author": "edited_by", "at": "edited_at", "language": "language",
             "tag": TaggedPage, "file": "page"},
    "post": {"community": "community", "author": "author", "at": "created_at", "tag": TaggedPost, "file": "post"},
    "file": {"community": "attachment__community", "author": "attachment__uploader", "at": "attachment__created_at"},
    "person": {"author": "pk", "at": "date_joined", "tag": UserSkill},
    "community": {"community": "pk", "at": "created_at"},
    "path": {"community": "community", "author": "owner", "at": "created_at"},
}  # fmt: skip


def restricted(kind: str, things: QuerySet[Any, Any], request: SearchRequest) -> QuerySet[Any, Any]:
    """Return those of the things of a kind that the filters of a request leave."""
    if kind == "page":
        things = things.alias(stands=standing(request.today))
    at = _COLUMNS.get(kind, {}).get("at", "")
    for moment, comparison in ((request.after, "gte"), (request.before, "lt")):
        if moment:
            things = things.filter(**{f"{at}__{comparison}": moment}) if at else things.none()
    conditions = [_meets(kind, some) for some in (*request.also, *_chosen(request))]
    conditions += [_any_of(kind, "tag", [tag]) for tag in request.tags]
    if request.years:
        begun = [Q(**{f"{at}__year": year}) for year in sorted(request.years)]
        conditions.append(reduce(or_, begun) if at else _NONE)
    if request.has_file is not None:
        conditions.append(_has_file(kind) if request.has_file else ~_has_file(kind))
    conditions += [~_meets(kind, some) for some in request.never]
    for condition in conditions:
        things = things.filter(condition)
    return things


def _chosen(request: SearchRequest) -> list[Some]:
    """Return what was chosen of facets of which any value will do."""
    found = [Some(languages=request.languages)] if request.languages else []
    if request.states:
        found.append(Some(states=request.states))
    if request.communities is not None:
        found.append(Some(communities=request.communities))
    if request.authors is not None:
        found.append(Some(authors=request.authors))
    return found


def _meets(kind: str, some: Some) -> Q:
    """Return the condition that at least one of these is met."""
    pks = [int(uid.partition(":")[2]) for uid in some.uids if uid.partition(":")[0] == kind]
    return (
        Q(pk__in=pks)
        | (~_NONE if kind in some.kinds else _NONE)
        | _any_of(kind, "community", some.communities)
        | _any_of(kind, "author", some.authors)
        | _any_of(kind, "language", some.languages)
        | _any_of(kind, "tag", some.tags)
        | _stands(kind, some.states)
    )


def _any_of(kind: str, facet: str, values: Collection[Any]) -> Q:
    column = _COLUMNS.get(kind, {}).get(facet)
    if not (column and values):
        return _NONE
    if facet == "tag":
        return Q(pk__in=column.objects.filter(tag__slug__in=list(values)).order_by().values("content_object"))
    return Q(**{f"{column}__in": list(values)})


def _stands(kind: str, states: Collection[str]) -> Q:
    if kind == "page":
        return Q(stands__in=list(states))
    if kind != "post":
        return _NONE
    is_open = Q(unanswered_since__isnull=False) if "open" in states else _NONE
    answered = Q(kind=PostKind.QUESTION, thread__isnull=True) & ~Q(facts__answer=None)
    return is_open | (answered if "answered" in states else _NONE)


def _has_file(kind: str) -> Q:
    if kind == "file":
        return ~_NONE
    if not (column := _COLUMNS.get(kind, {}).get("file")):
        return _NONE
    held = Attachment.objects.filter(removed_at__isnull=True, **{f"{column}__isnull": False})
    return Q(pk__in=held.order_by().values(column))
