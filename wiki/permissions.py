"""Who may change the wiki. Reading is answered by `WikiPage.objects.visible_to`."""

from __future__ import annotations

from typing import Any

from intranet.people.models import Membership
from intranet.people.models.people import is_current


def can_write_in(user: Any, community_id: int) -> bool:
    """May `user` create, edit, move and trash pages of this community? Its members may; nobody else."""
    return is_current(user) and Membership.objects.filter(user_id=user.pk, community_id=community_id).exists()


def can_purge(user: Any, community_id: int) -> bool:
    """May `user` delete a version of a page for good? An administrator who is a member."""
    return bool(user.is_superuser) and can_write_in(user, community_id)
