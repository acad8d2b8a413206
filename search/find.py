"""What one person finds. Every answer passes two doors: keys inside the engine, `visible_to` for what is shown."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from taggit.models import Tag

from feed.models import Post
from intranet.people.models import Community, Membership, User
from search.documents import text_of_html
from search.engines import SearchAwayError, engine
from search.engines.base import KINDS, Hit, SearchRequest, SearchResponse
from search.query import Query, parse
from search.snippets import mark, snippet
from wiki.models import WikiPage

log = logging.getLogger(__name__)

PAGE_SIZE = 10
# Paging further than this is not reading.
MOST_RESULTS = 1_000
_PLAIN_LIMIT = 20


@dataclass(slots=True)
class Result:
    """A hit as a page shows it."""

    kind: str
    object: Any
    title: SafeString | str
    url: str
    snippet: SafeString | str = ""
    community: Community | None = None
    author: User | None = None
    at: Any = None


@dataclass(slots=True)
class Found:
    """One page of results. `counts`: how many of each kind this person may see. `is_plain`: the index is away."""

    results: list[Result] = field(default_factory=list)
    total: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    weak: bool = False
    capped: bool = False
    is_plain: bool = False


def reader_keys(user: User) -> frozenset[str]:
    """Return the keys of a reader (`search.documents` says what each opens). Asked anew for every request."""
    readable = Community.objects.visible_to(user).values_list("pk", flat=True)
    keys = {f"u:{user.pk}", *(f"c:{pk}" for pk in readable)}
    if not user.is_guest:
        return frozenset(keys | {"people", "listed"})
    circles = Membership.objects.filter(user=user).values_list("community_id", flat=True)
    return frozenset(keys | {f"m:{pk}" for pk in circles})


def visible(kind: str, user: User) -> QuerySet[Any]:
    """Return the things of a kind that somebody may be shown, with what a result needs."""
    if kind == "page":
        pages: QuerySet[Any] = WikiPage.objects.visible_to(user).select_related("community", "edited_by")
        return pages.defer("html", "body", "contents", "crumbs")
    if kind == "post":
        posts = Post.objects.visible_to(user).present().select_related("community", "author", "about_page")
        return posts.defer("about_page__search_description")
    if kind == "person":
        return User.objects.visible_to(user).active().select_related("team")
    return Community.objects.listed_for(user)


def search(
    user: User, query: Query, *, kind: str = "", page: int = 1, size: int = PAGE_SIZE, newest_first: bool = False
) -> Found:
    """Return one page of what `user` finds. Never fails: without an index it is a plain look-up in the database."""
    offset = (max(1, page) - 1) * size
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
        tags=frozenset(query.tags),
        after=query.after,
        before=query.before,
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
    objects = load(user, response.hits)
    results = [_result(hit.uid, objects[hit.uid], query) for hit in response.hits if hit.uid in objects]
    missing = [hit.uid.partition(":")[0] for hit in response.hits if hit.uid not in objects]
    counts = dict(response.counts)
    for kind in missing:
        # Gone within the last second: not counted either.
        counts[kind] = max(0, counts.get(kind, 1) - 1)
    counts = {kind: counts[kind] for kind in KINDS if counts.get(kind)}
    return Found(results, response.total - len(missing), counts, response.weak, response.capped)


def load(user: User, hits: Iterable[Hit]) -> dict[str, Any]:
    """Return the things behind hits that `user` may see at this moment, by uid; one query a kind."""
    wanted: dict[str, list[int]] = {}
    for hit in hits:
        kind, _, pk = hit.uid.partition(":")
        wanted.setdefault(kind, []).append(int(pk))
    return {
        f"{kind}:{thing.pk}": thing
        for kind, pks in wanted.items()
        if kind in KINDS
        for thing in visible(kind, user).filter(pk__in=pks)
    }


def _result(uid: str, thing: Any, query: Query) -> Result:
    kind, marks = uid.partition(":")[0], query.marks
    if kind == "page":
        text, language = thing.plain, thing.language
        title = mark(thing.title, marks, language)
        shown = snippet(text, marks, language)
        return Result(
            kind, thing, title, thing.get_absolute_url(), shown, thing.community, thing.edited_by, thing.edited_at
        )
    if kind == "post":
        text = text_of_html(thing.html) or thing.body
        shown = snippet(text, marks)
        return Result(
            kind,
            thing,
            thing.author.name,
            thing.get_absolute_url(),
            shown,
            thing.community,
            thing.author,
            thing.created_at,
        )
    if kind == "person":
        detail = " · ".join(filter(None, (thing.title, thing.team.name if thing.team else "")))
        text = f"{detail}. {thing.about}" if detail and thing.about else detail or thing.about
        return Result(
            kind, thing, mark(thing.name, marks, is_name=True), thing.get_absolute_url(), snippet(text, marks)
        )
    title = mark(thing.name, marks)
    return Result(kind, thing, title, thing.get_absolute_url(), snippet(thing.purpose, marks), thing)


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
        "person": ("name", "title"),
        "community": ("name", "purpose"),
    }
    found, words = Found(is_plain=True), query.plain_words
    if not words:
        return found
    for each in KINDS:
        if (kind and each != kind) or (query.kinds and each not in query.kinds):
            continue
        matching = visible(each, user)
        for word in words:
            any_field = Q()
            for name in fields[each]:
                any_field |= Q(**{f"{name}__icontains": word})
            matching = matching.filter(any_field)
        things = list(matching.order_by("-pk")[:_PLAIN_LIMIT])
        found.results += [_result(f"{each}:{thing.pk}", thing, query) for thing in things]
        if things:
            found.counts[each] = len(things)
    found.total = len(found.results)
    return found


def suggest(user: User, text: str, limit: int = 8) -> tuple[list[Result], list[tuple[Tag, int]]]:
    """Return places and people whose names begin so, and tags with how many things of this reader carry them."""
    keys = reader_keys(user)
    try:
        hits, tags = engine().suggest(text, keys, limit), engine().suggest_tags(text, keys)
    except SearchAwayError:
        query = parse(text)
        query.kinds = {"page", "person", "community"}
        return _look_up(user, query, "").results[:limit], []
    objects = load(user, hits)
    results = [_named(hit.uid, objects[hit.uid]) for hit in hits if hit.uid in objects]
    named = {tag.slug: tag for tag in Tag.objects.filter(slug__in=[slug for slug, _ in tags])}
    return results, [(named[slug], count) for slug, count in tags if slug in named]


def _named(uid: str, thing: Any) -> Result:
    kind = uid.partition(":")[0]
    community = thing.community if kind == "page" else None
    return Result(kind, thing, str(thing), thing.get_absolute_url(), community=community)


@dataclass(slots=True)
class Tagged:
    """Everything of one kind that carries a tag: how many, and the newest."""

    kind: str
    count: int
    results: list[Result]


def tagged(user: User, tag: Tag, limit: int = 20) -> list[Tagged]:
    """Return what carries a tag and may be seen by `user`, straight from the database: true this very second."""
    found, nothing = [], Query()
    places = (("page", "tag_links", "-edited_at"), ("post", "tag_links", "-pk"), ("person", "skill_links", "name"))
    for kind, link, order in places:
        matching = visible(kind, user).filter(**{f"{link}__tag": tag})
        things = list(matching.order_by(order)[:limit])
        if things:
            count = len(things) if len(things) < limit else matching.count()
            found.append(Tagged(kind, count, [_result(f"{kind}:{thing.pk}", thing, nothing) for thing in things]))
    return found
