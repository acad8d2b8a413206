"""Close and reopen a thread, move it to another community, keep what somebody is typing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from feed import permissions, text
from feed.actions.posts import lock_post
from feed.kinds.facts import waits_since
from feed.kinds.permissions import can_announce
from feed.models import Attachment, Post, PostDraft, PostKind, ReadPosition, Report, ThreadTrail
from intranet.activity.actions import record
from intranet.people.models import Community
from intranet.people.vocabulary import carry_words
from intranet.text import MAX_POST, RENDERER_VERSION, clean_text

MAX_NOTE = 500
# Rows written by one statement while a long thread moves.
BATCH = 200


@transaction.atomic
def close_thread(*, actor: Any, thread: Post, note: str, at: datetime | None = None) -> Post:
    """Let nobody answer any more, with a comment that says why. One that is closed stays as it is.

    `at` is for demo data. Raises PermissionDenied, ValidationError.
    """
    thread = lock_post(thread)
    check_moderator(actor, thread)
    note = check_note(note, needed=True)
    if thread.closed_at is None:
        thread.closed_at = at or timezone.now()
        keep_closed(thread)
        add_line(thread, actor, ThreadTrail.Kind.CLOSED, note=note, created_at=thread.closed_at)
        record(actor=actor, verb="post.closed", object=thread, community_id=thread.community_id, data=diary(thread))
    return thread


@transaction.atomic
def reopen_thread(*, actor: Any, thread: Post, note: str = "") -> Post:
    """Let everybody answer again. Raises PermissionDenied, ValidationError."""
    thread = lock_post(thread)
    check_moderator(actor, thread)
    note = check_note(note)
    if thread.closed_at is not None:
        thread.closed_at = None
        keep_closed(thread)
        add_line(thread, actor, ThreadTrail.Kind.REOPENED, note=note)
        record(actor=actor, verb="post.reopened", object=thread, community_id=thread.community_id, data=diary(thread))
    return thread


@transaction.atomic
def move_thread(*, actor: Any, thread: Post, community: Community, note: str = "") -> Post:
    """Take a thread with all it has to another community; from this moment that one's readers read it, and no others.

    A moderator of where it is takes it to where she is a member. Files go along, texts are made anew (what they may
    link to depends on the place), a pin ends, and the trail says where it came from. Raises PermissionDenied,
    ValidationError.
    """
    # In the order of their numbers, so that two who move in opposite directions do not wait for each other.
    places = {thread.community_id, community.pk}
    list(Community.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk"))
    thread = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=thread.pk)
    if thread.community_id == community.pk:
        return thread
    if thread.community_id not in places:
        raise ValidationError(_("Somebody has just moved this conversation. Look again."), code="moved")
    check_moderator(actor, thread)
    if not permissions.can_post(actor, community):
        raise PermissionDenied
    if thread.kind == PostKind.ANNOUNCEMENT and not can_announce(actor, community):
        raise ValidationError(_("You may not announce anything in %(place)s.") % {"place": community.name}, code="kind")
    note, origin_id = check_note(note), thread.community_id
    posts = [thread, *Post.objects.select_for_update(no_key=True, of=("self",)).filter(thread=thread).order_by("pk")]
    for post in posts:
        post.community_id = community.pk
        post.pinned_until = None
        if post.body:
            post.html = text.render_post(post.body, community.pk).html
            post.renderer_version = RENDERER_VERSION
    columns = ["community", "html", "renderer_version", "pinned_until"]
    Post.objects.bulk_update(posts, columns, batch_size=BATCH)
    carry_words(origin_id, community.pk, (post.body for post in posts if "#" in post.body))
    numbers = [post.pk for post in posts]
    for start in range(0, len(numbers), BATCH):
        some = numbers[start : start + BATCH]
        Attachment.objects.filter(post_id__in=some).update(community_id=community.pk)
        # Those who look after the new place judge it from now on.
        Report.objects.filter(post_id__in=some).update(community_id=community.pk)
    # The menu looks into a community only when it has something newer than what somebody has read there.
    newest = Greatest(Coalesce(F("last_activity_at"), thread.last_activity_at), thread.last_activity_at)
    Community.objects.filter(pk=community.pk).update(last_activity_at=newest)
    add_line(thread, actor, ThreadTrail.Kind.MOVED, note=note, origin_id=origin_id, destination_id=community.pk)
    record(
        actor=actor,
        verb="post.moved",
        object=thread,
        target=community,
        community_id=community.pk,
        data={**diary(thread), "origin": origin_id},
    )
    thread.refresh_from_db()
    return thread


@transaction.atomic
def save_post_draft(
    *,
    actor: Any,
    body: str,
    thread: Post | None = None,
    community: Community | None = None,
    key: Any = None,
    details: Mapping[str, Any] | None = None,
) -> PostDraft | None:
    """Keep what somebody types: one draft for each thread, one of a new post. An empty text takes it away.

    `details` are the kind of a new post and what that kind asks for, as typed; nothing of it is checked before it is sent.
    `key` is that of the form: what was sent already is not kept again by a request that comes late. Raises
    ValidationError for what cannot be stored.
    """
    mine = PostDraft.objects.filter(user=actor, thread=thread)
    details = {name: value for name, value in (details or {}).items() if value} if thread is None else {}
    words = [body, *(str(details.get(name, "")) for name in ("options", "people"))]
    if not any(one.strip() for one in words):
        mine.delete()
        return None
    typed = "".join([body, *(str(value) for value in details.values())])
    if "\x00" in typed or text.SURROGATES.search(typed) or len(body) > MAX_POST * 2 or len(typed) > MAX_POST * 3:
        raise ValidationError(_("The text has characters that cannot be stored. Remove them."), code="invalid")
    if key and Post.objects.filter(author=actor, key=key).exists():
        return None
    values = {"body": body, "community": community, "details": details or None, "updated_at": timezone.now()}
    draft, _made = PostDraft.objects.update_or_create(user=actor, thread=thread, defaults=values)
    return draft


def discard_post_draft(*, actor: Any, draft: int) -> None:
    """Throw away a draft of one's own. Raises PostDraft.DoesNotExist."""
    PostDraft.objects.filter(user=actor).get(pk=draft).delete()


def drop_draft(*, actor: Any, thread_pk: int | None) -> None:
    """Forget the draft of what has just been sent."""
    PostDraft.objects.filter(user=actor, thread=thread_pk).delete()


def keep_level(*, actor: Any, number: int, level: str) -> None:
    """A conversation that is muted makes no counter (`settings.LEVEL_KEEPERS`); called where levels are chosen."""
    muted_at = timezone.now() if level == "mute" else None
    mine = ReadPosition.objects.filter(user=actor, thread=number)
    if mine.update(muted_at=muted_at) or muted_at is None:
        return
    thread = Post.objects.visible_to(actor).filter(pk=number, thread__isnull=True).first()
    if thread is not None:
        # Nothing of it has been read: when it is heard of again, all of it is new.
        values = {"read_until": unread_since(actor, thread), "muted_at": muted_at}
        ReadPosition.objects.get_or_create(user=actor, thread=thread, defaults=values)


# --- The parts -------------------------------------------------------------------------------------------------------


def keep_closed(thread: Post) -> None:
    """Store that a thread was closed or opened, and with it whether its question waits for an answer."""
    thread.unanswered_since = waits_since(thread.kind, thread.facts, thread.created_at, thread.closed_at)
    thread.save(update_fields=["closed_at", "unanswered_since"])


def unread_since(actor: Any, thread: Post) -> Any:
    """Return a read position that changes nothing: what the membership says, which counts where it is later."""
    read = actor.memberships.filter(community_id=thread.community_id).values_list("read_until", flat=True).first()
    return min(read, thread.created_at) if read else thread.created_at


def check_moderator(actor: Any, thread: Post) -> None:
    """Only threads that are there, and only moderators of where they are. Raises PermissionDenied."""
    gone = thread.deleted_at is not None and not thread.reply_count
    if thread.thread_id is not None or gone or not permissions.can_moderate(actor, thread):
        raise PermissionDenied


def check_note(note: str, *, needed: bool = False) -> str:
    """Return a comment as it is stored. Raises ValidationError."""
    note = str(note)
    if "\x00" in note or text.SURROGATES.search(note):
        raise ValidationError(_("The text has characters that cannot be stored. Remove them."), code="invalid")
    note = " ".join(clean_text(note).split())
    if len(note) > MAX_NOTE:
        raise ValidationError(_("Say it in at most %(most)d characters.") % {"most": MAX_NOTE}, code="too_long")
    if needed and not note:
        raise ValidationError(_("Say why, in a sentence."), code="required")
    return note


def add_line(thread: Post, actor: Any, kind: str, **more: Any) -> None:
    """Add a line to the trail, and count it on the thread's own row."""
    ThreadTrail.objects.create(thread=thread, actor=actor, kind=kind, **more)
    Post.objects.filter(pk=thread.pk).update(trail_length=Coalesce(F("trail_length"), 0) + 1)


def diary(thread: Post) -> dict[str, Any]:
    """Return what readers of the diary need to know: ids only."""
    data: dict[str, Any] = {"thread": thread.pk}
    if thread.about_page_id:
        data["page"] = thread.about_page_id
    if (thread.facts or {}).get("level") == "crisis":
        data["crisis"] = True  # its banner goes, comes back, or stands elsewhere
    return data
