"""The tree for programs: what lies below a page or at the top of a section, what a filter finds, the order by hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text
from intranet.paging import BadCursor
from wiki import actions
from wiki.front.reading import most_read
from wiki.models import WikiPage
from wiki.moving import consequences
from wiki.permissions import can_write_in
from wiki.reading import section_row
from wiki.tree.reading import Part, children, filtered, node

router = Router()
section_router = Router()
MAX_ID = 2**31 - 1


class NodeOut(Schema):
    """A page in the tree; `children` is the number of pages directly below it, `parent` null at the top."""

    id: int
    title: str
    url: str
    address: str
    parent: int | None
    children: int
    status: str


class NodesOut(Schema):
    """Pages of one place in their order."""

    items: list[NodeOut]
    next_cursor: str | None


class FoundNode(NodeOut):
    """A page a filter found, or one above such a page."""

    matches: bool


class TreeOut(Schema):
    """The top of a section in its order; with `q` all that it finds with the ways to it, parents before children."""

    items: list[FoundNode]
    next_cursor: str | None
    is_cut: bool


class PlaceIn(Schema):
    """Where a page goes: below `parent`, or to the `top` of its section, else where it is; behind its sister `after`.

    `after` 0 is the first place; without it the page stands by its title behind those that were put somewhere.
    """

    model_config = ConfigDict(extra="forbid")

    parent: int | None = Field(None, ge=1, le=MAX_ID)
    top: bool = False
    after: int | None = Field(None, ge=0, le=MAX_ID)


class PartIn(Schema):
    """Which part of a place."""

    cursor: Text = Field("", max_length=600)


class TreeIn(PartIn):
    """Which part of the top, or which titles."""

    q: Text = Field("", max_length=100)


class ReadOut(Schema):
    """A page and how often it was read in thirty days."""

    id: int
    title: str
    url: str
    reads: int


def _node(row: dict[str, Any], top: int) -> dict[str, Any]:
    return {
        "id": row["pk"], "title": row["title"], "url": row["url"], "address": row["address"], "children": row["below"],
        "parent": row["parent_page_id"] if row["parent_page_id"] != top else None, "status": row["status"],
    }  # fmt: skip


def _part(user: Any, place: int, cursor: str) -> Part:
    try:
        return children(user, place, cursor)
    except BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error


def _section(request: HttpRequest, slug: str) -> dict[str, Any]:
    row = section_row(request.user, slug)  # type: ignore[arg-type]
    if row is None:
        raise Http404
    return row


@router.get("/{pk}/children", response={200: NodesOut, 400: Problem, 404: Problem}, tags=["pages"])
def list_children(request: HttpRequest, pk: int, which: Query[PartIn]) -> Any:
    """List the pages directly below a page in their order."""
    if not 0 < pk <= MAX_ID:
        raise Http404
    get_object_or_404(WikiPage.objects.visible_to(request.user).values("pk"), pk=pk)
    part = _part(request.user, pk, which.cursor)
    return {"items": [_node(row, 0) for row in part.rows], "next_cursor": part.more}


@section_router.get("/{slug}/tree", response={200: TreeOut, 400: Problem, 404: Problem}, tags=["pages"])
def show_tree(request: HttpRequest, slug: Text, which: Query[TreeIn]) -> Any:
    """List the pages at the top of a community's section, or with `q` those whose titles contain it with the ways there."""
    section = _section(request, slug)
    top = section["wiki_section__pk"] or 0
    if not which.q.strip():
        part = _part(request.user, top, which.cursor)
        return {
            "items": [_node(row, top) | {"matches": False} for row in part.rows],
            "next_cursor": part.more,
            "is_cut": False,
        }
    found = filtered(request.user, section["pk"], which.q.strip())  # type: ignore[arg-type]
    items: list[dict[str, Any]] = []
    waiting = [top]
    while waiting:
        place = waiting.pop()
        rows = found.parts[place].rows if place in found.parts else []
        items += [_node(row, top) | {"matches": row["pk"] in found.matches} for row in rows]
        waiting += [row["pk"] for row in rows]
    return {"items": items, "next_cursor": None, "is_cut": found.is_cut}


@section_router.get("/{slug}/most-read", response={200: list[ReadOut], 404: Problem}, tags=["pages"])
def list_most_read(request: HttpRequest, slug: Text) -> Any:
    """List the pages of a community that were read most in thirty days; rarely read ones are left out."""
    rows = most_read(request.user, _section(request, slug)["pk"])  # type: ignore[arg-type]
    return [{"id": row["pk"], "title": row["title"], "url": row["url"], "reads": row["reads"]} for row in rows]


class MoveOut(Schema):
    """What moving a page means: `pages` (with itself) and `files` come along; who gains and who loses it, in heads."""

    pages: int
    files: int
    gaining: int
    gaining_guests: int
    losing: int


@router.get("/{pk}/move", response={200: MoveOut, 403: Problem, 404: Problem}, tags=["pages"])
def foresee_move(request: HttpRequest, pk: int, parent: int) -> Any:
    """Say what moving a page below another one would mean for those who read; moves nothing (PATCH the page for that)."""
    pages = WikiPage.objects.visible_to(request.user).select_related("community")
    numbers = {pk, parent}
    if not all(0 < number <= MAX_ID for number in numbers):
        raise Http404
    page, place = get_object_or_404(pages, pk=pk), get_object_or_404(pages, pk=parent)
    if not all(can_write_in(request.user, one.community_id) for one in (page, place)):
        raise PermissionDenied
    return asdict(consequences(page, place.community))


@router.patch("/{pk}/place", response={200: NodeOut, 403: Problem, 404: Problem, 422: Problem}, tags=["pages"])
def place_page(request: HttpRequest, pk: int, data: PlaceIn) -> Any:
    """Put a page behind a sister, or by its title; below another page when `parent` says so."""
    if not 0 < pk <= MAX_ID:
        raise Http404
    pages = WikiPage.objects.visible_to(request.user)
    try:
        parent = pages.values_list("pk", flat=True).get(pk=data.parent) if data.parent else None
        if data.top:
            parent = pages.values_list("community__wiki_section__pk", flat=True).get(pk=pk)
        page = actions.place_page(actor=request.user, page=pk, parent=parent, after=data.after)  # type: ignore[arg-type]
    except ObjectDoesNotExist:
        raise Http404 from None
    row = node(request.user, page.pk)  # type: ignore[arg-type]
    return _node(row, 0 if page.crumbs else page.parent_page_id)
