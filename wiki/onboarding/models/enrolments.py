"""A person on a path, and what is that person's own on it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Community, User
from intranet.people.models.people import is_current
from wiki.onboarding.models.paths import Path, PathVersion, Role, Step, VersionStep


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments are the business of the person, buddy, manager, path owner and roles that see progress alone."""

    def visible_to(self, user: Any) -> EnrolmentQuerySet:
        """Return the enrolments `user` may see the progress of, in communities `user` may still read.

        Asked of what is so now: a manager who changed and a buddy who is another one see nothing from then on.
        """
        if not is_current(user):
            return self.none()
        held = RoleHolder.objects.filter(role__sees_progress=True)
        roles = Role.objects.filter(holder_id=user.pk, sees_progress=True)
        # The path's own holder, unless somebody else holds the role for this person.
        replaced = RoleHolder.objects.exclude(person_id=user.pk).filter(role__in=roles)
        mine = (
            Q(person_id=user.pk)
            | Q(buddy_id=user.pk)
            | Q(manager_id=user.pk)
            | Q(manager__isnull=True, person__manager_id=user.pk)
            | Q(path__owner_id=user.pk)
            | Q(pk__in=held.filter(person_id=user.pk).values("enrolment_id"))
            | (Q(path_id__in=roles.values("path_id")) & ~Q(pk__in=replaced.values("enrolment_id")))
        )
        return self.filter(mine, path__community_id__in=Community.objects.visible_to(user).values("pk"))

    def open(self) -> EnrolmentQuerySet:
        """Return those that are neither finished nor ended."""
        return self.filter(finished_at__isnull=True, ended_at__isnull=True)


class Enrolment(models.Model):
    """A person is on a path, with start date, buddy and manager, in a version."""

    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enrolments")
    start_on = models.DateField(_("start date"))
    buddy = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="buddy_of")
    # Empty: the manager of the person's profile, whoever that is today (`boss`).
    manager = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="manages")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Off the path before its end; what was done stays.
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(PathVersion, null=True, on_delete=models.PROTECT, related_name="enrolments")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "person"], name="on_a_path_once")]
        ordering = ["-start_on", "pk"]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.path_id}"

    @property
    def is_open(self) -> bool:
        """Is it neither finished nor ended?"""
        return self.finished_at is None and self.ended_at is None

    @property
    def boss_id(self) -> int | None:
        """Return who the manager is: the one named here, else that of the profile."""
        return self.manager_id or self.person.manager_id

    @property
    def boss(self) -> User | None:
        """Return the manager; load with `select_related("manager", "person__manager")`."""
        return self.manager if self.manager_id else self.person.manager


class RoleHolder(models.Model):
    """For one person somebody else holds a role of the path."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="role_holders")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="holders")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "role"], name="role_held_once")]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.role_id} for {self.enrolment_id}"


class Pause(models.Model):
    """From `from_on` on the clock stands; on `until_on` it goes again."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="pauses")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(until_on__isnull=True), name="one_open_pause"),
            models.CheckConstraint(
                name="pause_ends_after_it_began",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.from_on} to {self.until_on}"


class StepState(models.Model):
    """What is different about a step for one person; most steps of most people have none."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="states")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="states")
    # A day somebody chose, and when: it stays when the start date moves, and moves with pauses that began later.
    due_on = models.DateField(null=True, blank=True)
    due_set_on = models.DateField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)
    skipped_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    # Taken off this person's list when the path was brought up to date; never comes back.
    dropped_at = models.DateTimeField(null=True, blank=True)
    # Still on the list though the person's version has it no more: how it stood there.
    kept = models.ForeignKey(VersionStep, null=True, on_delete=models.SET_NULL, related_name="+")
    nudged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="state_of_step_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.step_id}"


class Completion(models.Model):
    """A step is done."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="completions")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="completions")
    completed_at = models.DateTimeField(default=timezone.now)
    completed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    # To a check-in; for the eyes the step names alone (`Way.reader_ids`).
    answer = models.TextField(max_length=4000, blank=True, default="", db_default="")
    # Of Step.READERS those that were named when it was answered: whom the step names later does not read it.
    answer_readers = models.JSONField(default=list, blank=True, editable=False)
    # The same step was done on another path of the person. Neither note nor answer come along.
    same_as = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+", editable=False)
    # The diary row of the act that completed the step by itself: one act completes one step, however often it is read.
    activity_id = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="completed_once"),
            models.UniqueConstraint(fields=["enrolment", "activity_id"], name="one_step_an_act"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} did {self.step_id}"


class CompletionFile(models.Model):
    """A file that completes a task. Served through the enrolment alone, never by an address of its own."""

    completion = models.ForeignKey(Completion, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    # Name in the file storage.
    stored = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Unclear(models.Model):
    """Somebody found a step unclear; `post_id` is the question it made."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="unclear")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="unclear")
    post_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="unclear_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.step_id}"
