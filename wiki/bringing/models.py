"""A zip somebody wants to bring in, from its upload to what became of it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Community, InCommunityQuerySet, User


class PageImportQuerySet(InCommunityQuerySet):
    """Imports: the business of whoever uploads the file."""

    def visible_to(self, user: Any) -> Self:
        """Return `user`'s own, in communities she can still read."""
        return super().visible_to(user).filter(actor_id=user.pk)


class PageImport(models.Model):
    """A row is the queue as well: the worker takes what waits, and what a killed one left running."""

    class State(models.TextChoices):
        READY = "ready", _("not started")
        WAITING = "waiting", _("waits its turn")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("not done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    actor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=120, blank=True)  # "" when the file is gone
    state = models.CharField(max_length=7, choices=State, default=State.READY)
    language = models.CharField(max_length=2, blank=True)
    restores_authors = models.BooleanField(default=False)
    # {"new": 3, "known": 0, "files": 2, "pages": [{"title": "...", "depth": 0, "is_new": true}, ...]}
    plan = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True)  # why it was not done
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = PageImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            # The worker's question, every few seconds.
            models.Index("created_at", name="imports_to_do", condition=models.Q(state__in=["waiting", "running"]))
        ]

    def __str__(self) -> str:
        return f"{self.name} into {self.community_id}: {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Is it waiting or running?"""
        return self.state in {self.State.WAITING, self.State.RUNNING}
