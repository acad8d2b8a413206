"""What this floor and those below can show as a card: posts, people, communities, files, fetched addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast, Coalesce, Left
from django.template.defaultfilters import filesizeformat

from feed.linkcards.kinds import Card, Kind, colour, text
from feed.linkcards.models import WebPreview
from feed.models import Attachment, Post
from feed.rows import community_url, profile_url
from feed.text import preview_of
from intranet.people.models import Community, User

PREVIEWED = 800
TITLE = 90
_THREAD = re.compile(r"/threads/(\d{1,15})/(?:\?[^#]*)?(?:#post-(\d{1,15}))?")
_POST = re.compile(r"/posts/(\d{1,15})/")
_FILE = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


def first_part(link: str, prefix: str) -> str:
    """Return the one part of an address behind `prefix`, "" when it has more or none."""
    part, _slash, rest = unquote(urlsplit(link).path).removeprefix(prefix).partition("/")
    return "" if rest or "\x00" in part else part


def key_column() -> Cast:
    """Return the primary key as a column of a part."""
    return Cast("pk", CharField())


def _find_posts(links: Sequence[str]) -> dict[str, str]:
    wanted: dict[str, int] = {}
    for link in links:
        if found := _THREAD.match(link):
            wanted[link] = int(found[2] or found[1])
        elif found := _POST.match(link):
            wanted[link] = int(found[1])
    there = set(Post.objects.filter(pk__in=wanted.values()).values_list("pk", flat=True))
    return {link: str(pk) for link, pk in wanted.items() if pk in there}


def _posts(viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = Post.objects.visible_to(viewer).present().filter(pk__in=list(keys)).order_by()
    thread = Cast(Coalesce("thread_id", "pk"), CharField())
    return found.values_list(
        text("post"), key_column(), Left("html", PREVIEWED), "community__name", F("community__hue"), "author__name",
        thread, text(),
    )  # fmt: skip


def _post(row: Sequence[Any]) -> Card:
    _kind, key, html, place, hue, author, thread, _none = row
    words = preview_of(html, TITLE) or author
    url = f"/threads/{thread}/" if thread == key else f"/threads/{thread}/#post-{key}"
    return Card("post", key, words, url, "message-circle", place, hue, author)


def _find_people(links: Sequence[str]) -> dict[str, str]:
    wanted = {link: first_part(link, "/people/") for link in links}
    there = dict(User.objects.get_queryset().filter(handle__in=wanted.values()).values_list("handle", "pk"))
    return {link: str(there[handle]) for link, handle in wanted.items() if handle in there}


def _people(viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = User.objects.visible_to(viewer).filter(pk__in=list(keys)).order_by()
    return found.values_list(
        text("person"), key_column(), "name", Coalesce("team__name", text()), colour(), "handle", "title", text()
    )


def _person(row: Sequence[Any]) -> Card:
    _kind, key, name, team, _hue, handle, title, _none = row
    return Card("person", key, name, profile_url(handle), "user-round", team, None, title)


def _find_communities(links: Sequence[str]) -> dict[str, str]:
    wanted = {link: first_part(link, "/communities/") for link in links}
    there = dict(Community.objects.filter(slug__in=wanted.values()).values_list("slug", "pk"))
    return {link: str(there[slug]) for link, slug in wanted.items() if slug in there}


def _communities(viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = Community.objects.listed_for(viewer).filter(pk__in=list(keys)).order_by()
    return found.values_list(
        text("community"), key_column(), "name", Left("purpose", 120), F("hue"), "slug", "kind", text()
    )


def _community(row: Sequence[Any]) -> Card:
    _kind, key, name, purpose, hue, slug, kind, _none = row
    symbol = "globe" if kind == Community.Kind.OPEN else "lock"
    return Card("community", key, name, community_url(slug), symbol, "", hue, purpose)


def _find_files(links: Sequence[str]) -> dict[str, str]:
    return {link: UUID(found[1]).hex for link in links if (found := _FILE.match(link))}


def _files(viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    wanted = [UUID(key) for key in keys]
    found: QuerySet[Any, Any] = Attachment.objects.visible_to(viewer).filter(pk__in=wanted).order_by()
    return found.values_list(
        text("file"), key_column(), "name", "community__name", F("community__hue"), Cast("size", CharField()), text(),
        text(),
    )  # fmt: skip


def _file(row: Sequence[Any]) -> Card:
    _kind, key, name, place, hue, size, *_none = row
    number = UUID(key)
    return Card("file", number.hex, name, f"/files/{number}/{quote(name)}", "paperclip", place, hue,
                filesizeformat(int(size)))  # fmt: skip


def _find_web(links: Sequence[str]) -> dict[str, str]:
    """Return the rows of addresses outside; made by the action that stores the post (`previews.wanted`)."""
    from feed.linkcards.previews import wanted

    return {link: str(pk) for link, pk in wanted(links).items()}


def _web(_viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = WebPreview.objects.filter(pk__in=list(keys), state=WebPreview.State.READY).order_by()
    return found.values_list(
        text("web"), key_column(), "title", "site", colour(), "url", "description", Cast("token", CharField())
    )


def _web_card(row: Sequence[Any]) -> Card:
    _kind, key, title, site, _hue, url, description, token = row
    image = f"/previews/{token}.webp" if token else ""
    return Card("web", key, title, url, "globe", site, None, description, image=image)


KINDS = [
    Kind("post", ("/threads/", "/posts/"), _find_posts, _posts, _post),
    Kind("person", ("/people/",), _find_people, _people, _person),
    Kind("community", ("/communities/",), _find_communities, _communities, _community),
    Kind("file", ("/files/",), _find_files, _files, _file, by_number=False),
    Kind("web", ("http://", "https://"), _find_web, _web, _web_card),
]
