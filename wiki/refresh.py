"""Pages that name another page follow it: they are made again when it comes, goes, moves or is renamed.

A few are done in the transaction of the change, so that whoever made it sees it; the rest by the reader of the diary
(`wiki.readers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from intranet.people.models import Membership, User
from intranet.text import RENDERER_VERSION
from wiki.links import HouseResolver, page_url
from wiki.models import PageLink, WikiPage
from wiki.titles import title_key
from wiki.writing import (
    RENDERED_COLUMNS,
    TEXT_COLUMNS,
    Change,
    known_links,
    lock_row,
    render_into,
    store_links,
    write_columns,
    write_version,
)

AT_ONCE = 20
CRUMBS_BATCH = 500


def render_again(page: WikiPage) -> None:
    """Render a page anew from its text, with its links as they lead now."""
    resolver = HouseResolver(page.community_id, page_id=page.pk, known=known_links(page.pk))
    rendered = render_into(page, resolver)
    store_links(page, rendered, resolver)
    write_columns(page, RENDERED_COLUMNS)


def refresh_pages(page_ids: Iterable[int]) -> None:
    """Render these pages anew, each under a lock of its own row."""
    for page_id in page_ids:
        with transaction.atomic():
            lock_row(page_id)
            page = WikiPage.objects.filter(pk=page_id).first()
            if page is not None:
                render_again(page)


def refresh_stale(row: dict[str, Any]) -> dict[str, Any]:
    """Return a page's row with HTML of today's renderer: the stored one is only a cache and may be from an older one."""
    if row["renderer_version"] == RENDERER_VERSION:
        return row
    page = WikiPage.objects.get(pk=row["pk"])
    render_into(page, HouseResolver(page.community_id, page_id=page.pk, known=known_links(page.pk)))
    return {**row, "html": page.html, "contents": page.contents}


def links_to_bind(page: WikiPage) -> QuerySet[PageLink]:
    """Return the links that should lead to this page and do not yet."""
    readers = Q(source__community_id=page.community_id)
    if page.community.kind == "open":
        readers |= Q(target__isnull=True)
    unbound = Q(target__isnull=True) | ~Q(target__community_id=F("source__community_id"))
    named = (page.title_key, page_url(page.address).rstrip("/"))
    links = PageLink.objects.filter(readers & unbound, key__in=named).exclude(target_id=page.pk)
    return links.filter(source__trashed_at__isnull=True).exclude(source_id=page.pk)


def bind_waiting_links(page: WikiPage, *, limit: int | None = AT_ONCE) -> None:
    """Make links live that named this page before it was there."""
    refresh_pages(list(links_to_bind(page).order_by("source_id").values_list("source_id", flat=True)[:limit]))


def refresh_sources(target_ids: Sequence[int], *, limit: int | None = AT_ONCE) -> None:
    """Render anew the pages outside that link to any of these."""
    links = PageLink.objects.filter(target_id__in=target_ids).exclude(source_id__in=target_ids)
    refresh_pages(list(links.order_by("source_id").values_list("source_id", flat=True).distinct()[:limit]))


def follow_title(page: WikiPage, old_title: str, *, actor: User | None, limit: int | None = AT_ONCE) -> None:
    """Write the new title where other pages said the old one, and into the paths of the pages below."""
    update_crumbs(page)
    links = PageLink.objects.filter(target_id=page.pk, key=title_key(old_title)).exclude(source_id=page.pk)
    for source_id in list(links.order_by("source_id").values_list("source_id", flat=True)[:limit]):
        _retitle_links(source_id, old_title, page, actor)


def _retitle_links(source_id: int, old_title: str, page: WikiPage, actor: User | None) -> None:
    lock_row(source_id)
    source = WikiPage.objects.get(pk=source_id)
    body = retitle(source.body, old_title, page.title)
    if body == source.body:
        render_again(source)
        return
    old_body, source.body = source.body, body
    # Somebody who cannot write there is not named there: the house did it.
    member = actor is not None and Membership.objects.filter(user=actor, community_id=source.community_id).exists()
    known = known_links(source.pk)
    PageLink.objects.filter(source_id=source.pk, key=title_key(old_title)).delete()
    known.pop(title_key(old_title), None)
    resolver = HouseResolver(source.community_id, page_id=source.pk, known={**known, page.title_key: page.pk})
    rendered = render_into(source, resolver)
    resolver.known = known
    store_links(source, rendered, resolver)
    change = Change(actor=actor if member else None, at=timezone.now(), summary=page.title, is_minor=True)
    write_version(source, change, old_body=old_body, action="wagtail.edit")
    write_columns(source, TEXT_COLUMNS)


def retitle(body: str, old: str, new: str) -> str:
    """Return the text with `[[Old]]` and `[[Old|label]]` as `[[New]]` and `[[New|label]]`.

    Brackets in the new title could not stand in a link: then the text stays and the link is kept by identity alone.
    """
    if any(sign in new for sign in "[]|"):
        return body
    words = r"\s+".join(re.escape(word) for word in old.split())
    return re.sub(rf"\[\[\s*{words}\s*(?=\||\]\])", lambda _match: f"[[{new}", body, flags=re.IGNORECASE)


def update_crumbs(page: WikiPage) -> None:
    """Write the way to each page below this one anew, from titles and addresses as they are."""
    crumbs = {page.pk: [*page.crumbs, {"title": page.title, "address": page.address}]}
    below = WikiPage.objects.filter(path__startswith=page.path, depth__gt=page.depth).order_by("path")
    changed: list[WikiPage] = []
    for child in below.only("pk", "title", "address", "crumbs", "parent_page_id", "path", "depth").iterator(500):
        child.crumbs = crumbs.get(child.parent_page_id, child.crumbs)
        crumbs[child.pk] = [*child.crumbs, {"title": child.title, "address": child.address}]
        changed.append(child)
    for start in range(0, len(changed), CRUMBS_BATCH):
        WikiPage.objects.bulk_update(changed[start : start + CRUMBS_BATCH], ["crumbs"])


def stale_sources(pages: QuerySet[WikiPage]) -> QuerySet[PageLink, int]:
    """Return the ids of pages that link to any of these."""
    links = PageLink.objects.filter(target_id__in=pages.values("pk"))
    return links.order_by("source_id").values_list("source_id", flat=True).distinct()
