"""Report something, decide about it, hide a post and show it again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from feed import permissions
from feed.actions.posts import lock_place, lock_post, put_back, take_away
from feed.models import Hiding, Post, Report
from feed.threads.actions import check_note, diary
from intranet.activity.actions import record
from intranet.people.models import Membership


@transaction.atomic
def report(*, actor: Any, kind: str, words: str = "", post: Post | None = None, page: Any = None) -> Report:
    """Tell the moderators of a post or a wiki page that should not stand as it does; they alone learn who said it.

    The same person about the same thing again returns what waits already. `page` has a community. The caller has
    made sure that the actor may read it. Raises PermissionDenied for one's own posts, ValidationError.
    """
    if kind not in Report.Kind.values:
        raise ValidationError({"kind": _("There is no such choice.")})
    words = check_note(words, needed=kind == Report.Kind.OTHER)
    if post is not None and post.author_id == actor.pk:
        raise PermissionDenied
    community_id = post.community_id if post is not None else page.community_id
    thing: dict[str, Any] = {"post": post, "page_id": page.pk if page is not None else None}
    same = Report.objects.filter(reporter=actor, decided_at__isnull=True, **thing)
    if waiting := same.first():
        return waiting
    made = Report(
        reporter=actor, about_id=post.author_id if post is not None else None, post=post,
        page_id=page.pk if page is not None else None, community_id=community_id, kind=kind, words=words,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        if waiting := same.first():
            return waiting  # pressed twice
        raise
    record(actor=actor, verb="report.made", object=made, community_id=community_id)
    return made


@transaction.atomic
def keep_reported(*, actor: Any, report: Report, note: str = "") -> int:
    """Decide that what was reported stays as it is; return how many reports about it this ends.

    Raises Report.DoesNotExist for one that is not the actor's to judge, ValidationError.
    """
    note = check_note(note)
    lock_place(report.community_id)
    found = Report.objects.visible_to(actor).get(pk=report.pk)
    return settle(actor=actor, report=found, decision=Report.Decision.KEPT, note=note)


@transaction.atomic
def hide_post(*, actor: Any, post: Post, reason: str) -> Hiding:
    """Take a post out of everybody's sight; its author reads it still, with the reason. Ends what is reported about it.

    Nobody hides where others should judge: what is reported about a moderator is not hers to decide while there is
    another one. Raises PermissionDenied, ValidationError.
    """
    post = lock_post(post)
    if not can_judge(actor, post):
        raise PermissionDenied
    reason = check_note(reason, needed=True)
    if post.hidden_at is not None:
        return Hiding.objects.get(post=post, shown_at__isnull=True)
    if post.deleted_at is not None:
        raise PermissionDenied
    now = timezone.now()
    take_away(post, actor, now, hidden_at=now)
    # Its thread's page looks for the place it leaves, also when no other reply is there.
    Post.objects.filter(pk=post.thread_pk).update(trail_length=Coalesce(F("trail_length"), 0))
    Post.objects.filter(pk=post.pk).update(pinned_until=None)
    hiding = Hiding.objects.create(post=post, hidden_by=actor, reason=reason, hidden_at=now)
    record(
        actor=actor, verb="post.hidden", object=post, target=hiding, community_id=post.community_id,
        data=diary_of(post),
    )  # fmt: skip
    waiting = Report.objects.filter(post=post, decided_at__isnull=True).first()
    if waiting is not None:
        settle(actor=actor, report=waiting, decision=Report.Decision.HIDDEN, note=reason)
    return hiding


@transaction.atomic
def show_post(*, actor: Any, post: Post) -> Post:
    """Let everybody read a hidden post again, files and all. Raises PermissionDenied."""
    post = lock_post(post)
    if not can_judge(actor, post):
        raise PermissionDenied
    if post.hidden_at is None:
        return post
    put_back(post)
    Hiding.objects.filter(post=post, shown_at__isnull=True).update(shown_at=timezone.now(), shown_by=actor)
    record(actor=actor, verb="post.shown", object=post, community_id=post.community_id, data=diary_of(post))
    return post


def settle(*, actor: Any, report: Report, decision: str, note: str) -> int:
    """End all that waits about the same thing; the caller holds the community's lock and has asked who may."""
    waiting = Report.objects.filter(
        post=report.post_id, page=report.page_id, community=report.community_id, decided_at__isnull=True
    )
    ended: int = waiting.update(decided_at=timezone.now(), decided_by=actor, decision=decision, note=note)
    if ended:
        record(
            actor=actor, verb="report.decided", object=report, community_id=report.community_id,
            data={"decision": decision},
        )  # fmt: skip
    return ended


def can_judge(user: Any, post: Post) -> bool:
    """Moderators of the community; one's own text only where there is no other moderator."""
    if not permissions.can_moderate(user, post):
        return False
    return post.author_id != user.pk or not has_other_moderator(user, post.community_id)


def has_other_moderator(user: Any, community_id: int) -> bool:
    """Is there somebody else who may judge here?"""
    others = Membership.objects.filter(community_id=community_id, role=Membership.Role.MODERATOR, user__is_active=True)
    return bool(others.exclude(user_id=user.pk).exists())


def diary_of(post: Post) -> dict[str, Any]:
    """Return what readers of the diary need to know of a post: ids only."""
    return {**diary(post), "thread": post.thread_pk}
