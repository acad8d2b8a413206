"""Files: put one into a community, use it in a post or on a page, take it away."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feed import permissions
from feed.models import Attachment, FileVersion, Post
from intranet import files
from intranet.activity.actions import record
from intranet.people.models import Community

# The address of a file as it stands in a text.
USED = re.compile(r"/files/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/")


def refusal(problem: files.FileRefused) -> ValidationError:
    """Return what the soil says about a file in the words of the person's language."""
    words = {
        "empty": _("The file is empty."),
        "too_large": _("The file is larger than %(limit)d MB.") % {"limit": files.MAX_BYTES // (1024 * 1024)},
        "too_many_pixels": _("The image has too many pixels."),
    }
    return ValidationError(words.get(problem.reason, _("The image cannot be read.")), code=problem.reason)


def store(file: Any, name: str) -> dict[str, Any]:
    """Put a content into the storage and return the columns that describe it. Raises ValidationError."""
    try:
        prepared = files.prepare(file, name)
    except files.FileRefused as problem:
        raise refusal(problem) from problem
    # A name nobody can guess and nothing of what the person typed.
    token = uuid.uuid4().hex
    stored_as = f"{token[:2]}/{token}"
    default_storage.save(stored_as, ContentFile(prepared.content))
    for width, content in prepared.thumbnails.items():
        default_storage.save(f"{stored_as}.w{width}", ContentFile(content))
    return {
        "name": prepared.name,
        "content_type": prepared.kind.media_type,
        "size": prepared.size,
        "width": prepared.width,
        "height": prepared.height,
        "digest": hashlib.sha256(prepared.content).hexdigest(),
        "stored_as": stored_as,
    }


@transaction.atomic
def add_file(*, actor: Any, community: Community, file: Any, name: str) -> Attachment:
    """Store an upload in a community and return it, not used in anything yet: only its uploader sees it till then.

    Images are made anew without metadata. Raises PermissionDenied for non-members, ValidationError.
    """
    if not permissions.can_post(actor, community):
        raise PermissionDenied
    attachment = Attachment.objects.create(community=community, uploader=actor, **store(file, name))
    record(actor=actor, verb="file.added", object=attachment, community_id=community.pk)
    return attachment


@transaction.atomic
def copy_file(*, actor: Any, community: Community, attachment: Attachment, name: str) -> Attachment | None:
    """Store in a community what the actor may see elsewhere in the house, byte for byte; None when it is gone.

    Raises Attachment.DoesNotExist, PermissionDenied for non-members.
    """
    original = Attachment.objects.visible_to(actor).get(pk=attachment.pk)
    if not permissions.can_post(actor, community):
        raise PermissionDenied
    token = uuid.uuid4().hex
    stored_as = f"{token[:2]}/{token}"
    for old, new in zip(stored_names(original.stored_as), stored_names(stored_as), strict=True):
        if default_storage.exists(old):
            with default_storage.open(old, "rb") as content:
                default_storage.save(new, content)
    if not default_storage.exists(stored_as):
        return None
    copied = Attachment.objects.create(
        community=community, uploader=actor, name=files.safe_name(name), content_type=original.content_type,
        size=original.size, width=original.width, height=original.height, digest=original.digest, stored_as=stored_as,
    )  # fmt: skip
    record(actor=actor, verb="file.added", object=copied, community_id=community.pk)
    return copied


def adopt_files(*, actor: Any, community_id: int, body: str, post: Post, attachments: Sequence[Attachment] = ()) -> int:
    """Give a post the actor's own unused uploads that its text shows or that came with it; return how many.

    An upload made while another community was chosen moves to the post's: until now nobody else could see it.
    """
    named = {uuid.UUID(found) for found in USED.findall(body)} | {file.pk for file in attachments}
    if not named:
        return 0
    unused = Attachment.objects.filter(
        pk__in=named, uploader=actor, post__isnull=True, page__isnull=True, removed_at__isnull=True
    )
    return unused.update(post=post, community_id=community_id)


def attach_to_page(*, actor: Any, page: Any, body: str) -> int:
    """Give a wiki page the actor's own unused uploads that its text shows; return how many.

    `page` has a community and is one the caller has just been allowed to change.
    """
    named = {uuid.UUID(found) for found in USED.findall(body)}
    if not named:
        return 0
    unused = Attachment.objects.filter(
        pk__in=named, uploader=actor, post__isnull=True, page__isnull=True, removed_at__isnull=True
    )
    return unused.update(page_id=page.pk, community_id=page.community_id)


@transaction.atomic
def remove_file(*, actor: Any, attachment: Attachment) -> None:
    """Take a file away from everybody. Raises PermissionDenied."""
    if not permissions.can_remove_file(actor, attachment):
        raise PermissionDenied
    if attachment.removed_at is None:
        attachment.removed_at, attachment.removed_by = timezone.now(), actor
        attachment.save(update_fields=["removed_at", "removed_by"])
        record(actor=actor, verb="file.removed", object=attachment, community_id=attachment.community_id)


@transaction.atomic
def restore_file(*, actor: Any, attachment: Attachment | uuid.UUID) -> None:
    """Give a file back that the actor has taken away. Raises Attachment.DoesNotExist, PermissionDenied."""
    pk = attachment if isinstance(attachment, uuid.UUID) else attachment.pk
    found = Attachment.objects.removed_by(actor).get(pk=pk)
    if not permissions.can_restore_file(actor, found):
        raise PermissionDenied
    found.removed_at = found.removed_by = None
    found.save(update_fields=["removed_at", "removed_by"])
    record(actor=actor, verb="file.restored", object=found, community_id=found.community_id)


_CONTENT = ("name", "content_type", "size", "width", "height", "digest", "stored_as")


@transaction.atomic
def replace_file(*, actor: Any, attachment: Attachment, file: Any, name: str) -> Attachment:
    """Put another content in a file's place: every text that shows it shows the new one, the earlier one is kept.

    A picture is replaced by a picture and anything else by no picture, as texts show them in different ways. Raises
    PermissionDenied, ValidationError.
    """
    current: Attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if current.removed_at is not None or not permissions.can_replace_file(actor, current):
        raise PermissionDenied
    fresh = store(file, name)
    if (fresh["width"] is None) is not (current.width is None):
        words = _("Choose a picture.") if current.is_image else _("Choose a file that is no picture.")
        raise ValidationError(words, code="kind")
    if fresh["digest"] == current.digest:
        raise ValidationError(_("This is the file that is there already."), code="same")
    number = (current.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    kept = {column: getattr(current, column) for column in _CONTENT}
    FileVersion.objects.create(attachment=current, number=number, replaced_by=actor, **kept)
    for column, value in fresh.items():
        setattr(current, column, value)
    current.is_text_due = True
    current.save(update_fields=[*_CONTENT, "is_text_due"])
    record(
        actor=actor, verb="file.replaced", object=current, community_id=current.community_id, data={"version": number}
    )
    return current


def forget_files(attachments: Iterable[Attachment]) -> None:
    """Delete rows and stored contents for good, the contents after the commit."""
    for attachment in attachments:
        earlier = attachment.versions.values_list("stored_as", flat=True)
        names = [name for stored_as in (attachment.stored_as, *earlier) for name in stored_names(stored_as)]
        attachment.delete()
        for name in names:
            transaction.on_commit(partial(default_storage.delete, name))


def stored_names(stored_as: str) -> list[str]:
    """Return what a file may have in the storage: its content and smaller pictures of it."""
    return [stored_as, *(f"{stored_as}.w{width}" for width in files.THUMBNAIL_WIDTHS)]
