"""Reactions to pages, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from intranet.api import Problem, page_of
from wiki.models import WikiPage
from wiki.reactions import actions
from wiki.reactions.show import reactions_to

router = Router()
MAX_ID = 2**63 - 1
Kind = Literal["helped", "thanks", "agree", "love", "celebrate", "more"]


class PageReactionOut(Schema):
    """Who reacted, and how."""

    kind: str
    person: str
    created_at: datetime


class PageReactionsOut(Schema):
    """A page of reactions, with how many there are of each kind."""

    counts: dict[str, int]
    items: list[PageReactionOut]
    next_cursor: str | None


class PageReactionsIn(Schema):
    """Where to go on."""

    cursor: str = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


def _page(request: HttpRequest, pk: int) -> WikiPage:
    page: WikiPage = get_object_or_404(WikiPage.objects.visible_to(request.user), pk=min(max(pk, 0), MAX_ID))
    return page


@router.get("/{pk}/reactions", response={200: PageReactionsOut, 400: Problem, 404: Problem}, tags=["pages"])
def list_page_reactions(request: HttpRequest, pk: int, which: Query[PageReactionsIn]) -> Any:
    """List who reacted to a page, oldest first."""
    page = _page(request, pk)
    rows = reactions_to(page.pk)
    items, cursor = page_of(rows, ("pk",), types=(int,), cursor=which.cursor, limit=which.limit)
    shown = [{"kind": row.kind, "person": row.user.handle, "created_at": row.created_at} for row in items]
    return {"counts": page.reaction_counts, "items": shown, "next_cursor": cursor}


@router.put("/{pk}/reactions/{kind}", response={200: dict[str, int], 404: Problem}, tags=["pages"])
def add_page_reaction(request: HttpRequest, pk: int, kind: Kind) -> Any:
    """React to a page you read; the same again changes nothing. Returns how many there are of each kind."""
    return actions.react_to_page(actor=request.user, page=_page(request, pk), kind=kind).reaction_counts  # type: ignore[arg-type]  # signed in


@router.delete("/{pk}/reactions/{kind}", response={200: dict[str, int], 404: Problem}, tags=["pages"])
def remove_page_reaction(request: HttpRequest, pk: int, kind: Kind) -> Any:
    """Take your reaction back."""
    return actions.unreact_to_page(actor=request.user, page=_page(request, pk), kind=kind).reaction_counts  # type: ignore[arg-type]  # signed in
