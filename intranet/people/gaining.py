"""What another kind of community means for those who read: told before it happens."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from intranet.people.models import Community, User


@dataclass(frozen=True, slots=True)
class Change:
    """How many read what is in a community then who do not now, and the other way round.

    `code` names both kinds: whoever agreed to this agreed to nothing else.
    """

    gaining: int
    losing: int
    code: str


def change_of_kind(community: Community, kind: str) -> Change:
    """Return who gains and who loses when a community becomes of this kind."""
    then = copy(community)
    then.kind = kind
    before, after = User.objects.readers_of(community), User.objects.readers_of(then)
    return Change(
        after.exclude(pk__in=before.values("pk")).count(),
        before.exclude(pk__in=after.values("pk")).count(),
        f"{community.kind}>{kind}",
    )
