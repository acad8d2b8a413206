"""Searches somebody keeps."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from feed.models import Post
from intranet.people.models import User
from intranet.people.models.people import OwnQuerySet

LONGEST_NAME, LONGEST_ADDRESS = 80, 4_000


class SavedSearchQuerySet(OwnQuerySet):
    """One's own searches."""

    def kept(self) -> Self:
        """Return those somebody has saved, without the ones the house waits for an answer to."""
        return self.filter(question__isnull=True)


class SavedSearch(models.Model):
    """A question with its filters, as the address of the result page has them, under a name; nobody else knows of it."""

    # Asked of a community because nothing was found: a page that comes later is told of once, and none is listed.
    question = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=LONGEST_NAME)
    address = models.CharField(max_length=LONGEST_ADDRESS)  # see `saved.asking.canonical`
    digest = models.CharField(max_length=64)  # of the address: what is sent twice is one
    created_at = models.DateTimeField(default=timezone.now)
    is_watched = models.BooleanField(default=False)
    # Since when something waits that may be a new hit, and when the last such thing came; empty when nothing does.
    due_at = models.DateTimeField(null=True, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    # Up to when hits have been looked for.
    looked_at = models.DateTimeField(default=timezone.now)
    # Uids that were there when the watch began or have been told of, the last ones: nothing is told twice.
    known = models.JSONField(default=list)

    objects: ClassVar[Any] = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "saved searches"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="saved_search_once")]
        # The worker's question; what waits for nothing is not in it.
        indexes = [models.Index(fields=["looked_at"], name="saved_searches_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.pk}"

    def get_absolute_url(self) -> str:
        """Return where it is asked again."""
        return f"{reverse('search:search')}?{self.address}"


class SavedTerm(models.Model):
    """One of the terms without which nothing can be a hit of a watched search; "*" of one that has no words.

    A new post is compared with these, not with the searches: see decision 0017.
    """

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="terms")
    term = models.CharField(max_length=70)

    class Meta:
        indexes = [models.Index(fields=["term"], name="saved_terms")]

    def __str__(self) -> str:
        return f"{self.saved_id}: {self.term}"


class UndatedChange(models.Model):
    """Something became what it is without a time of change that searches could ask for: see `saved.changes`."""

    uid = models.CharField(max_length=40)  # "path:3"
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)  # when the worker read of it

    class Meta:
        indexes = [models.Index(fields=["at"], name="undated_changes_at")]

    def __str__(self) -> str:
        return f"{self.uid} at {self.at}"
