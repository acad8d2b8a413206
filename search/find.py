"""What one person finds. Every answer passes two doors: keys inside the engine, `visible_to` for what is shown."""

import logging
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from taggit.models import Tag

from intranet.people.models import Community, User
from intranet.people.models.people import is_current
from intranet.people.vocabulary import slugs_meant
from intranet.prepared import Prepared, reader
from search.engines import SearchAwayError, engine
from search.engines.base import KINDS, SearchRequest, SearchResponse
from search.query import Query, parse
from search.results import Result, load, result_of, rows_of, suggestion_of, visible
from search.snippets import Marker
from search.words.kept import with_synonyms
from wiki.care.facts import standing
from wiki.care.facts import today as house_today
from wiki.care.schedule import LEAD

log = logging.getLogger(__name__)

PAGE_SIZE = 10
# Paging further than this is not reading.
MOST_RESULTS = 1_000
MOST_TAGS = 5
_PLAIN_LIMIT = 20


@dataclass(slots=True)
class Found:
    """One page of results. `counts`: how many of each kind this person may see. `is_plain`: the index is away."""

    results: list[Result] = field(default_factory=list)
    total: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    weak: bool = False
    capped: bool = False
    is_plain: bool = False


def _readable(*, variant: bool, user: int) -> QuerySet[Any, Any]:
    """Build the query of the communities somebody may read."""
    return Community.objects.visible_to(reader(user, is_guest=variant)).order_by().values_list("pk")


_READABLE = Prepared(_readable, numbers=["user"])


def reader_keys(user: User) -> frozenset[str]:
    """Return the keys of a reader (`search.documents` says what each opens). Asked anew for every request."""
    if not is_current(user):
        return frozenset()
    readable = [pk for (pk,) in _READABLE.rows(user.is_guest, user=user.pk)]
    keys = {f"u:{user.pk}", *(f"c:{pk}" for pk in readable)}
    if not user.is_guest:
        return frozenset(keys | {"people", "listed"})
    # What a guest may read is what the guest is a member of.
    return frozenset(keys | {f"m:{pk}" for pk in readable})


def search(
    user: User, query: Query, *, kind: str = "", page: int = 1, size: int = PAGE_SIZE, newest_first: bool = False
) -> Found:
    """Return one page of what `user` finds. Never fails: without an index it is a plain look-up in the database."""
    offset, query = (max(1, page) - 1) * size, with_synonyms(query)
    if query.is_empty or offset + size > MOST_RESULTS + size:
        return Found()
    request = SearchRequest(
        keys=reader_keys(user),
        must=tuple(query.must),
        must_not=tuple(query.must_not),
        kind=kind,
        kinds=frozenset(query.kinds),
        communities=_communities_named(user, query.communities),
        authors=_authors_named(user, query.authors),
        tags=frozenset(slugs_meant(user, query.tags)) if query.tags else frozenset(),
        after=query.after,
        before=query.before,
        states=frozenset(query.states),
        today=house_today(),
        lead=LEAD,
        newest_first=newest_first,
        offset=offset,
        limit=size,
    )
    try:
        response = engine().search(request)
    except SearchAwayError as error:
        log.warning("search answers without its index: %s", error)
        return _look_up(user, query, kind)
    return _show(user, query, response)


def _show(user: User, query: Query, response: SearchResponse) -> Found:
    rows, marker = load(user, response.hits), Marker(query.marks)
    shown = [(hit.uid.partition(":")[0], rows[hit.uid]) for hit in response.hits if hit.uid in rows]
    results = [result_of(kind, row, marker) for kind, row in shown]
    missing = [hit.uid.partition(":")[0] for hit in response.hits if hit.uid not in rows]
    counts = dict(response.counts)
    for kind in missing:
        # Gone within the last second: not counted either.
        counts[kind] = max(0, counts.get(kind, 1) - 1)
    counts = {kind: counts[kind] for kind in KINDS if counts.get(kind)}
    return Found(results, response.total - len(missing), counts, response.weak, response.capped)


def _authors_named(user: User, names: list[str]) -> frozenset[int] | None:
    if not names:
        return None
    found: set[int] = set()
    for name in names[:5]:
        people = User.objects.visible_to(user)
        if name.lower() in {"me", "minä", "jag"}:
            found.add(user.pk)
        elif name.startswith("@") or "." in name:
            found |= set(people.filter(handle__iexact=name.removeprefix("@")).values_list("pk", flat=True))
        else:
            found |= set(people.matching(name).values_list("pk", flat=True)[:200])
    return frozenset(found)


def _communities_named(user: User, names: list[str]) -> frozenset[int] | None:
    if not names:
        return None
    wanted = Q()
    for name in names[:5]:
        wanted |= Q(slug__iexact=name) | Q(name__icontains=name)
    return frozenset(Community.objects.listed_for(user).filter(wanted).values_list("pk", flat=True)[:200])


def _look_up(user: User, query: Query, kind: str) -> Found:
    """Look the words up in the database: slower, without inflection, the same people see the same things."""
    fields = {
        "page": ("title", "plain"),
        "post": ("body",),
        "file": ("attachment__name", "text"),
        "person": ("name", "title"),
        "community": ("name", "purpose"),
    }
    found, words, marker = Found(is_plain=True), query.plain_words, Marker(query.marks)
    if not words:
        return found
    for each in KINDS:
        if (kind and each != kind) or (query.kinds and each not in query.kinds):
            continue
        if query.states and each != "page":
            continue
        matching = visible(each, user)
        if query.states:
            matching = matching.alias(stands=standing(house_today())).filter(stands__in=query.states)
        for word in words:
            any_field = Q()
            for name in fields[each]:
                any_field |= Q(**{f"{name}__icontains": word})
            matching = matching.filter(any_field)
        rows = list(rows_of(each, matching.order_by("-pk"))[:_PLAIN_LIMIT])
        found.results += [result_of(each, row, marker) for row in rows]
        if rows:
            found.counts[each] = len(rows)
    found.total = len(found.results)
    return found


def suggest(user: User, text: str, limit: int = 8) -> tuple[list[Result], list[tuple[Tag, int]]]:
    """Return places and people whose names begin so, and tags with how many things of this reader carry them."""
    keys = reader_keys(user)
    try:
        hits, tags = engine().suggest(text, keys, limit), engine().suggest_tags(text, keys, MOST_TAGS)
    except SearchAwayError:
        return _look_up_names(user, text, limit), []
    rows = load(user, hits, brief=True)
    results = [suggestion_of(hit.uid.partition(":")[0], rows[hit.uid]) for hit in hits if hit.uid in rows]
    named = _names_of_tags([slug for slug, _ in tags]) if tags else {}
    return results, [(Tag(slug=slug, name=named[slug]), count) for slug, count in tags if slug in named]


def _tags(**slugs: str) -> QuerySet[Any, Any]:
    """Build the query of the names of a few tags."""
    found: QuerySet[Any, Any] = Tag.objects.filter(slug__in=list(slugs.values())).order_by().values_list("slug", "name")
    return found


_TAGS = Prepared(_tags, texts=[f"tag{n}" for n in range(MOST_TAGS)])


def _names_of_tags(slugs: list[str]) -> dict[str, str]:
    slots = {f"tag{n}": slugs[n] if n < len(slugs) else "" for n in range(MOST_TAGS)}
    return dict(_TAGS.rows(**slots))  # type: ignore[arg-type]  # rows of two


def _look_up_names(user: User, text: str, limit: int) -> list[Result]:
    """Look names up in the database while there is no index: titles only, no text."""
    found: list[Result] = []
    words = parse(text).plain_words
    for kind, name in (("page", "title"), ("person", "name"), ("community", "name")):
        matching = visible(kind, user)
        for word in words:
            matching = matching.filter(**{f"{name}__icontains": word})
        rows = rows_of(kind, matching.order_by("-pk"), brief=True)[: limit if words else 0]
        found += [suggestion_of(kind, row) for row in rows]
    return found[:limit]
