"""How a page stands, made of the columns of its own row, for the page itself and for lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When

from feed.rows import Face
from intranet.people.models import Community, Membership
from wiki.care.confirming import house_day
from wiki.care.schedule import LEAD, Status, status_of

# Enough for the status alone: what lists of pages ask for.
BRIEF = ("owner_person_id", "owner_community_id", "review_on", "confirmed_at")
_OWNER = tuple(f"owner_person__{name}" for name in ("pk", "name", "handle", "photo", "is_guest"))
COLUMNS = (*BRIEF, *_OWNER, "review_every", "review_date", "open_flags")


OWNED = Q(owner_person__isnull=False) | Q(owner_community__isnull=False)


def today() -> date:
    """Return the day it is in the house."""
    day: date = house_day()
    return day


def standing(day: date) -> Case:
    """Return `schedule.status_of` as a column, for lists of hundreds of pages."""
    unconfirmed = Q(review_on__lt=day + LEAD) | Q(confirmed_at__isnull=True)
    return Case(
        When(~OWNED, then=Value("unowned")),
        When(review_on__lt=day, then=Value("overdue")),
        When(unconfirmed, then=Value("due")),
        default=Value("verified"),
        output_field=CharField(),
    )


def beside(viewer: Any) -> dict[str, Any]:
    """Return what is asked beside the columns: the owning community as far as `viewer` knows it, and whether she is in."""
    known = Community.objects.listed_for(viewer).filter(pk=OuterRef("owner_community_id")).order_by()
    mine = Membership.objects.filter(user_id=viewer.pk, community_id=OuterRef("owner_community_id"))
    return {
        "owner_name": Subquery(known.values("name")[:1]),
        "owner_slug": Subquery(known.values("slug")[:1]),
        "in_owner": Exists(mine),
    }


@dataclass(frozen=True, slots=True)
class Care:
    """Who keeps a page right, since when and until when; `owner` or `place` (name, slug) where the reader may know it."""

    status: Status
    owner: Face | None
    place: tuple[str, str] | None
    every: str
    review_on: date | None
    confirmed_at: datetime | None
    open_flags: int
    may_confirm: bool

    @property
    def is_waiting(self) -> bool:
        """Does the page wait for its owner?"""
        return self.status in ("due", "overdue") or self.open_flags > 0


def brief_status(row: Mapping[str, Any], today: date) -> Status:
    """Return the status of a row that has the columns `BRIEF`."""
    return status_of(
        owned=bool(row["owner_person_id"] or row["owner_community_id"]),
        confirmed=row["confirmed_at"] is not None,
        review_on=row["review_on"],
        today=today,
    )


def care_of(row: Mapping[str, Any], user_id: int, today: date | None = None) -> Care:
    """Return how a page stands for somebody, of a row with `COLUMNS` and `beside`."""
    person = row["owner_person_id"]
    return Care(
        status=brief_status(row, today or house_day()),
        owner=Face(*(row[name] for name in _OWNER)) if person else None,
        place=(row["owner_name"], row["owner_slug"]) if row["owner_name"] else None,
        every=row["review_every"],
        review_on=row["review_on"],
        confirmed_at=row["confirmed_at"],
        open_flags=row["open_flags"],
        may_confirm=person == user_id if person else bool(row["in_owner"]),
    )
