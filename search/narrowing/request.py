"""From names to numbers: what a reader's operators and choices come to in a question for the engine.

A name that is nobody's, or nobody's this reader may know of, narrows to nothing. Which things somebody may see is asked
of the keys; nothing here opens anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from feed.models import Post
from intranet.notifications.models import Level, Watch
from intranet.people.models import Community, Follow, User
from intranet.people.models.people import is_current
from intranet.people.vocabulary import slugs_meant
from intranet.prepared import Prepared, reader
from search.engines.base import DATED, KINDS, Some
from search.narrowing.choices import Choice
from search.narrowing.operators import ME
from search.query import Narrowing, Query
from search.results import Place
from wiki.authors.reading import pages_by
from wiki.models import WikiPage

_MOST_NAMES, _MOST_MEANT = 5, 200
# Pages, posts, people and tags that are mine or followed, of each the newest: an index looks every one up.
_MOST_UIDS = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """The keys of somebody at this moment (`search.documents` says what each opens), and the places she may read."""

    keys: frozenset[str] = frozenset()
    places: dict[int, Place] = field(default_factory=dict)

    def numbers(self, slugs: list[str]) -> frozenset[int]:
        """Return the communities with these addresses that she may read."""
        wanted = {slug.lower() for slug in slugs}
        return frozenset(pk for pk, place in self.places.items() if place.slug.lower() in wanted)


def _readable(*, variant: bool, user: int) -> QuerySet[Any, Any]:
    """Build the query of the communities somebody may read."""
    found: QuerySet[Any, Any] = Community.objects.visible_to(reader(user, is_guest=variant)).order_by()
    return found.values_list("pk", "name", "slug", "hue")


_READABLE = Prepared(_readable, numbers=["user"])


def reader_of(user: User) -> Reader:
    """Return a reader's keys and places. Asked anew for every request."""
    if not is_current(user):
        return Reader()
    places = {row[0]: Place(*row[1:]) for row in _READABLE.rows(user.is_guest, user=user.pk)}
    keys = {f"u:{user.pk}", *(f"c:{pk}" for pk in places)}
    # What a guest may read is what the guest is a member of.
    more = {f"m:{pk}" for pk in places} if user.is_guest else {"people", "listed"}
    return Reader(frozenset(keys | more), places)


def narrowed(user: User, knows: Reader, query: Query, choice: Choice) -> dict[str, Any]:
    """Return the filters of a request: what was typed has to be, of what was chosen any will do (of tags all)."""
    ties = choice.ties
    tags = [*query.tags, *choice.of("tag")]
    communities, authors = choice.of("in"), choice.of("from")
    return {
        "must_not": tuple(query.must_not),
        "kinds": _kinds(query),
        "tags": frozenset(slugs_meant(user, tags)) if tags else frozenset(),
        "communities": knows.numbers(communities) if communities else None,
        "authors": _people(user, [f"@{handle}" for handle in authors]) if authors else None,
        "languages": frozenset(choice.of("lang")),
        "years": frozenset(map(int, choice.of("year"))),
        "states": choice.states,
        "has_file": True if choice.of("has") and query.has_file is None else query.has_file,
        "after": query.after,
        "before": query.before,
        "also": (*_wanted(user, query), *((_tied(user, ties),) if ties else ())),
        "never": _unwanted(user, query.never),
    }


def _kinds(query: Query) -> frozenset[str]:
    if query.after or query.before:
        return frozenset(query.kinds or KINDS) & DATED or frozenset({"none"})
    return frozenset(query.kinds)


def _wanted(user: User, asked: Narrowing) -> list[Some]:
    """Return what typed operators want, each of it; several values of one operator are as good as each other."""
    found = []
    if asked.communities:
        found.append(Some(communities=_communities(user, asked.communities)))
    if asked.authors:
        found.append(Some(authors=_people(user, asked.authors)))
    if asked.languages:
        found.append(Some(languages=frozenset(asked.languages)))
    if asked.states:
        found.append(Some(states=frozenset(asked.states)))
    if asked.ties:
        found.append(_tied(user, asked.ties))
    return found


def _unwanted(user: User, asked: Narrowing) -> tuple[Some, ...]:
    if asked.is_wide:
        return ()
    tags = frozenset(slugs_meant(user, asked.tags)) if asked.tags else frozenset()
    return (*_wanted(user, asked), Some(kinds=frozenset(asked.kinds), tags=tags))


def _people(user: User, names: list[str]) -> frozenset[int]:
    """Return who is meant: oneself, a handle, or everybody with such a name."""
    found, handles, wanted = set[int](), Q(), False
    for name in names[: 2 * _MOST_NAMES]:
        if name.lower() in ME:
            found.add(user.pk)
        elif name.startswith("@") or "." in name:
            handles, wanted = handles | Q(handle__iexact=name.removeprefix("@")), True
        else:
            people = User.objects.visible_to(user).matching(name)
            found |= set(people.values_list("pk", flat=True)[:_MOST_MEANT])
    if wanted:
        found |= set(User.objects.visible_to(user).filter(handles).values_list("pk", flat=True))
    return frozenset(found)


def _communities(user: User, names: list[str]) -> frozenset[int]:
    wanted = Q()
    for name in names[:_MOST_NAMES]:
        wanted |= Q(slug__iexact=name) | Q(name__icontains=name)
    return frozenset(Community.objects.listed_for(user).filter(wanted).values_list("pk", flat=True)[:_MOST_MEANT])


def _tied(user: User, ties: set[str] | frozenset[str]) -> Some:
    """Return what is mine, followed, or either."""
    mine = _mine(user) if "mine" in ties else Some()
    followed = _followed(user) if "followed" in ties else Some()
    return Some(
        communities=followed.communities,
        authors=mine.authors | followed.authors,
        tags=followed.tags,
        uids=mine.uids | followed.uids,
    )


def _mine(user: User) -> Some:
    """Mine is what I wrote or put there, pages I wrote a version of, and pages I am to keep right."""
    written = pages_by(user, user).values_list("pk", flat=True)[:_MOST_UIDS]
    kept = (
        WikiPage.objects.visible_to(user).filter(owner_person=user).order_by("-edited_at").values_list("pk", flat=True)
    )
    pages = {*written, *kept[:_MOST_UIDS]}
    return Some(authors=frozenset({user.pk}), uids=frozenset(f"page:{pk}" for pk in pages))


def _followed(user: User) -> Some:
    """Followed is what comes of people, carries tags or lies in communities I follow or watch; and such pages and talks."""
    authors, tags = set[int](), set[str]()
    follows = Follow.objects.filter(follower=user).order_by("-pk").values_list("person_id", "tag__slug")
    for person, tag in follows[:_MOST_UIDS]:
        authors |= {person} if person else set()
        tags |= {tag} if tag else set()
    watched: dict[str, set[int]] = {kind: set() for kind in Watch.Kind.values}
    levels = Watch.objects.filter(user=user, level__in=(Level.WATCH, Level.FOLLOW)).order_by("-updated_at")
    for kind, number in levels.values_list("kind", "number")[:_MOST_UIDS]:
        watched[kind].add(number)
    pages, threads = watched[Watch.Kind.PAGE] | watched[Watch.Kind.BRANCH], watched[Watch.Kind.THREAD]
    below = _below(user, watched[Watch.Kind.BRANCH])
    replies = Post.objects.visible_to(user).filter(thread__in=threads).order_by("-pk").values_list("pk", flat=True)
    posts = threads | (set(replies[:_MOST_UIDS]) if threads else set())
    uids = {f"page:{pk}" for pk in pages | below} | {f"post:{pk}" for pk in posts}
    places = frozenset(watched[Watch.Kind.COMMUNITY])
    return Some(communities=places, authors=frozenset(authors), tags=frozenset(tags), uids=frozenset(uids))


def _below(user: User, branches: set[int]) -> set[int]:
    """Return the pages below these."""
    inside = Q()
    paths = WikiPage.objects.visible_to(user).filter(pk__in=branches).values_list("path", flat=True)
    for path in paths[: _MOST_NAMES * 4] if branches else ():
        inside |= Q(path__startswith=path)
    if not inside:
        return set()
    below = WikiPage.objects.visible_to(user).filter(inside).order_by().values_list("pk", flat=True)
    return set(below[:_MOST_UIDS])
