"""What a person may hear of live: the communities she may read, and herself."""

from __future__ import annotations

from typing import Any

from intranet.people.models import Community
from intranet.people.models.people import is_current


def audiences_of(user: Any) -> frozenset[str]:
    """Return `me:3` and a `community:7` for each readable community; nothing for a closed account."""
    if not is_current(user):
        return frozenset()
    readable = Community.objects.visible_to(user).values_list("pk", flat=True)
    return frozenset({f"me:{user.pk}", *(f"community:{pk}" for pk in readable)})
