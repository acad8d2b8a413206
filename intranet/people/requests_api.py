"""Requests to join, for programs: ask, see what was asked, decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text, page_of
from intranet.people import actions
from intranet.people.actions import MOST_SAID
from intranet.people.models import Community, JoinRequest

router = Router(tags=["communities"])
MAX_ID = 2**63 - 1


class RequestOut(Schema):
    """Somebody asks to join; `granted` is empty while nobody has decided."""

    id: int
    community: str
    person: str
    note: str
    created_at: datetime
    decided_at: datetime | None
    granted: bool | None
    answer: str

    @staticmethod
    def resolve_community(row: JoinRequest) -> str:
        """Return the community's slug."""
        return row.community.slug

    @staticmethod
    def resolve_person(row: JoinRequest) -> str:
        """Return who asks, as a handle."""
        return row.user.handle

    @staticmethod
    def resolve_granted(row: JoinRequest) -> bool | None:
        """Return what was decided."""
        return row.granted if row.decided_at else None

    @staticmethod
    def resolve_answer(row: JoinRequest) -> str:
        """Return the word that went with the decision."""
        return row.answer or ""


class RequestsOut(Schema):
    """A page of requests."""

    items: list[RequestOut]
    next_cursor: str | None


class RequestsIn(Schema):
    """Which requests: of one community, only those that wait."""

    community: Text = Field("", max_length=80)
    waiting: bool = False
    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class RequestIn(Schema):
    """Where somebody wants to be, and why."""

    model_config = ConfigDict(extra="forbid")

    community: Text = Field(max_length=80)
    note: Text = Field("", max_length=MOST_SAID)


class DecisionIn(Schema):
    """What a moderator decides, with a word for the asker."""

    model_config = ConfigDict(extra="forbid")

    granted: bool
    answer: Text = Field("", max_length=MOST_SAID)


def _seen(request: HttpRequest) -> Any:
    """Return the person's own requests and those she may decide, of communities she may know of today."""
    known = Community.objects.listed_for(request.user).values("pk")
    rows = JoinRequest.objects.visible_to(request.user).filter(community__in=known)
    return rows.select_related("community", "user")


@router.get("", response={200: RequestsOut, 400: Problem})
def list_requests(request: HttpRequest, asked: Query[RequestsIn]) -> Any:
    """List your own requests to join and those you may decide, newest first."""
    rows = _seen(request)
    if asked.community:
        rows = rows.filter(community__slug=asked.community)
    if asked.waiting:
        rows = rows.filter(decided_at__isnull=True)
    items, cursor = page_of(rows, ("-created_at", "-pk"), types=(datetime, int), cursor=asked.cursor, limit=asked.limit)
    return {"items": items, "next_cursor": cursor}


@router.post("", response={201: RequestOut, 403: Problem, 404: Problem, 422: Problem})
def ask_to_join(request: HttpRequest, data: RequestIn) -> Any:
    """Ask to be let into a community; asking twice is asking once."""
    community = get_object_or_404(Community.objects.listed_for(request.user), slug=data.community)
    made = actions.request_to_join(actor=request.user, community=community, note=data.note)  # type: ignore[arg-type]
    return Status(201, made)


@router.post("/{pk}/decision", response={200: RequestOut, 403: Problem, 404: Problem, 422: Problem})
def decide(request: HttpRequest, pk: int, data: DecisionIn) -> Any:
    """Let somebody in, or not, as a moderator."""
    row = _seen(request).filter(pk=pk).first() if 0 < pk <= MAX_ID else None
    if row is None:
        raise Http404
    actions.decide_request(actor=request.user, join_request=row, granted=data.granted, answer=data.answer)  # type: ignore[arg-type]
    row.refresh_from_db()
    return row
