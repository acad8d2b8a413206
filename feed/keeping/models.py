"""Bookmarks, and pins that somebody does not want to see."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from intranet.people.models import User
from intranet.people.models.people import OwnQuerySet

MAX_NOTE = 500


class Bookmark(models.Model):
    """Somebody keeps a post or a page, with a note; nobody else knows of it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bookmarks", db_index=False)
    post = models.ForeignKey("feed.Post", null=True, on_delete=models.CASCADE, related_name="bookmarks")
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.CASCADE, related_name="bookmarks")
    note = models.CharField(max_length=MAX_NOTE, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "post"], name="bookmark_post_once"),
            models.UniqueConstraint(fields=["user", "page"], name="bookmark_page_once"),
            models.CheckConstraint(
                name="bookmark_one_thing",
                condition=Q(post__isnull=True, page__isnull=False) | Q(post__isnull=False, page__isnull=True),
            ),
        ]
        indexes = [models.Index("user", F("created_at").desc(), F("id").desc(), name="bookmarks_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.post_id or self.page_id}"


class PinDismissal(models.Model):
    """Somebody does not want to see a pinned thread on top any more."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey("feed.Post", on_delete=models.CASCADE, related_name="pin_dismissals")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="dismiss_pin_once")]

    def __str__(self) -> str:
        return f"{self.user_id} takes {self.thread_id} down"
