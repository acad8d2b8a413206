"""Who goes on a path without being put there by hand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Office, Team, User
from wiki.onboarding.models.enrolments import Enrolment
from wiki.onboarding.models.paths import Path


class PathRule(models.Model):
    """Whoever comes to fulfil everything this says goes on the path, once."""

    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="rules")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=120, blank=True)
    joined_from = models.DateField(_("joined on or after"), null=True, blank=True)
    # Whose account has an end gets the path, with the last day as its start.
    is_leaving = models.BooleanField(_("is leaving"), default=False, db_default=False)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="rule_says_something",
                condition=Q(team__isnull=False)
                | Q(office__isnull=False)
                | ~Q(title="")
                | Q(joined_from__isnull=False)
                | Q(is_leaving=True),
            )
        ]

    def __str__(self) -> str:
        return f"rule {self.pk} of path {self.path_id}"


class RuleMatch(models.Model):
    """A person has fulfilled a rule; one without an enrolment did so before the rule was made."""

    rule = models.ForeignKey(PathRule, on_delete=models.CASCADE, related_name="matches")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.SET_NULL, related_name="+")
    matched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "person"], name="matched_once")]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.rule_id}"
