"""What an address outside says of itself, asked once for the whole house."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class WebPreview(models.Model):
    """Title, description and picture of an address outside; one row an address, whoever links to it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        NOTHING = "nothing"

    url = models.CharField(max_length=2000)
    # SHA-256 of the address: long texts make poor indexes.
    digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    title = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=300, blank=True)
    site = models.CharField(max_length=253, blank=True)
    # Name of the picture in the storage and in its address; "" without one. Says nothing of the address it is of.
    token = models.CharField(max_length=32, blank=True, db_index=True)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, default=timezone.now)

    class Meta:
        indexes = [models.Index("due_at", name="previews_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return self.url

    @staticmethod
    def new_token() -> str:
        """Return a name nobody can guess."""
        return uuid.uuid4().hex


class PreviewUse(models.Model):
    """A post shows a preview: whoever may read the post may see its picture, and without one the preview goes."""

    post = models.ForeignKey("Post", on_delete=models.CASCADE, related_name="preview_uses")
    preview = models.ForeignKey(WebPreview, on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "preview"], name="preview_use_once")]

    def __str__(self) -> str:
        return f"{self.post_id} shows {self.preview_id}"
