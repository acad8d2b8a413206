"""Contents in the file storage that no row names: left by a form that was refused or a process that was killed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.module_loading import import_string

from feed.actions.unused import KEEP_UNUSED
from feed.models import Attachment, FileVersion

# Names as `files.store` makes them, and its smaller pictures; nothing else in the storage is touched.
FOLDER, CONTENT = re.compile(r"[0-9a-f]{2}"), re.compile(r"([0-9a-f]{32})(\.w\d{1,5})?")


def forget_orphaned_contents(*, now: datetime | None = None) -> int:
    """Delete contents that were stored a week ago and that no app names (`settings.WORKER_SWEEPS`); return how many.

    Every app that keeps contents is asked (`settings.CONTENT_KEEPERS`), a sixteenth of all names at a time. What is
    younger may belong to a transaction that is not through yet.
    """
    now, gone = now or timezone.now(), 0
    folders = [name for name in _listed("")[0] if FOLDER.fullmatch(name)]
    for digit in sorted({name[0] for name in folders}):
        kept = {name for path in settings.CONTENT_KEEPERS for name in import_string(path)(digit)}
        for folder in (name for name in folders if name[0] == digit):
            gone += sum(_forget(name, now) for name in _unnamed(folder, kept))
    return gone


def stored_in_feed(start: str) -> Iterator[str]:
    """Return the stored names of files and of what stood in their place before that begin with `start`."""
    for rows in (Attachment.objects.all(), FileVersion.objects.all()):
        named = rows.filter(stored_as__startswith=start).order_by()
        yield from named.values_list("stored_as", flat=True).iterator(chunk_size=2000)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _unnamed(folder: str, kept: set[str]) -> Iterable[str]:
    for name in _listed(folder)[1]:
        found = CONTENT.fullmatch(name)
        if found is not None and f"{folder}/{found[1]}" not in kept:
            yield f"{folder}/{name}"


def _forget(name: str, now: datetime) -> bool:
    try:
        if default_storage.get_modified_time(name) > now - KEEP_UNUSED:
            return False
    except FileNotFoundError:  # somebody else threw it away just now
        return False
    default_storage.delete(name)
    return True
