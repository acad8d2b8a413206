"""What a page was: an earlier version becomes the text again, or goes for good."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry, Revision

from intranet.activity.actions import record
from intranet.activity.models import Activity
from intranet.people.models import User
from wiki.actions.pages import Saved, at_or_now, backdate, chosen_tags, put_text
from wiki.actions.rules import clean_summary, lock_page, require_free_title
from wiki.differences import find_matches
from wiki.discarded import DiscardedDraft
from wiki.models import Draft, Room, VersionNote, WikiPage
from wiki.permissions import can_purge
from wiki.titles import title_key
from wiki.writing import Change, lock_tree, log


@transaction.atomic
def restore_version(
    *, actor: User, page: WikiPage | int, number: int, summary: str = "", at: datetime | None = None
) -> Saved:
    """Make an earlier version the text again, as a new version that names its source.

    Raises VersionNote.DoesNotExist for a version the page has not, or has no longer.
    """
    lock_tree()  # it may have had another title: `lock_tree_to_rename`
    current = lock_page(actor, page)
    notes = VersionNote.objects.select_related("revision").filter(revision__isnull=False)
    note = notes.get(page_id=current.pk, number=number)
    content = note.revision.content  # type: ignore[union-attr]
    title = content.get("title") or current.title
    if title_key(title) != current.title_key:
        require_free_title(current.parent_page_id, title, own=current.pk)
    change = Change(actor=actor, at=at_or_now(at), summary=clean_summary(summary), restored_from_id=note.pk)
    tags = [str(name) for name in content.get("tag_list", chosen_tags(current.tag_names))]
    language = content.get("language", current.language)
    put_text(current, title, content.get("body", ""), tags, language, change, verb="page.restored", told_at=at)
    return Saved(current, current.version)


@transaction.atomic
def delete_version(
    *, actor: User, page: WikiPage | int, number: int, reason: str, at: datetime | None = None
) -> VersionNote:
    """Delete what an earlier version said for good; that it was there, who deleted it and why stays in the history.

    Its text, title, tags and summary go, from Wagtail's revision and log as well, and the lines of it that drafts took
    over. Raises VersionNote.DoesNotExist, PermissionDenied, ValidationError (`reason`, `number`).
    """
    current = lock_page(actor, page)
    if not can_purge(actor, current.community_id):
        raise PermissionDenied(_("Only administrators delete a version."))
    note = VersionNote.objects.select_related("revision").get(page_id=current.pk, number=number)
    reason = clean_summary(reason)
    if not reason:
        raise ValidationError({"reason": _("Say why. The reason stays in the history.")})
    if note.revision is None:
        raise ValidationError({"number": _("This version is deleted already.")})
    if note.revision_id in {current.live_revision_id, current.latest_revision_id} or number == current.version:
        words = _("This version is the text of the page. Change the page first, then delete the version.")
        raise ValidationError({"number": words})
    content, revision_id = note.revision.content, note.revision_id
    _clean_drafts(current, revision_id, content)
    # What was typed together may say it too. Whoever is in the room comes again, with the text in hand (`RoomClosed`).
    Room.objects.filter(page_id=current.pk).delete()
    PageLogEntry.objects.filter(revision_id=revision_id).update(revision=None, label=current.title)
    Revision.objects.filter(pk=revision_id).delete()
    _forget_title(current, content.get("title", ""))
    note.revision, note.summary = None, ""
    note.deleted_at, note.deleted_by, note.deleted_why = at_or_now(at), actor, reason
    note.save(update_fields=["revision", "summary", "deleted_at", "deleted_by", "deleted_why"])
    data = {"version": number, "reason": reason}
    log(current, "wiki.delete_version", actor, at=note.deleted_at, data=data)
    activity = record(
        actor=actor, verb="page.version_deleted", object=current, community_id=current.community_id, data=data
    )
    backdate(activity, at)
    return note


def _clean_drafts(page: WikiPage, revision_id: int | None, content: dict[str, str]) -> None:
    """Take out of the drafts begun with a version what only that version said; what their authors typed stays theirs."""
    gone = content.get("body", "").split("\n")
    kept = set(page.body.split("\n"))
    # Upon the version before from now on: what others saved meanwhile is merged or asked about, never written over.
    older = VersionNote.objects.filter(page_id=page.pk, revision_id__lt=revision_id).order_by("-revision_id")
    base = older.values_list("revision_id", flat=True).first()
    thrown_away = DiscardedDraft.objects.filter(page=page, base_revision_id=revision_id)
    drafts: list[Draft | DiscardedDraft] = [
        *Draft.objects.filter(page=page, base_revision_id=revision_id),
        *thrown_away,
    ]
    for draft in drafts:
        lines = draft.body.split("\n")
        taken: set[int] = set()
        for match in find_matches(gone, lines):
            taken.update(range(match.b, match.b + match.size))
        left = [line for index, line in enumerate(lines) if index not in taken or line in kept]
        draft.body, draft.base_revision_id = "\n".join(left), base
        if draft.title == content.get("title"):
            draft.title = page.title
        draft.save(update_fields=["body", "base_revision_id", "title"])
        if draft.title == page.title and not set(left) - kept:
            draft.delete()  # nothing in it was typed


def _forget_title(page: WikiPage, title: str) -> None:
    """Take a title that only the deleted version had out of the logs."""
    if not title or title == page.title:
        return
    if Revision.page_revisions.filter(object_id=str(page.pk), object_str=title).exists():
        return
    PageLogEntry.objects.filter(page_id=page.pk, label=title).update(label=page.title)
    told = Activity.objects.filter(object_type=page._meta.label_lower, object_id=str(page.pk), data__old_title=title)
    for activity in told:
        del activity.data["old_title"]
        activity.save(update_fields=["data"])
