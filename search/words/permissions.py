"""Who looks after search. Nobody sees more by it: what an editor may not read is hidden from her here too."""

from __future__ import annotations

from typing import Any

from intranet.people.models import Community, Membership
from intranet.people.models.people import is_current
from intranet.people.permissions import can_edit_tags, can_moderate, is_administrator


def is_editor(user: Any) -> bool:
    """Does she look after some part of the house: a moderator of any community, or an administrator?"""
    if not is_current(user) or user.is_guest:
        return False
    moderates = Membership.objects.filter(user_id=user.pk, role=Membership.Role.MODERATOR)
    return is_administrator(user) or moderates.exists()


def can_pin(user: Any, community: Community) -> bool:
    """May she pin what stands in this community? Its moderators, and who looks after the house's words."""
    return can_moderate(user, community) or can_edit_tags(user)


def can_edit_synonyms(user: Any) -> bool:
    """May she say which words mean the same? They work for everybody, so it is for who looks after the house's words."""
    return can_edit_tags(user)
