"""What of the wiki stands beside a community's talk (`settings.BESIDE_TALK`)."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import IntegerField, QuerySet, Value

from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.front.reading import KEPT_FOR, counted_reads
from wiki.links import page_url
from wiki.models import WikiPage
from wiki.reading import Row

NEWEST = 4
OFTEN = 3
_SLOTS = [f"page{number}" for number in range(OFTEN * 2)]


def _beside(*, variant: bool, user: int, community: int, **pages: int) -> QuerySet[Any, Any]:
    """Build the query of the pages that changed last and of those read most, in two parts along an index each."""
    rows = WikiPage.objects.visible_to(reader(user, is_guest=variant)).filter(community_id=community)
    last = rows.order_by("-edited_at", "-pk").values("pk")[:NEWEST]
    newest = WikiPage.objects.filter(pk__in=last).order_by()
    often = rows.filter(pk__in=list(pages.values())).order_by()

    def part(found: QuerySet[Any, Any], number: int) -> QuerySet[Any, Any]:
        return found.values_list(Value(number, IntegerField()), "pk", "title", "address", "edited_at")

    return part(newest, 0).union(part(often, 1), all=True)


_BESIDE = Prepared(_beside, numbers=["user", "community", *_SLOTS])


def pages_beside(user: Any, community_id: int) -> dict[str, list[Row]]:
    """Return `newest` and `often`: pages of a community that changed last and that are read most, in one query."""
    if not is_current(user):
        return {"newest": [], "often": []}
    known = cache.get_or_set(f"wiki:most-read:{community_id}", lambda: counted_reads(community_id), KEPT_FOR * 5) or []
    numbers = [pk for pk, _reads in known][: len(_SLOTS)]
    slots = {name: numbers[n] if n < len(numbers) else 0 for n, name in enumerate(_SLOTS)}
    rows = _BESIDE.rows(user.is_guest, user=user.pk, community=community_id, **slots)
    shown = [
        {"part": part, "pk": pk, "title": title, "url": page_url(address), "at": at}
        for part, pk, title, address, at in rows
    ]
    newest = sorted((row for row in shown if row["part"] == 0), key=lambda row: (row["at"], row["pk"]), reverse=True)
    often = {row["pk"]: row for row in shown if row["part"] == 1}
    return {"newest": newest, "often": [often[pk] for pk in numbers if pk in often][:OFTEN]}
