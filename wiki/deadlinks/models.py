"""What pages link to besides pages: addresses outside, files, and headings that are not there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from wiki.care.models import OfPageQuerySet


class OutsideAddress(models.Model):
    """An address outside that some page links to, and how it was when it was last asked."""

    key = models.CharField(max_length=64, unique=True)  # SHA-256 of the address
    url = models.TextField()
    host = models.CharField(max_length=255)
    checked_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(default=0)  # of HTTP; 0 when there was no answer
    problem = models.CharField(max_length=12, blank=True)  # `intranet.outbound.Problem`
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    first_failed_at = models.DateTimeField(null=True, blank=True)
    is_dead = models.BooleanField(default=False)
    due_at = models.DateTimeField()

    class Meta:
        # The worker's question, every few seconds.
        indexes = [models.Index(fields=["due_at"], name="addresses_due")]

    def __str__(self) -> str:
        return self.url


class PageReference(models.Model):
    """A page names something that is no page: an address outside, a file, or a heading it has not."""

    class Kind(models.TextChoices):
        WEB = "web"
        FILE = "file"
        ANCHOR = "anchor"

    page = models.ForeignKey("wiki.WikiPage", on_delete=models.CASCADE, related_name="references")
    kind = models.CharField(max_length=6, choices=Kind)
    address = models.ForeignKey(OutsideAddress, null=True, on_delete=models.CASCADE, related_name="references")
    file_id = models.UUIDField(null=True)
    anchor = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = OfPageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "address"], name="address_once_a_page"),
            models.UniqueConstraint(fields=["page", "file_id"], name="file_once_a_page"),
            models.UniqueConstraint(
                fields=["page", "anchor"], condition=Q(kind="anchor"), name="anchor_once_a_page"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.page_id} -> {self.kind} {self.address_id or self.file_id or self.anchor}"
