"""React to a post, and take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from feed import permissions
from feed.actions.posts import diary_data
from feed.models import Post, Reaction
from intranet.activity.actions import record


@transaction.atomic
def react(*, actor: Any, post: Post, kind: str, at: datetime | None = None) -> Post:
    """Add one's reaction of a kind; the same again changes nothing. `at` is for importers and demo data.

    Raises PermissionDenied, ValidationError.
    """
    post = _open(actor, post, kind)
    values = {"created_at": at or timezone.now()}
    _reaction, made = Reaction.objects.get_or_create(post=post, user=actor, kind=kind, defaults=values)
    return _counted(actor, post, kind, "post.reacted") if made else post


@transaction.atomic
def unreact(*, actor: Any, post: Post, kind: str) -> Post:
    """Take one's reaction back; one that is not there is no error. Raises PermissionDenied, ValidationError."""
    post = _open(actor, post, kind)
    gone, _rows = Reaction.objects.filter(post=post, user=actor, kind=kind).delete()
    return _counted(actor, post, kind, "post.unreacted") if gone else post


def _open(actor: Any, post: Post, kind: str) -> Post:
    """Return the post, locked until the transaction ends, so that counting and writing are one."""
    if kind not in dict(Reaction.post_kinds()):
        raise ValidationError(_("There is no such reaction."), code="kind")
    post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=post.pk)
    if not permissions.can_react(actor, post):
        raise PermissionDenied
    return post


def _counted(actor: Any, post: Post, kind: str, verb: str) -> Post:
    rows = Reaction.objects.filter(post=post).values_list("kind").annotate(number=Count("id")).order_by("kind")
    post.reaction_counts = dict(rows)
    post.save(update_fields=["reaction_counts"])
    record(
        actor=actor,
        verb=verb,
        object=post,
        community_id=post.community_id,
        data=diary_data(post) | {"kind": kind},
    )
    return post
