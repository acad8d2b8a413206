"""What somebody hears of a page as things stand."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from intranet.notifications.hearing import REASON_OF, levels
from intranet.notifications.models import Level, Watch
from intranet.people.models import User
from wiki.models import WikiPage
from wiki.watching.recipients import things_around


@dataclass(frozen=True, slots=True)
class Effective:
    """The level that counts and the reason for it, "" when nothing was chosen."""

    level: Level
    reason: str


def effective(user: User, page: dict[str, Any]) -> Effective:
    """Return the level that counts for a page's row (`pk`, `path`, `community_id`): two queries."""
    row = SimpleNamespace(pk=page["pk"], path=page["path"], community_id=page["community_id"], steplen=WikiPage.steplen)
    found = levels(things_around(row), [user.pk]).get(user.pk)
    if found is None:
        return Effective(Level.NORMAL, "")
    thing, level, origin = found
    return Effective(Level(level), REASON_OF[thing[0]] if origin == Watch.Origin.CHOSEN else origin)
