"""What lies in the trash for too long goes for good: a few pages at a time, children before parents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from feed.models import Attachment, Post
from intranet.activity.actions import record
from wiki.models import KEEP_TRASHED, Draft, WikiPage
from wiki.writing import lock_row

# Few enough for SQLite's one writer: others wait a fraction of a second.
PURGE_BATCH = 10


def purge_trash(*, now: datetime | None = None, limit: int = PURGE_BATCH) -> int:
    """Delete at most `limit` pages for good that were trashed more than 30 days ago, and return how many.

    Each page goes in a transaction of its own, the deepest first: killed at any point, what is left is a whole tree that
    the next call goes on with, and that nobody can bring back half of. What is asked when there is nothing to do is one
    look at an index of the trash.
    """
    before = (now or timezone.now()) - KEEP_TRASHED
    old: Any = WikiPage.objects.filter(trashed_at__lt=before)
    done = 0
    for path in list(old.filter(trashed_under__isnull=True).values_list("path", flat=True)[:limit]):
        tree = WikiPage.objects.filter(path__startswith=path)
        if tree.filter(trashed_at__isnull=True).exists():
            continue  # something that lives was put below it in Wagtail's admin
        for pk in list(tree.order_by("-depth", "-path").values_list("pk", flat=True)[: limit - done]):
            done += _purge_page(pk, before)
    return done


@transaction.atomic
def _purge_page(pk: int, before: datetime) -> bool:
    lock_row(pk)
    page = WikiPage.objects.filter(pk=pk, trashed_at__lt=before).first()
    if page is None:
        return False
    _hand_files_over(page)
    # What somebody typed and never saved stays theirs.
    Draft.objects.filter(page=page).update(page=None, base_revision_id=None)
    Draft.objects.filter(parent=page).update(parent=None)
    data = {"trashed_at": page.trashed_at.isoformat(), "trashed_by": page.trashed_by_id}
    record(actor=None, verb="page.purged", object=page, community_id=page.community_id, data=data)
    page.delete()
    return True


def _hand_files_over(page: WikiPage) -> None:
    """Give the page's files to a page or post of the community that shows them as well.

    The others are nobody's from now on, and go when unused files are thrown away (`feed.actions.forget_unused_files`).
    """
    pages = WikiPage.objects.filter(community_id=page.community_id, trashed_at__isnull=True).order_by("pk")
    posts = Post.objects.filter(community_id=page.community_id).present().order_by("pk")
    for file in Attachment.objects.filter(page_id=page.pk):
        address = f"/files/{file.pk}/"
        if heir := pages.filter(body__contains=address).values_list("pk", flat=True).first():
            Attachment.objects.filter(pk=file.pk).update(page_id=heir)
        elif said := posts.filter(body__contains=address).values_list("pk", flat=True).first():
            Attachment.objects.filter(pk=file.pk).update(page_id=None, post_id=said)
