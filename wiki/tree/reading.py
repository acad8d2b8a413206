"""What the tree of a section shows, as plain rows: some pages of one place, an opened way, what a filter finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from wagtail.models import Page

from intranet.paging import BadCursor, after, decode_cursor, encode_cursor
from intranet.people.models import User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.care import facts
from wiki.links import page_url
from wiki.models import BY_TITLE, WikiPage
from wiki.titles import title_key
from wiki.writing import kind_of

Row = dict[str, Any]

# Pages of one place that are shown at once.
PART = 100
MOST_OPENED = 60
MOST_FOUND = 100
ORDER = ("position", "title_key", "pk")
_TYPES = (int, str, int)
COLUMNS = ("pk", "title", "address", "parent_page_id", "position", "title_key", "numchild", "below", "status")


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of one place in their order, and the cursor of what follows them, None at the end.

    `apart` are pages further down that are shown all the same, because the way to somewhere leads through them.
    """

    rows: list[Row]
    more: str | None = None
    apart: list[Row] = field(default_factory=list)


Parts = dict[int, Part]


def below() -> Case:
    """Return the number of pages directly below as a column; a page without any is not counted at all.

    What lies below a page belongs to its community, so whoever sees the page sees them. Counted along one index that
    knows of the trash: looking at each of 2,000 pages took 2 ms. A page that is being imported is counted already.
    """
    children = WikiPage.objects.filter(parent_page_id=OuterRef("pk"), trashed_at__isnull=True).order_by()
    count = children.values("parent_page_id").annotate(number=Count("*")).values("number")
    return Case(When(numchild__gt=0, then=Coalesce(Subquery(count), Value(0))), default=Value(0))


def nodes(viewer: Any, day: date) -> QuerySet[Any, Any]:
    """Return pages as the tree shows them, all that `viewer` may see."""
    pages = WikiPage.objects.visible_to(viewer).annotate(status=facts.standing(day), below=below())
    found: QuerySet[Any, Any] = pages.order_by(*ORDER).values(*COLUMNS)
    return found


def node(user: User, page: int) -> Row:
    """Return one page that `user` may see as the tree shows it."""
    row: Row = nodes(user, facts.today()).get(pk=page)
    return row | {"url": page_url(row["address"])}


def _first(*, variant: tuple[bool, date], user: int, parent: int) -> QuerySet[Any, Any]:
    rows = nodes(reader(user, is_guest=variant[0]), variant[1])
    return rows.filter(parent_page_id=parent)[: PART + 1]


def _next(
    *, variant: tuple[bool, date], user: int, parent: int, position: int, title: str, page: int
) -> QuerySet[Any, Any]:
    rows = nodes(reader(user, is_guest=variant[0]), variant[1]).filter(parent_page_id=parent)
    return rows.filter(after(ORDER, (position, title, page)))[: PART + 1]


_FIRST = Prepared(_first, numbers=["user", "parent"])
_NEXT = Prepared(_next, numbers=["user", "parent", "position", "page"], texts=["title"])


def children(user: User, parent: int, cursor: str | None = None) -> Part:
    """Return pages directly below a page or section, in one query. Raises BadCursor."""
    if not is_current(user):
        return Part([])
    variant = (user.is_guest, facts.today())
    if cursor:
        position, title, page = decode_cursor(cursor, *_TYPES)
        if not 0 <= position < 2**31 or not 0 < page < 2**31:
            raise BadCursor
        rows = _NEXT.dicts(variant, user=user.pk, parent=parent, position=position, title=title, page=page)
    else:
        rows = _FIRST.dicts(variant, user=user.pk, parent=parent)
    return _part(rows, PART)


def _numbered(*, variant: tuple[bool, date], user: int, **pages: int) -> QuerySet[Any, Any]:
    return nodes(reader(user, is_guest=variant[0]), variant[1]).filter(pk__in=list(pages.values()))


# Making this query takes longer than answering it; made once for so many pages each.
_NUMBERED = {size: Prepared(_numbered, numbers=["user", *(f"page{n}" for n in range(size))]) for size in (32, 128, 512)}


def _by_number(user: User, pages: Sequence[int]) -> Iterable[Row]:
    size = next((size for size in _NUMBERED if size >= len(pages)), 0)
    if not size:
        return nodes(user, facts.today()).filter(pk__in=pages)
    slots = {f"page{n}": pages[n] if n < len(pages) else 0 for n in range(size)}
    return _NUMBERED[size].dicts((user.is_guest, facts.today()), user=user.pk, **slots)


def opened(user: User, root: int, ways: Sequence[int], shown: int = 0) -> Parts:
    """Return what lies directly below `root` and below each of the opened pages, by place, in two queries.

    They and the page `shown` are there wherever they stand among their sisters. What cannot be reached from `root` does
    no harm.
    """
    if not ways and not shown:
        return {root: children(user, root)}
    if not is_current(user):
        return {}
    places = [root, *ways[:MOST_OPENED]]
    # One short walk along `children_in_order` for each: the place with 2,000 pages is read no further than is shown.
    walks = " UNION ALL ".join(
        f"SELECT id FROM (SELECT w.page_ptr_id AS id FROM wiki_wikipage w WHERE w.parent_page_id = {int(pk)} "  # noqa: S608
        "AND w.trashed_at IS NULL AND EXISTS (SELECT 1 FROM wagtailcore_page p WHERE p.id = w.page_ptr_id AND p.live) "
        f"ORDER BY w.position, w.title_key, w.page_ptr_id LIMIT {PART + 1}) AS walk{number}"
        for number, pk in enumerate(places)
    )
    with connection.cursor() as cursor:
        cursor.execute(walks)
        wanted = {*ways, shown}
        rows = _by_number(user, sorted({pk for (pk,) in cursor.fetchall()} | wanted))
    parts: dict[int, list[Row]] = {}
    for row in rows:
        parts.setdefault(row["parent_page_id"], []).append(row)
    return {pk: _part(found, PART, wanted) for pk, found in parts.items() if pk in places}


def _part(rows: list[Row], limit: int, ways: Iterable[int] = ()) -> Part:
    shown, rest = rows[:limit], rows[limit:]
    for row in rows:
        row["url"] = page_url(row["address"])
    more = encode_cursor(*(shown[-1][name] for name in ORDER)) if rest else None
    return Part(shown, more, [row for row in rest if row["pk"] in ways])


def way_to(user: User, community_id: int, page: int) -> list[int]:
    """Return a page and those above it from the top; nothing for a page that is not there to be seen."""
    pages = WikiPage.objects.visible_to(user).filter(community_id=community_id).order_by()
    path = pages.filter(pk=page).values_list("path", flat=True).first()
    if path is None:
        return []
    # Their kind is looked at here: SQLite would take the index of kinds, which are nearly all the same.
    above = Page.objects.filter(path__in=_ways([path])).order_by("path").values_list("pk", "content_type_id")
    return [*(pk for pk, kind in above if kind == kind_of(WikiPage)), page][-MOST_OPENED:]


def _ways(paths: Iterable[str]) -> set[str]:
    """Return the paths of all pages above these."""
    step = WikiPage.steplen
    return {path[:end] for path in paths for end in range(step, len(path), step)}


@dataclass(frozen=True, slots=True)
class Found:
    """What a filter finds: the matching pages and those above them, by place; `is_cut` when there are more."""

    parts: Parts
    matches: frozenset[int]
    is_cut: bool


def filtered(user: User, community_id: int, query: str) -> Found:
    """Return the pages of a section whose titles contain `query`, with the ways to them, in two queries."""
    day, pages = facts.today(), WikiPage.objects.visible_to(user).filter(community_id=community_id)
    # Which, before anything is counted below them: a common word stands in thousands of titles.
    wanted = pages.filter(title_key__contains=title_key(query)).order_by("title_key", "pk")
    found = list(wanted.values_list("pk", "path")[: MOST_FOUND + 1])
    is_cut, matches = len(found) > MOST_FOUND, dict(found[:MOST_FOUND])
    paths = _ways(matches.values()) | set(matches.values())
    # The paths in a question of their own: SQLite would look through the whole community for them.
    rows = nodes(user, day).filter(pk__in=Page.objects.filter(path__in=paths).order_by().values("pk"))
    by_place: dict[int, list[Row]] = {}
    for row in rows if matches else ():
        by_place.setdefault(row["parent_page_id"], []).append(row)
    parts = {place: _part(rows_there, len(rows_there)) for place, rows_there in by_place.items()}
    return Found(parts, frozenset(matches), is_cut)


def sister_before(page: WikiPage) -> dict[str, int]:
    """Return what to ask for to bring a page back to where it stands: `after`, or nothing when it stands by its title."""
    if page.position == BY_TITLE:
        return {}
    sisters = WikiPage.objects.filter(parent_page_id=page.parent_page_id, trashed_at__isnull=True)
    before = sisters.filter(position__lt=page.position).order_by("-position", "-title_key", "-pk")
    return {"after": before.values_list("pk", flat=True).first() or 0}
