"""How much somebody wants to hear of a thing, and what the house has to tell somebody."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Community, User
from intranet.people.models.people import OwnQuerySet, is_current


class Level(models.TextChoices):
    """How much one hears of a thing. Mentions and what is asked of one come through at every level."""

    WATCH = "watch", _("Watch")
    FOLLOW = "follow", _("Follow")
    NORMAL = "normal", _("Normal")
    MUTE = "mute", _("Mute")


class Watch(models.Model):
    """The level somebody has chosen for a thing, or that came with making or owning it; without a row it is normal.

    The one place for levels of whatever there is: the thing is a kind and a number, so that this floor need not know
    pages and posts. The narrower thing counts: a page before what it lies below, that before its community.
    """

    class Kind(models.TextChoices):
        PAGE = "page", _("page")
        BRANCH = "branch", _("page with those below")
        COMMUNITY = "community", _("community")
        THREAD = "thread", _("conversation")

    class Origin(models.TextChoices):
        CHOSEN = "chosen", _("chosen")
        MADE = "made", _("made by me")
        OWNS = "owns", _("mine to keep right")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="watches")
    kind = models.CharField(max_length=9, choices=Kind)
    number = models.BigIntegerField()
    level = models.CharField(max_length=6, choices=Level)
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.CHOSEN)
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "number"], name="one_level_a_thing")]
        indexes = [models.Index(fields=["kind", "number"], name="watchers_of")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.level} {self.kind}:{self.number}"


class NotificationQuerySet(models.QuerySet[Any]):
    """What the house has to tell, as the one it is told meets it."""

    def visible_to(self, user: Any) -> Self:
        """Return what the app shows `user`: see `readable_by`."""
        return self.readable_by(user).filter(in_app=True)

    def readable_by(self, user: Any) -> Self:
        """Return `user`'s own, without those of communities that are closed to her now.

        Whether the thing itself is still there is asked when it is named (`reading.described`).
        """
        if not is_current(user):
            return self.none()
        readable = Community.objects.visible_to(user).values("pk")
        return self.filter(Q(community__isnull=True) | Q(community__in=readable), user_id=user.pk)

    def unread(self) -> Self:
        """Return what counts as unread; what only collects does not."""
        return self.filter(read_at__isnull=True, is_quiet=False)


class Notification(models.Model):
    """Something happened, perhaps several times, that somebody is to hear of: one row a person and bundle.

    No text is kept that could tell anything: title and address are asked for when the list is looked at.
    """

    class Box(models.TextChoices):
        DIRECT = "direct", _("Direct")
        UPDATES = "updates", _("Updates")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    box = models.CharField(max_length=7, choices=Box)
    # What happened (`words.EVENTS`) and why this person hears of it (`words.REASONS`).
    event = models.CharField(max_length=20)
    reason = models.CharField(max_length=20)
    # The thing that was watched, when it was one: what "mute" then changes.
    watched_kind = models.CharField(max_length=9, blank=True)
    watched_number = models.BigIntegerField(null=True, blank=True)
    # As in the diary.
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    community = models.ForeignKey(Community, null=True, on_delete=models.CASCADE, related_name="+")
    # Visiting it marks the row read: "page" or "thread" and its number.
    place_kind = models.CharField(max_length=9, blank=True)
    place_number = models.BigIntegerField(null=True, blank=True)
    bundle = models.CharField(max_length=80)
    # Who did it since it was last read, newest first, and the rows of the diary that are counted in already.
    actors = models.JSONField(default=list)
    activities = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=1)
    is_quiet = models.BooleanField(default=False)
    # False for what this person wants to hear of by push alone.
    in_app = models.BooleanField(default=True, db_default=True)
    # Not held back by anybody's quiet hours.
    is_urgent = models.BooleanField(default=False, db_default=False)
    # Since when a message to the person's browsers is due; empty when there is none to send.
    push_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "bundle"], name="one_row_a_bundle")]
        indexes = [
            models.Index("user", "box", F("updated_at").desc(), F("id").desc(), name="notifications_newest"),
            # Asked by the menu beside every page and by every page of the wiki.
            models.Index(fields=["user"], name="notifications_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["object_type", "object_id"], name="notifications_of"),
            # Asked by the worker every few seconds.
            models.Index(fields=["push_at"], name="notifications_to_push", condition=Q(push_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} hears of {self.bundle}"


class Preference(models.Model):
    """By which ways somebody hears of a kind of thing (`channels.KINDS`); without a row the kind's own choice holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notification_preferences", db_index=False)
    kind = models.CharField(max_length=12)
    in_app = models.BooleanField()
    push = models.BooleanField()
    # Kept for the day the administrator has switched mail on.
    mail = models.BooleanField()
    digest = models.BooleanField()

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_choice_a_kind")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class QuietHours(models.Model):
    """When somebody's browsers are told nothing, in her own time zone; across midnight when they end before they begin."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="quiet_hours")
    begins_at = models.TimeField()
    ends_at = models.TimeField()

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "quiet hours"

    def __str__(self) -> str:
        return f"{self.user_id} {self.begins_at} to {self.ends_at}"

    def covers(self, at: time) -> bool:
        """Return whether it is quiet at that time of the day."""
        if self.begins_at < self.ends_at:
            return self.begins_at <= at < self.ends_at
        return at >= self.begins_at or at < self.ends_at


class PushSubscription(models.Model):
    """A browser that somebody wants to be told in, while she is signed in there (RFC 8030, RFC 8291)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="push_subscriptions")
    # Where the browser's maker takes messages for it; the digest is what makes it unique.
    endpoint = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64, unique=True)
    # The browser's public key and its secret, base64url: what a message is encrypted for.
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    # The sign-in it belongs to: when that ends, so does this.
    session_key = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
    # Whether a message names who and what, or says no more than how much there is.
    tells_all = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    # After a failure: how many in a row, and until when it is left alone.
    failures = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.name}"
