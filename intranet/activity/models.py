"""The diary: one row for everything somebody did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Activity(models.Model):
    """One line of the diary: actor, verb, object, target, community.

    The row is outbox, audit trail and statistics in one. It is written in the transaction of the change it tells of
    and never changed by people; only the dispatcher writes the delivery columns.
    """

    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_constraint=False,
    )
    verb = models.CharField(max_length=40)
    # "app_label.model" and primary key as text: the object may be gone, the line stays.
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=40, blank=True)
    # A community's primary key; the diary lies below people and knows it as a number only.
    community_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    dispatched_at = models.DateTimeField(null=True, blank=True)
    delivered = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "activities"
        indexes = [
            # The dispatcher's question, asked several times a second; stays tiny because delivered rows leave it.
            models.Index(
                fields=["id"],
                name="activity_undispatched",
                condition=Q(dispatched_at__isnull=True),
            ),
            models.Index(fields=["object_type", "object_id"], name="activity_of_object"),
            models.Index(fields=["community_id", "-id"], name="activity_of_community"),
            models.Index(fields=["actor", "-id"], name="activity_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.actor_id} {self.verb} {self.object_type}:{self.object_id}"
