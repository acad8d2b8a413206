"""May she say that a page is right, hand it to somebody, answer what its readers say? About pages she may read."""

from __future__ import annotations

from typing import Any

from intranet.people.models import Membership
from intranet.people.models.people import is_current
from wiki.care.models import PageFlag
from wiki.models import WikiPage
from wiki.permissions import can_write_in


def speaks_for_owner(user: Any, page: WikiPage) -> bool:
    """Is she the page's owner, or a member of the community that is?"""
    if not is_current(user):
        return False
    if page.owner_community_id:
        return Membership.objects.filter(user_id=user.pk, community_id=page.owner_community_id).exists()
    return bool(page.owner_person_id == user.pk)


def can_resolve_flag(user: Any, page: WikiPage, flag: PageFlag) -> bool:
    """May she answer a flag? Who may change the page, who owns it, and who raised the flag."""
    return flag.person_id == user.pk or speaks_for_owner(user, page) or can_write_in(user, page.community_id)
