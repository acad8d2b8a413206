"""Threads and drafts of posts for programs: the same actions, the same visibility."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from feed import permissions
from feed.actions import mark_read, mark_unread_from
from feed.keeping.actions import dismiss_pin, pin_thread, show_pin, unpin_thread
from feed.models import Post, PostDraft
from feed.threads import actions
from feed.threads.moving import change_of, places_for
from feed.threads.reading import trail_of
from feed.threads.traces import traces_of
from feed.views.shared import get_post, get_thread
from intranet.api import Problem, Text
from intranet.people.models import Community

router = Router(tags=["posts"])
drafts_router = Router(tags=["posts"])
Pk = Annotated[int, Field(ge=1, le=2**31 - 1)]
REFUSALS = {403: Problem, 404: Problem, 422: Problem}


class TrailOut(Schema):
    """What a moderator did with a thread; places are slugs, of communities you may know."""

    kind: str
    by: str | None
    note: str
    origin: str | None
    destination: str | None
    at: datetime


class ThreadOut(Schema):
    """How a thread stands."""

    id: int
    community: str
    closed_at: datetime | None
    pinned_until: datetime | None
    trail: list[TrailOut]


class MovedOut(Schema):
    """A thread that went elsewhere: which, where to and how it begins only if you may read it there."""

    at: datetime
    by: str
    thread: int | None
    community: str | None
    begins: str


class NoteIn(Schema):
    """A comment."""

    model_config = ConfigDict(extra="forbid")

    note: Text = Field("", max_length=actions.MAX_NOTE * 4)


class MoveIn(NoteIn):
    """Where to: a community's slug."""

    community: Text = Field(max_length=80)


class PinIn(Schema):
    """The last day it stands on top."""

    model_config = ConfigDict(extra="forbid")

    until: date


class ChangeOut(Schema):
    """Who reads a thread after it has moved; `losing` are handles of people it concerns."""

    before: int
    after: int
    gain: int
    lose: int
    losing: list[str]


class DraftDetails(Schema):
    """The kind of a new post and what that kind asks for, as typed: a choice a line, names with commas, days and times."""

    model_config = ConfigDict(extra="forbid")

    kind: Text = Field("", max_length=12)
    options: Text = Field("", max_length=30_000)
    several: bool = False
    anonymous: bool = False
    closes_at: Text = Field("", max_length=40)
    people: Text = Field("", max_length=2_000)
    level: Text = Field("", max_length=12)
    due_on: Text = Field("", max_length=40)
    expires_on: Text = Field("", max_length=40)


class DraftOut(Schema):
    """What you have typed and not sent: an answer in `thread`, or a new post."""

    id: int
    thread: int | None
    community: str | None
    body: str
    # As they were typed, by the same names as they are kept.
    details: dict[str, str | bool]
    updated_at: datetime


class DraftIn(Schema):
    """A text to be kept. An empty one takes the draft away; with the `key` of a post that was sent, nothing is kept."""

    model_config = ConfigDict(extra="forbid")

    thread: Pk | None = None
    community: Text = Field("", max_length=80)
    body: Text = Field("", max_length=30_000)
    details: DraftDetails | None = None
    key: UUID | None = None


def shown(user: Any, pk: int) -> dict[str, Any]:
    """Return how a thread stands."""
    thread = get_thread(user, pk)
    trail = [
        {"kind": line.kind, "by": line.actor.handle if line.actor else None, "note": line.note, "at": line.created_at,
         "origin": line.origin.slug if line.origin else None,
         "destination": line.destination.slug if line.destination else None}
        for line in trail_of(user, pk)
    ]  # fmt: skip
    return {"id": pk, "community": thread.community.slug, "closed_at": thread.closed_at,
            "pinned_until": thread.pinned_until, "trail": trail}  # fmt: skip


def moderated(user: Any, pk: int) -> Post:
    """Return a thread for its moderators."""
    thread = get_thread(user, pk)
    if not permissions.can_moderate(user, thread):
        raise PermissionDenied
    return thread


@router.get("/moved", response={200: list[MovedOut], 404: Problem})
def list_moved_threads(request: HttpRequest, community: Text) -> Any:
    """List what was moved away from a community of late, the newest first."""
    place = Community.objects.visible_to(request.user).filter(slug=community).first()
    if place is None:
        raise Http404
    return [
        {
            "at": trace.at,
            "by": trace.who,
            "thread": trace.thread,
            "community": trace.slug or None,
            "begins": trace.title,
        }
        for trace in traces_of(request.user, place.pk)
    ]


@router.get("/{pk}", response={200: ThreadOut, 404: Problem})
def read_thread(request: HttpRequest, pk: Pk) -> Any:
    """Say how a thread stands: closed, pinned, and what moderators did with it."""
    return shown(request.user, pk)


@router.put("/{pk}/closed", response={200: ThreadOut, **REFUSALS})
def close_thread(request: HttpRequest, pk: Pk, data: NoteIn) -> Any:
    """Close a thread, with a comment; as a moderator."""
    actions.close_thread(actor=request.user, thread=get_thread(request.user, pk), note=data.note)
    return shown(request.user, pk)


@router.delete("/{pk}/closed", response={200: ThreadOut, **REFUSALS})
def reopen_thread(request: HttpRequest, pk: Pk) -> Any:
    """Open a thread again; as a moderator."""
    actions.reopen_thread(actor=request.user, thread=get_thread(request.user, pk))
    return shown(request.user, pk)


@router.get("/{pk}/move", response={200: ChangeOut, **REFUSALS})
def foresee_thread_move(request: HttpRequest, pk: Pk, community: Text) -> Any:
    """Say who would gain and who would lose a thread if it went to a community of yours; as a moderator."""
    thread = moderated(request.user, pk)
    place = places_for(request.user, thread).filter(slug=community).first()
    if place is None:
        raise Http404
    change = change_of(thread, place)
    return {"before": change.before, "after": change.after, "gain": change.gain, "lose": change.lose,
            "losing": [person.handle for person in change.losing]}  # fmt: skip


@router.post("/{pk}/move", response={200: ThreadOut, **REFUSALS})
def move_thread(request: HttpRequest, pk: Pk, data: MoveIn) -> Any:
    """Take a thread to a community of yours; as a moderator of where it is."""
    thread = moderated(request.user, pk)
    place = Community.objects.of_member(request.user).filter(slug=data.community).first()
    if place is None:
        raise Http404
    actions.move_thread(actor=request.user, thread=thread, community=place, note=data.note)
    return shown(request.user, pk)


@router.put("/{pk}/pin", response={200: ThreadOut, **REFUSALS})
def pin(request: HttpRequest, pk: Pk, data: PinIn) -> Any:
    """Keep a thread on top of its community until the end of a day; as a moderator."""
    pin_thread(actor=request.user, thread=get_thread(request.user, pk), until=data.until)
    return shown(request.user, pk)


@router.delete("/{pk}/pin", response={200: ThreadOut, **REFUSALS})
def unpin(request: HttpRequest, pk: Pk) -> Any:
    """Take a pin down for everybody; as a moderator."""
    unpin_thread(actor=request.user, thread=get_thread(request.user, pk))
    return shown(request.user, pk)


@router.put("/{pk}/pin/dismissed", response={204: None, 404: Problem})
def dismiss_thread_pin(request: HttpRequest, pk: Pk) -> Any:
    """See a pinned thread no longer on top; only you."""
    dismiss_pin(actor=request.user, thread=get_thread(request.user, pk))
    return Status(204, None)


@router.delete("/{pk}/pin/dismissed", response={204: None, 404: Problem})
def show_thread_pin(request: HttpRequest, pk: Pk) -> Any:
    """See a pinned thread on top again."""
    show_pin(actor=request.user, thread=get_thread(request.user, pk))
    return Status(204, None)


@router.post("/{pk}/read", response={204: None, 404: Problem})
def read_to_the_end(request: HttpRequest, pk: Pk) -> Any:
    """Mark all of a thread as read."""
    thread = get_thread(request.user, pk)
    mark_read(actor=request.user, thread=thread, until=thread.last_activity_at)
    return Status(204, None)


@router.post("/{pk}/unread", response={204: None, 404: Problem})
def unread_from(request: HttpRequest, pk: Pk) -> Any:
    """Mark a post and all after it in its thread as unread."""
    mark_unread_from(actor=request.user, post=get_post(request.user, pk))
    return Status(204, None)


def _drafts(user: Any, rows: Iterable[PostDraft]) -> list[dict[str, Any]]:
    """Return drafts; where one was to go is said only while that may be known."""
    rows = list(rows)
    places = Community.objects.of_member(user).in_bulk([row.community_id for row in rows if row.community_id])
    return [
        {"id": row.pk, "thread": row.thread_id, "body": row.body, "updated_at": row.updated_at,
         "community": places[row.community_id].slug if row.community_id in places else None,
         "details": row.details or {}}
        for row in rows
    ]  # fmt: skip


@drafts_router.get("", response=list[DraftOut])
def list_post_drafts(request: HttpRequest) -> Any:
    """List what you have begun to say, newest first; nobody else sees it."""
    return _drafts(request.user, PostDraft.objects.visible_to(request.user)[:200])


@drafts_router.post("", response={200: DraftOut, 204: None, 404: Problem, 422: Problem})
def save_post_draft(request: HttpRequest, data: DraftIn) -> Any:
    """Keep a text: one for each thread, one of a new post."""
    thread = get_thread(request.user, data.thread) if data.thread else None
    place = None
    if data.community and thread is None:
        place = Community.objects.of_member(request.user).filter(slug=data.community).first()
        if place is None:
            raise Http404
    draft = actions.save_post_draft(
        actor=request.user,
        thread=thread,
        community=place,
        body=data.body,
        key=data.key,
        details=data.details.dict() if data.details else None,
    )
    return _drafts(request.user, [draft])[0] if draft else Status(204, None)


@drafts_router.delete("/{pk}", response={204: None, 404: Problem})
def discard_post_draft(request: HttpRequest, pk: Pk) -> Any:
    """Throw one of your drafts away."""
    try:
        actions.discard_post_draft(actor=request.user, draft=pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    return Status(204, None)
