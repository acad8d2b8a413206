"""A draft that was thrown away, kept for the moment in which its author may want it back."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from intranet.people.models import User

# The page offers it for ten seconds, a slow network gets the rest; the daily sweep forgets what is older.
UNDO = timedelta(minutes=10)


class DiscardedDraft(models.Model):
    """What a draft was: a row apart, so that whoever asks for drafts need not know of it."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey("wiki.WikiPage", null=True, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.CASCADE, related_name="+")
    base_revision_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)
    updated_at = models.DateTimeField()
    discarded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"discarded draft of {self.author_id}: {self.title}"
