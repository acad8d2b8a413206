"""What one may do with a post: lines of its menu, made when somebody opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from feed import permissions
from feed.models import Bookmark, Post
from feed.moderation.actions import can_judge


@dataclass(frozen=True, slots=True)
class Choice:
    """A line: a link, a form's button (`is_post`), or an address to copy (`copy`)."""

    label: str
    icon: str
    url: str
    is_post: bool = False
    copy: str = ""
    is_danger: bool = False


def menu_of(request: HttpRequest, post: Post) -> list[list[Choice]]:
    """Return the lines for this reader in groups: for everybody, one's own, of moderators."""
    user: Any = request.user
    own, moderates = post.author_id == user.pk, permissions.can_moderate(user, post)

    def to(name: str) -> str:
        return reverse(f"feed:{name}", args=[post.pk])

    kept = Bookmark.objects.visible_to(user).filter(post=post).exists()
    link = request.build_absolute_uri(post.get_absolute_url())
    general = [
        Choice(_("Copy link"), "link", to("post"), copy=link),
        Choice(_("Change bookmark") if kept else _("Bookmark"), "bookmark", to("bookmark")),
        Choice(_("Unread from here"), "mail", to("post_unread"), is_post=True),
    ]
    mine = [Choice(_("Edit"), "pencil", to("post_edit"))] if permissions.can_edit_post(user, post) else []
    if not own:
        mine.append(Choice(_("Report"), "flag", to("report")))
    if permissions.can_delete_post(user, post):
        mine.append(Choice(_("Delete"), "trash-2", to("post_delete"), is_post=True, is_danger=True))
    return [group for group in (general, mine, _of_moderator(post, user, to) if moderates else []) if group]


def _of_moderator(post: Post, user: Any, to: Any) -> list[Choice]:
    lines = []
    if post.thread_id is None:
        closed = post.closed_at is not None
        pinned = post.pinned_until is not None and post.pinned_until > timezone.now()
        lines = [
            Choice(_("Change pin") if pinned else _("Pin"), "pin", to("pin")),
            Choice(_("Open again") if closed else _("Close"), "lock-open" if closed else "lock", to("close")),
            Choice(_("Move"), "folder-input", to("move")),
        ]
    if can_judge(user, post):
        lines.append(Choice(_("Hide"), "eye-off", to("hide"), is_danger=True))
    return lines
