"""Ask, say which reply answers it, and tell moderators of what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.actions.posts import diary_data, lock_place, publish_post
from feed.kinds import permissions
from feed.kinds.facts import waits_since
from feed.models import Post, PostKind
from intranet.activity.actions import record
from intranet.people.models import Community

NUDGES_AT_A_TIME = 50


def ask_question(*, actor: Any, community: Community, body: str, **post: Any) -> Post:
    """Start a thread that waits for an answer. `post`: as of `publish_post`."""
    return publish_post(
        actor=actor, community=community, body=body, kind=PostKind.QUESTION, facts={"answer": None}, **post
    )


@transaction.atomic
def mark_answer(*, actor: Any, reply: Post) -> Post:
    """Say that this reply answers the question its thread began with; another one marked before gives way.

    The same again changes nothing. Raises PermissionDenied, ValidationError.
    """
    thread = _locked(actor, reply.thread_pk)
    current = Post.objects.filter(pk=reply.pk, thread=thread, deleted_at__isnull=True).first()
    if current is None:
        raise ValidationError(_("That reply is not there any more."), code="gone")
    if thread.facts["answer"] == current.pk:
        return thread
    thread.facts = {**thread.facts, "answer": current.pk}
    thread.unanswered_since = thread.nudge_at = None
    thread.save(update_fields=["facts", "unanswered_since", "nudge_at"])
    _tell(actor, "question.answered", thread, current)
    return thread


@transaction.atomic
def unmark_answer(*, actor: Any, thread: Post) -> Post:
    """Open a question again. Raises PermissionDenied."""
    thread = _locked(actor, thread.thread_pk)
    return reopen_question(actor=actor, thread=thread)


def reopen_question(*, actor: Any, thread: Post) -> Post:
    """Take the mark away from the reply of a question that the caller has locked; also when that reply goes."""
    before = thread.facts["answer"]
    if before is None:
        return thread
    thread.facts = {**thread.facts, "answer": None}
    # It has had its two days: moderators are not told again.
    thread.unanswered_since = waits_since(thread.kind, thread.facts, thread.created_at, thread.closed_at)
    thread.save(update_fields=["facts", "unanswered_since"])
    _tell(actor, "question.reopened", thread, thread)
    return thread


def lose_answer(*, actor: Any, reply: Post) -> None:
    """A reply goes: a question it answered is open again."""
    thread = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=reply.thread_pk)
    if thread.kind == PostKind.QUESTION and thread.facts["answer"] == reply.pk:
        reopen_question(actor=actor, thread=thread)


def nudge_moderators(*, now: datetime | None = None) -> int:
    """Tell the moderators of questions that have waited too long, each once; return of how many. A duty of the worker."""
    due = Post.objects.filter(nudge_at__lte=now or timezone.now()).order_by("nudge_at")
    return sum(_nudge(pk) for pk in due.values_list("pk", flat=True)[:NUDGES_AT_A_TIME])


@transaction.atomic
def _nudge(pk: int) -> bool:
    post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if post.nudge_at is None:
        return False
    post.nudge_at = None
    post.save(update_fields=["nudge_at"])
    if post.deleted_at is not None or post.closed_at is not None:
        return False
    _tell(None, "question.overdue", post, post)
    return True


def _locked(actor: Any, pk: int) -> Post:
    """Return the question, locked: replies come and go under the lock of their community."""
    place = Post.objects.values_list("community_id", flat=True).get(pk=pk)
    lock_place(place)
    thread: Post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if not permissions.can_mark_answer(actor, thread):
        raise PermissionDenied
    return thread


def _tell(actor: Any, verb: str, thread: Post, about: Post) -> None:
    data = diary_data(thread) | {"reply": about.pk}
    record(actor=actor, verb=verb, object=thread, target=about, community_id=thread.community_id, data=data)
