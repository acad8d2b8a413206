"""What becomes new without a time that an index could be asked for.

Pages and files have the time of their last change, posts that of their making: the newest are found by it. Of people,
places, paths, tags, edited posts and what comes back into sight the worker writes down for a few days that it changed,
and who did it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from feed.models import TaggedPost
from intranet.activity.models import Activity
from intranet.people.models import UserSkill
from search.documents import uid_of
from search.saved.models import SavedSearch, UndatedChange
from wiki.models import TaggedPage

UNDATED = frozenset(
    {
        "post.edited", "post.shown", "page.moved", "page.untrashed", "user.joined", "user.changed",
        "community.created", "community.changed", "path.created", "path.changed", "tag.renamed", "tag.merged",
    }
)  # fmt: skip
# What these are about may carry a tag that nobody has seen before.
_LINKS: dict[str, Any] = {"page": TaggedPage, "post": TaggedPost, "person": UserSkill}
KEPT, MOST = timedelta(days=3), 300


def note_changes(rows: Iterable[Activity]) -> None:
    """Write down what changed, and which tags it carries. Twice is no worse than once."""
    found, actors = set[tuple[str, int | None]](), defaultdict[str, set[int | None]](set)
    for row in rows:
        uid = uid_of(row.object_type, row.object_id)
        if uid is not None:
            actors[uid].add(row.actor_id)
            if row.verb in UNDATED:
                found.add((uid, row.actor_id))
    for kind, links in _LINKS.items():
        numbers = [int(uid.partition(":")[2]) for uid in actors if uid.startswith(f"{kind}:")]
        if numbers:
            carried = links.objects.filter(content_object__in=numbers).order_by()
            for number, tag in carried.values_list("content_object_id", "tag_id"):
                found |= {(f"tag:{tag}", actor) for actor in actors[f"{kind}:{number}"]}
    UndatedChange.objects.bulk_create(UndatedChange(uid=uid, actor_id=actor) for uid, actor in sorted(found, key=str))


def changed_since(saved: SavedSearch, since: datetime) -> tuple[list[str], list[str]]:
    """Return what others changed since then, the newest of it, and what only she did herself, whose search it is."""
    rows: Sequence[tuple[str, int | None]] = list(
        UndatedChange.objects.filter(at__gte=since).order_by("-at", "-pk").values_list("uid", "actor_id")[: 10 * MOST]
    )
    others = list(dict.fromkeys(uid for uid, actor in rows if actor != saved.user_id))
    own = [uid for uid, actor in rows if actor == saved.user_id]
    return others[:MOST], sorted(set(own) - set(others))[:MOST]


def forget_changes() -> None:
    """Throw away what has been looked at long ago; called once a day."""
    UndatedChange.objects.filter(at__lt=timezone.now() - KEPT).delete()
