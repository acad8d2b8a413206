"""Following people and tags: what they say comes to the own home."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from taggit.models import Tag

from intranet.activity.actions import record
from intranet.people.actions.rules import require
from intranet.people.models import Follow, User
from intranet.people.models.people import is_current
from intranet.people.permissions import can_follow


@transaction.atomic
def follow_person(*, actor: User, person: User) -> Follow:
    """Follow a person; twice is once."""
    require(can_follow(actor, person), _("You cannot follow this person."))
    follow, new = Follow.objects.get_or_create(follower=actor, person=person)
    if new:
        record(actor=actor, verb="user.followed", object=person)
    return follow


@transaction.atomic
def unfollow_person(*, actor: User, person: User) -> None:
    """Stop following a person."""
    gone, _rows = Follow.objects.filter(follower=actor, person=person).delete()
    if gone:
        record(actor=actor, verb="user.unfollowed", object=person)


@transaction.atomic
def follow_tag(*, actor: User, tag: Tag) -> Follow:
    """Follow a tag; twice is once."""
    require(is_current(actor))
    follow, new = Follow.objects.get_or_create(follower=actor, tag=tag)
    if new:
        record(actor=actor, verb="user.followed", object=tag)
    return follow


@transaction.atomic
def unfollow_tag(*, actor: User, tag: Tag) -> None:
    """Stop following a tag."""
    gone, _rows = Follow.objects.filter(follower=actor, tag=tag).delete()
    if gone:
        record(actor=actor, verb="user.unfollowed", object=tag)
