"""What one person finds. Every answer passes two doors: keys inside the engine, `visible_to` for what is shown."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from operator import or_

from django.db.models import Q

from intranet.people.models import User
from search.engines import SearchAwayError, engine
from search.engines.base import KINDS, Facets, Hit, SearchRequest, SearchResponse, Some
from search.narrowing.choices import Choice
from search.narrowing.plain import restricted
from search.narrowing.request import Reader, narrowed, reader_of
from search.query import Query
from search.results import Place, Result, load, result_of, rows_of, texts_of, visible
from search.snippets import Marker
from search.spelling import FEW, Text, propose
from search.words.kept import with_synonyms
from wiki.care.facts import today as house_today
from wiki.care.schedule import LEAD

log = logging.getLogger(__name__)

PAGE_SIZE = 10
# Paging further than this is not reading.
MOST_RESULTS = 1_000
# So little has all the words that what has some is shown too, and so much of that.
MOST_MORE = 5
NOTHING_CHOSEN = Choice()
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
    did_you_mean: str = ""  # the question with another word, which finds more
    # Where little has all the words: what has some of them, after it and not counted.
    more: list[Result] = field(default_factory=list)
    # What was counted, by number; and the places the reader may know of: names for it (`search.facets`).
    facets: Facets = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)


def reader_keys(user: User) -> frozenset[str]:
    """Return the keys of a reader. Asked anew for every request."""
    return reader_of(user).keys


def search(
    user: User,
    query: Query,
    *,
    kind: str = "",
    page: int = 1,
    size: int = PAGE_SIZE,
    newest_first: bool = False,
    choice: Choice = NOTHING_CHOSEN,
    facets: tuple[str, ...] = (),
    also: tuple[Some, ...] = (),
    never: tuple[Some, ...] = (),
) -> Found:
    """Return one page of what `user` finds. Never fails: without an index it is a plain look-up in the database.

    `choice`: what was chosen of facets beside the words; `facets`: which of them to count; `also`, `never`: what a thing
    has to be besides, and what it must not be.
    """
    offset, query = (max(1, page) - 1) * size, with_synonyms(query)
    if (query.is_empty and not choice.pairs) or offset + size > MOST_RESULTS + size:
        return Found()
    who = reader_of(user)
    filters = narrowed(user, who, query, choice)
    filters["also"], filters["never"] = (*filters["also"], *also), (*filters["never"], *never)
    request = SearchRequest(
        keys=who.keys,
        must=tuple(query.must),
        kind=kind,
        **filters,
        today=house_today(),
        lead=LEAD,
        facets=facets,
        newest_first=newest_first,
        offset=offset,
        limit=size,
    )
    try:
        response = engine().search(request)
    except SearchAwayError as error:
        log.warning("search answers without its index: %s", error)
        return _look_up(user, query, request)
    weaker = _some_words(request, response) if page == 1 else ()
    found = _show(user, query, response, who, weaker)
    if page == 1:
        found.did_you_mean = propose(engine(), query, request, response, partial(_texts, user))
    return found


def _texts(user: User, hits: Sequence[Hit]) -> list[Text]:
    """Return what `user` may read of hits at this moment: how words are written there."""
    rows = load(user, hits)
    return [
        Text(*texts_of(kind, rows[hit.uid]), is_name=kind in {"person", "community", "tag"})
        for hit in hits
        if hit.uid in rows and (kind := hit.uid.partition(":")[0])
    ]


def _some_words(request: SearchRequest, response: SearchResponse) -> tuple[Hit, ...]:
    """Return the best that has some of the words only, where little has them all: nothing of a chosen kind, even."""
    little = response.total < FEW and response.counts
    if response.weak or request.newest_first or not little or len(request.must) < 2:
        return ()
    there = {hit.uid for hit in response.hits}
    try:
        answer = engine().search(replace(request, some_will_do=True, facets=()))
    except SearchAwayError:
        return ()
    return tuple(hit for hit in answer.hits if hit.uid not in there)[:MOST_MORE]


def _show(user: User, query: Query, response: SearchResponse, who: Reader, also: Sequence[Hit] = ()) -> Found:
    rows, marker = load(user, [*response.hits, *also]), Marker(query.marks)

    def made(hits: Iterable[Hit]) -> list[Result]:
        return [result_of(hit.uid.partition(":")[0], rows[hit.uid], marker) for hit in hits if hit.uid in rows]

    results = made(response.hits)
    missing = [hit.uid.partition(":")[0] for hit in response.hits if hit.uid not in rows]
    counts = dict(response.counts)
    for kind in missing:
        # Gone within the last second: not counted either.
        counts[kind] = max(0, counts.get(kind, 1) - 1)
    counts = {kind: counts[kind] for kind in KINDS if counts.get(kind)}
    total = response.total - len(missing)
    return Found(
        results, total, counts, response.weak, response.capped,
        more=made(also), facets=response.facets, places=who.places,
    )  # fmt: skip


def _look_up(user: User, query: Query, request: SearchRequest) -> Found:
    """Look the words up in the database: slower, without inflection, the same people see the same things."""
    fields = {
        "page": ("title", "plain"),
        "post": ("body",),
        "file": ("attachment__name", "text"),
        "person": ("name", "title"),
        "community": ("name", "purpose"),
        "tag": ("name",),
        "path": ("title", "purpose"),
    }
    found, words, marker = Found(is_plain=True), query.plain_words, Marker(query.marks)
    if not words:
        return found
    for each in KINDS:
        if request.kinds and each not in request.kinds:
            continue
        matching = restricted(each, visible(each, user), request)
        for word in words:
            matching = matching.filter(_anywhere(fields[each], word))
        for word in query.unwanted_words:
            matching = matching.exclude(_anywhere(fields[each], word))
        rows = list(rows_of(each, matching.order_by("-pk"))[:_PLAIN_LIMIT])
        if rows:
            found.counts[each] = len(rows)
        if request.kind in ("", each):
            found.results += [result_of(each, row, marker) for row in rows]
    found.total = len(found.results)
    found.results = found.results[request.offset : request.offset + request.limit]
    return found


def _anywhere(names: tuple[str, ...], word: str) -> Q:
    return reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names))
