"""Words that mean the same to search, and results that editors pinned to words."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from feed.models import Post
from intranet.people.models import User
from wiki.models import WikiPage

LONGEST_PINNED = 80


class WordGroup(models.Model):
    """Words that find each other: palkka, lön, tilipussi. They are the house's, whoever asks finds with them."""

    words = models.JSONField(default=list)  # as written, lower case
    # The same in alphabetical order: what is sent twice is one.
    key = models.CharField(max_length=600, unique=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return " = ".join(self.words)


class PinQuerySet(models.QuerySet["Pin"]):
    """Pins, as far as somebody may see what is pinned."""

    def visible_to(self, user: Any) -> Self:
        """Return the pins of what `user` may read: that somebody pinned the rest is hidden with it."""
        pages = WikiPage.objects.visible_to(user).values("pk")
        posts = Post.objects.visible_to(user).present().values("pk")
        return self.filter(Q(page__in=pages) | Q(post__in=posts))


class Pin(models.Model):
    """A page or a post stands on top of what is found with these words, for those who may read it."""

    words = models.CharField(max_length=LONGEST_PINNED)  # as written, lower case
    page = models.ForeignKey(WikiPage, null=True, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    pinned_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    pinned_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = PinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["words", "page"], name="pin_page_once"),
            models.UniqueConstraint(fields=["words", "post"], name="pin_post_once"),
            models.CheckConstraint(
                name="pin_one_thing",
                condition=Q(post__isnull=True, page__isnull=False) | Q(post__isnull=False, page__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.uid}"

    @property
    def uid(self) -> str:
        """Return what is pinned, as the index calls it."""
        return f"page:{self.page_id}" if self.page_id else f"post:{self.post_id}"
