"""Links that lead nowhere, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from intranet.api import Problem, Text
from intranet.paging import BadCursor
from intranet.people.models import Community
from intranet.people.permissions import can_moderate
from wiki.deadlinks import actions, reading
from wiki.permissions import can_write_in

router = Router()


class DeadLink(Schema):
    """A link that leads nowhere, and the page it stands in. `status` is of HTTP, 0 when there was no answer."""

    kind: str
    target: str
    page_title: str
    page_url: str
    said: str
    status: int
    problem: str
    checked_at: datetime | None
    first_failed_at: datetime | None


class DeadLinks(Schema):
    """A page of links."""

    items: list[DeadLink]
    next_cursor: str | None


class WhichIn(Schema):
    """Which links: addresses outside that are dead or do not answer just now, pages, files, headings."""

    kind: Literal["web", "failing", "page", "file", "anchor"] = "web"
    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class AskedOut(Schema):
    """How many addresses are asked again."""

    addresses: int


@router.get("/{slug}/dead-links", response={200: DeadLinks, 400: Problem, 403: Problem, 404: Problem}, tags=["pages"])
def list_dead_links(request: HttpRequest, slug: Text, which: Query[WhichIn]) -> Any:
    """List the links of a community's pages that lead nowhere: for its members."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    if not can_write_in(request.user, community.pk) and not can_moderate(request.user, community):
        raise PermissionDenied
    try:
        found = reading.report(request.user, which.kind, which.cursor or None, community, which.limit)  # type: ignore[arg-type]
    except BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/{slug}/dead-links/check", response={202: AskedOut, 403: Problem, 404: Problem}, tags=["pages"])
def check_dead_links(request: HttpRequest, slug: Text) -> Any:
    """Have the failing addresses of a community's pages asked again: for its moderators."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    return Status(202, {"addresses": actions.check_again(actor=request.user, community=community)})  # type: ignore[arg-type]
