"""A crisis reaches the browsers of everybody it concerns: at once, past preferences and quiet hours.

In the app it is the banner of every page, which no row of anybody's stands for; only who has a browser that is told
things gets one, until that is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from feed.kinds.facts import house_today
from feed.models import Acknowledgement, Announcement
from feed.text import preview_of
from intranet.notifications.hearing import Crowd, Described, Hearing, Why
from intranet.people.models import Membership

ANNOUNCEMENT = "feed.announcement"
NAME_LENGTH = 120


def alarm(pk: int, *, at: datetime | None = None, origin: int | None = None) -> Iterator[Crowd]:
    """Say that all members who have not acknowledged a crisis hear of it; nothing of what is none or is over.

    `origin`: it was moved here from there, where everybody has heard of it.
    """
    found = Announcement.objects.standing(house_today()).filter(pk=pk, level=Announcement.Level.CRISIS)
    announcement = found.select_related("post").filter(post__deleted_at__isnull=True).first()
    if announcement is None:
        return
    read = Acknowledgement.objects.filter(announcement=announcement, version=announcement.version)
    but = set(read.values_list("user_id", flat=True))
    if origin is not None:
        but |= set(Membership.objects.filter(community_id=origin).values_list("user_id", flat=True))
    home = announcement.post.community_id
    bundle = f"crisis:{pk}:{announcement.version}"
    hearing = Hearing(
        "crisis", (ANNOUNCEMENT, pk), {}, bundle, home, ("thread", pk), True, at, is_urgent=True, only_browsers=True
    )
    yield Crowd(hearing, home, Why("member"), frozenset(but))


def describe_announcements(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return those of these crises that still wait for `user`, by how they begin."""
    rows = Announcement.objects.visible_to(user).waiting_for(user, house_today())
    rows = rows.filter(pk__in=keys, level=Announcement.Level.CRISIS)
    return {
        str(row.pk): Described(
            preview_of(row.post.html, NAME_LENGTH) or "…", row.post.get_absolute_url(), row.post.community.name
        )
        for row in rows.select_related("post__community")
    }
