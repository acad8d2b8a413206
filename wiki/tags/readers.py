"""The diary is read: pages say the present names of their tags. Safe to run twice, however far it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from taggit.models import Tag

from intranet.activity.models import Activity
from intranet.people.models import TagSynonym
from wiki.models import WikiPage
from wiki.writing import lock_row

CHANGED = frozenset({"tag.merged", "tag.renamed"})


def follow_tags(activities: Sequence[Activity]) -> None:
    """Bring what pages keep of their tags up to date, page by page."""
    for pk in dict.fromkeys(row.object_id for row in activities if row.verb in CHANGED):
        tag = Tag.objects.filter(pk=pk).first()
        if tag is None:
            continue  # merged into another one since, which has a row of its own
        words = set(TagSynonym.objects.filter(tag=tag).values_list("slug", flat=True)) | {tag.slug}
        for page in WikiPage.objects.filter(tag_links__tag=tag).order_by("pk").values_list("pk", flat=True):
            _follow(page, tag, words)


def _follow(pk: int, tag: Tag, words: set[str]) -> None:
    with transaction.atomic():
        lock_row(pk)
        before = WikiPage.objects.filter(pk=pk).values_list("tag_names", flat=True).first() or []
        after = renamed(before, tag, words)
        if after != before:
            WikiPage.objects.filter(pk=pk).update(tag_names=after)


def renamed(names: list[dict[str, Any]], tag: Tag, words: set[str]) -> list[dict[str, Any]]:
    """Return what a page keeps of its tags with `tag` in the place of every one of `words`, once."""
    ours = [one for one in names if one["slug"] in words]
    if not ours:
        return names
    new: dict[str, Any] = {"name": tag.name, "slug": tag.slug}
    if all(one.get("inline") for one in ours):
        new["inline"] = True
    return [new if one is ours[0] else one for one in names if one is ours[0] or one not in ours]
