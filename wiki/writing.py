"""The rows of a page: text made ready to read, versions, links, tags. Called by actions inside their transaction.

Wagtail's own page actions need 90 to 130 queries a save and hold SQLite's write lock for all of them; these write the
same rows (page, revision, log entry) in about fifteen, so that Wagtail's admin, history and `as_object()` work.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext
from taggit.models import Tag
from wagtail.models import Locale, Page, PageLogEntry, Revision

from intranet.locks import HOUSE
from intranet.people.models import User
from intranet.people.vocabulary import meant
from intranet.text import RENDERER_VERSION, Rendered, render
from wiki.compare import compare
from wiki.links import HouseResolver, names_page, target_key
from wiki.models import PageLink, TaggedPage, VersionNote, WikiPage
from wiki.titles import tag_slug, title_key

CONTRIBUTORS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a page when and why: what a version keeps besides the text."""

    actor: User | None
    at: datetime
    summary: str = ""
    is_minor: bool = False
    restored_from_id: int | None = None
    merged_with_id: int | None = None
    together: Sequence[int] = ()  # others who wrote it with the actor


def callout_titles(language: str) -> dict[str, str]:
    """Return the words above callouts in the language the page is written in."""
    with translation.override(language):
        return {
            "note": gettext("Note"),
            "tip": gettext("Tip"),
            "important": gettext("Important"),
            "warning": gettext("Warning"),
            "caution": gettext("Caution"),
        }


def render_into(page: WikiPage, resolver: HouseResolver) -> Rendered:
    """Put what the text looks like into the page's stored fields; writes nothing. Raises TextTooLong."""
    rendered = render(page.body, resolve=resolver, flavour="page", callout_titles=callout_titles(page.language))
    page.html, page.plain = rendered.html, rendered.plain
    page.contents, page.word_count = rendered.toc, rendered.word_count
    page.renderer_version = RENDERER_VERSION
    return rendered


def known_links(page_id: int | None) -> dict[str, int | None]:
    """Return {key: target id} of the links a page has."""
    return dict(PageLink.objects.filter(source_id=page_id).values_list("key", "target_id")) if page_id else {}


def store_links(page: WikiPage, rendered: Rendered, resolver: HouseResolver) -> None:
    """Make the page's rows of links what the rendering found; `resolver.known` are the rows there are."""
    wanted: dict[str, tuple[str, int | None]] = {}
    for reference in rendered.links:
        key = target_key(reference.target)
        target = resolver.found.get(key)
        # An address that is no page's (a section, a list) is no link to remember; a title always is one.
        if key and (reference.target.kind == "title" or target or names_page(key)):
            wanted.setdefault(key, (reference.target.value[:500], target))
    gone = [key for key in resolver.known if key not in wanted]
    if gone:
        PageLink.objects.filter(source_id=page.pk, key__in=gone).delete()
    fresh = [
        PageLink(source_id=page.pk, key=key, title=title, target_id=target)
        for key, (title, target) in wanted.items()
        if key not in resolver.known
    ]
    if fresh:
        PageLink.objects.bulk_create(fresh)
    for key, (_title, target) in wanted.items():
        if key in resolver.known and resolver.known[key] != target:
            PageLink.objects.filter(source_id=page.pk, key=key).update(target_id=target)


def tags_by_slug(names: list[str]) -> dict[str, Tag]:
    """Return the house's tags of these names, made where they are new."""
    slugs = {tag_slug(name): name for name in names}
    found = {tag.slug: tag for tag in Tag.objects.filter(slug__in=slugs)} if slugs else {}
    missing = [Tag(name=name, slug=slug) for slug, name in slugs.items() if slug not in found]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        found = {tag.slug: tag for tag in Tag.objects.filter(slug__in=slugs)}
    return found


def store_tags(page: WikiPage, chosen: list[str], in_text: list[str]) -> None:
    """Give the page the tags of its field and those written in its text."""
    names = list(dict.fromkeys([*chosen, *(name for name in in_text if name not in chosen)]))[:60]
    before = {tag["slug"] for tag in page.tag_names}
    # Tags it has already need no looking up: whoever merges one brings the page round after this (`tags.readers`).
    known = {} if {tag_slug(name) for name in names} == before else meant(names, page.community_id)
    kept: dict[str, dict[str, Any]] = {}
    for name in names:
        tag = known.get(name)
        one = {"name": tag.name, "slug": tag.slug} if tag else {"name": name, "slug": tag_slug(name)}
        kept.setdefault(one["slug"], {**one, **({} if name in chosen else {"inline": True})})
    page.tag_names = list(kept.values())
    if kept.keys() == before and (names or not page.version):
        return
    tags = tags_by_slug([one["name"] for one in page.tag_names]) | {tag.slug: tag for tag in known.values()}
    if before:
        gone = TaggedPage.objects.filter(content_object_id=page.pk).exclude(tag__slug__in=tags)
        # Told in the diary: nothing else says afterwards what the page had.
        page.untagged = tuple(gone.values_list("tag_id", flat=True)) if before - tags.keys() else ()
        gone.delete()
    TaggedPage.objects.bulk_create(
        [TaggedPage(content_object_id=page.pk, tag=tag) for slug, tag in tags.items() if slug not in before],
        ignore_conflicts=True,
    )


def lock_row(pk: int) -> None:
    """Lock a page until the transaction ends; to be done before it is read.

    In a question of its own: a page is two rows, and PostgreSQL, when it had to wait for one of them, reads the other as
    it was before. Two people who save at once would both find the version they began with. SQLite has no locks of rows;
    there the transaction itself is the lock.
    """
    if connection.features.has_select_for_update:
        Page.objects.select_for_update().order_by().filter(pk=pk).values_list("pk").first()


def lock_tree(*, growing: bool = False) -> None:
    """Let one change at a time rewrite the paths of the tree, until the transaction ends; before anything is read.

    A branch is moved by one statement over all rows below it. PostgreSQL does not show it a page that is being written
    below at that moment, which would be left behind on the old path: who adds a page (`growing`) waits for who moves
    and the other way round, but not for each other. SQLite has one writer anyway.
    """
    if connection.features.has_select_for_update:
        name = "pg_advisory_xact_lock_shared" if growing else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {name}(%s, %s)", [HOUSE, zlib.crc32(b"page tree") & 0x7FFFFFFF])


def lock_tree_to_rename(pk: int, title: str | None) -> None:
    """Hold the tree's lock if this title is a new one: a rename writes the pages that name the page and those below it.

    Before the page's own lock, like whoever moves: else two who rename pages that name each other wait for each other.
    """
    if title is None or not connection.features.has_select_for_update:
        return
    if Page.objects.filter(pk=pk).exclude(title=title).exists():
        lock_tree()


def kind_of(model: Any) -> int:
    """Return the content type's id of a model."""
    return ContentType.objects.get_for_model(model, for_concrete_model=False).pk


def version_content(page: WikiPage) -> dict[str, Any]:
    """Return what a version of the page keeps, without a query."""
    # Wagtail would ask the database for comments (ours has none) and for the tags we have just written.
    page._cluster_related_objects = {"wagtail_admin_comments": [], "tag_links": []}
    content = page.serializable_data()
    page._cluster_related_objects = {}
    content["tag_list"] = [tag["name"] for tag in page.tag_names if not tag.get("inline")]
    return content


def write_version(page: WikiPage, change: Change, *, old_body: str, action: str) -> VersionNote:
    """Write revision, version note and log entry for the page as it is in memory; sets its version columns."""
    # Before the version is taken: it keeps this title too.
    page.has_unpublished_changes, page.draft_title = False, page.title
    revision = Revision(
        content_type_id=kind_of(WikiPage),
        base_content_type_id=kind_of(Page),
        object_id=str(page.pk),
        created_at=change.at,
        user=change.actor,
        object_str=page.title,
        content=version_content(page),
    )
    revision.save_base(force_insert=True)
    page.version += 1
    page.major_version = page.major_version if change.is_minor else page.version
    page.latest_revision_id = page.live_revision_id = revision.pk
    page.latest_revision_created_at = page.last_published_at = change.at
    version_columns(page, change.actor, change.at, change.together)
    difference = compare(old_body, page.body, context=0)
    note = VersionNote.objects.create(
        revision=revision,
        page_id=page.pk,
        number=page.version,
        author=change.actor,
        together=list(change.together),
        created_at=change.at,
        summary=change.summary[:200],
        is_minor=change.is_minor,
        added=difference.added,
        removed=difference.removed,
        restored_from_id=change.restored_from_id,
        merged_with_id=change.merged_with_id,
    )
    log(page, action, change.actor, at=change.at, revision_id=revision.pk)
    return note


def version_columns(page: WikiPage, author: User | None, at: datetime, together: Sequence[int] = ()) -> None:
    """Put who wrote last, and everybody who did, into the page's stored fields."""
    page.edited_at, page.edited_by = at, author
    if author is not None:
        page.contributors = list(dict.fromkeys([author.pk, *together, *page.contributors]))[:CONTRIBUTORS_KEPT]


def log(
    page: WikiPage,
    action: str,
    actor: User | None,
    *,
    at: datetime,
    revision_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write a line into Wagtail's own log, which its admin shows."""
    # Its `save()` would ask the database four times whether what we have just written is there.
    PageLogEntry(
        page_id=page.pk,
        content_type_id=kind_of(WikiPage),
        label=page.title,
        action=action,
        user=actor,
        timestamp=at,
        data=data or {},
        content_changed=revision_id is not None,
        revision_id=revision_id,
    ).save_base(force_insert=True)


PAGE_COLUMNS = (
    "title", "draft_title", "slug", "url_path", "path", "depth", "live", "has_unpublished_changes", "latest_revision_id",
    "live_revision_id", "latest_revision_created_at", "last_published_at", "first_published_at",
)  # fmt: skip
WIKI_COLUMNS = (
    "community_id", "parent_page_id", "title_key", "address", "body", "language", "html", "renderer_version", "plain",
    "contents", "crumbs", "contributors", "tag_names", "version", "major_version", "word_count", "source",
    "source_digest", "edited_at", "edited_by_id", "trashed_at", "trashed_by_id", "trashed_under_id",
    "position", "imported_authors",
)  # fmt: skip
# What a change of the text touches; what a rendering alone touches.
TEXT_COLUMNS = ("title", "draft_title", "live", "has_unpublished_changes", "latest_revision_id", "live_revision_id",
                "latest_revision_created_at", "last_published_at", "title_key", "body", "language", "html",
                "renderer_version", "plain", "contents", "contributors", "tag_names", "version", "major_version",
                "word_count", "source", "source_digest", "edited_at", "edited_by_id",
                "imported_authors")  # fmt: skip
RENDERED_COLUMNS = ("html", "plain", "contents", "word_count", "renderer_version")


def write_columns(page: WikiPage, columns: tuple[str, ...]) -> None:
    """Write some of the page's columns, in one UPDATE for each of its two tables; no signals, no cleaning."""
    base = {name: getattr(page, name) for name in columns if name in PAGE_COLUMNS}
    own = {name: getattr(page, name) for name in columns if name in WIKI_COLUMNS}
    if base:
        Page.objects.filter(pk=page.pk).update(**base)
    if own:
        WikiPage.objects.filter(pk=page.pk).update(**own)


def new_node(parent: Page, page: Page, *, at: datetime) -> None:
    """Insert a page as the last child of `parent`, whose row the caller has locked."""
    step = parent.steplen
    # The last path below the parent begins with that of its last child: one step down the index, however many there are.
    below = Page.objects.filter(path__range=Page._get_children_path_interval(parent.path)).order_by("-path")
    path = below.values_list("path", flat=True).first()
    number = Page._str2int(path[len(parent.path) :][:step]) + 1 if path else 1
    page.path = Page._get_path(parent.path, parent.depth + 1, number)
    page.depth, page.numchild = parent.depth + 1, 0
    page.url_path = f"{parent.url_path}{page.slug}/"
    page.content_type_id = kind_of(type(page))
    page.locale_id = parent.locale_id or Locale.get_default().pk
    page.draft_title = page.title
    page.first_published_at = page.last_published_at = at
    if isinstance(page, WikiPage):
        page.parent_page_id = parent.pk
        page.title_key = title_key(page.title)
    page.save_base(force_insert=True)
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + 1)
    parent.numchild += 1
