"""How far somebody has read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Greatest, Least

from feed.models import Mention, Post, ReadPosition
from intranet.activity.actions import record
from intranet.notifications.actions import mark_place_seen
from intranet.people.models import Community, Membership


@transaction.atomic
def mark_read(*, actor: Any, thread: Post, until: datetime) -> bool:
    """Note that `actor` has seen a thread as it was at `until` (the newest post shown); return whether that is news.

    A position never goes back here: a slow request of an older page does no harm.
    """
    until = min(until, newest_for(actor, thread))
    # Reactions and the like are told of threads that were read before.
    seen = mark_place_seen(actor=actor, place=("thread", thread.pk))
    if not move_position(actor.pk, thread.pk, until) and not seen:
        return False
    record(actor=actor, verb="post.read", object=thread, community_id=thread.community_id, data={"thread": thread.pk})
    return True


@transaction.atomic
def mark_unread_from(*, actor: Any, post: Post) -> ReadPosition:
    """Make a post and everything after it in its thread unread again, whatever was marked as read before."""
    position, _made = ReadPosition.objects.update_or_create(
        user=actor,
        thread_id=post.thread_pk,
        defaults={"read_until": post.created_at - timedelta(microseconds=1), "kept": True},
    )
    return position


@transaction.atomic
def mark_all_read(*, actor: Any, communities: Sequence[int], until: datetime) -> int:
    """Mark everything up to `until` in these communities of the actor's as read; return in how many something moved.

    `until` is when the list was made that the person has seen: what came later stays unread.
    """
    newest = Community.objects.filter(pk=OuterRef("community_id")).values("last_activity_at")
    mine = Membership.objects.filter(user=actor, community_id__in=communities)
    moved = mine.filter(community__last_activity_at__gt=F("read_until"), read_until__lt=until)
    count = Membership.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(
        read_until=Greatest(F("read_until"), Least(Subquery(newest), until))
    )
    kept = ReadPosition.objects.filter(user=actor, kept=True, thread__community_id__in=communities)
    count += kept.update(kept=False)
    return count


def newest_for(user: Any, thread: Post) -> datetime:
    """Return when the last thing happened in a thread that `user` can have read: a post, or being named by an edit."""
    named = Mention.objects.newest_in(user, thread.pk).values_list("created_at", flat=True).first()
    return max(thread.last_activity_at, named or thread.last_activity_at)


def move_position(user_id: int, thread_id: int, until: datetime) -> bool:
    """Move a read position forward, or make it; return whether it moved."""
    position, made = ReadPosition.objects.get_or_create(
        user_id=user_id, thread_id=thread_id, defaults={"read_until": until}
    )
    if made:
        return True
    if position.read_until >= until and not position.kept:
        return False
    ReadPosition.objects.filter(pk=position.pk).update(read_until=Greatest(F("read_until"), until), kept=False)
    return True
