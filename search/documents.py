"""Pages, posts, files, people and communities as documents (tags and paths: `search.tagged`), with keys of who finds them.

A key is part of a document; a reader has keys (`search.find.reader_keys`) and finds what has one of hers:
`c:7` the contents of community 7, `m:7` being in community 7 (a guest sees its people), `listed` the names of open and
closed communities and `people` the directory (employees), `u:3` person 3 herself. A change of a community's members or
of its kind therefore touches no document of its contents.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from taggit.models import Tag

from feed.kinds.facts import options_of
from feed.models import Attachment, FileText, Post, PostKind, Praise, TaggedPost
from intranet.people.models import Community, User, UserSkill
from search.engines.base import Document
from search.markup import text_of_html
from search.tagged import (
    circles_of,
    keys_of_tags,
    open_paths,
    path_documents,
    person_keys,
    tag_documents,
    tag_stamps,
)
from wiki.models import TaggedPage, WikiPage
from wiki.onboarding.models import Path

_CHUNK = 500
KIND_OF_MODEL = {
    "wiki.wikipage": "page",
    "feed.post": "post",
    "feed.filetext": "file",
    "people.user": "person",
    "people.community": "community",
    "taggit.tag": "tag",
    "onboarding.path": "path",
}


def uid_of(model_label: str, pk: str) -> str | None:
    """Return the uid of what a diary row names, None for what is not searched."""
    kind = KIND_OF_MODEL.get(model_label)
    return f"{kind}:{pk}" if kind and pk.isdigit() else None


def load_documents(uids: Iterable[str]) -> list[Document]:
    """Return the documents of those uids that exist and may be found by anybody."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for uid in uids:
        kind, _, pk = uid.partition(":")
        wanted[kind].append(int(pk))
    return [document for kind, pks in wanted.items() for document in _MAKERS[kind](pks)]


def all_documents() -> Iterator[Document]:
    """Yield every document of the house, in pieces of bounded memory."""
    managers: dict[str, Any] = {
        "community": Community.objects,
        "person": User.objects,
        "page": WikiPage.objects,
        "post": Post.objects,
        "file": FileText.objects,
        "tag": Tag.objects,
        "path": Path.objects,
    }
    for kind, manager in managers.items():
        last = 0
        while pks := list(manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_CHUNK]):
            yield from _MAKERS[kind](pks)
            last = pks[-1]


def number_of_documents() -> int:
    """Return about how many documents `all_documents` yields; for who waits for them."""
    present = Post.objects.filter(deleted_at__isnull=True)
    return sum(
        found.count()
        for found in (Community.objects, User.objects.active(), _live_pages(), present, _used_files(), open_paths())
    ) + len(keys_of_tags())


def all_stamps() -> dict[str, int]:
    """Return every uid that should be in the index with the time of its last change in milliseconds, for the check.

    The same things as `all_documents`, without reading a text: a query a kind.
    """
    rows = {
        "page": _live_pages().values_list("pk", "edited_at"),
        "post": Post.objects.filter(deleted_at__isnull=True).values_list("pk", "created_at"),
        "file": _used_files().values_list("pk", "read_at"),
        "person": User.objects.active().values_list("pk", "date_joined"),
        "community": Community.objects.values_list("pk", "created_at"),
        "path": open_paths().values_list("pk", "created_at"),
    }
    return tag_stamps() | {
        f"{kind}:{pk}": int(moment.timestamp() * 1000) if moment else 0
        for kind, found in rows.items()
        for pk, moment in found.order_by().iterator(chunk_size=2_000)
    }


def _live_pages() -> QuerySet[Any, Any]:
    pages: QuerySet[Any, Any] = WikiPage.objects.filter(live=True, trashed_at__isnull=True)
    return pages


def _used_files() -> QuerySet[Any, Any]:
    files: QuerySet[Any, Any] = FileText.objects.in_use().exclude(attachment__page__wikipage__trashed_at__isnull=False)
    return files


def tagged_uids(tag_pks: Iterable[int]) -> Iterator[str]:
    """Yield the uids of everything that carries one of these tags."""
    pks = list(tag_pks)
    places: dict[str, Any] = {"page": TaggedPage, "post": TaggedPost, "person": UserSkill}
    for kind, links in places.items() if pks else ():
        found = links.objects.filter(tag__in=pks).order_by().values_list("content_object_id", flat=True)
        yield from (f"{kind}:{pk}" for pk in found)


def files_of(uids: Iterable[str], attachments: Iterable[str]) -> set[str]:
    """Return the uids of files that stand on these pages or in these posts, or are these attachments."""
    pages = [int(uid[5:]) for uid in uids if uid.startswith("page:")]
    posts = [int(uid[5:]) for uid in uids if uid.startswith("post:")]
    named = Q(attachment__page_id__in=pages) | Q(attachment__post_id__in=posts) | Q(attachment_id__in=list(attachments))
    return {f"file:{pk}" for pk in FileText.objects.filter(named).values_list("pk", flat=True)}


def holders_of(attachments: Iterable[str]) -> set[str]:
    """Return the uids of the pages and posts that these attachments stand on or in."""
    rows = Attachment.objects.filter(pk__in=list(attachments)).values_list("page_id", "post_id")
    return {
        uid for page, post in rows for uid in (f"page:{page}" if page else "", f"post:{post}" if post else "") if uid
    }


def _pages(pks: list[int]) -> Iterator[Document]:
    pages = _live_pages().filter(pk__in=pks).defer("html", "body", "crumbs")
    tags, with_files = _tags_of_pages(pks), _with_files("page", pks)
    for page in pages.order_by("pk"):
        yield Document(
            uid=f"page:{page.pk}",
            kind="page",
            keys=frozenset({f"c:{page.community_id}"}),
            title=page.title,
            body=page.plain,
            headings="\n".join(str(heading.get("title", "")) for heading in page.contents),
            tags=tuple(slug for slug, _name in tags[page.pk]),
            tag_names=" ".join(name for _slug, name in tags[page.pk]),
            language=page.language,
            community_id=page.community_id,
            author_id=page.edited_by_id or 0,
            created_at=page.first_published_at or page.edited_at,
            updated_at=page.edited_at,
            url=page.get_absolute_url(),
            care=_care(page),
            review_on=page.review_on,
            has_file=page.pk in with_files,
        )


def _tags_of_pages(pks: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Return (slug, name) of the tags of these pages as they are called today; what the page keeps follows later."""
    tags: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = TaggedPage.objects.filter(content_object__in=pks).order_by("pk")
    for pk, slug, name in rows.values_list("content_object_id", "tag__slug", "tag__name"):
        tags[pk].append((slug, name))
    return tags


def _care(page: WikiPage) -> str:
    if not (page.owner_person_id or page.owner_community_id):
        return "nobody"
    return "confirmed" if page.confirmed_at else "waiting"


def _with_files(kind: str, pks: list[int]) -> set[int]:
    """Return which of these pages or posts have files."""
    held = Attachment.objects.filter(removed_at__isnull=True, **{f"{kind}__in": pks})
    return set(held.order_by().values_list(f"{kind}_id", flat=True))


def question_state(post: Post) -> str:
    """Return how the question stands that a thread began with: nothing for any other post, and for one closed unanswered."""
    if post.kind != PostKind.QUESTION or post.thread_id:
        return ""
    if (post.facts or {}).get("answer"):
        return "answered"
    return "open" if post.unanswered_since else ""


def _praised(pks: list[int]) -> dict[int, list[str]]:
    """Return the names of the people who are praised in each of these posts, as they are called today."""
    names: dict[int, list[str]] = defaultdict(list)
    for pk, name in Praise.objects.filter(post__in=pks).order_by("pk").values_list("post_id", "user__name"):
        names[pk].append(name)
    return names


def _posts(pks: list[int]) -> Iterator[Document]:
    posts = Post.objects.filter(pk__in=pks, deleted_at__isnull=True).prefetch_related("tags").order_by("pk")
    praised, with_files = _praised(pks), _with_files("post", pks)
    for post in posts:
        tags = list(post.tags.all())
        yield Document(
            uid=f"post:{post.pk}",
            kind="post",
            keys=frozenset({f"c:{post.community_id}"}),
            title="",
            body="\n".join([text_of_html(post.html) or post.body, *options_of(post.facts), *praised[post.pk]]),
            tags=tuple(tag.slug for tag in tags),
            tag_names=" ".join(tag.name for tag in tags),
            community_id=post.community_id,
            author_id=post.author_id,
            created_at=post.created_at,
            updated_at=post.created_at,
            url=post.get_absolute_url(),
            question=question_state(post),
            has_file=post.pk in with_files,
        )


def _files(pks: list[int]) -> Iterator[Document]:
    for words in _used_files().filter(pk__in=pks).select_related("attachment").order_by("pk"):
        file = words.attachment
        yield Document(
            uid=f"file:{words.pk}",
            kind="file",
            keys=frozenset({f"c:{file.community_id}"}),
            title=file.name,
            body=words.text,
            community_id=file.community_id,
            author_id=file.uploader_id,
            created_at=file.created_at,
            updated_at=words.read_at,
            url=reverse("wiki:file", args=[file.pk]),
            has_file=True,
        )


def _people(pks: list[int]) -> Iterator[Document]:
    people: QuerySet[Any] = User.objects.active().filter(pk__in=pks)
    circles = circles_of(pks)
    for person in people.select_related("team").prefetch_related("skills").order_by("pk"):
        skills = list(person.skills.all())
        yield Document(
            uid=f"person:{person.pk}",
            kind="person",
            keys=frozenset(person_keys(person.is_guest, person.pk, circles[person.pk])),
            title=person.name,
            body="\n".join(filter(None, (person.title, person.team.name if person.team else "", person.about))),
            tags=tuple(tag.slug for tag in skills),
            tag_names=" ".join(tag.name for tag in skills),
            author_id=person.pk,
            created_at=person.date_joined,
            updated_at=person.date_joined,
            url=person.get_absolute_url(),
        )


def _communities(pks: list[int]) -> Iterator[Document]:
    for community in Community.objects.filter(pk__in=pks).order_by("pk"):
        keys = {f"c:{community.pk}"} | ({"listed"} if community.kind != Community.Kind.HIDDEN else set())
        yield Document(
            uid=f"community:{community.pk}",
            kind="community",
            keys=frozenset(keys),
            title=community.name,
            body=community.purpose,
            community_id=community.pk,
            created_at=community.created_at,
            updated_at=community.created_at,
            url=community.get_absolute_url(),
        )


_MAKERS = {
    "page": _pages,
    "post": _posts,
    "file": _files,
    "person": _people,
    "community": _communities,
    "tag": tag_documents,
    "path": path_documents,
}
