"""What the front room of a section shows beside its tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Min, QuerySet, Sum
from django.utils import timezone

from intranet.people.models import User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.care import facts
from wiki.front.models import PageReads
from wiki.links import page_url
from wiki.models import PageLink, PageTemplate, VersionNote, WikiPage
from wiki.reading import Row, with_face

CHANGES = 8  # lines: a page and a day each
READ_FOR = timedelta(days=30)
FEWEST_READS = 5  # with less a list would tell of single readers
MOST_READ = 5
WANTED = 5
TEMPLATES = 12
KEPT_FOR = 60.0  # seconds that what all readers of a section see alike is kept
# Pages that changed last among which changes are looked for, versions of each, and of all of them.
_PAGES, _VERSIONS, _ALL = 40, 20, 100
CHANGE_COLUMNS = (
    "page_id", "created_at", "number", "page__title", "page__address",
    *(f"author__{name}" for name in ("pk", "name", "handle", "photo", "is_guest")),
)  # fmt: skip


def _changes(*, variant: tuple[bool, date], user: int, community: int) -> QuerySet[Any, Any]:
    viewer = reader(user, is_guest=variant[0])
    pages = WikiPage.objects.visible_to(viewer).filter(community_id=community)
    latest = pages.order_by("-edited_at", "-pk").values("pk")[:_PAGES]
    notes = VersionNote.objects.filter(page_id__in=latest, is_minor=False, number__gt=F("page__version") - _VERSIONS)
    found: QuerySet[Any, Any] = notes.order_by("-created_at", "-pk").values(*CHANGE_COLUMNS)
    return found[:_ALL]


_CHANGES = Prepared(_changes, numbers=["user", "community"])


def recent_changes(user: User, community_id: int) -> list[Row]:
    """Return what changed last in a section, a line for each page and day with everybody who took part; no minor ones."""
    if not is_current(user):
        return []
    notes = _CHANGES.dicts((user.is_guest, facts.today()), user=user.pk, community=community_id)
    return list(islice(by_page_and_day(notes), CHANGES))


def by_page_and_day(notes: Iterable[Row]) -> Iterator[Row]:
    """Make versions, newest first, into a line for each page and day of the reader, with everybody who took part.

    A note has `CHANGE_COLUMNS` and may have more, which its line has too; `at` of a line is the newest change.
    """
    lines: dict[tuple[int, date], Row] = {}
    for note in notes:
        author = with_face(note, "author")["author"]
        key = (note["page_id"], timezone.localtime(note["created_at"]).date())
        line = lines.setdefault(key, note | {
            "title": note["page__title"], "url": page_url(note["page__address"]), "at": note["created_at"],
            "changes": 0, "is_new": False, "people": {},
        })  # fmt: skip
        line["changes"] += 1
        line["is_new"] |= note["number"] == 1
        if author:
            line["people"].setdefault(author.pk, author)
    return (line | {"people": list(line["people"].values())} for line in lines.values())


def counted_reads(community_id: int) -> list[tuple[int, int]]:
    """Return (page, reads) of the pages of a community that were read most, whoever asks."""
    since = facts.today() - READ_FOR
    rows = PageReads.objects.filter(day__gt=since, page__community_id=community_id).order_by()
    counted = rows.values("page_id").annotate(reads=Sum("count")).filter(reads__gte=FEWEST_READS)
    return list(counted.order_by("-reads", "page_id").values_list("page_id", "reads")[: MOST_READ * 2])


def _templates(community_id: int) -> list[int]:
    """Return the pages of a community that are templates, whoever asks."""
    # Templates first: the house has a few dozen, a community may have 20,000 pages.
    known = list(PageTemplate.objects.values_list("page_id", flat=True))
    pages = WikiPage.objects.filter(pk__in=known, community_id=community_id)
    return list(pages.order_by("title_key", "pk").values_list("pk", flat=True)[:TEMPLATES])


_SLOTS = [f"page{number}" for number in range(MOST_READ * 2 + TEMPLATES)]


def _named(*, variant: bool, user: int, community: int, **pages: int) -> QuerySet[Any, Any]:
    rows = WikiPage.objects.visible_to(reader(user, is_guest=variant)).filter(community_id=community)
    found: QuerySet[Any, Any] = rows.filter(pk__in=list(pages.values())).order_by().values("pk", "title", "address")
    return found


_NAMED = Prepared(_named, numbers=["user", "community", *_SLOTS])


def most_read(user: User, community_id: int) -> list[Row]:
    """Return the pages of a section that were read most in thirty days, with how often; rarely read ones are left out."""
    return shelf(user, community_id)[0]


def shelf(user: User, community_id: int) -> tuple[list[Row], list[Row]]:
    """Return the pages of a section that are read most, and its templates, in one query.

    Which they are is kept for some minutes and is the same for all readers; what of it `user` may see is asked each time.
    """
    if not is_current(user):
        return [], []
    counted = (
        cache.get_or_set(f"wiki:most-read:{community_id}", lambda: counted_reads(community_id), KEPT_FOR * 5) or []
    )
    templates = cache.get_or_set(f"wiki:templates:{community_id}", lambda: _templates(community_id), KEPT_FOR) or []
    numbers = [*(pk for pk, _reads in counted), *templates]
    if not numbers:
        return [], []
    slots = {name: numbers[n] if n < len(numbers) else 0 for n, name in enumerate(_SLOTS)}
    pages: dict[int, Row] = {
        row["pk"]: row | {"url": page_url(row["address"])}
        for row in _NAMED.dicts(user.is_guest, user=user.pk, community=community_id, **slots)
    }
    often = [pages[pk] | {"reads": reads} for pk, reads in counted if pk in pages]
    return often[:MOST_READ], [pages[pk] for pk in templates if pk in pages]


def wanted_here(community_id: int) -> list[Row]:
    """Return the titles that most pages of a section link to and no page has. The caller has seen that it may be read."""

    def count() -> list[Row]:
        pages = WikiPage.objects.filter(community_id=community_id, live=True, trashed_at__isnull=True)
        links = PageLink.objects.filter(target__isnull=True, source__in=pages.values("pk")).exclude(key__startswith="/")
        counted: QuerySet[Any, Any] = links.values("key").annotate(
            number=Count("pk"), title=Min("title"), source=Min("source_id")
        )
        return list(counted.order_by("-number", "key").values("title", "number", "source")[:WANTED])

    found: list[Row] = cache.get_or_set(f"wiki:wanted:{community_id}", count, KEPT_FOR) or []
    return found
