"""The diary is read: what other pages show follows what happened to one, however many they are.

Asks the database what is still to do, and can therefore run any number of times.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from feed.models import Post
from intranet.activity.models import Activity
from intranet.people.models import Community
from wiki.actions import ensure_section
from wiki.links import linkable_from
from wiki.models import PageLink, PostLink, WikiPage
from wiki.refresh import bind_waiting_links, follow_title, refresh_pages, stale_sources
from wiki.texts import follow_posts, naming, saying

ALONE = frozenset({"page.reacted", "page.unreacted"})
SAID = frozenset({"post.published", "post.replied", "post.edited", "post.shown", "post.moved"})


def follow_pages(activities: Sequence[Activity]) -> None:
    """Read the diary: bring the pages and posts that name a changed page up to date, however many they are."""
    follow_posts(int(activity.object_id) for activity in activities if activity.verb in SAID)
    moved = [int(activity.object_id) for activity in activities if activity.verb == "post.moved"]
    if moved:  # what a text may link to depends on the community it stands in
        follow_posts(Post.objects.filter(thread__in=moved).values_list("pk", flat=True))
    for activity in activities:
        if activity.verb.startswith("page."):
            _follow_page(activity)
        elif activity.verb == "community.created" and activity.community_id:
            community = Community.objects.filter(pk=activity.community_id).first()
            if community is not None:
                ensure_section(community, actor=activity.actor)
        elif activity.verb == "community.changed" and activity.community_id:
            _follow_community(activity.community_id)


def _follow_page(activity: Activity) -> None:
    if activity.verb in ALONE or (activity.verb == "page.edited" and not activity.data.get("old_title")):
        return  # most rows: a text alone concerns no other page
    if activity.verb == "page.version_deleted":
        return
    page = WikiPage.objects.select_related("community").filter(pk=activity.object_id).first()
    if page is None:
        return
    below = WikiPage.objects.filter(path__startswith=page.path)
    if activity.verb in {"page.moved", "page.trashed", "page.untrashed"}:
        refresh_pages(list(stale_sources(below)))
    if activity.verb == "page.trashed":
        refresh_pages(list(links_named_like(below).values_list("source_id", flat=True).distinct()))
    if page.trashed_at is None and page.live:
        if old_title := activity.data.get("old_title"):
            with transaction.atomic():
                follow_title(page, old_title, actor=activity.actor, limit=None)
        if activity.verb != "page.edited" or activity.data.get("old_title"):
            bind_waiting_links(page, limit=None)
            if activity.verb in {"page.moved", "page.untrashed"}:
                for child in below.select_related("community").filter(depth__gt=page.depth, trashed_at__isnull=True):
                    bind_waiting_links(child, limit=None)
    _follow_in_posts(page, below, activity)


def _follow_in_posts(page: WikiPage, below: QuerySet[WikiPage], activity: Activity) -> None:
    old_title = activity.data.get("old_title")
    if old_title and page.trashed_at is None:
        follow_posts(saying(PostLink, page, old_title), renamed=page, old_title=old_title)
    if old_title or activity.verb != "page.edited":
        follow_posts(naming(PostLink, below))


def links_named_like(pages: QuerySet[WikiPage]) -> QuerySet[PageLink]:
    """Return the links without a page that say the title of one of these."""
    return PageLink.objects.filter(target__isnull=True, key__in=pages.values("title_key")).order_by("source_id")


def _follow_community(community_id: int) -> None:
    """A community became open or closed: what may be linked from elsewhere is another set now."""
    pages = WikiPage.objects.filter(community_id=community_id)
    refresh_pages(list(stale_sources(pages)))
    refresh_pages(list(pages.filter(links_out__isnull=False).distinct().values_list("pk", flat=True)))
    if linkable_from(0).filter(community_id=community_id).exists():
        for page in pages.filter(live=True, trashed_at__isnull=True).select_related("community").iterator():
            bind_waiting_links(page, limit=None)
    follow_posts(naming(PostLink, pages))
    follow_posts(PostLink.objects.filter(source__community_id=community_id).values_list("source_id", flat=True))
