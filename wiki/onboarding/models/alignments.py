"""Many people who are brought up to date with a path, some at a time."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from intranet.people.models import User
from wiki.onboarding.models.paths import Path


class Alignment(models.Model):
    """A row is the queue and the progress: the worker goes on with what is under way, and counts who is left."""

    class State(models.TextChoices):
        GOING = "going"
        DONE = "done"
        STOPPED = "stopped"

    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="alignments")
    actor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # How the path was built when it was decided (`making.words.structure_mark`): another one is another decision.
    seen = models.CharField(max_length=40)
    # Numbers of enrolments; nothing is everybody who is on the path and not at its end.
    chosen = models.JSONField(null=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.GOING)
    words = models.CharField(max_length=10, blank=True)  # why it stopped: "rights", "changed", "error"
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # The worker's question as well, every few seconds.
            models.UniqueConstraint(
                fields=["path"], condition=models.Q(state="going"), name="one_alignment_of_a_path_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path_id}: {self.done} of {self.total}, {self.state}"

    @property
    def is_going(self) -> bool:
        """Is it under way?"""
        return self.state == self.State.GOING
