"""Once a week each owner is told of all pages that wait for them: one row of the diary, never one a page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from intranet.activity.actions import record
from intranet.people.models import Membership, User
from wiki.care.confirming import house_day
from wiki.care.facts import OWNED
from wiki.care.models import ReviewBundle
from wiki.care.reading import FLAGGED, falls_due, owned_by
from wiki.care.schedule import week_of
from wiki.models import WikiPage

NAMED = 50  # pages a bundle names; how many there are it says anyway


def bundle_reviews(*, now: datetime | None = None) -> int:
    """Tell every owner who was not told this week, and return how many (`settings.WORKER_SWEEPS`).

    Whoever is killed in between goes on with the others the next time; nobody is told twice.
    """
    today = house_day(now)
    week = week_of(today)
    waiting = _waiting(WikiPage.objects.filter(live=True, trashed_at__isnull=True), today).order_by()
    people = waiting.filter(owner_person__isnull=False).values("owner_person_id")
    moderators = Membership.objects.filter(
        role=Membership.Role.MODERATOR,
        community_id__in=waiting.filter(owner_community__isnull=False).values("owner_community_id"),
    ).values("user_id")
    told = ReviewBundle.objects.filter(week_on=week).values("person_id")
    owners = User.objects.active().filter(Q(pk__in=people) | Q(pk__in=moderators)).order_by("pk")
    already = set(told.values_list("person_id", flat=True))
    return sum(_bundle(person, week, today) for person in owners if person.pk not in already)


def _waiting(pages: Any, today: date) -> Any:
    return pages.filter(falls_due(today) | (OWNED & FLAGGED))


@transaction.atomic
def _bundle(person: User, week: date, today: date) -> bool:
    pages = _waiting(WikiPage.objects.visible_to(person).filter(owned_by(person)), today)
    numbers = list(pages.order_by("review_on", "pk").values_list("pk", flat=True))
    if not numbers:
        return False
    _row, is_new = ReviewBundle.objects.get_or_create(person=person, week_on=week, defaults={"pages": len(numbers)})
    if is_new:
        data = {"week": week.isoformat(), "pages": len(numbers), "first": numbers[:NAMED]}
        record(actor=None, verb="review.due", object=person, target=person, data=data)
    return is_new
