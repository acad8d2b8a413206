"""Who hears of a line of the diary about a page, and why (`settings.NOTIFICATION_RECIPIENTS`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from feed import recipients as posts
from feed.models import Reaction
from intranet.activity.models import Activity
from intranet.notifications.hearing import (
    Default,
    Gone,
    Hearing,
    NoDefault,
    Outcome,
    Rehomed,
    TakenBack,
    Thing,
    Why,
    listeners,
    muted,
)
from intranet.people.models import Membership
from wiki.care.models import PageFlag, ReviewBundle
from wiki.models import WikiPage

KIND = "wiki.wikipage"
# What its watchers are told, under which bundle. A restored version is a change like others.
EVENTS = {
    "page.published": "published",
    "page.edited": "changed",
    "page.restored": "changed",
    "page.moved": "moved",
    "page.trashed": "trashed",
    "page.untrashed": "untrashed",
}


def things_around(page: Any) -> list[Thing]:
    """Return what a page can be watched by, from the narrowest: itself, the branches it is in, its community."""
    steps = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    above = dict(WikiPage.objects.filter(path__in=steps).order_by().values_list("path", "pk"))
    branches: list[Thing] = [("branch", above[path]) for path in reversed(steps) if path in above]
    return [("page", page.pk), *branches, ("community", page.community_id)]


def of_page(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of something that happened to a page."""
    pk = int(activity.object_id)
    if activity.verb == "page.purged":
        yield Gone(KIND, [pk], ("page", "branch"))
        return
    if activity.verb in {"page.reacted", "page.unreacted"}:
        yield from _reacted(activity, pk)
    if activity.verb not in EVENTS:
        return
    page = WikiPage.objects.filter(pk=pk).first()
    if page is None:
        return
    around = things_around(page)
    if activity.verb == "page.published" and activity.actor_id is not None:
        yield Default(activity.actor_id, ("page", pk), "made", around[1:])
    if activity.verb == "page.moved":
        yield from _moved(page)
    named = [one for one in activity.data.get("mentions", ()) if isinstance(one, int)]
    if named:
        people = dict.fromkeys(named, Why("mention"))
        yield _hearing("mentioned", page, people, f"mention:page:{pk}:{activity.data.get('version')}", is_direct=True)
    if not activity.data.get("minor"):
        event = EVENTS[activity.verb]
        people = {user: why for user, why in listeners(around, activity.created_at).items() if user not in named}
        yield _hearing(event, page, people, f"{event}:page:{pk}")


def _reacted(activity: Activity, pk: int) -> Iterator[Outcome]:
    """Tell who wrote a page and who keeps it right, as one line an hour; nothing of it once all of it is taken back."""
    page = WikiPage.objects.filter(pk=pk, trashed_at__isnull=True).first()
    if page is None or activity.actor_id is None:
        return
    mine = Reaction.objects.filter(page=pk, user_id=activity.actor_id).order_by("-created_at").first()
    if mine is None:
        yield TakenBack("reacted", (KIND, pk), activity.actor_id)
    elif activity.verb == "page.reacted":
        concerned = {page.owner_id: Why("reaction"), page.owner_person_id: Why("owns")}
        wanted = {user: why for user, why in concerned.items() if user is not None}
        quiet, at = muted(things_around(page), wanted), mine.created_at
        people = {user: why for user, why in wanted.items() if user not in quiet}
        bundle, place = f"reacted:page:{pk}:{at:%Y%m%d%H}", ("page", pk)
        yield Hearing("reacted", (KIND, pk), people, bundle, page.community_id, place, at=at, stays_read=True)


def _moved(page: WikiPage) -> Iterator[Outcome]:
    below: QuerySet[WikiPage] = WikiPage.objects.filter(path__startswith=page.path).order_by()
    yield Rehomed(KIND, list(below.values_list("pk", flat=True)), page.community_id)


def _hearing(event: str, page: WikiPage, people: dict[int, Why], bundle: str, *, is_direct: bool = False) -> Hearing:
    return Hearing(event, (KIND, page.pk), people, bundle, page.community_id, ("page", page.pk), is_direct)


def of_post(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of something that was said: whom it concerns, and who watches the page it is about."""
    told: set[int] = set()
    for outcome in posts.of_post(activity):
        if isinstance(outcome, Hearing):
            told |= outcome.people.keys()
        yield outcome
    if activity.verb == "post.summarised":
        yield from _quoted(activity)
    if activity.verb not in {"post.published", "post.replied"} or not activity.data.get("page"):
        return
    page = WikiPage.objects.filter(pk=activity.data["page"], trashed_at__isnull=True).first()
    # Talk that stayed behind when its page moved is of another community: told to those who may read it there.
    if page is not None and activity.community_id == page.community_id:
        people = {
            user: why for user, why in listeners(things_around(page), activity.created_at).items() if user not in told
        }
        yield _hearing("said", page, people, f"said:page:{page.pk}")


def _quoted(activity: Activity) -> Iterator[Outcome]:
    """Say who hears that their words were put into a page."""
    page = WikiPage.objects.filter(pk=activity.data.get("page"), trashed_at__isnull=True).first()
    quoted = [pk for pk in activity.data.get("quoted", ()) if isinstance(pk, int)]
    if page is not None and quoted:
        people = dict.fromkeys(quoted, Why("quoted"))
        yield _hearing("summarised", page, people, f"summarised:page:{page.pk}")


def of_review(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of what keeps a page right: its owner, and who flagged it."""
    if activity.verb == "review.due":
        week = activity.data.get("week")
        bundle = ReviewBundle.objects.filter(person_id=int(activity.object_id), week_on=week).first()
        if bundle is not None:
            people = {bundle.person_id: Why("owns")}
            yield Hearing("due", ("wiki.reviewbundle", bundle.pk), people, f"due:{bundle.pk}", is_direct=True)
        return
    if activity.verb == "review.handed_over":
        yield _handed_over(activity)
        return
    page = WikiPage.objects.filter(pk=activity.object_id).first()
    if page is None:
        return
    if activity.verb in {"review.assigned", "review.released"}:
        yield NoDefault(("page", page.pk), "owns", page.owner_person_id)
        if page.owner_person_id and "from_owner" in activity.data:
            yield Default(page.owner_person_id, ("page", page.pk), "owns", things_around(page)[1:])
            if activity.data.get("together"):
                return  # `review.handed_over` says it once for all
            people = {page.owner_person_id: Why("owns", ("page", page.pk))}
            yield _hearing("assigned", page, people, f"assigned:page:{page.pk}", is_direct=True)
    elif activity.verb == "review.flagged":
        people = {user: Why("owns") for user in owners(page)}
        yield _hearing("flagged", page, people, f"flagged:page:{page.pk}", is_direct=True)
    elif activity.verb == "review.confirmed" and not activity.data.get("by_save"):
        people = {user: Why("owns") for user in owners(page)}
        yield _hearing("confirmed", page, people, f"confirmed:page:{page.pk}")
    elif activity.verb == "review.answered":
        flag = PageFlag.objects.filter(pk=activity.data.get("flag")).first()
        if flag is not None and flag.person_id:
            people = {flag.person_id: Why("flag")}
            yield _hearing("answered", page, people, f"answered:flag:{flag.pk}", is_direct=True)


def _handed_over(activity: Activity) -> Hearing:
    """Say that somebody keeps another one's pages from now on: one line, however many they are."""
    people = {int(activity.target_id): Why("keeps")}
    bundle = f"handed:{activity.object_id}:{activity.target_id}"
    return Hearing("handed", ("wiki.handover", activity.object_id), people, bundle, is_direct=True)


def owners(page: WikiPage) -> list[int]:
    """Return who keeps a page right: its owner, or the moderators of the community that owns it or that it is in."""
    if page.owner_person_id:
        return [page.owner_person_id]
    community = page.owner_community_id or page.community_id
    moderators = Membership.objects.filter(community_id=community, role=Membership.Role.MODERATOR)
    return list(moderators.values_list("user_id", flat=True))
