"""What a thread leaves in the list of the community it was moved away from: a line, for as long as the list reaches there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone

from feed.lines import Line, among
from feed.models import ThreadTrail
from feed.querysets import ORDER_COLUMN
from feed.rows import Feed, Item
from feed.text import preview_of
from intranet.people.models import Community

# Whoever looked for a conversation for so long has found it.
STAYS = timedelta(days=14)
MOST = 20
TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Trace:
    """That a thread went, and when; `thread` and the rest only for those who read where it is now."""

    at: datetime
    who: str
    thread: int | None = None
    title: str = ""
    place: str = ""
    slug: str = ""


def left_from(community: Any) -> Exists:
    """Return the condition that something was moved away from a community of late, so that others need not ask."""
    return Exists(_moves(community))


def traces_of(
    user: Any, community: int, *, after: datetime | None = None, until: datetime | None = None
) -> list[Trace]:
    """Return the newest moves away from a community `user` may read, after one time and up to another: one query.

    Of a thread that went several times the last one; nothing of what came back or was deleted.
    """
    rows = _moves(community).exclude(thread__community=community).filter(thread__deleted_at__isnull=True)
    if after is not None:
        rows = rows.filter(created_at__gt=after)
    if until is not None:
        rows = rows.filter(created_at__lte=until)
    readable = Community.objects.visible_to(user).filter(pk=OuterRef("thread__community"))
    later = ThreadTrail.objects.filter(
        thread=OuterRef("thread"), kind=ThreadTrail.Kind.MOVED, origin=community, pk__gt=OuterRef("pk")
    )
    rows = rows.filter(~Exists(later)).annotate(is_readable=Exists(readable)).order_by("-created_at", "-pk")
    columns = {"who": F("actor__name"), "place": F("thread__community__name"), "slug": F("thread__community__slug")}
    found = rows.values("created_at", "is_readable", "thread_id", "thread__html", **columns)[:MOST]
    return [_trace(row) for row in found]


def _moves(community: Any) -> Any:
    since = timezone.now() - STAYS
    return ThreadTrail.objects.filter(origin=community, kind=ThreadTrail.Kind.MOVED, created_at__gt=since).order_by()


def _trace(row: dict[str, Any]) -> Trace:
    who = row["who"] or ""
    if not row["is_readable"]:
        return Trace(row["created_at"], who)
    title = preview_of(row["thread__html"], TITLE_LENGTH) or "…"
    return Trace(row["created_at"], who, row["thread_id"], title, row["place"], row["slug"])


def with_traces(user: Any, community: int, feed: Feed, items: Sequence[Item], before: Any) -> list[Item | Line]:
    """Put the lines among a page of threads (`items` of `feed`, which begins after the cursor `before`), by their times."""
    traces = traces_of(
        user, community, after=feed.after[0] if feed.after else None, until=before[0] if before else None
    )
    lines = [Line(trace.at, render_to_string("feed/_trace.html", {"trace": trace})) for trace in traces]
    return among(items, lines, ORDER_COLUMN[feed.order])
