"""Who has acknowledged an announcement, who has not, and who is late: counted and listed, never written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from feed.models import Acknowledgement, Announcement
from intranet.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class Receipts:
    """How many of those who are to read it have, and how many have not; all these are late when the day has passed."""

    read: int
    pending: int
    is_overdue: bool

    @property
    def overdue(self) -> int:
        """Return how many are late."""
        return self.pending if self.is_overdue else 0

    @property
    def asked(self) -> int:
        """Return how many are to read it."""
        return self.read + self.pending


def asked_by(announcement: Announcement) -> QuerySet[Any, Any]:
    """Return the memberships of all who are to read it: members today, with an account that is open."""
    current = User.objects.active().values("pk")
    rows: QuerySet[Any, Any] = Membership.objects.filter(
        community_id=announcement.post.community_id, user_id__in=current
    )
    return rows


def pending_of(announcement: Announcement) -> QuerySet[Any, Any]:
    """Return the memberships of those who have not acknowledged the text as it stands."""
    return asked_by(announcement).filter(~Exists(_read(announcement)))


def read_of(announcement: Announcement) -> QuerySet[Any, Any]:
    """Return the memberships of those who have."""
    return asked_by(announcement).filter(Exists(_read(announcement)))


def _read(announcement: Announcement) -> QuerySet[Any, Any]:
    return Acknowledgement.objects.filter(
        announcement=announcement.pk, version=announcement.version, user_id=OuterRef("user_id")
    )


def count_receipts(announcement: Announcement, today: date) -> Receipts:
    """Count them, in two queries however many they are."""
    asked, read = asked_by(announcement).count(), read_of(announcement).count()
    late = announcement.due_on is not None and announcement.due_on < today
    return Receipts(read, asked - read, late)
