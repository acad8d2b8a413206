"""Addresses that open one colleague's task for somebody who does not sign in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from intranet.people.models import User
from wiki.onboarding.models.enrolments import Enrolment
from wiki.onboarding.models.paths import Step


class TaskLink(models.Model):
    """Whoever has the secret may do this one task once, in the place of the colleague it was made for."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="task_links")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="+")
    # Who was to do it when the link was made; a link for somebody else's task is dead.
    colleague = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # SHA-256 of the secret, which is kept nowhere.
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # One that works a task: a new one takes the place of the one before.
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="one_link_a_task")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.step_id}"
