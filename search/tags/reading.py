"""What carries a tag, and which tags a place uses: straight from the database, true this very second."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from taggit.models import Tag

from feed.models import TaggedPost
from intranet.people.models import Community, Follow, User, UserSkill
from intranet.people.vocabulary import tags_at
from search.results import Result, result_of, rows_of, visible
from search.snippets import Marker
from wiki.linkcards import visible_tags
from wiki.models import TaggedPage, WikiPage

# How many things of a kind the page of everything shows, and how many a page of one kind.
FEW, PAGE_SIZE = 5, 20
# Nobody leafs further, and nobody needs a larger number: counting stops here.
MOST = 1_000
_ORDER = {
    "page": ("-edited_at", "-pk"),
    "post": ("-pk",),
    "file": ("-attachment__created_at", "-pk"),
    "person": ("folded_name", "pk"),
}
KINDS = tuple(_ORDER)

# A cloud shows what is in use: posts of the last year, and pages and people as they are.
# Of the whole house no more posts than so many of the newest are counted: a quarter of a second for 200,000 otherwise.
CLOUD_SIZE, CLOUD_AGE, LEVELS = 100, timedelta(days=365), 5
CLOUD_POSTS = 30_000


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind with a tag."""

    kind: str
    count: int
    results: list[Result]


def with_tag(user: Any, tag: Tag, kind: str) -> QuerySet[Any, Any]:
    """Return the things of a kind with this tag that `user` may see; a file is there with its page or post."""
    pages = TaggedPage.objects.filter(tag=tag).values("content_object")
    posts = TaggedPost.objects.filter(tag=tag).values("content_object")
    things = visible(kind, user)
    if kind == "page":
        return things.filter(pk__in=pages)
    if kind == "post":
        return things.filter(pk__in=posts)
    if kind == "file":
        return things.filter(Q(attachment__page__in=pages) | Q(attachment__post__in=posts))
    return things.filter(pk__in=UserSkill.objects.filter(tag=tag).values("content_object"))


def counts_of(user: Any, tag: Tag) -> dict[str, int]:
    """Return how much of each kind `user` may see with this tag, at most `MOST`; nothing for a tag that is hidden."""
    found = {kind: with_tag(user, tag, kind).order_by()[:MOST].count() for kind in KINDS}
    return {kind: count for kind, count in found.items() if count}


def results_of(user: Any, tag: Tag, kind: str, *, size: int = PAGE_SIZE, page: int = 1) -> list[Result]:
    """Return one page of the things of a kind with this tag, newest first, people by name."""
    start = (page - 1) * size
    rows = rows_of(kind, with_tag(user, tag, kind).order_by(*_ORDER[kind]))[start : min(start + size, MOST)]
    return [result_of(kind, row, Marker(())) for row in rows]


def groups_of(user: Any, tag: Tag, counts: dict[str, int]) -> list[Group]:
    """Return the newest few of each kind."""
    return [Group(kind, count, results_of(user, tag, kind, size=FEW)) for kind, count in counts.items()]


def meanings(user: Any, slug: str) -> list[Tag]:
    """Return the tags an address leads `user` to, best first, as far as she may see something of them."""
    return list(tags_at(user, slug).filter(pk__in=visible_tags(user).values("pk")))


def newest_tag(user: Any) -> str:
    """Return the address of the tag that was put on a page last, of those `user` may see: an example that finds something."""
    links = TaggedPage.objects.filter(content_object__in=WikiPage.objects.visible_to(user).order_by())
    return links.order_by("-pk").values_list("tag__slug", flat=True).first() or ""


def is_followed(user: Any, tag: Tag) -> bool:
    """Does she follow it?"""
    return Follow.objects.filter(follower_id=user.pk, tag=tag).exists()


@dataclass(frozen=True, slots=True)
class Weight:
    """A tag of a cloud: on how much it stands, and how large it is shown, 1 to 5."""

    name: str
    slug: str
    count: int
    level: int


def cloud(user: User, community: Community | None = None) -> list[Weight]:
    """Return the tags in use, by name: in a community, or in all that `user` may read and among the people she knows."""
    communities = Community.objects.visible_to(user)
    if community is not None:
        communities = communities.filter(pk=community.pk)
    places = list(communities.order_by().values_list("pk", flat=True))
    pages = WikiPage.objects.visible_to(user).filter(community_id__in=places).order_by().values("pk")
    asked = [
        TaggedPage.objects.filter(content_object__in=pages),
        TaggedPost.objects.filter(
            content_object__community_id__in=places,
            content_object__deleted_at__isnull=True,
            content_object__created_at__gte=timezone.now() - CLOUD_AGE,
        ),
    ]
    if community is None:
        newest = TaggedPost.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        asked[1] = asked[1].filter(pk__gt=newest - CLOUD_POSTS)
        known = User.objects.visible_to(user).active().order_by().values("pk")
        asked.append(UserSkill.objects.filter(content_object__in=known))
    counts: Counter[tuple[str, str]] = Counter()
    for links in asked:
        rows = (
            links.order_by().values("tag").annotate(number=Count("pk")).values_list("tag__name", "tag__slug", "number")
        )
        for name, slug, number in rows:
            counts[name, slug] += number
    best = counts.most_common(CLOUD_SIZE)
    low, high = (math.log(best[at][1]) for at in (-1, 0)) if best else (0.0, 0.0)
    return sorted(
        (Weight(name, slug, count, _level(math.log(count), low, high)) for (name, slug), count in best),
        key=lambda one: one.name,
    )


def _level(weight: float, low: float, high: float) -> int:
    """Return the size between the rarest and the commonest; where all are alike, the middle."""
    return 1 + round((LEVELS - 1) * (weight - low) / (high - low)) if high > low else 1 + LEVELS // 2
