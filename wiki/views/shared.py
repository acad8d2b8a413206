"""What the views of the wiki share: the one door to a page, and refusals as answers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from intranet.people.models import User
from wiki import reading
from wiki.links import page_url
from wiki.models import WikiPage


def me(request: HttpRequest) -> User:
    """Return who asks; the login wall let nobody else through."""
    return request.user  # type: ignore[return-value]


def readable(request: HttpRequest, pk: int) -> reading.Row:
    """Return the row of a page the person may read, 404 for anything else."""
    row = reading.page_row(me(request), pk=pk) if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


def readable_page(request: HttpRequest, pk: int) -> WikiPage:
    """Return a page the person may read, 404 for anything else."""
    page: WikiPage | None = (
        WikiPage.objects.visible_to(me(request)).select_related("community").filter(pk=pk).first()
        if pk < 2**63
        else None
    )
    if page is None:
        raise Http404
    return page


def place_of(row: reading.Row) -> dict[str, Any]:
    """Return the context every page about one page needs."""
    return {"page": row, "community_url": page_url(row["community__slug"])}


def number_from(raw: str | None) -> int | None:
    """Return a row's number from a query string, None for anything that is none."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 19 else None
