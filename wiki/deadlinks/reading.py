"""The report: which links of pages somebody may read lead nowhere."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from feed.models import Attachment
from intranet.paging import Slice, keyset
from intranet.people.models import Community, User
from wiki.deadlinks.models import PageReference
from wiki.deadlinks.words import KINDS, said_of
from wiki.links import page_url
from wiki.models import PageLink, WikiPage

Row = dict[str, Any]

REPORT_PAGE = 50
_PLACE = ("title", "address", "community__name", "community__hue", "community__slug")


def _pages(user: User, community: Community | None) -> Any:
    """Return the pages whose links are reported: of one community, or of all the person writes in or looks after."""
    pages = WikiPage.objects.visible_to(user).order_by()
    if community is not None:
        return pages.filter(community=community)
    if user.is_superuser:
        return pages
    return pages.filter(community_id__in=Community.objects.of_member(user).values("pk"))


def dead(user: User, kind: str, community: Community | None = None) -> QuerySet[Any, Any]:
    """Return the rows of one kind of `KINDS` that lead nowhere, of pages that `user` may read."""
    pages = _pages(user, community).values("pk")
    if kind == "page":
        # Waiting for a page, or bound to none any more: what nobody may link to is answered like what is not there.
        return PageLink.objects.filter(source_id__in=pages, target__isnull=True).order_by()
    rows = PageReference.objects.visible_to(user).filter(page_id__in=pages, kind="web" if kind == "failing" else kind)
    if kind == "web":
        return rows.filter(address__is_dead=True)
    if kind == "failing":
        return rows.filter(address__is_dead=False, address__failures__gt=0)
    if kind == "file":
        there = Attachment.objects.filter(
            Q(community_id=OuterRef("page__community_id")) | Q(community__kind=Community.Kind.OPEN),
            pk=OuterRef("file_id"), removed_at__isnull=True,
        )  # fmt: skip
        return rows.filter(~Exists(there))
    return rows


def counts(user: User, community: Community | None = None) -> dict[str, int]:
    """Return how many links of each kind lead nowhere."""
    return {kind: dead(user, kind, community).count() for kind in KINDS}


def report(
    user: User, kind: str, cursor: str | None, community: Community | None = None, limit: int = REPORT_PAGE
) -> Slice[Row]:
    """Return a page of links that lead nowhere, by page. Raises BadCursor."""
    if kind == "page":
        columns = ("pk", "title", *(f"source__{name}" for name in _PLACE))
        found = keyset(dead(user, kind, community).values(*columns), ("-pk",), cursor, limit, types=(int,))
        return Slice([_row(row, "source", kind) for row in found.rows], found.next_cursor)
    asked = ("url", "status", "problem", "checked_at", "first_failed_at", "failures")
    columns = (
        "pk",
        "file_id",
        "anchor",
        *(f"page__{name}" for name in _PLACE),
        *(f"address__{name}" for name in asked),
    )
    found = keyset(dead(user, kind, community).values(*columns), ("-pk",), cursor, limit, types=(int,))
    return Slice([_row(row, "page", kind) for row in found.rows], found.next_cursor)


def _row(row: Any, page: str, kind: str) -> Row:
    """Return a line of the report."""
    target = {"page": row.get("title"), "file": row.get("file_id"), "anchor": row.get("anchor")}.get(kind)
    url = row.get("address__url") or ""
    return {
        "kind": kind, "target": url or (f"#{target}" if kind == "anchor" else str(target)), "url": url,
        "status": row.get("address__status") or 0, "problem": row.get("address__problem") or "",
        "said": said_of(kind, row.get("address__status") or 0, row.get("address__problem") or ""),
        "checked_at": row.get("address__checked_at"), "first_failed_at": row.get("address__first_failed_at"),
        "page_title": row[f"{page}__title"], "page_url": page_url(row[f"{page}__address"]),
        "place": row[f"{page}__community__name"], "hue": row[f"{page}__community__hue"],
        "community": row[f"{page}__community__slug"],
    }  # fmt: skip
