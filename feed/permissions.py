"""May she? About one post, reply or file. Reading is `visible_to`; writing needs membership."""

from __future__ import annotations

from typing import Any

from feed.models import Attachment, Post
from intranet.people.models import Community, Membership
from intranet.people.models.people import is_current


def role_in(user: Any, community_id: int) -> str:
    """Return "member", "moderator", or "" when `user` is not in the community or the account is closed."""
    if not is_current(user):
        return ""
    role = Membership.objects.filter(user_id=user.pk, community_id=community_id).values_list("role", flat=True).first()
    return role or ""


def can_post(user: Any, community: Community) -> bool:
    """Members write."""
    return bool(role_in(user, community.pk))


def can_reply(user: Any, thread: Post) -> bool:
    """Members answer, also below the stub of a deleted first post while it has replies."""
    return (thread.deleted_at is None or thread.reply_count > 0) and bool(role_in(user, thread.community_id))


def can_moderate(user: Any, post: Post) -> bool:
    """Moderators of its community close, move, pin and hide."""
    return role_in(user, post.community_id) == Membership.Role.MODERATOR


def can_react(user: Any, post: Post) -> bool:
    """Members react to what is still there."""
    return post.deleted_at is None and bool(role_in(user, post.community_id))


def can_edit_post(user: Any, post: Post) -> bool:
    """Only the author changes her words, moderators do not; and only while she is a member."""
    return post.deleted_at is None and post.author_id == user.pk and bool(role_in(user, post.community_id))


def can_delete_post(user: Any, post: Post) -> bool:
    """The author or a moderator."""
    if post.deleted_at is not None:
        return False
    role = role_in(user, post.community_id)
    return role == Membership.Role.MODERATOR or (bool(role) and post.author_id == user.pk)


def can_restore_post(user: Any, post: Post) -> bool:
    """Who deleted it may take that back; an author cannot undo a moderator's decision."""
    if post.deleted_at is None or post.hidden_at is not None or post.deleted_by_id != user.pk:
        return False
    return bool(role_in(user, post.community_id))


def can_remove_file(user: Any, file: Attachment) -> bool:
    """Who put it there, or a moderator."""
    role = role_in(user, file.community_id)
    return role == Membership.Role.MODERATOR or (bool(role) and file.uploader_id == user.pk)


def can_replace_file(user: Any, file: Attachment) -> bool:
    """What stands on a page is changed by whoever may change the page; in a post by who put it there, or a moderator."""
    return bool(role_in(user, file.community_id)) if file.page_id else can_remove_file(user, file)


def can_restore_file(user: Any, file: Attachment) -> bool:
    """Who removed it may take that back; an uploader cannot undo a moderator's decision."""
    return file.removed_at is not None and file.removed_by_id == user.pk and bool(role_in(user, file.community_id))
