"""Somebody's bookmarks, with what she may see of them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from feed.models import Bookmark, Post
from feed.text import preview_of
from intranet.paging import Slice, keyset
from intranet.people.models import Community

PAGE_SIZE = 30
NEWEST = ("-created_at", "-id")


@dataclass(slots=True)
class Kept:
    """A bookmark and what it is of; `title` is empty for what is not to be seen any more."""

    bookmark: Bookmark
    title: str = ""
    url: str = ""
    place: str = ""
    author: Any = None


def bookmarks(user: Any, *, words: str = "", community: int = 0, cursor: str | None = None,
              limit: int = PAGE_SIZE) -> Slice[Kept]:  # fmt: skip
    """Return a page of `user`'s bookmarks, the newest first; asked for words, only what may be seen is looked into.

    Raises BadCursor.
    """
    rows: QuerySet[Bookmark] = Bookmark.objects.visible_to(user)
    readable = Community.objects.visible_to(user).values("pk")
    posts = Q(post__deleted_at__isnull=True, post__community_id__in=readable)
    page = "page__wikipage__"
    pages = Q(**{f"{page}community_id__in": readable, f"{page}trashed_at": None, "page__live": True})
    if words:
        said = Q(note__icontains=words)
        rows = rows.filter(said | (posts & Q(post__body__icontains=words)) | (pages & Q(page__title__icontains=words)))
    if community:
        rows = rows.filter((posts & Q(post__community=community)) | (pages & Q(**{f"{page}community": community})))
    found = keyset(rows, NEWEST, cursor, limit, types=(datetime, int))
    return Slice(shown(user, found.rows), found.next_cursor)


def shown(user: Any, rows: Sequence[Bookmark]) -> list[Kept]:
    """Say what bookmarks are of, in two questions: nothing of what `user` may not see."""
    there = Post.objects.visible_to(user).present().select_related("author", "community")
    posts = there.in_bulk([row.post_id for row in rows if row.post_id])
    pages = pages_for(user, [row.page_id for row in rows if row.page_id])
    lines = []
    for row in rows:
        if post := posts.get(row.post_id or 0):
            line = Kept(
                row, preview_of(post.html, 120) or "…", post.get_absolute_url(), post.community.name, post.author
            )
        elif row.page_id in pages:
            line = Kept(row, *pages[row.page_id])
        else:
            line = Kept(row)
        lines.append(line)
    return lines


def pages_for(user: Any, numbers: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Return title, address and community of those of these wiki pages that `user` may read."""
    from wagtail.models import Page

    if not numbers:
        return {}
    columns = ("pk", "title", "wikipage__address", "wikipage__community__name")
    rows = Page.objects.filter(
        pk__in=numbers, live=True, wikipage__trashed_at=None,
        wikipage__community_id__in=Community.objects.visible_to(user).values("pk"),
    ).values_list(*columns)  # fmt: skip
    return {pk: (title, reverse("wiki:page", args=[at]), place) for pk, title, at, place in rows}
