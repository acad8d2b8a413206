"""The files of a community, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from feed.shelf.reading import Shelved, shelf
from intranet.api import Problem, Text
from intranet.paging import BadCursor
from intranet.people.models import Community

router = Router(tags=["files"])


class ShelvedOut(Schema):
    """A file of a community: who put it there when, and where it stands."""

    id: UUID = Field(alias="pk")
    name: str
    content_type: str
    size: int
    created_at: datetime
    uploader: str
    used_in: str
    used_url: str
    url: str

    @staticmethod
    def resolve_uploader(file: Shelved) -> str:
        """Return who put it there, as a handle."""
        return file.uploader.handle


class ShelfOut(Schema):
    """A page of files."""

    items: list[ShelvedOut]
    next_cursor: str | None


class ShelfIn(Schema):
    """Which files: with this part of the name."""

    q: Text = Field("", max_length=100)
    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


@router.get("/{slug}/files", response={200: ShelfOut, 400: Problem, 404: Problem})
def list_community_files(request: HttpRequest, slug: Text, asked: Query[ShelfIn]) -> Any:
    """List the files of a community that you may read, newest first."""
    place = Community.objects.visible_to(request.user).filter(slug=slug).first()
    if place is None:
        raise Http404
    try:
        found = shelf(request.user, place, asked.q, asked.cursor or None, asked.limit)
    except BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error
    return {"items": found.rows, "next_cursor": found.next_cursor}
