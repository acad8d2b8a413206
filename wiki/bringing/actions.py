"""Upload a zip of pages, look at what it would make, and have it done."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.locks import turn_to_write
from intranet.people.models import Community, User
from intranet.text import clean_text
from wiki.bringing.models import PageImport
from wiki.bringing.permissions import can_import, can_restore_authors
from wiki.models import WikiPage
from wiki.titles import source_key
from wiki.transfer.archive import ArchiveRefused, Limits, extract
from wiki.transfer.markdown import import_folder, plan, title_of

log = logging.getLogger(__name__)

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PAGES = 1_000
LIMITS = Limits(entries=5_000, total=250 * 1024 * 1024)
SHOWN = 200  # pages a preview names, lines of a report
SHOWN_LENGTH = 300
ATTEMPTS = 3
# How often an import is begun whose worker died of it; restarts of the house count too, and each goes on where it was.
STARTS = 10
KEPT = timedelta(days=1)


def upload_import(*, actor: User, community: Community, file: Any, name: str, language: str = "") -> PageImport:
    """Take a zip and say what it would make; nothing is made yet. Raises PermissionDenied, ValidationError (`file`).

    Unpacking and reading take seconds, and nobody else should wait for them: only the row is written in a transaction.
    """
    if not can_import(actor, community):
        raise PermissionDenied
    if file.size > MAX_UPLOAD:
        words = _("The file is larger than %(size)d MB. Bring it in by parts.")
        raise ValidationError({"file": words % {"size": MAX_UPLOAD // (1024 * 1024)}})
    try:
        with _unpacked(file) as folder:
            found = preview(community, folder)
    except ArchiveRefused as error:
        raise ValidationError({"file": str(error)}) from error
    if not found["new"] + found["known"]:
        raise ValidationError({"file": _("There is no Markdown file in it.")})
    if found["new"] + found["known"] > MAX_PAGES:
        words = _("It would make %(pages)d pages; at most %(most)d at a time. Bring it in by parts.")
        values = {"pages": found["new"] + found["known"], "most": MAX_PAGES}
        raise ValidationError({"file": words % values})
    row = PageImport(actor=actor, community=community, name=name[-200:], plan=found, language=language)
    row.restores_authors = can_restore_authors(actor)
    file.seek(0)
    row.stored_as = default_storage.save(f"imports/{row.pk}.zip", file)
    try:
        with turn_to_write(), transaction.atomic():
            row.save()
    except DatabaseError:
        default_storage.delete(row.stored_as)
        raise
    return row


def preview(community: Community, folder: Path) -> dict[str, Any]:
    """Return what a folder would make in a community."""
    planned = plan(folder, names_only=True)
    known = set(
        WikiPage.objects.filter(
            community=community, trashed_at__isnull=True, source__in=map(source_key, planned)
        ).values_list("source", flat=True)
    )
    depth: dict[str, int] = {}
    for source, page in planned.items():
        depth[source] = depth[page.parent] + 1 if page.parent in depth else 0
    lines = [
        {"title": title_of(page), "depth": min(depth[source], 6), "is_new": source_key(source) not in known}
        for source, page in list(planned.items())[:SHOWN]
    ]
    texts = {".md", ".markdown"}
    files = sum(path.is_file() and path.suffix.lower() not in texts for path in folder.rglob("*"))
    return {"new": len(planned) - len(known), "known": len(known), "files": files, "pages": lines}


@contextmanager
def _unpacked(file: Any) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="import-", dir=settings.DATA_DIR) as place:
        extract(file, Path(place), LIMITS)
        yield Path(place)


class WorkerDiedError(RuntimeError):
    """The import was begun again and again, and nobody came back to say why it ended."""


HOPELESS = (ArchiveRefused, FileNotFoundError, WorkerDiedError)


@transaction.atomic
def start_import(*, actor: User, pk: Any) -> PageImport:
    """Have an import done, once. Raises PageImport.DoesNotExist for anybody else's, PermissionDenied."""
    row: PageImport = PageImport.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    if not can_import(actor, row.community):
        raise PermissionDenied
    if row.state == PageImport.State.READY:
        row.state = PageImport.State.WAITING
        row.save(update_fields=["state"])
    return row


@transaction.atomic
def drop_import(*, actor: User, pk: Any) -> None:
    """Throw an upload away that was not started. Raises PageImport.DoesNotExist."""
    row = PageImport.objects.visible_to(actor).filter(state=PageImport.State.READY).get(pk=pk)
    _forget_file(row)
    row.delete()


def _forget_file(row: PageImport) -> None:
    if row.stored_as:
        default_storage.delete(row.stored_as)
        row.stored_as = ""


def run_waiting_imports() -> None:
    """Do what waits, the oldest first (`settings.WORKER_ERRANDS`); what a killed worker began goes on where it was."""
    due = PageImport.objects.filter(state__in=[PageImport.State.WAITING, PageImport.State.RUNNING])
    row = due.select_related("community", "actor").order_by("created_at").first()
    if row is not None:
        _run(row)


def _run(row: PageImport) -> None:
    row.state, row.attempts = PageImport.State.RUNNING, row.attempts + 1
    row.save(update_fields=["state", "attempts"])

    def show(step: str, done: int, _total: int) -> None:
        """Say how far it is; whoever lost her rights meanwhile brings no more in."""
        if step == "pages":
            PageImport.objects.filter(pk=row.pk).update(done=done)
        _require_rights(row)

    try:
        _require_rights(row)
        if row.attempts > STARTS:
            raise WorkerDiedError
        with default_storage.open(row.stored_as, "rb") as stored, _unpacked(stored) as folder:
            made = import_folder(
                actor=row.actor, community=row.community, folder=folder, language=row.language, progress=show,
                restore_authors=row.restores_authors,
            )  # fmt: skip
    except Exception as error:
        if row.attempts < ATTEMPTS and not isinstance(error, (PermissionDenied, *HOPELESS)):
            raise  # the worker tries again
        log.exception("import %s was not done", row.pk)
        row.state, row.words = PageImport.State.FAILED, _why(error)
    else:
        row.state, row.done = PageImport.State.DONE, made.pages
        row.report = {"created": made.created, "changed": made.changed, "unchanged": made.unchanged,
                      "files": made.files, "dead": _shown(made.dead), "refused": _shown(made.refused)}  # fmt: skip
    _forget_file(row)
    row.finished_at = timezone.now()
    row.save()


def _require_rights(row: PageImport) -> None:
    actor = User.objects.active().filter(pk=row.actor_id).first()
    if actor is None or not can_import(actor, row.community):
        raise PermissionDenied


def _shown(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return lines of a report as they can be kept and shown, whatever files and their links are called."""
    return [(clean_text(source)[:SHOWN_LENGTH], clean_text(words)[:SHOWN_LENGTH]) for source, words in rows[:SHOWN]]


def _why(error: Exception) -> str:
    """Return a code; the page says it in the reader's language."""
    if isinstance(error, PermissionDenied):
        return "rights"
    return "file" if isinstance(error, (ArchiveRefused, FileNotFoundError)) else "error"


def forget_old_imports() -> int:
    """Delete uploads nobody started, and what is long done (`settings.WORKER_SWEEPS`); return how many."""
    old = PageImport.objects.filter(created_at__lt=timezone.now() - KEPT)
    rows = list(old.exclude(state__in=[PageImport.State.WAITING, PageImport.State.RUNNING]))
    for row in rows:
        _forget_file(row)
        row.delete()
    return len(rows)
