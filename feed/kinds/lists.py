"""Lists of one kind, and the announcements that stand on top of all others."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from feed.kinds.facts import house_today, praise_is_on
from feed.models import Announcement, Post, PostKind
from feed.navigation import communities
from feed.querysets import PostQuerySet
from feed.rows import Row
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader

# Beyond that they would be a wall; the rest keep their place in the list until these are read.
MOST_ON_TOP = 5
UNANSWERED = "unanswered"
FILTERS = {
    "": _("Everything"),
    "question": _("Questions"),
    UNANSWERED: _("Unanswered questions"),
    "announcement": _("Announcements"),
    "poll": _("Polls"),
    "praise": _("Praise"),
    "update": _("Plain posts"),
}


def filter_of(request: HttpRequest) -> str:
    """Return which kind a list was asked for, "" for all."""
    asked = request.GET.get("kind", "")
    return asked if asked in FILTERS else ""


def filters(chosen: str) -> list[tuple[str, Any, bool]]:
    """Return (kind, label, whether it is chosen) of the choices above a list."""
    return [
        (name, label, name == chosen)
        for name, label in FILTERS.items()
        if name != PostKind.PRAISE or praise_is_on() or chosen == name
    ]


def of_kind(posts: PostQuerySet, kind: str) -> PostQuerySet:
    """Return only the threads of a kind; `kind` is one of `FILTERS`."""
    if kind == UNANSWERED:
        return posts.filter(unanswered_since__isnull=False, deleted_at__isnull=True)
    if not kind:
        return posts
    # The second condition is what the index of kinds is made with.
    return posts.filter(kind=kind) if kind == PostKind.UPDATE else posts.filter(kind=kind, facts__isnull=False)


def kind_sql(kind: str) -> str:
    """Return the same as a condition for `home_sql`; `kind` is one of `FILTERS`, so a word of ours."""
    if kind == UNANSWERED:
        return " AND p.unanswered_since IS NOT NULL AND p.deleted_at IS NULL"
    if not kind:
        return ""
    if kind not in PostKind.values:
        raise ValueError(kind)
    return f" AND p.kind = '{kind}'" + ("" if kind == PostKind.UPDATE else " AND p.facts IS NOT NULL")


def _standing(*, variant: tuple[bool, date], user: int) -> Any:
    """Build the query of the announcements that wait for somebody, what is urgent first."""
    me = reader(user, is_guest=variant[0])
    waiting = Announcement.objects.waiting_for(me, variant[1]).order_by()
    posts = Post.objects.visible_to(me).filter(announcement__in=waiting.values("pk"))
    # "crisis" sorts before "normal".
    return posts.order_by("announcement__level", "-created_at", "-id").thread_rows(me)[: 4 * MOST_ON_TOP]


_STANDING = Prepared(_standing, numbers=["user"])


def standing(request: HttpRequest) -> list[Row]:
    """Return the rows of the announcements the person has not acknowledged yet; asked once a request.

    Asks only when the menu has counted any.
    """
    if not hasattr(request, "_standing"):
        user: Any = request.user
        some = communities(request)["calls"] and is_current(user)
        rows = _STANDING.dicts((user.is_guest, house_today()), user=user.pk) if some else []
        request._standing = rows  # type: ignore[attr-defined]
    return request._standing  # type: ignore[attr-defined,no-any-return]


def on_top(request: HttpRequest, scope: int | None = None) -> list[Row]:
    """Return those that stand on top of a list of all her communities or of one."""
    return [row for row in standing(request) if scope is None or row["community_id"] == scope][:MOST_ON_TOP]
