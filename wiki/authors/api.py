"""What people wrote and what I follow, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from intranet.api import Problem, Text
from intranet.paging import BadCursor
from intranet.people import actions
from intranet.people.models import User
from intranet.people.vocabulary import tags_at
from wiki.authors import reading
from wiki.linkcards import visible_tags

router = Router(tags=["people"])
authors_router = Router(tags=["people"])


class PartIn(Schema):
    """Which part of a list."""

    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class WrittenOut(Schema):
    """A page somebody wrote in."""

    id: int = Field(alias="pk")
    title: str
    url: str
    community: str = Field(alias="place")
    edited_at: datetime = Field(alias="at")
    status: str


class WrittenPageOut(Schema):
    """A page of pages."""

    items: list[WrittenOut]
    next_cursor: str | None


class FollowedOut(Schema):
    """A person (`handle`) or a tag (`slug`) you follow."""

    kind: str
    name: str
    handle: str
    slug: str
    url: str


class FollowingOut(Schema):
    """A page of what you follow."""

    items: list[FollowedOut]
    next_cursor: str | None


@authors_router.get("/{handle}/pages", response={200: WrittenPageOut, 400: Problem, 404: Problem})
def list_pages_by(request: HttpRequest, handle: Text, asked: Query[PartIn]) -> Any:
    """List the pages somebody wrote in that you may read, the last changed first. Posts: `/posts?author=`."""
    person = get_object_or_404(User.objects.visible_to(request.user), handle=handle)
    try:
        found = reading.written(request.user, person, "pages", asked.cursor or None, asked.limit)
    except BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get("", response={200: FollowingOut, 400: Problem})
def list_following(request: HttpRequest, asked: Query[PartIn]) -> Any:
    """List the people and tags you follow, newest first."""
    try:
        found = reading.following(request.user, asked.cursor or None, asked.limit)
    except BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error
    items = [
        {"kind": "person", "name": row["person"].name, "handle": row["person"].handle, "slug": "", "url": row["url"]}
        if row["person"]
        else {"kind": "tag", "name": row["tag"], "handle": "", "slug": row["slug"], "url": row["url"]}
        for row in found.rows
    ]
    return {"items": items, "next_cursor": found.next_cursor}


def _person(request: HttpRequest, handle: str) -> User:
    person: User = get_object_or_404(User.objects.visible_to(request.user), handle=handle)
    return person


def _tag(request: HttpRequest, slug: str) -> Any:
    known = visible_tags(request.user).values("pk")
    found = tags_at(request.user, slug).filter(pk__in=known).first()
    if found is None:
        raise Http404
    return found


@router.put("/people/{handle}", response={204: None, 403: Problem, 404: Problem})
def put_followed_person(request: HttpRequest, handle: Text) -> Any:
    """Follow a person: what they say comes to your home."""
    actions.follow_person(actor=request.user, person=_person(request, handle))  # type: ignore[arg-type]
    return Status(204, None)


@router.delete("/people/{handle}", response={204: None, 404: Problem})
def delete_followed_person(request: HttpRequest, handle: Text) -> Any:
    """Stop following a person."""
    actions.unfollow_person(actor=request.user, person=_person(request, handle))  # type: ignore[arg-type]
    return Status(204, None)


@router.put("/tags/{slug}", response={204: None, 404: Problem})
def put_followed_tag(request: HttpRequest, slug: Text) -> Any:
    """Follow a tag you see something of."""
    actions.follow_tag(actor=request.user, tag=_tag(request, slug))  # type: ignore[arg-type]
    return Status(204, None)


@router.delete("/tags/{slug}", response={204: None, 404: Problem})
def delete_followed_tag(request: HttpRequest, slug: Text) -> Any:
    """Stop following a tag."""
    actions.unfollow_tag(actor=request.user, tag=_tag(request, slug))  # type: ignore[arg-type]
    return Status(204, None)
