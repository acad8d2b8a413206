"""Who left leaves pages behind: they are nobody's from then on, and the community's moderators hand them over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from intranet.activity.actions import record
from intranet.activity.models import Activity
from intranet.people.models import Community, Membership, User
from wiki.care.confirming import CONFIRMED, tell, write_care
from wiki.models import WikiPage
from wiki.writing import lock_row

LEAVING = frozenset({"user.left", "community.left", "community.member_removed"})


def lost(pages: Any) -> QuerySet[WikiPage]:
    """Return those of these pages whose owner cannot keep them right any more.

    A person whose account is closed or who is not in the page's community; a hidden community of other people.
    """
    here = Membership.objects.filter(
        user_id=OuterRef("owner_person_id"), community_id=OuterRef("community_id"), user__in=User.objects.active()
    )
    hidden = Q(owner_community__kind=Community.Kind.HIDDEN) & ~Q(owner_community_id=F("community_id"))
    gone: QuerySet[WikiPage] = pages.filter((Q(owner_person__isnull=False) & ~Exists(here)) | hidden).order_by("pk")
    return gone


def release_pages(pages: Any) -> int:
    """Take pages from owners who are gone; return how many. Safe to run twice: asks what is so now."""
    return sum(_release(pk) for pk in list(lost(pages).values_list("pk", flat=True)))


@transaction.atomic
def _release(pk: int) -> bool:
    lock_row(pk)
    page = lost(WikiPage.objects.filter(pk=pk)).select_related("owner_person").first()
    if page is None:
        return False
    was = page.owner_person
    page.left_owner, page.owner_person, page.owner_community = was, None, None
    page.confirmed_at = page.confirmed_by = page.review_on = None
    write_care(page, "left_owner_id", "owner_person_id", "owner_community_id", *CONFIRMED)
    record(actor=None, verb="review.released", object=page, target=was, community_id=page.community_id)
    tell(page)
    return True


def follow_leavers(activities: Sequence[Activity]) -> None:
    """Read the diary: pages of people who left, and pages that were moved away from their owners."""
    for activity in activities:
        if activity.verb in LEAVING:
            named = ((activity.object_type, activity.object_id), (activity.target_type, activity.target_id))
            people = [int(pk) for label, pk in named if label == "people.user" and pk.isdigit()]
            release_pages(WikiPage.objects.filter(owner_person_id__in=people))
        elif activity.verb == "page.moved":
            page = WikiPage.objects.filter(pk=activity.object_id).first()
            if page is not None:
                release_pages(WikiPage.objects.filter(path__startswith=page.path))
        elif activity.verb == "community.changed" and activity.community_id:
            release_pages(WikiPage.objects.filter(owner_community_id=activity.community_id))


def release_lost_pages() -> int:
    """Look through all owned pages, for accounts that ended by the calendar (`settings.WORKER_SWEEPS`)."""
    return release_pages(WikiPage.objects.filter(Q(owner_person__isnull=False) | Q(owner_community__isnull=False)))
