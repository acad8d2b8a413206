"""May she? About questions, polls and announcements."""

from __future__ import annotations

from typing import Any

from feed.models import Post, PostKind
from feed.permissions import role_in
from intranet.people.models import Community, Membership


def can_mark_answer(user: Any, thread: Post) -> bool:
    """Who asked says which reply answers it, or a moderator."""
    if thread.kind != PostKind.QUESTION or thread.deleted_at is not None:
        return False
    role = role_in(user, thread.community_id)
    return role == Membership.Role.MODERATOR or (bool(role) and thread.author_id == user.pk)


def can_vote(user: Any, post: Post) -> bool:
    """Members vote."""
    return post.kind == PostKind.POLL and post.deleted_at is None and bool(role_in(user, post.community_id))


def can_see_voters(post: Post) -> bool:
    """Is it known who chose what? Said before anybody votes, and the same for all."""
    return post.kind == PostKind.POLL and not post.facts["anonymous"]


def can_announce(user: Any, community: Community) -> bool:
    """Moderators, and members who speak for the house."""
    role = role_in(user, community.pk)
    return role == Membership.Role.MODERATOR or (bool(role) and user.may_announce)


def can_lead(user: Any, post: Post) -> bool:
    """Who wrote a poll or an announcement ends it, or a moderator; the same see who has acknowledged."""
    if post.kind not in {PostKind.POLL, PostKind.ANNOUNCEMENT} or post.deleted_at is not None:
        return False
    role = role_in(user, post.community_id)
    return role == Membership.Role.MODERATOR or (bool(role) and post.author_id == user.pk)


def can_acknowledge(user: Any, post: Post) -> bool:
    """Members say that they have read it."""
    return post.kind == PostKind.ANNOUNCEMENT and post.deleted_at is None and bool(role_in(user, post.community_id))
