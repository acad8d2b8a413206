"""A page is right: the rows of a confirmation, by a click or by the owner's save. Called inside an action's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from intranet.activity.actions import record
from intranet.activity.models import Activity
from intranet.people.actions.rules import bump_rights
from intranet.people.models import User
from wiki.care.models import Confirmation, PageFlag
from wiki.care.permissions import speaks_for_owner
from wiki.care.schedule import day_of, next_review
from wiki.models import WikiPage

# What a confirmation changes and its undoing brings back.
CONFIRMED = ("confirmed_at", "confirmed_by_id", "review_on")


def house_day(moment: datetime | None = None) -> Any:
    """Return the day it is in the house at a moment, today when none is given."""
    return day_of(moment or timezone.now(), timezone.get_default_timezone())


def write_care(page: WikiPage, *columns: str) -> None:
    """Write these of the page's columns as they are in memory."""
    WikiPage.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in columns})


def confirm(page: WikiPage, actor: User, at: datetime, *, is_save: bool) -> Confirmation:
    """Make the locked page verified, and resolve what readers flagged."""
    before = {
        "confirmed_at": page.confirmed_at.isoformat() if page.confirmed_at else None,
        "confirmed_by_id": page.confirmed_by_id,
        "review_on": page.review_on.isoformat() if page.review_on else None,
    }
    confirmation = Confirmation.objects.create(page=page, person=actor, created_at=at, is_save=is_save, before=before)
    page.confirmed_at, page.confirmed_by = at, actor
    page.review_on = next_review(page.review_every, page.review_date, house_day(at))
    flags = 0
    if page.open_flags:
        outcome = PageFlag.Outcome.SAVED if is_save else PageFlag.Outcome.CONFIRMED
        flags = PageFlag.objects.filter(page=page, resolved_at__isnull=True).update(
            resolved_at=at, resolved_by=actor, outcome=outcome, confirmation=confirmation
        )
        page.open_flags = 0
    write_care(page, *CONFIRMED, "open_flags")
    activity = record(
        actor=actor, verb="review.confirmed", object=page, community_id=page.community_id,
        data={"by_save": is_save, "flags": flags},
    )  # fmt: skip
    backdate(activity, at)
    return confirmation


def backdate(activity: Activity, at: datetime | None) -> None:
    """Let the diary tell of the past, for made-up histories."""
    if at is not None and activity.created_at - at > timedelta(minutes=1):
        Activity.objects.filter(pk=activity.pk).update(created_at=at)


def note_save(page: WikiPage, actor: User | None, at: datetime) -> None:
    """Count a save by the page's owner as a confirmation. Costs nothing for pages of nobody and for other writers."""
    if actor is None or not (page.owner_community_id or page.owner_person_id == actor.pk):
        return
    if speaks_for_owner(actor, page):
        confirm(page, actor, at, is_save=True)


def count_flags(page: WikiPage, by: int) -> None:
    """Count open flags up or down; the row is locked."""
    WikiPage.objects.filter(pk=page.pk).update(open_flags=F("open_flags") + by)
    page.open_flags += by


def tell(page: WikiPage) -> None:
    """Let those whose list of what waits may have grown pass by what was cached of it (`wiki.care.waiting`)."""
    from intranet.people.models import Membership

    people = [page.owner_person_id] if page.owner_person_id else []
    if not people:
        moderated = page.owner_community_id or page.community_id
        moderators = Membership.objects.filter(community_id=moderated, role=Membership.Role.MODERATOR)
        people = list(moderators.values_list("user_id", flat=True))
    if people:
        bump_rights(people)
