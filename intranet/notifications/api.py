"""Notifications and watching, for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from intranet.api import Problem
from intranet.notifications import actions, reading
from intranet.notifications.push.api import router as push_router
from intranet.notifications.things import described_things
from intranet.paging import BadCursor

router = Router()
watches_router = Router()
MAX_ID = 2**63 - 1
Box = Literal["direct", "updates"]
Kind = Literal["page", "branch", "community", "thread"]


class NotificationOut(Schema):
    """Something you are told. `people` are handles, the newest first; `count` is how often since you last read it."""

    id: int
    box: str
    event: str
    text: str
    why: str
    reason: str
    name: str
    url: str
    people: list[str]
    count: int
    quiet: bool
    updated_at: datetime
    read_at: datetime | None


class NotificationsOut(Schema):
    """A page of notifications, and how many are unread in each box."""

    unread: dict[str, int]
    items: list[NotificationOut]
    next_cursor: str | None


class NotificationsIn(Schema):
    """Which ones, and where to go on."""

    box: Box = "direct"
    cursor: str = Field("", max_length=600)
    limit: int = Field(30, ge=1, le=100)


class SeenIn(Schema):
    """Which are read: these, or all of a box that had come by `until`."""

    model_config = ConfigDict(extra="forbid")

    ids: list[int] | None = Field(None, max_length=200)
    box: Box | None = None
    until: datetime | None = None


class WatchOut(Schema):
    """A thing you have a level for."""

    kind: str
    id: int
    level: str
    origin: str
    name: str
    url: str


class WatchesOut(Schema):
    """A page of what you have a level for."""

    items: list[WatchOut]
    next_cursor: str | None


class WatchesIn(Schema):
    """Which ones, and where to go on."""

    kind: Kind | None = None
    cursor: str = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class LevelIn(Schema):
    """How much to hear."""

    model_config = ConfigDict(extra="forbid")

    level: Literal["watch", "follow", "normal", "mute"]


@router.get("", response={200: NotificationsOut, 400: Problem}, tags=["notifications"])
def list_notifications(request: HttpRequest, which: Query[NotificationsIn]) -> Any:
    """List what you are told, newest first; what you cannot see any more is left out."""
    me: Any = request.user
    try:
        found = reading.notices(me, which.box, which.cursor, which.limit)
    except BadCursor as error:
        raise HttpError(400, str(error)) from error
    items = [
        {
            "id": one.pk, "box": one.row.box, "event": one.row.event, "text": one.plain, "why": one.why,
            "reason": one.row.reason, "name": one.thing.name, "url": one.thing.url,
            "people": [person.handle for person in one.people], "count": one.row.count, "quiet": one.row.is_quiet,
            "updated_at": one.row.updated_at, "read_at": one.row.read_at,
        }
        for one in found.rows
    ]  # fmt: skip
    return {"unread": reading.unread_counts(me), "items": items, "next_cursor": found.next_cursor}


@router.post("/seen", response={204: None, 422: Problem}, tags=["notifications"])
def mark_notifications_seen(request: HttpRequest, data: SeenIn) -> Any:
    """Mark notifications as read."""
    me: Any = request.user
    if data.ids is not None:
        actions.mark_seen(actor=me, pks=[pk for pk in data.ids if 0 < pk <= MAX_ID])
        return Status(204, None)
    until = data.until or timezone.now()
    if until.tzinfo is None:
        raise HttpError(422, "The time needs its zone.")
    try:
        until = until.astimezone(UTC)
    except OverflowError:  # the last day of the calendar, in the west
        raise HttpError(422, "That is not a time.") from None
    actions.mark_all_seen(actor=me, until=until, box=data.box or "")
    return Status(204, None)


@watches_router.get("", response={200: WatchesOut, 400: Problem}, tags=["notifications"])
def list_watches(request: HttpRequest, which: Query[WatchesIn]) -> Any:
    """List what you have a level for, what changed last first."""
    me: Any = request.user
    try:
        found = reading.watched(me, which.kind or "", which.cursor, which.limit)
    except BadCursor as error:
        raise HttpError(400, str(error)) from error
    items = [_shown(one.watch, one.thing) for one in found.rows]
    return {"items": items, "next_cursor": found.next_cursor}


def _shown(watch: Any, thing: Any) -> dict[str, Any]:
    return {"kind": watch.kind, "id": watch.number, "level": watch.level, "origin": watch.origin, "name": thing.name,
            "url": thing.url}  # fmt: skip


@watches_router.put("/{kind}/{pk}", response={200: WatchOut, 404: Problem}, tags=["notifications"])
def put_watch(request: HttpRequest, kind: Kind, pk: int, data: LevelIn) -> Any:
    """Choose how much to hear of a page, a page with those below it (`branch`), a community or a conversation."""
    me: Any = request.user
    thing = (kind, min(max(pk, 0), MAX_ID))
    try:
        watch = actions.set_level(actor=me, thing=thing, level=data.level)
    except ObjectDoesNotExist:
        raise Http404 from None
    return _shown(watch, described_things(me, [thing])[thing])


@watches_router.delete("/{kind}/{pk}", response={204: None}, tags=["notifications"])
def delete_watch(request: HttpRequest, kind: Kind, pk: int) -> Any:
    """Take your choice back; what you may not see is answered like what you never chose."""
    actions.set_level(actor=request.user, thing=(kind, min(max(pk, 0), MAX_ID)), level="")  # type: ignore[arg-type]
    return Status(204, None)


router.add_router("", push_router)
