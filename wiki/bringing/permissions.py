"""Who may bring in many pages at once."""

from __future__ import annotations

from typing import Any

from intranet.people.models import Community
from intranet.people.permissions import can_moderate, is_administrator
from wiki.permissions import can_write_in


def can_import(user: Any, community: Community) -> bool:
    """May she bring a zip of pages in? Moderators, who write there themselves."""
    return can_moderate(user, community) and can_write_in(user, community.pk)


def can_restore_authors(user: Any) -> bool:
    """May what a file says of its authors be believed? Of administrators' files only: anybody can write a name."""
    return is_administrator(user)
