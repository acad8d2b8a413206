"""Bookmarks for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from feed.keeping import actions, reading
from feed.keeping.models import MAX_NOTE
from feed.moderation.reading import readable_page
from feed.views.shared import get_post
from intranet.api import Problem, Text
from intranet.paging import BadCursor
from intranet.people.models import Community

router = Router(tags=["posts"])
Pk = Annotated[int, Field(ge=1, le=2**31 - 1)]


class BookmarkOut(Schema):
    """Something you keep; `title` and `url` are empty for what you may not see any more."""

    id: int
    post: int | None
    page: int | None
    note: str
    title: str
    url: str
    created_at: datetime


class BookmarksOut(Schema):
    """A page of bookmarks."""

    items: list[BookmarkOut]
    next_cursor: str | None


class BookmarksIn(Schema):
    """Which ones: words of the note or the text, a community's slug."""

    q: Text = Field("", max_length=100)
    community: Text = Field("", max_length=80)
    cursor: Text = Field("", max_length=600)
    limit: int = Field(30, ge=1, le=100)


class BookmarkIn(Schema):
    """A `post` or a `page` to keep, with a note."""

    model_config = ConfigDict(extra="forbid")

    post: Pk | None = None
    page: Pk | None = None
    note: Text = Field("", max_length=MAX_NOTE * 4)


def _shown(kept: reading.Kept) -> dict[str, Any]:
    row = kept.bookmark
    return {"id": row.pk, "post": row.post_id, "page": row.page_id, "note": row.note, "title": kept.title,
            "url": kept.url, "created_at": row.created_at}  # fmt: skip


@router.get("", response={200: BookmarksOut, 400: Problem, 404: Problem})
def list_bookmarks(request: HttpRequest, asked: Query[BookmarksIn]) -> Any:
    """List what you keep, newest first; nobody else sees it."""
    place = 0
    if asked.community:
        found = Community.objects.visible_to(request.user).filter(slug=asked.community).first()
        if found is None:
            raise Http404
        place = found.pk
    try:
        kept = reading.bookmarks(
            request.user, words=asked.q, community=place, cursor=asked.cursor or None, limit=asked.limit
        )
    except BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error
    return {"items": [_shown(one) for one in kept.rows], "next_cursor": kept.next_cursor}


@router.post("", response={200: BookmarkOut, 404: Problem, 422: Problem})
def keep_bookmark(request: HttpRequest, data: BookmarkIn) -> Any:
    """Keep a post or a page, or change the note."""
    if (data.post is None) is (data.page is None):
        raise HttpError(422, "Say which post or which page.")
    thing: dict[str, Any]
    if data.post is not None:
        thing = {"post": get_post(request.user, data.post)}
    else:
        page = readable_page(request.user, data.page or 0)
        if page is None:
            raise Http404
        thing = {"page_id": page.pk}
    made = actions.keep_bookmark(actor=request.user, note=data.note, **thing)
    return _shown(reading.shown(request.user, [made])[0])


@router.delete("/{pk}", response={204: None, 404: Problem})
def drop_bookmark(request: HttpRequest, pk: Pk) -> Any:
    """Keep something no longer."""
    try:
        actions.drop_bookmark(actor=request.user, bookmark=pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    return Status(204, None)
