"""Files that were put in and never used: found by the clock, and thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from feed.actions.files import USED, stored_names
from feed.models import Attachment, FileVersion, Post, PostVersion

# What is typed is kept in its browser until it is sent, where we cannot see which files it names: a week of holidays.
KEEP_UNUSED = timedelta(days=7)
BATCH = 100
# What every text that names a file contains.
MARK = "/files/"


def forget_unused_files(*, now: datetime | None = None) -> int:
    """Delete for good what was uploaded a week ago, belongs to no post and no page, and stands in no text; return how many.

    First such a file is taken out of everybody's reach, then its contents go, then its row: killed at any point, the
    next call finds the row and goes on.
    """
    now = now or timezone.now()
    found = _unused().filter(created_at__lt=now - KEEP_UNUSED, removed_at__isnull=True)
    for batch in _batches(_without_named(set(found.values_list("pk", flat=True)))):
        # Asked again in the same statement: somebody may have posted one of them just now.
        _unused().filter(pk__in=batch, removed_at__isnull=True).update(removed_at=now)
    gone = 0
    for batch in _batches(_unused().filter(removed_at__isnull=False).values_list("pk", flat=True)):
        earlier = FileVersion.objects.filter(attachment_id__in=batch).values_list("stored_as", flat=True)
        now_stored = Attachment.objects.filter(pk__in=batch).values_list("stored_as", flat=True)
        for stored_as in [*earlier, *now_stored]:
            for name in stored_names(stored_as):
                default_storage.delete(name)
        gone += Attachment.objects.filter(pk__in=batch).delete()[1].get("feed.Attachment", 0)
    return gone


def named_in(texts: Iterable[str], files: set[UUID]) -> set[UUID]:
    """Return which of the files stand in these texts."""
    named: set[UUID] = set()
    for text in texts:
        named.update(file for word in USED.findall(text) if (file := UUID(word)) in files)
    return named


def named_in_posts(files: set[UUID]) -> set[UUID]:
    """Return which of the files stand in a post or in what a post said before."""
    return named_in(chain(texts_of(Post.objects.all(), "body"), texts_of(PostVersion.objects.all(), "body")), files)


def texts_of(rows: QuerySet[Any], field: str) -> Iterator[str]:
    """Return the texts of a column that name any file, a few at a time."""
    named = rows.filter(**{f"{field}__contains": MARK}).order_by()
    return named.values_list(field, flat=True).iterator(chunk_size=500)


def _unused() -> QuerySet[Attachment]:
    unused: QuerySet[Attachment] = Attachment.objects.filter(post__isnull=True, page__isnull=True).order_by()
    return unused


def _without_named(files: set[UUID]) -> set[UUID]:
    """Ask every app that keeps texts (`settings.FILE_KEEPERS`) which of the files they name, and leave those out."""
    for path in settings.FILE_KEEPERS:
        if files:
            files = files - import_string(path)(files)
    return files


def _batches(files: Iterable[UUID]) -> Iterator[list[UUID]]:
    found = list(files)
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]
