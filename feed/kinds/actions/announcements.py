"""Announce, acknowledge, remind, end."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.actions.posts import diary_data, publish_post
from feed.actions.reading import mark_read
from feed.kinds import permissions, receipts
from feed.kinds.facts import clean_days, house_today
from feed.models import Acknowledgement, Announcement, Post, PostKind
from feed.permissions import can_edit_post
from intranet.activity.actions import record
from intranet.people.models import Community

# Between two reminders of the same announcement.
BETWEEN = timedelta(hours=20)
# So many people are told with one line of the diary.
AT_ONCE = 500
ENDED_AT_A_TIME = 1000


def facts_of(announcement: Announcement) -> dict[str, Any]:
    """Return what the card shows."""
    return {
        "level": str(announcement.level),
        "due": announcement.due_on.isoformat() if announcement.due_on else None,
        "expires": announcement.expires_on.isoformat(),
        "version": announcement.version,
        "ended": announcement.ended_at is not None,
    }


@transaction.atomic
def announce(
    *,
    actor: Any,
    community: Community,
    body: str,
    level: str = Announcement.Level.NORMAL,
    due_on: date | None = None,
    expires_on: date | None = None,
    **post: Any,
) -> Post:
    """Tell everybody of a community; it stands on top for each until acknowledged or over. `post`: as of `publish_post`.

    No row is written for those who are to read it. Raises PermissionDenied, ValidationError.
    """
    if not permissions.can_announce(actor, community):
        raise PermissionDenied(_("Announcements are written by moderators and by communications."))
    _check_level(level)
    written = timezone.localdate(post["at"]) if post.get("at") else house_today()
    due_on, expires_on = clean_days(due_on, expires_on, written)
    announcement = Announcement(level=level, due_on=due_on, expires_on=expires_on)
    made = publish_post(
        actor=actor, community=community, body=body, kind=PostKind.ANNOUNCEMENT, facts=facts_of(announcement), **post
    )
    if made.kind == PostKind.ANNOUNCEMENT and not Announcement.objects.filter(pk=made.pk).exists():
        announcement.post = made
        announcement.save(force_insert=True)
        # Who wrote it has read it.
        Acknowledgement.objects.create(announcement=announcement, user=actor, version=1, created_at=made.created_at)
    return made


@transaction.atomic
def change_announcement(
    *, actor: Any, post: Post, level: str, due_on: date | None, expires_on: date | None, ask_again: bool = False
) -> Post:
    """Change how long one's announcement stands and how loud; `ask_again` asks everybody to acknowledge it anew.

    Raises PermissionDenied, ValidationError.
    """
    post, announcement = _locked(post)
    if not can_edit_post(actor, post) or not permissions.can_announce(actor, post.community):
        raise PermissionDenied
    _check_level(level)
    before = facts_of(announcement)
    if (due_on, expires_on) != (announcement.due_on, announcement.expires_on):
        # A day that has passed may stay as it is; a new one lies ahead.
        kept = due_on is not None and due_on == announcement.due_on
        checked, announcement.expires_on = clean_days(None if kept else due_on, expires_on, house_today())
        announcement.due_on = due_on if kept else checked
        if not post.facts["ended"]:
            announcement.ended_at = None  # it was over, and is not any more
    announcement.level = level
    if ask_again:
        announcement.version += 1
        Acknowledgement.objects.create(announcement=announcement, user=actor, version=announcement.version)
    if facts_of(announcement) != before:
        is_crisis, was_crisis = (found == Announcement.Level.CRISIS for found in (level, before["level"]))
        more = {"alarm": True} if is_crisis and (ask_again or not was_crisis) else {}
        # Pages that show its banner look again also when it is none any more.
        _keep(actor, "announcement.changed", post, announcement, **more, **({"crisis": True} if was_crisis else {}))
    return post


@transaction.atomic
def acknowledge(*, actor: Any, post: Post, version: int) -> Acknowledgement:
    """Say that one has read that version of an announcement; twice is once.

    Takes no lock: what is kept names its version, so a text that changes in this moment asks again by itself. Raises
    PermissionDenied, ValidationError for another version than the one that stands.
    """
    if not permissions.can_acknowledge(actor, post):
        raise PermissionDenied
    announcement = Announcement.objects.get(pk=post.pk)
    if announcement.version != version:
        raise ValidationError(_("The text has changed since you opened it. Read it again, please."), code="version")
    row, is_new = Acknowledgement.objects.get_or_create(announcement=announcement, user=actor, version=version)
    if is_new:
        data = diary_data(post) | {"version": version}
        record(actor=actor, verb="announcement.acknowledged", object=post, community_id=post.community_id, data=data)
        # Its replies may still be new.
        mark_read(actor=actor, thread=post, until=post.created_at)
    return row


@transaction.atomic
def remind(*, actor: Any, post: Post) -> int:
    """Remind those who have not acknowledged, and nobody else; return how many they are.

    Raises PermissionDenied, ValidationError when it is over or they have been reminded just now.
    """
    post, announcement = _locked(post)
    if not permissions.can_lead(actor, post):
        raise PermissionDenied
    now = timezone.now()
    if announcement.ended_at or announcement.expires_on < house_today():
        raise ValidationError(_("The announcement is over; nobody is reminded any more."), code="over")
    if announcement.reminded_at and announcement.reminded_at > now - BETWEEN:
        raise ValidationError(_("They have been reminded within the last day. Give them time."), code="soon")
    count = receipts.pending_of(announcement).count()
    if not count:
        return 0
    announcement.reminded_at = now
    announcement.save(update_fields=["reminded_at"])
    parts = math.ceil(count / AT_ONCE)
    for part in range(parts):
        data = diary_data(post) | {"version": announcement.version, "part": part, "parts": parts}
        record(actor=actor, verb="announcement.reminded", object=post, community_id=post.community_id, data=data)
    return count


@transaction.atomic
def end_announcement(*, actor: Any, post: Post) -> Post:
    """Take an announcement from the top of everybody's list, and a crisis from every page. Raises PermissionDenied."""
    post, announcement = _locked(post)
    if not permissions.can_lead(actor, post):
        raise PermissionDenied
    if announcement.ended_at is None:
        announcement.ended_at = timezone.now()
        _keep(actor, "announcement.ended", post, announcement)
    return post


def end_expired() -> int:
    """Note of announcements whose last day has passed that they are over (`settings.WORKER_SWEEPS`)."""
    over = Announcement.objects.filter(ended_at__isnull=True, expires_on__lt=house_today())
    pks = list(over.values_list("pk", flat=True)[:ENDED_AT_A_TIME])
    return int(Announcement.objects.filter(pk__in=pks, ended_at__isnull=True).update(ended_at=timezone.now()))


def _locked(post: Post) -> tuple[Post, Announcement]:
    """Return a post and its announcement, which one at a time may change. Raises PermissionDenied when it is none."""
    # Not with its community, which may be another one by the time it is locked.
    post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=post.pk)
    announcement = Announcement.objects.filter(pk=post.pk).first()
    if announcement is None:
        raise PermissionDenied
    return post, announcement


def _check_level(level: str) -> None:
    if level not in Announcement.Level.values:
        raise ValidationError({"level": _("There is no such level.")})


def _keep(actor: Any, verb: str, post: Post, announcement: Announcement, **more: Any) -> None:
    announcement.save()
    post.facts = facts_of(announcement)
    post.save(update_fields=["facts"])
    data = diary_data(post) | {"version": announcement.version} | more
    record(actor=actor, verb=verb, object=post, community_id=post.community_id, data=data)
