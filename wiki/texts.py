"""Posts that name a page follow it, as pages do: links to it become live when it comes, and say its title of today.

Steps of paths, which lie upstairs, use the same functions for links of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from feed.actions.refresh import show_again
from feed.models import Post
from intranet.text import PageReference, find_references
from wiki.links import HouseResolver, target_key
from wiki.models import PostLink, TextLink, WikiPage
from wiki.refresh import retitle
from wiki.titles import title_key

BATCH = 200


def link_text(
    links: type[TextLink], source_id: int, body: str, community_id: int, *, renamed: Mapping[str, int] | None = None
) -> HouseResolver | None:
    """Make the rows of links of a text what it says now, and return what resolves it; None when it links to no page.

    A link keeps its page when that got another title and when another page has its old one. `renamed` are keys of
    titles that were put into the text just now ({key: page id}).
    """
    rows: Any = links._default_manager.filter(source_id=source_id)  # type: ignore[misc]
    known = {**dict(rows.values_list("key", "target_id")), **(renamed or {})}
    names_page = "[[" in body or "/wiki/" in body
    found = find_references(body, flavour="post", origin=settings.BASE_URL).links if names_page else []
    if not found and not known:
        return None
    resolver = HouseResolver(community_id, known=known)
    resolver.pages({reference.target for reference in found})
    _write_links(links, source_id, found, resolver)
    return resolver


def _write_links(
    links: type[TextLink], source_id: int, found: Collection[PageReference], resolver: HouseResolver
) -> None:
    wanted: dict[str, TextLink] = {}
    for reference in found:
        key, is_title = target_key(reference.target), reference.target.kind == "title"
        # An address keeps the page in the trash that it led to; one that is no page's is no link to remember.
        target = resolver.found.get(key) or (None if is_title else resolver.known.get(key))
        if key and (is_title or target):
            link = links(title=reference.target.value[:500], key=key[:500], target_id=target)
            link.source_id = source_id  # type: ignore[attr-defined]
            wanted.setdefault(key, link)
    rows: Any = links._default_manager  # type: ignore[misc]
    rows.filter(source_id=source_id).exclude(key__in=wanted).delete()
    rows.bulk_create(
        wanted.values(), update_conflicts=True, unique_fields=["source", "key"], update_fields=["title", "target"]
    )


def follow_posts(post_ids: Iterable[int], *, renamed: WikiPage | None = None, old_title: str = "") -> None:
    """Bring links and stored HTML of these posts up to date; links that say the old title of `renamed` say the new one.

    Safe to run twice and at any time: asks what the texts and pages are now.
    """
    for post_id in sorted(set(post_ids)):
        with transaction.atomic():
            post = Post.objects.select_for_update(no_key=True, of=("self",)).filter(pk=post_id).first()
            if post is None or post.deleted_at is not None:
                continue
            body = retitle(post.body, old_title, renamed.title) if renamed else post.body
            fresh = {renamed.title_key: renamed.pk} if renamed and body != post.body else None
            resolver = link_text(PostLink, post.pk, body, post.community_id, renamed=fresh)
            if resolver is not None:
                show_again(post=post, body=body, resolver=resolver)


def naming(links: type[TextLink], pages: QuerySet[WikiPage]) -> set[int]:
    """Return the ids of the texts that link to one of these pages or say its title."""
    rows: Any = links._default_manager.order_by()  # type: ignore[misc]
    bound = rows.filter(target_id__in=pages.values("pk")).values_list("source_id", flat=True)
    named = rows.filter(key__in=pages.values("title_key")).values_list("source_id", flat=True)
    return {*bound, *named}


def saying(links: type[TextLink], page: WikiPage, title: str) -> set[int]:
    """Return the ids of the texts that link to a page by this title."""
    rows: Any = links._default_manager.order_by()  # type: ignore[misc]
    return set(rows.filter(target_id=page.pk, key=title_key(title)).values_list("source_id", flat=True))
