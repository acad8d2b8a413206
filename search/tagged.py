"""Tags and onboarding paths as documents.

A tag has no place of its own: whoever may find one thing that carries it may find the tag. Its keys are those of all
the things that carry it, made anew whenever one of them gets or loses the tag, its place or its existence
(`search.readers`). A tag that only a closed place uses has that place's key alone, and one that nothing carries has
none: no document.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from django.db.models import QuerySet
from django.urls import reverse
from taggit.models import Tag

from feed.models import TaggedPost
from intranet.people.models import Membership, User, UserSkill
from search.engines.base import Document, milliseconds
from search.markup import text_of_html
from wiki.links import tag_url
from wiki.models import TaggedPage
from wiki.onboarding.models import Path, VersionStep

Keys = dict[int, set[str]]
_BEGINNING_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def person_keys(is_guest: bool, pk: int, circles: Iterable[int]) -> set[str]:
    """Return the keys of a person in these communities; Everyone is not one of them: it has no guests."""
    keys = {f"u:{pk}", *(f"m:{community}" for community in circles)}
    return keys | ({f"c:{community}" for community in circles} if is_guest else {"people"})


def circles_of(people: Iterable[int]) -> dict[int, list[int]]:
    """Return the communities of these people, Everyone aside: its membership opens nothing."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Membership.objects.filter(user__in=people, community__is_everyone=False)
    for user_id, community_id in rows.order_by("pk").values_list("user_id", "community_id"):
        found[user_id].append(community_id)
    return found


def keys_of_tags(pks: Iterable[int] | None = None) -> Keys:
    """Return {tag: keys} of these tags (of all), without those that nothing carries which could be found."""
    links: list[Any] = [
        TaggedPage.objects.filter(content_object__live=True, content_object__trashed_at__isnull=True),
        TaggedPost.objects.filter(content_object__deleted_at__isnull=True),
        UserSkill.objects.filter(content_object__in=User.objects.active().values("pk")),
    ]
    if pks is not None:
        links = [rows.filter(tag__in=list(pks)) for rows in links]
    found: Keys = defaultdict(set)
    for rows in links[:2]:
        for tag, community in rows.order_by().values_list("tag_id", "content_object__community_id").distinct():
            found[tag].add(f"c:{community}")
    skilled = list(
        links[2].order_by().values_list("tag_id", "content_object_id", "content_object__is_guest").iterator()
    )
    circles = circles_of({person for _tag, person, _guest in skilled})
    for tag, person, is_guest in skilled:
        found[tag] |= person_keys(is_guest, person, circles[person])
    return dict(found)


def _stamp(name: str, slug: str, keys: set[str]) -> datetime:
    """Return what tells one state of a tag from another: it has no time of its own, and its keys may be wrong."""
    mark = crc32("\n".join([name, slug, *sorted(keys)]).encode())
    return _BEGINNING_OF_TIME + timedelta(milliseconds=mark)


def tag_stamps() -> dict[str, int]:
    """Return the uid of every tag that can be found, with its stamp."""
    keys = keys_of_tags()
    rows = Tag.objects.order_by().values_list("pk", "name", "slug").iterator(chunk_size=2_000)
    return {f"tag:{pk}": milliseconds(_stamp(name, slug, keys[pk])) for pk, name, slug in rows if pk in keys}


def tag_documents(pks: list[int]) -> Iterator[Document]:
    """Yield the documents of those tags that somebody may find."""
    keys = keys_of_tags(pks)
    for tag in Tag.objects.filter(pk__in=keys).order_by("pk"):
        yield Document(
            uid=f"tag:{tag.pk}",
            kind="tag",
            keys=frozenset(keys[tag.pk]),
            title=tag.name,
            tag_names=tag.name,
            updated_at=_stamp(tag.name, tag.slug, keys[tag.pk]),
            url=tag_url(tag.name),
        )


def tags_on(uids: Iterable[str]) -> set[str]:
    """Return the uids of the tags that these pages, posts and people carry now."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for uid in uids:
        kind, _, pk = uid.partition(":")
        wanted[kind].append(int(pk))
    places: dict[str, Any] = {"page": TaggedPage, "post": TaggedPost, "person": UserSkill}
    found: set[int] = set()
    for kind, links in places.items():
        if wanted[kind]:
            rows = links.objects.filter(content_object__in=wanted[kind]).order_by()
            found.update(rows.values_list("tag_id", flat=True).distinct())
    return {f"tag:{pk}" for pk in found}


def open_paths() -> QuerySet[Path]:
    """Return the paths somebody may begin: who is on an archived one finds it under her own."""
    found: QuerySet[Path] = Path.objects.filter(archived_at__isnull=True)
    return found


def path_documents(pks: list[int]) -> Iterator[Document]:
    """Yield the documents of paths with their steps as the next person gets them, without those of one person alone."""
    paths = list(open_paths().filter(pk__in=pks).order_by("pk"))
    titles: dict[int | None, list[str]] = defaultdict(list)
    texts: dict[int | None, list[str]] = defaultdict(list)
    lines = VersionStep.objects.filter(version__in=[path.present_id for path in paths if path.present_id])
    rows = lines.filter(step__only_for__isnull=True).order_by("position", "pk")
    for version, title, markup in rows.values_list("version_id", "step__title", "step__html"):
        titles[version].append(title)
        texts[version] += [title, text_of_html(markup)]
    for path in paths:
        yield Document(
            uid=f"path:{path.pk}",
            kind="path",
            keys=frozenset({f"c:{path.community_id}"}),
            title=path.title,
            headings="\n".join(titles[path.present_id]),
            body="\n".join(filter(None, [path.purpose, *texts[path.present_id]])),
            language=path.language,
            community_id=path.community_id,
            author_id=path.owner_id,
            created_at=path.created_at,
            updated_at=path.created_at,
            url=reverse("onboarding:path", args=[path.slug]),
        )
