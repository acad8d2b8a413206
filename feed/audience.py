"""Who will read what is written here, and how many they are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from intranet.people.models import Community, Membership, User

# Seconds a head count may be old: it is said to the writer, nothing is decided by it.
FRESH = 60


def head_counts(communities: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Return how many people may read each of these (primary key, kind) communities, cached for a minute."""
    wanted = list(communities)
    members: dict[int, tuple[int, int]]
    members, employees = cache.get("feed:heads") or ({}, 0)
    if any(pk not in members for pk, _kind in wanted):
        members, employees = _count()
        cache.set("feed:heads", (members, employees), FRESH)
    counts = {}
    for pk, kind in wanted:
        inside, guests = members.get(pk, (0, 0))
        counts[pk] = employees + guests if kind == Community.Kind.OPEN else inside
    return counts


def _count() -> tuple[dict[int, tuple[int, int]], int]:
    active = User.objects.active()
    rows = (
        Membership.objects.filter(user__in=active.values("pk"))
        .values_list("community_id")
        .annotate(inside=Count("pk"), guests=Count("pk", filter=Q(user__is_guest=True)))
        .order_by()
    )
    return {pk: (inside, guests) for pk, inside, guests in rows}, active.filter(is_guest=False).count()


def audience(kind: str, heads: int) -> str:
    """Say in plain words who can read what is written in a community of that kind."""
    return _audience(kind, heads, get_language() or "")


@lru_cache(maxsize=2_000)
def _audience(kind: str, heads: int, language: str) -> str:
    people = ngettext("%(count)d person", "%(count)d people", heads) % {"count": heads}
    if kind == Community.Kind.OPEN:
        return _("Everybody here can read this: %(people)s") % {"people": people}
    return _("Only members can read this: %(people)s") % {"people": people}
