"""Which page was made of which conversation."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from intranet.people.models import User


class Harvest(models.Model):
    """Somebody makes a page of a conversation: first a draft of her own, then, when it is published, the page."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # Given by the form: sending it twice makes one draft.
    key = models.UUIDField(default=uuid.uuid4)
    thread = models.ForeignKey("feed.Post", on_delete=models.CASCADE, related_name="harvests")
    # Where the text is until it is published; both empty when it was thrown away for good.
    draft = models.OneToOneField("wiki.Draft", null=True, on_delete=models.SET_NULL, related_name="harvest")
    discarded = models.OneToOneField(
        "wiki.DiscardedDraft", null=True, on_delete=models.SET_NULL, related_name="harvest"
    )
    page = models.ForeignKey("wiki.WikiPage", null=True, on_delete=models.CASCADE, related_name="harvests")
    # [[post, a line of its quote], ...]: what must not stand in the page once the post is gone.
    quotes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="harvest_once")]

    def __str__(self) -> str:
        return f"{self.page_id or self.draft_id} of {self.thread_id}"
