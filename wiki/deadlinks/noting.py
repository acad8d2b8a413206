"""What pages link to is noted after they were saved, by a reader of the diary: no save waits for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from intranet.activity.models import Activity
from intranet.outbound import MAX_ADDRESS
from wiki.deadlinks.models import OutsideAddress, PageReference
from wiki.models import WikiPage
from wiki.writing import lock_row

NOTED = frozenset({"page.published", "page.edited", "page.restored", "page.imported"})
MOST = 1_000  # of each kind on one page
_LINK = re.compile(r'<(?:a|img)\b[^>]*?\b(?:href|src)="([^"]*)"')
_ID = re.compile(r'\bid="([^"]*)"')
_FILE = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/|\Z)", re.IGNORECASE)


@dataclass
class Named:
    """What the HTML of a page names."""

    web: dict[str, str] = field(default_factory=dict)  # {key: address}
    files: set[UUID] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)  # those that are not there


def key_of(url: str) -> str:
    """Return what an address is found by."""
    return sha256(url.encode()).hexdigest()


def named_in(html: str) -> Named:
    """Return the addresses, files and missing headings that a page's HTML names."""
    found, ids = Named(), {unescape(one) for one in _ID.findall(html)}
    for raw in _LINK.findall(html):
        url = unescape(raw)
        if url.startswith(("http://", "https://")) and not url.startswith(f"{settings.BASE_URL}/"):
            url = url.partition("#")[0]
            if len(url) <= MAX_ADDRESS and len(found.web) < MOST and host_of(url):
                found.web[key_of(url)] = url
        elif match := _FILE.match(url):
            found.files.add(UUID(match.group(1)))
        elif url.startswith("#") and url[1:] not in ids and 1 < len(url) <= 200 and len(found.anchors) < MOST:
            found.anchors.add(url[1:])
    return found


def host_of(url: str) -> str:
    """Return the host of an address in small letters, "" for one that has none."""
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


def note_addresses(activities: Sequence[Activity]) -> None:
    """Read the diary: note what the pages that changed link to now."""
    pages = {int(row.object_id) for row in activities if row.verb in NOTED and row.object_type == "wiki.wikipage"}
    for pk in sorted(pages):
        note_page(pk)


@transaction.atomic
def note_page(pk: int) -> None:
    """Make the rows of a page what its HTML says. Safe to run twice."""
    lock_row(pk)
    html = WikiPage.objects.filter(pk=pk).values_list("html", flat=True).first()
    if html is None:
        return
    named = named_in(html)
    references = PageReference.objects.filter(page_id=pk)
    before = list(references.values_list("pk", "kind", "address__key", "file_id", "anchor"))
    has = {(kind, key or file_id or anchor): row for row, kind, key, file_id, anchor in before}
    wanted: set[tuple[str, object]] = {("web", key) for key in named.web}
    wanted |= {("file", one) for one in named.files} | {("anchor", one) for one in named.anchors}
    gone = [row for said, row in has.items() if said not in wanted]
    if gone:
        references.filter(pk__in=gone).delete()
    fresh = wanted - set(has)
    if fresh:
        _insert(pk, fresh, named)


def _insert(page_id: int, fresh: set[tuple[str, object]], named: Named) -> None:
    keys = [str(value) for kind, value in fresh if kind == "web"]
    now = timezone.now()
    OutsideAddress.objects.bulk_create(
        [OutsideAddress(key=key, url=named.web[key], host=host_of(named.web[key]), due_at=now) for key in keys],
        ignore_conflicts=True,
    )
    addresses = dict(OutsideAddress.objects.filter(key__in=keys).values_list("key", "pk"))
    rows = [
        PageReference(
            page_id=page_id, kind=kind, address_id=addresses[str(value)] if kind == "web" else None,
            file_id=value if isinstance(value, UUID) else None, anchor=str(value) if kind == "anchor" else "",
        )
        for kind, value in fresh
    ]  # fmt: skip
    PageReference.objects.bulk_create(rows, ignore_conflicts=True)


def forget_unused(limit: int = 5_000) -> int:
    """Forget addresses that no page names any more (`settings.WORKER_SWEEPS`); return how many."""
    used = PageReference.objects.filter(address_id=OuterRef("pk"))
    unused = OutsideAddress.objects.filter(~Exists(used)).values_list("pk", flat=True)[:limit]
    return OutsideAddress.objects.filter(pk__in=list(unused)).delete()[0]
