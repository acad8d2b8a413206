"""What somebody has typed and not saved, found again."""

from __future__ import annotations

from typing import Any

from intranet.people.models import User
from wiki.models import Draft, WikiPage

MOST = 200


def drafts_of(user: User) -> list[dict[str, Any]]:
    """Return the person's drafts, newest first; the page of one may be gone for her meanwhile."""
    rows: list[Any] = list(
        Draft.objects.filter(author=user).values(
            "pk", "title", "body", "updated_at", "page_id", "parent_id", "base_revision_id"
        )[:MOST]
    )
    seen = WikiPage.objects.visible_to(user).in_bulk([row["page_id"] for row in rows if row["page_id"]])
    for row in rows:
        row["page"] = seen.get(row["page_id"])
    return rows


def begun_in(user: User, place: int) -> Draft | None:
    """Return the person's newest draft of a new page in a place, None when there is none."""
    return Draft.objects.filter(author=user, page=None, parent_id=place).first()
