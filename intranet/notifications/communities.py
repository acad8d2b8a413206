"""Who hears of requests to join, and what they are called (`settings.NOTIFICATION_RECIPIENTS`, `NOTIFICATION_OBJECTS`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from intranet.activity.models import Activity
from intranet.notifications.hearing import Described, Gone, Hearing, Outcome, Visited, Why
from intranet.people.models import Community, JoinRequest, Membership

# The same row, as moderators meet it and as the asker does.
ASKED, ANSWERED = "people.joinrequest", "people.joinanswer"


def of_community(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of a request to join: moderators of the question, the asker of the answer."""
    if activity.verb in {"community.left", "community.member_removed", "community.member_changed"}:
        # Who looks after it no longer is asked no longer.
        if activity.target_id.isdigit() and activity.data.get("role") != Membership.Role.MODERATOR:
            yield Visited(int(activity.target_id), ("requests", activity.community_id or 0))
        return
    if activity.verb == "community.changed" and "kind" in activity.data and activity.community_id is not None:
        outside = JoinRequest.objects.filter(community_id=activity.community_id, granted=False).decided()
        if Community.objects.filter(pk=activity.community_id, kind=Community.Kind.HIDDEN).exists():
            yield Gone(ANSWERED, list(outside.values_list("pk", flat=True)))
        return
    if activity.verb not in {"community.requested", "community.request_decided"}:
        return
    row = JoinRequest.objects.filter(pk=activity.object_id).select_related("community").first()
    if row is None:
        return
    if activity.verb == "community.requested":
        if row.decided_at is None:
            moderators = Membership.objects.filter(community_id=row.community_id, role=Membership.Role.MODERATOR)
            people = dict.fromkeys(moderators.values_list("user_id", flat=True), Why("moderates"))
            queue = ("requests", row.community_id)
            yield Hearing("asked", (ASKED, row.pk), people, f"asked:{row.pk}", row.community_id, queue, is_direct=True)
        return
    yield Gone(ASKED, [row.pk])
    # Who was not let in may not read the community, and knew its name when asking.
    event = "admitted" if row.granted else "declined"
    yield Hearing(event, (ANSWERED, row.pk), {row.user_id: Why("asked")}, f"decided:{row.pk}", is_direct=True)


def describe_requests(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the requests among these that `user` may decide."""
    rows = JoinRequest.objects.visible_to(user).exclude(user_id=user.pk).filter(pk__in=keys).select_related("community")
    return {
        str(row.pk): Described(row.community.name, reverse("people:requests", args=[row.community.slug]), row.note)
        for row in rows
    }


def describe_answers(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return what `user` asked among these, by the names of communities she may know today, with the word that came back."""
    known = Community.objects.listed_for(user).values("pk")
    rows = JoinRequest.objects.visible_to(user).filter(user_id=user.pk, pk__in=keys, community__in=known)
    return {
        str(row.pk): Described(row.community.name, row.community.get_absolute_url(), row.answer or "")
        for row in rows.select_related("community")
    }
