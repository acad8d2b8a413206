"""What is stored about a thread besides its posts: its trail, columns of its own row, drafts of what is said in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Community, User
from intranet.people.models.people import OwnQuerySet


class Kept(models.Model):
    """Columns of a post that say what moderators made of it, so that lists need no other row."""

    # Of threads: nobody answers any more. Why stands in the trail.
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of threads: how many lines its trail has; empty, as for nearly all, means that nobody need look.
    trail_length = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # Of threads: stands on top of its community until then.
    pinned_until = models.DateTimeField(null=True, blank=True, editable=False)
    # A hidden post is a deleted one that is kept: everything that leaves out what is deleted leaves it out as well.
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


# At most three a community: found without looking at its other threads.
KEPT_INDEXES = [models.Index("community", name="pinned_threads", condition=Q(pinned_until__isnull=False))]


class ThreadTrail(models.Model):
    """A line of what moderators did with a thread: closed it, opened it, moved it."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")
        MOVED = "moved", _("moved")

    thread = models.ForeignKey("feed.Post", on_delete=models.CASCADE, related_name="trail")
    kind = models.CharField(max_length=8, choices=Kind)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    # Of a move: out of one community into another.
    origin = models.ForeignKey(Community, null=True, on_delete=models.CASCADE, related_name="+")
    destination = models.ForeignKey(Community, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.kind}"


class PostDraft(models.Model):
    """What somebody has typed and not sent: an answer in a thread, or a new post. Nobody else ever reads it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="post_drafts", db_index=False)
    # Of an answer: where; a new post has none.
    thread = models.ForeignKey("feed.Post", null=True, on_delete=models.CASCADE, related_name="+")
    # Of a new post: where it was to go, as far as that was chosen.
    community = models.ForeignKey(Community, null=True, on_delete=models.SET_NULL, related_name="+")
    body = models.TextField()
    # Of a new post: its kind and what that kind asks for, as typed (`feed.kinds.forms.typed_details`).
    details: models.Field[Any, Any] = models.JSONField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "thread"], name="one_draft_a_thread"),
            models.UniqueConstraint(fields=["user"], name="one_draft_of_a_post", condition=Q(thread__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} begins {self.body[:40]}"
