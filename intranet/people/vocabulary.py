"""Which tag a word means: everything that gives something a tag, or is asked for one, looks here first."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, When
from taggit.models import Tag

from intranet.locks import HOUSE
from intranet.people.models import SynonymPlace, TagSynonym


def lock_words(*, using: bool = True) -> None:
    """Hold the vocabulary until the transaction ends: many may use its words at a time, one may change them.

    Without it PostgreSQL lets a text be given a tag that is merged away at the same moment. SQLite has one writer.
    """
    if connection.features.has_select_for_update:
        name = "pg_advisory_xact_lock_shared" if using else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {name}(%s, %s)", [HOUSE, zlib.crc32(b"vocabulary") & 0x7FFFFFFF])


def _chosen(found: Iterable[TagSynonym], key: str) -> dict[str, Tag]:
    tags: dict[str, Tag] = {}
    for synonym in found:
        tags.setdefault(getattr(synonym, key), synonym.tag)
    return tags


def meant(names: Collection[str], community_id: int | None) -> dict[str, Tag]:
    """Return {name: tag} of those names, lower case, that are another word for a tag in texts of this community.

    A word a hidden community merged is an ordinary new word everywhere else. Without a community, as for skills, the
    common words count. Takes the vocabulary's lock: call it before writing which tags something has.
    """
    if not names:
        return {}
    lock_words()
    rows = TagSynonym.objects.filter(name__in=list(names))
    rows = rows.filter(is_common=True) if community_id is None else rows.known_in(community_id)
    # What the place itself merged says more than what the whole house uses.
    return _chosen(rows.select_related("tag").order_by("is_common", "pk"), "name")


def tags_at(user: Any, slug: str) -> QuerySet[Tag]:
    """Return the tags an address may lead `user` to, best first: the tag of that name, then what the word means.

    Of these the caller shows the first that `user` may see something of.
    """
    slug = slug.replace("\x00", "")
    words = TagSynonym.objects.visible_to(user).filter(slug=slug).order_by()
    found: QuerySet[Tag] = Tag.objects.filter(Q(slug=slug) | Q(pk__in=words.values("tag")))
    order = Case(When(slug=slug, then=0), default=1, output_field=IntegerField())
    found = found.order_by(order, "pk")
    return found


def names_meant(user: Any, name: str) -> list[tuple[int, str]]:
    """Return (number, name) of the tags somebody may mean by a name, the one called so first."""
    words = TagSynonym.objects.visible_to(user).filter(name=name.lower()).order_by()
    found = Tag.objects.filter(Q(name__iexact=name) | Q(pk__in=words.values("tag")))
    order = Case(When(name__iexact=name, then=0), default=1, output_field=IntegerField())
    return list(found.order_by(order, "pk").values_list("pk", "name")) or [(0, name)]


def carry_words(origin: int, destination: int, texts: Iterable[str]) -> None:
    """Let the words that stand in these texts as #word lead to their tags where the texts go, as they did before."""
    words = TagSynonym.objects.known_in(origin).filter(is_common=False)
    waiting = {pk: f"#{name}" for pk, name in words.values_list("pk", "name")}
    if not waiting:
        return
    said: set[int] = set()
    for text in texts:
        lower = text.lower()
        said |= {pk for pk, word in waiting.items() if word in lower}
    SynonymPlace.objects.bulk_create(
        [SynonymPlace(synonym_id=pk, community_id=destination) for pk in said], ignore_conflicts=True
    )


def slugs_meant(user: Any, slugs: Collection[str]) -> set[str]:
    """Return the slugs of the tags those mean to `user`, for questions such as `tag:word`: one each, as they were asked."""
    words = (
        TagSynonym.objects.visible_to(user).filter(slug__in=list(slugs)).exclude(slug__in=Tag.objects.values("slug"))
    )
    meant_by = dict(words.order_by("-pk").values_list("slug", "tag__slug"))
    return {meant_by.get(slug, slug) for slug in slugs}
