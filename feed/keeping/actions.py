"""Bookmarks and pins."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.actions.posts import lock_post
from feed.keeping.models import MAX_NOTE
from feed.models import Bookmark, PinDismissal, Post
from feed.threads.actions import check_moderator, check_note, diary
from intranet.activity.actions import record

MOST_PINS = 3
LONGEST_DAYS = 366


@transaction.atomic
def keep_bookmark(*, actor: Any, post: Post | None = None, page_id: int | None = None, note: str = "") -> Bookmark:
    """Keep a post or a page, or change the note. The caller has made sure that the actor may read it.

    Raises ValidationError for a note that cannot be stored.
    """
    note = check_note(note)[:MAX_NOTE]
    thing: dict[str, Any] = {"post": post, "page_id": page_id}
    bookmark, _made = Bookmark.objects.update_or_create(user=actor, defaults={"note": note}, **thing)
    record(actor=actor, verb="bookmark.kept", object=bookmark)
    return bookmark


@transaction.atomic
def drop_bookmark(*, actor: Any, bookmark: int) -> None:
    """Keep something no longer. Raises Bookmark.DoesNotExist."""
    found = Bookmark.objects.visible_to(actor).get(pk=bookmark)
    record(actor=actor, verb="bookmark.dropped", object=found)
    found.delete()


@transaction.atomic
def pin_thread(*, actor: Any, thread: Post, until: date) -> Post:
    """Keep a thread on top of its community to the end of a day. At most three at a time.

    Who had taken an earlier pin of it down sees this one. Raises PermissionDenied, ValidationError.
    """
    thread = lock_post(thread)
    check_moderator(actor, thread)
    if thread.deleted_at is not None:
        raise PermissionDenied
    today = timezone.localdate()
    if not today <= until or (until - today).days > LONGEST_DAYS:
        raise ValidationError({"until": _("Choose a day between today and a year from now.")})
    if pins_of(thread.community_id).exclude(pk=thread.pk).count() >= MOST_PINS:
        words = _("%(most)d conversations are pinned here already. Take one down first.")
        raise ValidationError(words % {"most": MOST_PINS}, code="full")
    thread.pinned_until = timezone.make_aware(datetime.combine(until, time(23, 59, 59)))
    thread.save(update_fields=["pinned_until"])
    PinDismissal.objects.filter(thread=thread).delete()
    record(actor=actor, verb="post.pinned", object=thread, community_id=thread.community_id, data=diary(thread))
    return thread


def pins_of(community_id: int) -> Any:
    """Return what is pinned in a community now; who counts them holds its lock."""
    return Post.objects.present().filter(community=community_id, pinned_until__gt=timezone.now())


@transaction.atomic
def unpin_thread(*, actor: Any, thread: Post) -> Post:
    """Take a pin down for everybody. Raises PermissionDenied."""
    thread = lock_post(thread)
    check_moderator(actor, thread)
    if thread.pinned_until is not None:
        thread.pinned_until = None
        thread.save(update_fields=["pinned_until"])
        record(actor=actor, verb="post.unpinned", object=thread, community_id=thread.community_id, data=diary(thread))
    return thread


def dismiss_pin(*, actor: Any, thread: Post) -> None:
    """See a pinned thread no longer on top, for oneself; twice does no harm."""
    PinDismissal.objects.get_or_create(user=actor, thread=thread)


def show_pin(*, actor: Any, thread: Post) -> None:
    """See a pinned thread on top again."""
    PinDismissal.objects.filter(user=actor, thread=thread).delete()
