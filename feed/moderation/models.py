"""What is stored about judging: what readers report, and what moderators hid and why."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Community, Membership, User
from intranet.people.models.people import is_current

MAX_REASON = 500


class ReportQuerySet(models.QuerySet[Any]):
    """Reports, as moderators meet them."""

    def visible_to(self, user: Any) -> Self:
        """Return the reports `user` may judge: of communities she moderates, and not about herself alone.

        What is said about a moderator is for the others; she judges it herself only where there is nobody else, and
        then does not learn who said it.
        """
        if not is_current(user):
            return self.none()
        moderates = Membership.objects.filter(user_id=user.pk, role=Membership.Role.MODERATOR)
        others = Membership.objects.filter(
            community=models.OuterRef("community"), role=Membership.Role.MODERATOR, user__is_active=True
        ).exclude(user_id=user.pk)
        mine = Q(about_id=user.pk) & models.Exists(others)
        return self.filter(~mine, community_id__in=moderates.values("community_id"))

    def waiting(self) -> Self:
        """Return those nobody has decided."""
        return self.filter(decided_at__isnull=True)


class Report(models.Model):
    """Somebody says that a post or a page should not stand as it does."""

    class Kind(models.TextChoices):
        RUDE = "rude", _("It hurts or insults somebody")
        PRIVATE = "private", _("It tells what should stay confidential")
        WRONG = "wrong", _("It is false or misleading")
        ADVERT = "advert", _("It is advertising or does not belong here")
        OTHER = "other", _("Something else")

    class Decision(models.TextChoices):
        KEPT = "kept", _("left as it is")
        HIDDEN = "hidden", _("hidden")

    # Kept from everybody but the moderators of the community.
    reporter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # Whose text it is about; nobody's when it is a page's.
    about = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey("feed.Post", null=True, on_delete=models.CASCADE, related_name="reports")
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.CASCADE, related_name="reports")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind)
    words = models.CharField(max_length=MAX_REASON, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decision = models.CharField(max_length=6, choices=Decision, blank=True)
    note = models.CharField(max_length=MAX_REASON, blank=True)

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "post"], name="report_post_once", condition=Q(decided_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["reporter", "page"], name="report_page_once", condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="report_one_thing",
                condition=Q(post__isnull=True, page__isnull=False) | Q(post__isnull=False, page__isnull=True),
            ),
        ]
        indexes = [models.Index("community", F("id").desc(), name="reports_of_community")]

    def __str__(self) -> str:
        return f"{self.kind} about {self.post_id or self.page_id}"


class HidingQuerySet(models.QuerySet[Any]):
    """What was hidden, as those meet it who may read it all the same."""

    def visible_to(self, user: Any) -> Self:
        """Return what `user` wrote herself, and what is in communities she moderates, where she may still read."""
        if not is_current(user):
            return self.none()
        moderates = Membership.objects.filter(user_id=user.pk, role=Membership.Role.MODERATOR).values("community_id")
        readable = Community.objects.visible_to(user).values("pk")
        there = Q(post__community_id__in=readable)
        return self.filter(there, Q(post__author_id=user.pk) | Q(post__community_id__in=moderates))


class Hiding(models.Model):
    """A post was hidden: by whom, why, and until when."""

    post = models.ForeignKey("feed.Post", on_delete=models.CASCADE, related_name="hidings")
    hidden_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=MAX_REASON)
    hidden_at = models.DateTimeField(default=timezone.now)
    shown_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    shown_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = HidingQuerySet.as_manager()

    class Meta:
        ordering = ["-hidden_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["post"], name="hidden_once", condition=Q(shown_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.post_id} hidden at {self.hidden_at}"
