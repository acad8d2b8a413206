"""What somebody was reminded of: one bundle a person and day, and what was in it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from intranet.people.models import User
from wiki.onboarding.models.enrolments import Enrolment
from wiki.onboarding.models.paths import Step


class ReminderBundle(models.Model):
    """All that somebody is reminded of on a day of hers. The list of notifications shows it; mail reads the same row."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reminder_bundles")
    day_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day_on"], name="one_bundle_a_day")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.day_on}"


class Reminder(models.Model):
    """A step was brought to somebody's mind. Every stage of a due date is said once, whatever happens in between."""

    class Stage(models.IntegerChoices):
        """How far it has come. A stage that is passed is not made up for by a later one."""

        BEFORE = 1
        DAY = 2
        LATE = 3
        BUDDY = 4
        MANAGER = 5

    bundle = models.ForeignKey(ReminderBundle, on_delete=models.CASCADE, related_name="reminders")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="reminders")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="+")
    # A step that is due on another day is spoken of anew.
    due_on = models.DateField()
    stage = models.PositiveSmallIntegerField(choices=Stage)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step", "due_on", "stage"], name="reminded_once_a_stage")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.step_id}, {self.stage}"


class ReminderRun(models.Model):
    """Everybody in a time zone has been reminded for a day."""

    zone = models.CharField(max_length=60)
    day_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "day_on"], name="reminded_once_a_day")]

    def __str__(self) -> str:
        return f"{self.zone} {self.day_on}"
