"""Which kinds a composer offers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from feed.kinds.facts import praise_is_on
from feed.kinds.show import ICONS
from feed.models import PostKind


def kinds_offered(chosen: str, *, announce: bool, about_page: bool) -> list[tuple[str, str, str, bool]]:
    """Return (value, label, icon, whether it is chosen); below a wiki page one remarks or asks, nothing else."""
    offered = [(PostKind.UPDATE, _("Update"), "message-circle"), (PostKind.QUESTION, _("Question"), ICONS["question"])]
    if not about_page:
        if praise_is_on():
            offered.append((PostKind.PRAISE, _("Praise"), ICONS["praise"]))
        offered.append((PostKind.POLL, _("Poll"), ICONS["poll"]))
        if announce:
            offered.append((PostKind.ANNOUNCEMENT, _("Announcement"), ICONS["announcement"]))
    values = [value for value, _label, _icon in offered]
    usual = PostKind.QUESTION if about_page else PostKind.UPDATE
    on = chosen if chosen in values else usual
    return [(str(value), label, symbol, value == on) for value, label, symbol in offered]


def may_announce_in(user: Any, places: list[dict[str, Any]]) -> bool:
    """Is an announcement offered in one of these rows of the menu?"""
    return bool(places) and (user.may_announce or any(row["role"] == "moderator" for row in places))
