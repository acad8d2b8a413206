"""What lies in the trash, as plain rows."""

from __future__ import annotations

from intranet.people.models import Membership, User
from wiki.models import WikiPage
from wiki.reading import LIST_LIMIT, Row, with_face


def trash(user: User, limit: int = LIST_LIMIT) -> list[Row]:
    """Return what lies in the trash of communities `user` writes in, newest first; a subtree is one row."""
    mine = Membership.objects.filter(user_id=user.pk).values("community_id")
    pages = WikiPage.objects.trashed_for(user).filter(trashed_under__isnull=True, community_id__in=mine)
    rows = pages.order_by("-trashed_at", "-pk").values(
        "pk", "title", "trashed_at", "numchild", "community__name", "community__hue", "trashed_by__pk",
        "trashed_by__name", "trashed_by__handle", "trashed_by__photo", "trashed_by__is_guest",
    )  # fmt: skip
    return [with_face(row, "trashed_by") for row in rows[:limit]]
