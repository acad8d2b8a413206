"""Moderation for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from feed.models import Hiding, Post, Report
from feed.moderation import actions
from feed.moderation.models import MAX_REASON
from feed.moderation.reading import readable_page, without_names
from feed.moderation.views import moderated
from feed.views.shared import get_post
from intranet.api import Problem, Text, page_of

router = Router(tags=["moderation"])
Pk = Annotated[int, Field(ge=1, le=2**31 - 1)]
REFUSALS = {403: Problem, 404: Problem, 422: Problem}


class ReportIn(Schema):
    """What is wrong with a `post` or a `page`."""

    model_config = ConfigDict(extra="forbid")

    post: Pk | None = None
    page: Pk | None = None
    kind: Literal["rude", "private", "wrong", "advert", "other"]
    words: Text = Field("", max_length=MAX_REASON * 4)


class ReportOut(Schema):
    """A report. `by` is empty where the one who reads it is whom it is about."""

    id: int
    post: int | None
    page: int | None
    kind: str
    words: str
    by: str | None
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decision: str
    note: str


class ReportsOut(Schema):
    """A page of reports."""

    items: list[ReportOut]
    next_cursor: str | None


class ReportsIn(Schema):
    """Whose, and which part."""

    community: Text = Field(max_length=80)
    waiting: bool = True
    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class KeepIn(Schema):
    """Why it stays, for the other moderators."""

    model_config = ConfigDict(extra="forbid")

    note: Text = Field("", max_length=MAX_REASON * 4)


class HideIn(Schema):
    """Why nobody is to read it; the author is told."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field("", max_length=MAX_REASON * 4)


class HiddenOut(Schema):
    """A hidden post, for its author and the moderators."""

    post: int
    body: str
    reason: str
    hidden_by: str | None
    hidden_at: datetime


def _reports(rows: list[Report], reader: Any) -> list[dict[str, Any]]:
    nameless = without_names(reader, [row for row in rows if row.reporter_id != reader.pk])
    return [_report(row, by=None if row.pk in nameless else row.reporter.handle) for row in rows]


def _report(row: Report, *, by: str | None) -> dict[str, Any]:
    return {
        "id": row.pk, "post": row.post_id, "page": row.page_id, "kind": row.kind, "words": row.words,
        "by": by, "created_at": row.created_at,
        "decided_at": row.decided_at, "decided_by": row.decided_by.handle if row.decided_by else None,
        "decision": row.decision, "note": row.note,
    }  # fmt: skip


@router.post("/reports", response={201: ReportOut, **REFUSALS})
def create_report(request: HttpRequest, data: ReportIn) -> Any:
    """Tell the moderators; the same again returns what waits already."""
    if (data.post is None) is (data.page is None):
        raise HttpError(422, "Say which post or which page.")
    thing: dict[str, Any]
    if data.post is not None:
        thing = {"post": get_post(request.user, data.post)}
    else:
        thing = {"page": readable_page(request.user, data.page or 0)}
        if thing["page"] is None:
            raise Http404
    made = actions.report(actor=request.user, kind=data.kind, words=data.words, **thing)
    return Status(201, _report(made, by=made.reporter.handle))


@router.get("/reports", response={200: ReportsOut, 400: Problem, 403: Problem, 404: Problem})
def list_reports(request: HttpRequest, asked: Query[ReportsIn]) -> Any:
    """List what is reported in a community you moderate, newest first."""
    place = moderated(request, asked.community)
    rows = Report.objects.visible_to(request.user).filter(community=place, decided_at__isnull=asked.waiting)
    rows = rows.select_related("reporter", "decided_by")
    items, cursor = page_of(rows, ("-id",), types=(int,), cursor=asked.cursor, limit=asked.limit)
    return {"items": _reports(items, request.user), "next_cursor": cursor}


@router.post("/reports/{pk}/keep", response={204: None, **REFUSALS})
def keep_reported(request: HttpRequest, pk: Pk, data: KeepIn) -> Any:
    """Decide that what was reported stays as it is."""
    found = Report.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.keep_reported(actor=request.user, report=found, note=data.note)
    return Status(204, None)


def _hidden(user: Any, pk: int) -> dict[str, Any]:
    row = Hiding.objects.visible_to(user).select_related("post", "hidden_by").filter(post=pk, shown_at=None).first()
    if row is None:
        raise Http404
    return {"post": pk, "body": row.post.body, "reason": row.reason, "hidden_at": row.hidden_at,
            "hidden_by": row.hidden_by.handle if row.hidden_by else None}  # fmt: skip


@router.get("/hidden/{pk}", response={200: HiddenOut, 404: Problem})
def read_hidden(request: HttpRequest, pk: Pk) -> Any:
    """Return a hidden post of yours, or of a community you moderate, and why it is hidden."""
    return _hidden(request.user, pk)


@router.put("/hidden/{pk}", response={200: HiddenOut, **REFUSALS})
def hide_post(request: HttpRequest, pk: Pk, data: HideIn) -> Any:
    """Hide a post; as a moderator."""
    found = Post.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None or (found.deleted_at is not None and found.hidden_at is None):
        raise Http404
    actions.hide_post(actor=request.user, post=found, reason=data.reason)
    return _hidden(request.user, pk)


@router.delete("/hidden/{pk}", response={204: None, **REFUSALS})
def show_post(request: HttpRequest, pk: Pk) -> Any:
    """Let everybody read a hidden post again; as a moderator."""
    found = Post.objects.visible_to(request.user).filter(pk=pk, hidden_at__isnull=False).first()
    if found is None:
        raise Http404
    if not actions.can_judge(request.user, found):
        raise PermissionDenied
    actions.show_post(actor=request.user, post=found)
    return Status(204, None)
