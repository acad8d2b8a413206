"""The words of files, read for the search by the worker, one after the other."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from feed.models import Attachment, FileText
from intranet.activity.actions import record
from intranet.extraction import READABLE, UnreadableError, read_text

log = logging.getLogger(__name__)
# The worker has other duties: after so long it comes back to the rest in its next round.
AT_A_TIME = 25.0
MOST = 200


def read_waiting_files() -> int:
    """Read the words of files nobody has read yet, oldest first; return how many were looked at. A duty of the worker."""
    end, looked_at = time.monotonic() + AT_A_TIME, 0
    for attachment in Attachment.objects.filter(is_text_due=True).order_by("created_at")[:MOST]:
        read_file(actor=None, attachment=attachment)
        looked_at += 1
        if time.monotonic() > end:
            break
    return looked_at


def read_file(*, actor: Any, attachment: Attachment) -> None:
    """Read the words of a file and say in the diary that they can be searched; safe to run twice.

    The worker reads for nobody in particular: `actor` is None then.
    """
    text, state = "", FileText.State.READ
    if attachment.content_type in READABLE and attachment.removed_at is None:
        try:
            text = _words(attachment)
        except (UnreadableError, OSError) as problem:
            log.info("file %s could not be read: %s", attachment.pk, problem)
            state = FileText.State.UNREADABLE
    with transaction.atomic():
        # Replaced meanwhile: its turn comes again.
        current = Attachment.objects.filter(pk=attachment.pk, digest=attachment.digest)
        if not current.update(is_text_due=False):
            return
        values = {"state": state, "text": text, "read_at": timezone.now()}
        words, _created = FileText.objects.update_or_create(attachment_id=attachment.pk, defaults=values)
        record(actor=actor, verb="file.read", object=words, community_id=attachment.community_id)


def _words(attachment: Attachment) -> str:
    """Return the words, read from a plain file even where files are stored elsewhere."""
    with default_storage.open(attachment.stored_as, "rb") as stored, tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stored, copy)
        copy.seek(0)
        return read_text(copy, attachment.content_type)
