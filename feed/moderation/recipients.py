"""Who hears of reports and of what was hidden, and what these are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from feed.models import Hiding, Report
from feed.moderation.reading import pages_named, readable_pages, writers_of
from feed.text import preview_of
from intranet.activity.models import Activity
from intranet.notifications.hearing import Described, Hearing, Outcome, Why
from intranet.people.models import Community, Membership
from intranet.people.models.people import is_current

NAME_LENGTH = 80


def of_report(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of a report: the community's moderators but whom it is about; of a decision who had asked for one."""
    report = Report.objects.filter(pk=activity.object_id).first()
    if report is None:
        return
    if activity.verb == "report.made":
        moderators = Membership.objects.filter(community=report.community_id, role=Membership.Role.MODERATOR)
        moderating = set(moderators.exclude(user_id=report.about_id or 0).values_list("user_id", flat=True))
        thing = f"post:{report.post_id}" if report.post_id else f"page:{report.page_id}"
        wrote = writers_of([report.page_id]).get(report.page_id, set()) if report.page_id else set()
        for told, is_nameless in ((moderating - wrote, False), (moderating & wrote, True)):
            yield Hearing(
                "reported", ("feed.report", report.pk), dict.fromkeys(sorted(told), Why("moderates")),
                f"reported:{thing}", report.community_id, is_direct=True, is_nameless=is_nameless,
            )  # fmt: skip
    elif activity.verb == "report.decided":
        same = Report.objects.filter(post=report.post_id, page=report.page_id, decided_at=report.decided_at)
        for one in same:
            people = {one.reporter_id: Why("reporter")}
            yield Hearing("judged", ("feed.report", one.pk), people, f"judged:{one.pk}", one.community_id)


def of_hiding(activity: Activity) -> Iterator[Outcome]:
    """Tell the author that a post of hers was hidden; the page this leads to says why."""
    hiding = Hiding.objects.filter(pk=activity.target_id).select_related("post").first()
    if hiding is not None:
        people = {hiding.post.author_id: Why("author")}
        yield Hearing(
            "hidden", ("feed.hiding", hiding.pk), people, f"hidden:{hiding.pk}", activity.community_id, is_direct=True
        )


def describe_hidings(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return those of these hidden posts that `user` may read, by how they begin."""
    rows = Hiding.objects.visible_to(user).filter(pk__in=keys).select_related("post__community")
    return {
        str(row.pk): Described(
            preview_of(row.post.html, NAME_LENGTH) or "…",
            reverse("feed:hidden", args=[row.post_id]),
            row.post.community.name,
        )
        for row in rows
    }


def describe_reports(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the reports among these that are `user`'s own or hers to judge, by what they are about.

    Who reported something reads no more of it than anybody else: a hidden post is only said to be one.
    """
    if not is_current(user):
        return {}
    judged = set(Report.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    rows = Report.objects.filter(pk__in=keys).select_related("post", "community")
    readable = set(Community.objects.visible_to(user).values_list("pk", flat=True))
    pages = readable_pages(user, [row.page_id for row in rows if row.page_id])
    found = {}
    for row in rows:
        if row.pk not in judged and row.reporter_id != user.pk:
            continue
        name = url = ""
        if row.post is not None and row.post.deleted_at is None and row.post.community_id in readable:
            name, url = preview_of(row.post.html, NAME_LENGTH), row.post.get_absolute_url()
        elif row.page_id in pages:
            name, url = pages_named([row.page_id])[row.page_id]
        if row.pk in judged:
            url = reverse("feed:moderation", args=[row.community.slug])
        # It went along with its post, perhaps to where who reported it must not look.
        place = row.community.name if row.community_id in readable else ""
        found[str(row.pk)] = Described(name or row.get_kind_display(), url or reverse("feed:home"), place)
    return found
