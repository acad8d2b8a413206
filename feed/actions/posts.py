"""Publish, reply, edit, delete, restore."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from feed import mentions, permissions, text
from feed.actions.files import adopt_files, forget_files
from feed.actions.reading import move_position
from feed.kinds.facts import nudge_time
from feed.linkcards.finding import find_cards
from feed.linkcards.previews import note_uses
from feed.models import Attachment, Mention, Post, PostKind, PostVersion, ReadPosition, TaggedPost
from intranet.activity.actions import record
from intranet.people.models import Community
from intranet.text import RENDERER_VERSION, Rendered

# How long a deletion can be taken back; the page offers it for ten seconds, a slow network gets the rest.
UNDO = timedelta(minutes=10)
# How long a deleted text is kept at all.
KEEP_DELETED = timedelta(days=1)
PURGE_BATCH = 20


@transaction.atomic
def publish_post(
    *,
    actor: Any,
    community: Community,
    body: str,
    key: uuid.UUID | None = None,
    about_page: Any = None,
    attachments: Sequence[Attachment] = (),
    at: datetime | None = None,
    kind: str = PostKind.UPDATE,
    facts: dict[str, Any] | None = None,
) -> Post:
    """Start a thread in a community, perhaps about one of its wiki pages, and return its first post.

    The same `key` of the same author again returns the first post and changes nothing. `at` is for importers and
    demo data. `kind` and `facts` are given by the actions of `feed.kinds`. Raises PermissionDenied for non-members, ValidationError for a text or page that cannot be taken.
    """
    if not permissions.can_post(actor, community):
        raise PermissionDenied
    body = text.check_body(body)
    page_id = check_page(actor, about_page, community)
    rendered = text.render_post(body, community.pk)
    mentions.check_names(rendered.mentions)
    moment = take_turn(community.pk, at)
    if earlier := made_before(actor, key):
        return earlier
    key = key or uuid.uuid4()
    post = Post(
        community=community,
        author=actor,
        body=body,
        html=rendered.html,
        renderer_version=RENDERER_VERSION,
        cards=find_cards(actor, rendered.html),
        key=key,
        about_page_id=page_id,
        created_at=moment,
        last_activity_at=moment,
        kind=kind,
        facts=facts,
    )
    if kind == PostKind.QUESTION:
        post.unanswered_since, post.nudge_at = moment, nudge_time(moment)
    if not save_new(post):
        return Post.objects.get(author=actor, key=key)
    named = write_references(post, rendered, community)
    adopt_files(actor=actor, community_id=community.pk, body=body, post=post, attachments=attachments)
    # Nobody else knows of the thread yet, so there is no position to look for.
    ReadPosition(user_id=actor.pk, thread_id=post.pk, read_until=moment).save(force_insert=True)
    record(
        actor=actor,
        verb="post.published",
        object=post,
        target=about_page,
        community_id=community.pk,
        data=diary_data(post, mentioned=named) | mentions.called(actor, rendered.mentions, community),
    )
    return post


@transaction.atomic
def reply_to_post(
    *,
    actor: Any,
    post: Post,
    body: str,
    key: uuid.UUID | None = None,
    attachments: Sequence[Attachment] = (),
    at: datetime | None = None,
) -> Post:
    """Answer a thread (its first post) or one of its replies; returns the reply.

    Idempotent on `key` like `publish_post`. Raises PermissionDenied, ValidationError (with the code "closed" or "moved"
    when that is what has become of the thread meanwhile).
    """
    body = text.check_body(body)
    rendered = text.render_post(body, post.community_id)
    mentions.check_names(rendered.mentions)
    thread_pk = post.thread_pk
    # Everybody who writes in a community passes one after the other, so no two replies count from the same number.
    thread, moment = take_turn_in_thread(thread_pk, post.community_id, at)
    if earlier := made_before(actor, key):
        return earlier
    if thread.community_id != post.community_id:
        rendered = text.render_post(body, thread.community_id)  # moved while this was on its way
    check_open(actor, thread)
    key = key or uuid.uuid4()
    parent = None if post.pk == thread_pk else Post.objects.filter(pk=post.pk, deleted_at__isnull=True).first()
    if post.pk != thread_pk and parent is None:
        raise ValidationError(_("That reply was deleted in the meantime. Your text is still here."), code="gone")
    reply = Post(
        community=thread.community,
        author=actor,
        thread=thread,
        parent=parent,
        body=body,
        html=rendered.html,
        renderer_version=RENDERER_VERSION,
        cards=find_cards(actor, rendered.html),
        key=key,
        created_at=moment,
        last_activity_at=moment,
    )
    if not save_new(reply):
        return Post.objects.get(author=actor, key=key)
    if at is None:
        Post.objects.filter(pk=thread_pk).update(
            reply_count=F("reply_count") + 1, last_activity_at=moment, last_reply=reply
        )
    else:
        count_thread(thread_pk)
    named = write_references(reply, rendered, thread.community)
    adopt_files(actor=actor, community_id=thread.community_id, body=body, post=reply, attachments=attachments)
    move_position(actor.pk, thread_pk, moment)
    record(
        actor=actor,
        verb="post.replied",
        object=reply,
        target=parent or thread,
        community_id=thread.community_id,
        data=diary_data(reply, mentioned=named, page_id=thread.about_page_id)
        | mentions.called(actor, rendered.mentions, thread.community),
    )
    return reply


@transaction.atomic
def edit_post(*, actor: Any, post: Post, body: str) -> Post:
    """Change one's own words; what they were before stays as a version. The same text again changes nothing.

    Only people who are named for the first time count as mentioned. Raises PermissionDenied, ValidationError.
    """
    # Not with its community: a row that moves while it is waited for would fit it no more, and be found no more.
    post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=post.pk)
    if not permissions.can_edit_post(actor, post):
        raise PermissionDenied
    body = text.check_body(body)
    if body == post.body:
        return post
    rendered = text.render_post(body, post.community_id)
    mentions.check_names(rendered.mentions)
    before = post.body
    PostVersion.objects.create(post=post, body=before)
    post.body, post.html, post.renderer_version = body, rendered.html, RENDERER_VERSION
    post.edited_at, post.cards = timezone.now(), find_cards(actor, rendered.html, post.cards)
    post.save(update_fields=["body", "html", "renderer_version", "edited_at", "cards"])
    named = write_references(post, rendered, post.community)
    adopt_files(actor=actor, community_id=post.community_id, body=body, post=post)
    record(
        actor=actor,
        verb="post.edited",
        object=post,
        community_id=post.community_id,
        data=diary_data(post, mentioned=named) | mentions.called(actor, rendered.mentions, post.community, before),
    )
    return post


@transaction.atomic
def delete_post(*, actor: Any, post: Post) -> Post:
    """Take a post away with its files; a stub stays where it has replies. Can be restored for ten minutes.

    Raises PermissionDenied.
    """
    post = lock_post(post)
    if not permissions.can_delete_post(actor, post):
        raise PermissionDenied
    now = timezone.now()
    take_away(post, actor, now)
    record(actor=actor, verb="post.deleted", object=post, community_id=post.community_id, data=diary_data(post))
    purge_deleted(before=now - KEEP_DELETED)
    return post


@transaction.atomic
def restore_post(*, actor: Any, post: Post) -> Post:
    """Take back one's own deletion, within ten minutes. Raises PermissionDenied, ValidationError when it is too late."""
    post = lock_post(post)
    if post.deleted_at is None:
        return post
    if not permissions.can_restore_post(actor, post):
        raise PermissionDenied
    if post.deleted_at < timezone.now() - UNDO:
        raise ValidationError(_("It is too late to bring this back."), code="too_late")
    put_back(post)
    record(actor=actor, verb="post.edited", object=post, community_id=post.community_id, data=diary_data(post))
    return post


def purge_deleted(*, before: datetime, limit: int = PURGE_BATCH) -> int:
    """Empty posts that were deleted before that time, for good, and return how many.

    Every deletion takes a few earlier ones along, so that no clock is needed for deleted words to be gone.
    """
    # What moderators hid is kept: they may show it again, and its author may read it.
    old = list(Post.objects.filter(deleted_at__lt=before, hidden_at__isnull=True).exclude(body="")[:limit])
    for post in old:
        post.versions.all().delete()
        post.mentions.all().delete()
        post.tag_links.all().delete()
        forget_files(post.attachments.all())
    Post.objects.filter(pk__in=[post.pk for post in old]).update(body="", html="", cards=None)
    return len(old)


# --- The parts -------------------------------------------------------------------------------------------------------


def lock_place(community_id: int) -> Community:
    """Wait for one's turn to write in a community; held until the transaction ends."""
    return Community.objects.select_for_update(no_key=True).get(pk=community_id)


def take_turn(community_id: int, at: datetime | None) -> datetime:
    """Wait for one's turn in the community, and return the time of what is written: later than anything before it.

    A reader who has seen the newest post has thereby seen every post with an earlier time, even when two people post
    in the same moment or the clocks of two machines differ: nothing becomes visible behind a read position.
    """
    community = lock_place(community_id)
    if at is None:
        at = timezone.now()
        if community.last_activity_at and at <= community.last_activity_at:
            at = community.last_activity_at + timedelta(microseconds=1)
    newest = max(at, community.last_activity_at or at)
    Community.objects.filter(pk=community_id).update(last_activity_at=newest)
    return at


def take_turn_in_thread(thread_pk: int, community_id: int, at: datetime | None) -> tuple[Post, datetime]:
    """Wait for one's turn where a thread is, and return it with the time; it may have been moved while waiting."""
    while True:
        here = transaction.savepoint()
        moment = take_turn(community_id, at)
        thread = Post.objects.select_related("community").get(pk=thread_pk)
        if thread.community_id == community_id:
            transaction.savepoint_commit(here)
            return thread, moment
        # Letting go before taking the next one: who moves threads holds two.
        transaction.savepoint_rollback(here)
        community_id = thread.community_id


def lock_post(post: Post) -> Post:
    """Return a post as it is now, locked with the community it is in now until the transaction ends."""
    community_id = post.community_id
    while True:
        here = transaction.savepoint()
        lock_place(community_id)
        found: Post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=post.pk)
        if found.community_id == community_id:
            transaction.savepoint_commit(here)
            return found
        transaction.savepoint_rollback(here)
        community_id = found.community_id


def check_open(actor: Any, thread: Post) -> None:
    """Say why a thread takes no answer of the actor's. Raises PermissionDenied, ValidationError."""
    if thread.closed_at is not None:
        raise ValidationError(
            _("This conversation was closed while you were writing. Your text is still here."), code="closed"
        )
    if not permissions.can_reply(actor, thread):
        raise PermissionDenied


def take_away(post: Post, actor: Any, now: datetime, *, hidden_at: datetime | None = None) -> None:
    """Leave a post out of everything, with its files; the caller holds the locks."""
    from feed.kinds.actions.questions import lose_answer  # which is made of these actions

    post.deleted_at, post.deleted_by, post.hidden_at = now, actor, hidden_at
    post.save(update_fields=["deleted_at", "deleted_by", "hidden_at"])
    post.attachments.filter(removed_at__isnull=True).update(removed_at=now)
    if post.thread_id is not None:
        count_thread(post.thread_id)
        lose_answer(actor=actor, reply=post)


def put_back(post: Post) -> None:
    """Undo `take_away`, files as well; the caller holds the locks."""
    from feed.keeping.actions import MOST_PINS, pins_of  # which is made of these actions

    if post.pinned_until is not None and pins_of(post.community_id).exclude(pk=post.pk).count() >= MOST_PINS:
        post.pinned_until = None  # another one has its place by now
    post.attachments.filter(removed_at=post.deleted_at).update(removed_at=None)
    post.deleted_at = post.deleted_by = post.hidden_at = None
    post.save(update_fields=["deleted_at", "deleted_by", "hidden_at", "pinned_until"])
    if post.thread_id is not None:
        count_thread(post.thread_id)


def made_before(actor: Any, key: uuid.UUID | None) -> Post | None:
    """Return what this author has written with this key already: the same form sent twice."""
    return Post.objects.filter(author=actor, key=key).first() if key else None


def save_new(post: Post) -> bool:
    """Insert a post; False when one with this author and key is there already, made in another community just now."""
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError:
        if Post.objects.filter(author_id=post.author_id, key=post.key).exists():
            return False
        raise
    return True


def count_thread(thread_pk: int) -> None:
    """Make a thread's counters true again; callers hold the community's lock."""
    replies = Post.objects.filter(thread_id=thread_pk, deleted_at__isnull=True)
    newest = replies.order_by("-created_at", "-id").values("created_at", "pk").first()
    Post.objects.filter(pk=thread_pk).update(
        reply_count=replies.count(),
        last_activity_at=Greatest(F("created_at"), newest["created_at"]) if newest else F("created_at"),
        last_reply_id=newest["pk"] if newest else None,
    )


def check_page(actor: Any, page: Any, community: Community) -> int | None:
    """Return the page's primary key; it must be one of this community's that the actor may read."""
    if page is None:
        return None
    page = page.specific
    allowed = getattr(page, "community_id", None) == community.pk
    if not allowed or not type(page).objects.visible_to(actor).filter(pk=page.pk).exists():
        raise ValidationError(_("That page is not one of this community's."), code="page")
    return int(page.pk)


def write_references(post: Post, rendered: Rendered, community: Community) -> list[int]:
    """Store whom and what a post names as its text says now; return the people who are named for the first time."""
    people = set(text.people_named(rendered.mentions, community)) - {post.author_id}
    tags = {tag.pk for tag in text.tags_named(rendered.tags, community.pk)}
    before: set[int] = set()
    if post.edited_at:
        before = set(post.mentions.values_list("user_id", flat=True))
        post.mentions.exclude(user_id__in=people).delete()
        post.untagged = tuple(post.tag_links.exclude(tag_id__in=tags).values_list("tag_id", flat=True))
        post.tag_links.filter(tag_id__in=post.untagged).delete()
    new = sorted(people - before)
    moment = post.edited_at or post.created_at
    Mention.objects.bulk_create(
        [Mention(post=post, user_id=pk, created_at=moment) for pk in new], ignore_conflicts=True
    )
    TaggedPost.objects.bulk_create([TaggedPost(content_object=post, tag_id=pk) for pk in tags], ignore_conflicts=True)
    if post.cards or post.edited_at:
        note_uses(post)
    return new


def diary_data(post: Post, *, mentioned: Sequence[int] = (), page_id: int | None = None) -> dict[str, Any]:
    """Return what readers of the diary need to know of a post: ids only."""
    data: dict[str, Any] = {"thread": post.thread_pk}
    if post.facts is not None:
        data["kind"] = str(post.kind)
        if post.facts.get("level") == "crisis":
            data["crisis"] = True
    if page := page_id or post.about_page_id:
        data["page"] = page
    if mentioned:
        data["mentioned"] = list(mentioned)
    return data | ({"untagged": list(post.untagged)} if post.untagged else {})
