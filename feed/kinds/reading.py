"""What pages and programs show of kinds besides the card."""

from __future__ import annotations

from typing import Any

from feed.models import Post, Vote
from intranet.people.models import User

# A page names so many voters of a choice; how many there are it says anyway.
MOST_NAMED = 500


def voters_of(post: Post) -> list[tuple[str, int, list[User]]]:
    """Return (choice, how many, who) of a poll that is not anonymous; the caller has asked whether it is."""
    if post.facts["anonymous"]:
        raise ValueError("an anonymous poll tells nobody")
    rows = Vote.objects.filter(post=post).select_related("user").order_by("choice", "pk")
    people: dict[int, list[Any]] = {}
    for row in rows:
        people.setdefault(row.choice, []).append(row.user)
    return [
        (text, len(people.get(place, ())), people.get(place, [])[:MOST_NAMED])
        for place, text in enumerate(post.facts["options"])
    ]
